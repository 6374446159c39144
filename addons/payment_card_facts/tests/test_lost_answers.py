from unittest.mock import patch

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.common import PaymentCommon

from ..models.payment_provider import PaymentInDoubt, was_never_sent


def _answer(status, body):
    response = requests.Response()
    response.status_code, response._content, response.url = status, body, "https://provider.example/"
    return response


@tagged("post_install", "-at_install")
@mute_logger("odoo.addons.payment.models.payment_provider")
class TestLostAnswers(PaymentCommon):
    """Only what a provider refused in so many words was not done."""

    def test_answers_that_say_nothing_about_what_was_done_are_a_doubt(self):
        for outcome in (
            _answer(500, b'{"error": {"message": "oops"}}'),
            _answer(502, b"<html>Bad gateway</html>"),
            _answer(504, b""),
            _answer(409, b'{"error": {"message": "a request with this key is under way"}}'),
            _answer(403, b"<html>The firewall says no</html>"),
            _answer(400, b"[]"),
            _answer(200, b'{"id": "pi_1", "sta'),
            _answer(201, b""),
            requests.exceptions.ReadTimeout(),
            requests.exceptions.ConnectionError("reset"),
            requests.exceptions.ChunkedEncodingError("cut"),
            requests.exceptions.ContentDecodingError("no gzip"),
            requests.exceptions.TooManyRedirects(),
        ):
            with self.subTest(outcome=repr(outcome)):
                self.assertIs(type(self._fail("POST", outcome)), PaymentInDoubt)
                self.assertNotIsInstance(self._fail("GET", outcome), PaymentInDoubt)

    def test_a_readable_refusal_and_what_never_left_are_none(self):
        refused = requests.exceptions.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))
        for outcome in (
            _answer(400, b'{"error": {"message": "no such card"}}'),
            _answer(402, b'{"error": {"message": "declined"}}'),
            _answer(401, b'{"message": "wrong key"}'),
            _answer(429, b'{"message": "too many"}'),
            requests.exceptions.ConnectTimeout(),
            refused,
        ):
            with self.subTest(outcome=repr(outcome)):
                self.assertIs(type(self._fail("POST", outcome)), ValidationError)

    def test_what_could_not_be_sent(self):
        self.assertTrue(was_never_sent(requests.exceptions.ConnectTimeout()))
        self.assertTrue(was_never_sent(requests.exceptions.InvalidURL()))
        self.assertFalse(was_never_sent(requests.exceptions.ReadTimeout()))

    def _fail(self, method, outcome):
        result = {"side_effect": outcome} if isinstance(outcome, Exception) else {"return_value": outcome}
        with (
            patch("odoo.addons.payment.models.payment_provider.requests.request", **result),
            self.assertRaises(Exception) as raised,
        ):
            self.provider._send_api_request(method, "charges")
        return raised.exception
