from odoo import models

from .mail_render_mixin import LAYOUT, ODOO_LAYOUTS

OF_CUSTOMERS = ("portal", "portal_customer", "customer", "follower")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_by_email_render_layout(self, message, recipients_group, msg_vals=False, render_values=None):
        """What people outside the staff get of a conversation has the layout of the gym."""
        values = dict(msg_vals or {})
        layout = values.get("email_layout_xmlid", message.email_layout_xmlid)
        if layout in ODOO_LAYOUTS and recipients_group.get("notification_group_name") in OF_CUSTOMERS:
            values["email_layout_xmlid"] = LAYOUT
        return super()._notify_by_email_render_layout(message, recipients_group, values, render_values)
