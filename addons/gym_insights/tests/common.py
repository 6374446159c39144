from odoo.tests import freeze_time

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


class InsightsCommon(GymSubscriptionsCommon):
    """A company whose two branches begin on 15 January 2026 at noon of Mexico City."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._ensure_gym_deferral()
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2026-01-15 18:00:00"))

    def _go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _join(self, location=None, plan=None, **values):
        member = self._create_member(**{"name": "Somebody", "location_id": (location or self.roma).id} | values)
        subscription = self._create_subscription(member_id=member.id, plan_id=(plan or self.plan).id)
        return subscription, subscription._activate()

    def _pay(self, move, amount=None):
        """Money for one invoice, received today."""
        day = move.gym_location_id._today()
        payer, amount = move.partner_id, amount or move.amount_residual
        return self.bank._receive_gym_payment(payer, amount, day, move)

    def _get(self, user=None, location=None):
        self.env.flush_all()
        self.env.invalidate_all()
        page = self.env["gym.insights"].with_user(user or self.owner)
        return page.with_context(allowed_company_ids=self.company.ids, lang="en_US").get_today(location and location.id)

    def _tile(self, key, **options):
        return next(tile for tile in self._get(**options)["tiles"] if tile["key"] == key)

    def _money(self, amount):
        return self.company.currency_id.format(amount)
