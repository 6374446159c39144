from freezegun import freeze_time

from odoo.fields import Command

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon

# Noon of these days in Mexico City
JOINED, SECOND, THIRD = "2026-03-10 18:00:00", "2026-04-10 18:00:00", "2026-05-10 18:00:00"


class ReferralsCommon(GymSubscriptionsCommon):
    """Ana trains and invites; a program gives 150.00 when a friend has paid twice and stayed 30 days.

    The friend begins without enrolment fee.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.enrolment_fee = 200
        cls.cash = cls.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.promotion = cls.env["gym.promotion"].create(
            {
                "name": "Sin inscripción",
                "company_id": cls.company.id,
                "date_start": "2026-01-01",
                "effect": "percent",
                "percent": 10,
                "periods": 1,
                "is_enrolment_waived": True,
                "is_coupon_needed": True,
            }
        )
        cls.program = cls.env["gym.referral.program"].create(
            {
                "name": "Trae a un amigo",
                "company_id": cls.company.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "friend_promotion_id": cls.promotion.id,
                "rule_ids": [Command.create({"trigger": "qualified", "amount": 150})],
            }
        )
        cls.program.action_run()
        cls.ana = cls._create_member(name="Ana Ríos", phone="5511111111")
        with freeze_time(JOINED):
            cls.sub_ana = cls._begin(cls.ana)

    @classmethod
    def _begin(cls, member, **values):
        subscription = cls._create_subscription(member_id=member.id, **values)
        subscription._activate()
        return subscription

    @classmethod
    def _bring(cls, name="Beto Garza", **values):
        """Return the referral of a friend who joins today by Ana's code."""
        friend = cls._create_member(name=name, phone="55" + str(abs(hash(name)))[:8].zfill(8))
        cls._begin(friend, **({"invited_by_id": cls.ana.id, "referral_way": "code"} | values))
        return cls.env["gym.referral"].search([("friend_id", "=", friend.id)])

    def _bill(self, subscription):
        return self.env["gym.billing.engine"]._bill(subscription).moves

    def _pay(self, moves):
        register = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=moves.ids)
        register.create({"journal_id": self.cash.id})._create_payments()

    def _pay_all(self, referral):
        """Bill what is due of the friend, pay all that is open, and let the night come."""
        subscription = referral.subscription_id
        self._bill(subscription)
        self._pay(subscription._get_moves().filtered(lambda move: move.amount_residual))
        self.env["gym.referral"]._cron_follow()
