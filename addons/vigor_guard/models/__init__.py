from . import (
    base,
    base_import_import,
    ir_actions_report,
    ir_http,
    ir_qweb_field_image,
    mail_link_preview,
    mail_push_device,
    res_users,
    vigor_guard_attempt,
)
