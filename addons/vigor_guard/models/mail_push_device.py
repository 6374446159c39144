from urllib.parse import urlsplit

from odoo import api, models
from odoo.exceptions import ValidationError

# The push services of the browsers: W3C Push API leaves them to the browser, and there are four.
SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)


class MailPushDevice(models.Model):
    _inherit = "mail.push.device"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_push_service(vals.get("endpoint"))
        return super().create(vals_list)

    def write(self, vals):
        if "endpoint" in vals:
            self._check_push_service(vals["endpoint"])
        return super().write(vals)

    @api.model
    def _check_push_service(self, endpoint):
        """Refuse an address that is no browser's push service: the server sends to it whenever there is news.

        :raise ValidationError: nothing was registered
        """
        parts = urlsplit(endpoint or "")
        host = (parts.hostname or "").rstrip(".")
        is_known = any(host == service or host.endswith(f".{service}") for service in SERVICES)
        if parts.scheme != "https" or not is_known:
            raise ValidationError(
                self.env._("Notifications cannot be sent to %(host)s: it is no push service of a browser.", host=host)
            )
