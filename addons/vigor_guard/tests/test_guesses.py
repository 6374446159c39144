from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import GuardCase

LIMITS = 3, 1800


@tagged("post_install", "-at_install")
class TestGuesses(GuardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guesses = cls.env["vigor.guard.attempt"]
        cls.by_network, cls.by_number = ("voucher network", "192.0.2.7"), ("voucher number", "A-1")

    def test_too_many_misses_of_either_forbid_another(self):
        for number in range(3):
            self.assertTrue(self.guesses._may_guess(*LIMITS, self.by_network, self.by_number))
            self.guesses._record_miss(self.by_network, ("voucher number", f"B-{number}"))
        self.assertFalse(self.guesses._may_guess(*LIMITS, self.by_network, self.by_number))
        self.assertTrue(self.guesses._may_guess(*LIMITS, ("voucher network", "192.0.2.8"), self.by_number))

    def test_misses_are_forgotten_with_time(self):
        for _time in range(3):
            self.guesses._record_miss(self.by_number)
        self.assertFalse(self.guesses._may_guess(*LIMITS, self.by_number))
        with freeze_time(fields.Datetime.now() + timedelta(seconds=1801)):
            self.assertTrue(self.guesses._may_guess(*LIMITS, self.by_number))

    def test_neither_network_nor_number_is_kept(self):
        self.guesses._record_miss(self.by_network, self.by_number)
        kept = " ".join(self.guesses.search([]).mapped("key"))
        self.assertNotIn("192.0.2.7", kept)
        self.assertNotIn("A-1", kept)
