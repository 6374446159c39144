from uuid import uuid4

from odoo import Command, fields
from odoo.tests import freeze_time, new_test_user

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon

NOON = "2026-03-10 18:00:00"  # noon of a Tuesday in Mexico City


class GymPosCommon(GymSubscriptionsCommon):
    """The till of Roma Norte, open since noon, with cash and a card terminal; a member who owes 499.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("till_clerk", "gym_members.group_gym_frontdesk", cls.roma)
        cls.manager = cls._create_user("till_manager", "gym_members.group_gym_manager", cls.roma)
        cls.cash = cls._create_pos_method("Cash", "cash", "TILC")
        cls.card = cls._create_pos_method("Card", "bank", "TILB")
        cls.config = cls._create_config(cls.roma, cls.cash | cls.card)
        cls.dues = cls.env.ref("gym_pos.product_dues")
        iva = cls.company.account_sale_tax_id.copy(
            {"name": "IVA of the shelf", "price_include_override": "tax_included"}
        )
        cls.water = cls.env["product.product"].create(
            {"name": "Water", "list_price": 20.0, "available_in_pos": True, "taxes_id": [Command.set(iva.ids)]}
        )

    @classmethod
    def _create_user(cls, login, group, location):
        return new_test_user(
            cls.env,
            login,
            groups=group,
            password=f"{login} long enough",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            gym_location_ids=[Command.set(location.ids)],
        )

    @classmethod
    def _create_pos_method(cls, name, kind, code):
        journal = cls.env["account.journal"].create(
            {"name": f"{name} of the till", "type": kind, "code": code, "company_id": cls.company.id}
        )
        return cls.env["pos.payment.method"].create(
            {"name": name, "journal_id": journal.id, "company_id": cls.company.id}
        )

    @classmethod
    def _create_config(cls, location, methods):
        return cls.env["pos.config"].create(
            {
                "name": f"Till {location.name}",
                "company_id": location.company_id.id,
                "gym_location_id": location.id,
                "payment_method_ids": [Command.set(methods.ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(NOON))
        self.move = self._create_subscription()._activate()
        self.session = self._open(self.config)

    def _open(self, config):
        config.open_ui()
        session = config.current_session_id
        session.set_opening_control(0, "")
        return session

    def _sync(self, lines, payments, user=None, **values):
        """Synchronise one paid ticket, as the till of ``self.session`` sends it.

        :param lines: values of lines with product, price and quantity
        :param payments: pairs of method and amount
        """
        commands = [Command.create(self._prepare_line(**line)) for line in lines]
        total = sum(command[2]["price_subtotal_incl"] for command in commands)
        net = sum(command[2]["price_subtotal"] for command in commands)
        data = {
            "uuid": str(uuid4()),
            "session_id": self.session.id,
            "company_id": self.company.id,
            "partner_id": False,
            "user_id": (user or self.clerk).id,
            "access_token": str(uuid4()),
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "amount_total": total,
            "amount_tax": total - net,
            "amount_paid": total,
            "amount_return": 0,
            "state": "paid",
            "lines": commands,
            "payment_ids": [
                Command.create({"payment_method_id": method.id, "amount": amount, "uuid": str(uuid4())})
                for method, amount in payments
            ],
        } | values
        orders = self.env["pos.order"].with_user(user or self.clerk)
        orders.sync_from_ui([data])
        return self.env["pos.order"].search([("uuid", "=", data.get("uuid") or values.get("uuid"))])

    def _prepare_line(self, product=None, price=0.0, qty=1, member=None, **values):
        product = product or self.dues
        taxes = product.taxes_id.filtered(lambda tax: tax.company_id == self.company)
        amounts = taxes.compute_all(price, self.company.currency_id, qty, product=product)
        return {
            "product_id": product.id,
            "full_product_name": product.name,
            "price_unit": price,
            "qty": qty,
            "price_subtotal": amounts["total_excluded"] if taxes else price * qty,
            "price_subtotal_incl": amounts["total_included"] if taxes else price * qty,
            "tax_ids": [Command.set(taxes.ids)],
            "gym_member_id": member.id if member else False,
            "uuid": str(uuid4()),
        } | values

    def _close(self, session=None):
        session = session or self.session
        session.post_closing_cash_details(session.cash_register_balance_end)
        session.update_closing_control_state_session("")
        session.close_session_from_ui()
        self.assertEqual(session.state, "closed")

    def _get_clearing(self):
        account = self.company.gym_pos_journal_id.default_account_id
        items = self.env["account.move.line"].search([("account_id", "=", account.id), ("parent_state", "=", "posted")])
        return sum(items.mapped("balance"))
