from . import gym_by_hand, gym_month_log, gym_relation_guard  # which others inherit

# isort: split
from . import gym_member_import_word  # likewise

# isort: split
from . import (
    gym_consent,
    gym_consent_document,
    gym_consent_tablet,
    gym_event,
    gym_location,
    gym_location_closure,
    gym_location_iva_zone,
    gym_member,
    gym_member_anonymise,
    gym_member_consent,
    gym_member_duplicate,
    gym_member_events,
    gym_member_identity,
    gym_member_import,
    gym_member_import_check,
    gym_member_import_column,
    gym_member_import_line,
    gym_member_import_report,
    gym_member_import_run,
    gym_member_import_status,
    gym_member_import_undo,
    gym_member_import_words,
    gym_member_merge,
    gym_member_number,
    gym_member_origin,
    gym_member_personal_data,
    gym_member_portal,
    gym_member_portal_data,
    gym_member_portal_invite,
    gym_member_privacy,
    gym_privacy_log,
    gym_privacy_request,
    gym_privacy_request_execution,
    gym_privacy_request_export,
    gym_privacy_request_intake,
    gym_privacy_request_portal,
    mail_mail,
    res_company,
    res_config_settings,
    res_partner,
    res_partner_bank,
    res_partner_guard,
    res_partner_parent,
    res_partner_trace,
    res_users,
    res_users_address,
    res_users_second_factor,
    vigor_cron_problem,
)

# isort: split
from . import gym_member_branches, res_partner_branches, res_users_branches  # after what they extend
