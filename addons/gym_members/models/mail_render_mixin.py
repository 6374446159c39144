from odoo import models

LAYOUT = "gym_members.mail_layout"
# Odoo's own: 590 pixels wide, in its colors, with its advertisement
ODOO_LAYOUTS = {
    None,
    False,
    "mail.mail_notification_layout",
    "mail.mail_notification_layout_with_responsible_signature",
    "mail.mail_notification_light",
}


class MailRenderMixin(models.AbstractModel):
    """Mails have the layout of the gym, unless a layout of somebody else's is asked for."""

    _inherit = "mail.render.mixin"

    def _render_encapsulate(self, layout_xmlid, html, add_context=None, context_record=None):
        layout_xmlid = LAYOUT if layout_xmlid in ODOO_LAYOUTS else layout_xmlid
        return super()._render_encapsulate(layout_xmlid, html, add_context, context_record)
