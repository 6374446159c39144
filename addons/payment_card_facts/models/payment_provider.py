import requests
from urllib3.exceptions import NewConnectionError

from odoo import models
from odoo.exceptions import ValidationError

_CONFLICT = 409  # the first request with this idempotency key is still being worked on
_SERVER_ERROR = 500
_NEVER_LEFT = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
)


class PaymentInDoubt(ValidationError):
    """A request may have reached the provider, and its answer did not reach us: nobody knows what it did."""


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    def _send_api_request(self, method, endpoint, **kwargs):
        """Override of `payment`: tell a request whose answer is unknown from one that was refused.

        The original says "rejected" of everything but success, and lets broken and unreadable answers through as they
        come.

        :raise PaymentInDoubt: when the request may have been carried out although no readable answer came
        """
        try:
            return super()._send_api_request(method, endpoint, **kwargs)
        except Exception as error:
            if method != "GET" and is_answer_lost(error):
                raise PaymentInDoubt(
                    self.env._(
                        "%(provider)s did not answer clearly, so it is not known what it did. Do not repeat it in "
                        "another way until that is known. (%(error)s)",
                        provider=self.name,
                        error=error,
                    )
                ) from error
            raise


def is_answer_lost(error):
    """Tell whether a request may have been carried out although it failed.

    Only a readable answer of the 4xx class is a refusal. A server error, a conflict (409), a broken connection and an
    answer that is no JSON object say nothing about what was done.

    :param Exception error: of `requests`, or whatever `payment` and addons on top of it turn it into; Python keeps the
        original in the chain of contexts
    """
    cause = error
    while cause and not isinstance(cause, PaymentInDoubt | requests.exceptions.RequestException):
        cause = cause.__context__
    if isinstance(cause, requests.exceptions.HTTPError) and cause.response is not None:
        status = cause.response.status_code
        return status >= _SERVER_ERROR or status == _CONFLICT or not _is_readable(cause.response)
    return cause is not None and not was_never_sent(cause)


def was_never_sent(error):
    """Tell whether a request failed before anything of it could be sent."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, _NEVER_LEFT) or isinstance(reason, NewConnectionError)


def _is_readable(response):
    try:
        return isinstance(response.json(), dict)
    except ValueError:
        return False
