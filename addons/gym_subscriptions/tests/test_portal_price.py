from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models.portal.gym_subscription_confirm import PreviewChanged
from .portal_common import PortalDuesCommon


@tagged("post_install", "-at_install")
class TestPortalPrice(PortalDuesCommon):
    """A payer reads in the mail where to answer to a new price, and answers to what was shown."""

    @classmethod
    def setUpClass(cls):
        with freeze_time("2026-01-15 18:00:00"):
            super().setUpClass()

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2026-01-25 18:00:00"))
        self.one = self._as(self.ana, self.sub_ana)

    def _tell(self, amount=549.0, day="2026-03-01"):
        price = self.env["gym.plan.price"].create({"plan_id": self.plan.id, "amount": amount, "valid_from": day})
        self.campaign = self.env["gym.price.campaign"].create(
            {"name": "2026", "plan_id": self.plan.id, "price_id": price.id, "date_effective": day}
        )
        self.campaign.action_prepare()
        self.campaign.action_tell()
        return self.campaign.line_ids.filtered(lambda line: line.subscription_id == self.sub_ana)

    def test_the_mail_leads_to_the_answer(self):
        line = self._tell()
        self.assertIn(f"/my/gym/plan/{self.sub_ana.id}/price", line.mail_id.body_html)
        cheaper = self._tell(399.0, "2026-04-01")
        self.assertNotIn("/price", cheaper.mail_id.body_html)

    def test_what_is_accepted_is_planned_and_may_be_taken_back(self):
        line = self._tell()
        self.assertEqual(self.one._get_portal_price_line(), line)
        self.one._answer_price_as_shown("accepted", line._get_digest())
        self.assertRecordValues(line, [{"answer": "accepted", "answered_by_id": self.ana.id}])
        self.assertEqual(line.change_id.state, "planned")
        self.one._answer_price_as_shown("declined", line._get_digest())
        self.assertEqual((line.answer, line.change_id.state), ("declined", "undone"))

    def test_nothing_is_recorded_of_what_was_not_shown(self):
        line = self._tell()
        shown = line._get_digest()
        for answer, digest, error in (("accepted", "x", PreviewChanged), ("perhaps", shown, UserError)):
            with self.assertRaises(error):
                self.one._answer_price_as_shown(answer, digest)
        self.campaign.action_finish()
        with self.assertRaises(PreviewChanged):
            self.one._answer_price_as_shown("accepted", shown)
        self.assertEqual((line.answer, line.change_id.id), ("none", False))

    def test_a_price_in_force_or_a_lower_one_asks_nothing(self):
        line = self._tell()
        self.one._answer_price_as_shown("accepted", line._get_digest())
        line.change_id.sudo().state = "done"
        self.assertFalse(self.one._get_portal_price_line())
        self._tell(399.0, "2026-04-01")
        self.assertFalse(self.one._get_portal_price_line())
