from odoo import models

from .mail_render_mixin import LAYOUT

OWN_FRAME = "<table"  # templates of Odoo bring a frame of their own; ours are paragraphs


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(
        self, res_ids, force_send=False, raise_exception=False, email_values=None, email_layout_xmlid=False
    ):
        """Paragraphs without a layout get that of the gym."""
        self.ensure_one()
        is_bare = not (email_layout_xmlid or self.email_layout_xmlid or OWN_FRAME in (self.body_html or ""))
        layout = LAYOUT if is_bare else email_layout_xmlid
        return super().send_mail_batch(res_ids, force_send, raise_exception, email_values, layout)
