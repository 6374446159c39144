import inspect
import json
import logging

import psycopg2
from PIL import Image
from werkzeug.exceptions import BadRequest

from odoo import models
from odoo.http import request

_logger = logging.getLogger(__name__)

# What nonsense in a request ends in, deep inside: numbers beyond the database's, bytes that are no text, no JSON, an
# image of 50,000 by 50,000
NONSENSE = (psycopg2.DataError, UnicodeError, json.JSONDecodeError, Image.DecompressionBombError, OverflowError)
# And in errors of Python that are otherwise the server's: what reading a number and comparing a key say of a text
NONSENSE_TEXTS = (
    "invalid literal for int()",
    "could not convert string to float",
    "Exceeds the limit",
    "comparing strings with non-ASCII characters",
)
MAX_DIGITS = 18  # a number in a path beyond 64 bits is of no record
PRINTER = "wkhtmltopdf"  # how the program that prints calls itself
# Pages that are somebody's: no browser and no proxy keeps them
PRIVATE = (
    "/my",
    "/join",
    "/factura",
    "/recibo",
    "/gym",
    "/payment",
    "/web/login",
    "/web/reset_password",
    "/web/signup",
)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Override: a path with a NUL, or a number that no record can have, is nobody's."""
        if "\0" in path_info or any(len(part) > MAX_DIGITS and part.isdecimal() for part in path_info.split("/")):
            raise BadRequest()
        try:
            return super()._match(path_info)
        except ValueError as error:
            if _is_nonsense(error):
                raise BadRequest() from error
            raise

    @classmethod
    def _authenticate(cls, endpoint):
        result = super()._authenticate(endpoint)
        request.is_employee = bool(request.env.uid) and request.env.user._is_internal()
        return result

    @classmethod
    def _dispatch(cls, endpoint):
        """Override: texts lose the NUL that PostgreSQL refuses, and what an address needs has to be there."""
        request.params = _without_nul(request.params)
        if missing := _missing(endpoint, request.params):
            raise BadRequest(f"Missing: {', '.join(missing)}")
        return super()._dispatch(endpoint)

    @classmethod
    def _handle_error(cls, exception):
        """Override: nonsense is its sender's error, not the server's; employees get to see what it was."""
        if _is_nonsense(exception) and not getattr(request, "is_employee", False):
            _logger.info("Answered nonsense by 400: %s", exception, exc_info=exception)
            exception = BadRequest()
        return super()._handle_error(exception)

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        if PRINTER in request.httprequest.user_agent.string and response.location:
            # a picture that is only an address; what prints follows it wherever it leads
            response.status_code = 404
            response.headers.remove("Location")
            response.set_data(b"")
        path, headers = request.httprequest.path, response.headers
        is_page = response.mimetype == "text/html"
        if is_page:
            headers.setdefault("X-Frame-Options", "SAMEORIGIN")
            headers.setdefault("Content-Security-Policy", "frame-ancestors 'self'")
        # files too, such as an invoice of /my and the CFDI of /factura
        is_private = any(path == start or path.startswith(f"{start}/") for start in PRIVATE)
        if is_private or (is_page and request.session.uid):
            headers["Cache-Control"] = "no-store"
        return result


def _is_nonsense(exception):
    says = isinstance(exception, ValueError | TypeError) and str(exception).startswith(NONSENSE_TEXTS)
    return says or isinstance(exception, NONSENSE)


def _without_nul(value):
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    return value


def _missing(endpoint, params):
    """The parameters that ``endpoint`` cannot do without and the request does not have."""
    wanted = inspect.signature(endpoint).parameters.values()
    named = (one for one in wanted if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY))
    return [one.name for one in named if one.default is one.empty and one.name not in params]
