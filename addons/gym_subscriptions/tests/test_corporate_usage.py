from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestCorporateUsage(GymSubscriptionsCommon):
    """A company that pays 60 % of two people's dues; a third person has nothing to do with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls.env["res.partner"].create({"name": "Acme", "is_company": True})
        cls.agreement = cls.env["gym.corporate.agreement"].create(
            {
                "name": "Acme 2026",
                "partner_id": cls.acme.id,
                "share_percent": 60,
                "company_id": cls.company.id,
                "seats": 5,
                "date_start": "2020-01-01",
            }
        )

    def _open(self, user=None, **values):
        usage = self.env["gym.corporate.usage"].with_user(user or self.env.user)
        return usage.create({"agreement_id": self.agreement.id} | values)

    @freeze_time("2026-03-10 18:00:00")
    def test_it_adds_up_to_what_was_billed(self):
        moves = self.env["account.move"]
        for name in ("Ana", "Beto"):
            member = self._create_member(name=name)
            moves |= self._create_subscription(member_id=member.id, agreement_id=self.agreement.id)._activate()
        self._create_subscription()._activate()
        usage = self._open()
        self.assertEqual((usage.date_from, usage.date_last), (date(2026, 3, 1), date(2026, 3, 31)))
        self.assertEqual(usage.line_ids.mapped("member_id.name"), ["Ana", "Beto"])
        self.assertEqual((usage.seats_used, usage.seats), (2, 5))
        to_acme = moves.filtered(lambda move: move.partner_id == self.acme)
        self.assertAlmostEqual(usage.company_amount, sum(to_acme.mapped("amount_total")))
        self.assertAlmostEqual(usage.company_amount + usage.member_amount, 998.0)
        self.assertFalse(self._open(date_from="2026-04-01", date_last="2026-04-30").line_ids)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "gym_subscriptions.gym_corporate_usage_report", usage.ids
        )
        text = html[0].decode()
        for expected in ("Ana", "Beto", "Acme", "598.80", "399.20"):
            self.assertIn(expected, text)

    def test_only_managers_and_accountants_see_it(self):
        here = {"gym_location_ids": [(6, 0, self.roma.ids)]}
        manager = new_test_user(self.env, "boss_of_usage", groups="gym_members.group_gym_manager", **here)
        desk = new_test_user(self.env, "desk_of_usage", groups="gym_members.group_gym_frontdesk", **here)
        self.assertTrue(self.agreement.with_user(manager).action_usage()["res_id"])
        with self.assertRaises(AccessError):
            self.agreement.with_user(desk).action_usage()
