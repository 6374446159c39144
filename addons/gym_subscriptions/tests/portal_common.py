from dateutil.relativedelta import relativedelta

from odoo.tests import new_test_user

from odoo.addons.gym_members.controllers.portal import CHANGES

from .common import GymSubscriptionsCommon


class PortalDuesCommon(GymSubscriptionsCommon):
    """Ana pays for herself, her daughter Sofía and her husband Raúl, an adult; Beto pays for himself.

    Everybody has the monthly plan "Full" of 499.00 since today; "Basic" is cheaper and "Black" dearer.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.write({"is_online": True, "tier": 2, "freeze_days_per_year": 30})
        cls.basic = cls._create_plan(349.0, name="Basic", tier=1, is_online=True)
        cls.black = cls._create_plan(899.0, name="Black", tier=3, is_online=True)
        cls.ana = cls._create_portal_user("dues_ana", "Ana Ríos")
        cls.beto = cls._create_portal_user("dues_beto", "Beto Garza")
        cls.raul = cls._create_portal_user("dues_raul", "Raúl Ibarra")
        cls.member_ana = cls._create_member(name="Ana Ríos", partner_id=cls.ana.partner_id.id)
        cls.member_beto = cls._create_member(name="Beto Garza", partner_id=cls.beto.partner_id.id)
        cls.member_raul = cls._create_member(name="Raúl Ibarra", partner_id=cls.raul.partner_id.id)
        twelve = cls.env.company._today() - relativedelta(years=12)
        cls.member_sofia = cls._create_member(
            name="Sofía Ríos", birthdate=twelve, guardian_id=cls.ana.partner_id.id, payer_id=cls.ana.partner_id.id
        )
        cls.sub_ana = cls._join(cls.member_ana)
        cls.sub_sofia = cls._join(cls.member_sofia)
        cls.sub_raul = cls._join(cls.member_raul, payer_id=cls.ana.partner_id.id)
        cls.sub_beto = cls._join(cls.member_beto)
        cls.token_ana = cls._create_token(cls.ana.partner_id)
        cls.token_beto = cls._create_token(cls.beto.partner_id)

    def setUp(self):
        super().setUp()
        CHANGES._seen.clear()  # as if nobody had changed anything yet

    @classmethod
    def _create_portal_user(cls, login, name):
        values = {"name": name, "email": f"{login}@example.com", "lang": "en_US", "password": f"{login} long enough"}
        return new_test_user(cls.env, login, groups="base.group_portal", **values)

    @classmethod
    def _join(cls, member, **values):
        subscription = cls._create_subscription(member_id=member.id, **values)
        subscription._activate()
        return subscription

    @classmethod
    def _create_token(cls, partner):
        provider = cls.env.ref("payment.payment_provider_demo")
        provider.write({"state": "test", "allow_tokenization": True})
        method = cls.env["payment.method"].with_context(active_test=False).search([("code", "=", "demo")], limit=1)
        return cls.env["payment.token"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": (method or provider.payment_method_ids[:1]).id,
                "payment_details": "4242",
                "partner_id": partner.id,
                "provider_ref": f"demo {partner.id}",
            }
        )

    @classmethod
    def _publish_agreement(cls, **values):
        document = cls.env["gym.consent.document"].create(
            {
                "name": "Cargos recurrentes",
                "purpose": "recurring_charge",
                "company_id": cls.company.id,
                "body": "<p>Autorizo los cargos.</p>",
            }
            | values
        )
        document._set_published()
        return document

    def _as(self, user, subscription):
        """Return ``subscription`` as the portal hands it to ``user``; empty when it is not for them."""
        env = self.env(user=user)
        return env["gym.subscription"]._get_in_portal(subscription.id, self._get_viewer(env))

    @staticmethod
    def _get_viewer(env):
        return env["gym.subscription"]._get_portal_viewer(env["gym.member"]._get_portal_members())

    def _pay(self, moves):
        for move in moves:
            register = self.env["account.payment.register"]
            register.with_context(active_model="account.move", active_ids=move.ids).create({})._create_payments()

    def _snapshot(self, subscriptions):
        """Return all that a change in the portal could have touched of ``subscriptions``."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = ("plan_id", "state", "token_id", "date_end", "cancel_folio", "next_bill_date", "period_end")
        return [
            (
                subscription.read(names),
                subscription.due_ids.read(["state", "amount"]),
                subscription.change_ids.read(["state", "kind"]),
                subscription.freeze_ids.read(["state", "date_start"]),
                [subscription[name].ids for name in ("mandate_ids",) if name in subscription._fields],
                subscription._get_moves().read(["state", "amount_residual"]),
            )
            for subscription in subscriptions
        ]
