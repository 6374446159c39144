"""Answers to errors in JSON, without what they say of the server.

Odoo has one dispatcher for a kind of route in the whole process; errors before a database's code is reached (an unknown
model, a route's ``readonly``) are answered by it alone.
"""

import json

from werkzeug.exceptions import HTTPException

from odoo.exceptions import UserError
from odoo.http import Json2Dispatcher, JsonRPCDispatcher, SessionExpiredException

# What Odoo's own pages read in an answer: the page that waits for a payment asks again
WORDS_OF_PAGES = {"retry"}


class GuardedJsonRPCDispatcher(JsonRPCDispatcher):
    routing_type = "jsonrpc"

    def handle_error(self, exc):
        return _without_traceback(super().handle_error(exc), exc, self.request)


class GuardedJson2Dispatcher(Json2Dispatcher):
    routing_type = "json2"

    def handle_error(self, exc):
        return _without_traceback(super().handle_error(exc), exc, self.request)


def _without_traceback(response, exception, request):
    """Take traceback, and texts that nobody wrote to be read, out of the answer to strangers."""
    if getattr(request, "is_employee", False) or getattr(response, "mimetype", "") != "application/json":
        return response
    body = json.loads(response.get_data())
    error = body["error"]["data"] if "jsonrpc" in body else body
    if "debug" in error:
        error["debug"] = ""
        is_told = isinstance(exception, (UserError, HTTPException, SessionExpiredException))
        if not is_told and str(exception) not in WORDS_OF_PAGES:
            error.update(message="Server Error", arguments=[], context={})
        response.set_data(json.dumps(body))
    return response
