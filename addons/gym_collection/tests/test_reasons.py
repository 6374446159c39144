from odoo.tests import BaseCase, tagged

from ..domain import consent_guard
from ..models.charging.gym_charge import REASON_TEXTS


@tagged("post_install", "-at_install")
class TestReasons(BaseCase):
    def test_every_reason_of_the_guard_has_a_text(self):
        self.assertLessEqual(consent_guard.REASONS.codes, set(REASON_TEXTS))
