import requests
from urllib3.exceptions import NewConnectionError

from odoo import models
from odoo.exceptions import ValidationError

_UNKNOWN = (requests.exceptions.ConnectionError, requests.exceptions.Timeout)


class PaymentInDoubt(ValidationError):
    """A request may have reached the provider, and its answer did not reach us: nobody knows what it did."""


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    def _send_api_request(self, method, endpoint, **kwargs):
        """Tell a request whose answer is unknown from one that was refused.

        :raise PaymentInDoubt: when the connection broke or timed out after something may have been sent
        """
        try:
            return super()._send_api_request(method, endpoint, **kwargs)
        except ValidationError as error:
            cause = error.__context__
            if method != "GET" and isinstance(cause, _UNKNOWN) and not was_never_sent(cause):
                raise PaymentInDoubt(str(error)) from error
            raise


def was_never_sent(error):
    """Tell whether a connection failed before anything could be sent through it."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(reason, NewConnectionError)
