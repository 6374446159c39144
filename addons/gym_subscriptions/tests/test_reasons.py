from odoo.tests import BaseCase, tagged

from ..domain import freezes, lifecycle, starts
from ..models.subscription.gym_subscription_freezing import FREEZE_TEXTS
from ..models.subscription.gym_subscription_gate import REASON_TEXTS
from ..models.subscription.gym_subscription_start import START_TEXTS


@tagged("post_install", "-at_install")
class TestReasons(BaseCase):
    def test_every_reason_of_the_domain_has_a_text_and_no_other(self):
        for codes, texts in (
            (freezes.REASONS.codes, FREEZE_TEXTS),
            (lifecycle.REASONS, REASON_TEXTS),
            (starts.REASONS.codes, START_TEXTS),
        ):
            self.assertEqual(codes, set(texts))
