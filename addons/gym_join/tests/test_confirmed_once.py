from decimal import Decimal

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.gym_collection.tests.test_charging import JOINED
from odoo.addons.gym_collection.tests.test_doubts import DoubtCommon

SUITE = ("gym_subscriptions", "gym_collection", "gym_join")
# Dialogs of these addons that show or ask and whose confirming makes no money
MAKE_NOTHING = {"gym.corporate.usage", "gym.corporate.usage.line", "gym.refund.dialog.line"}


@tagged("post_install", "-at_install")
class TestConfirmedOnce(DoubtCommon):
    """A dialog that makes money makes it once, pressed twice at once or again after a lost answer."""

    def test_every_dialog_that_makes_money_takes_its_turn(self):
        """What is confirmed goes through one gate, and each way to it is pressed twice below."""
        self.env.cr.execute(SQL("SELECT model FROM ir_model WHERE transient AND model LIKE %s", "gym.%"))
        ours = {model for (model,) in self.env.cr.fetchall() if self.env.registry[model]._original_module in SUITE}
        gated = {model for model in ours if "is_confirmed" in self.env[model]._fields}
        self.assertEqual(ours - gated, MAKE_NOTHING)
        self.assertEqual(gated, set(self._get_dialogs()))

    @freeze_time(JOINED)
    def test_pressed_twice(self):
        for model, prepare in self._get_dialogs().items():
            with self.subTest(model=model):
                dialog = prepare()
                confirm = dialog.action_finish if model == "gym.join.desk" else dialog.action_confirm
                confirm()
                once = self._count()
                confirm()
                self.assertEqual(self._count(), once)
                self.assertTrue(dialog.is_confirmed)

    @freeze_time(JOINED)
    def test_a_refused_dialog_can_be_put_right(self):
        self._create_subscription()._activate()
        desk = self._open_desk(amount=-1.0)
        with self.assertRaises(UserError), self.cr.savepoint():
            desk.action_confirm()
        desk.invalidate_recordset()
        self.assertFalse(desk.is_confirmed)
        desk.amount = 499.0
        desk.action_confirm()
        self.assertTrue(desk.is_confirmed)

    # --- helpers

    def _count(self):
        """Return how many rows there are of everything that is money, or makes some."""
        models = (
            "account.payment",
            "account.move",
            "gym.subscription",
            "gym.subscription.line",
            "gym.subscription.period",
            "gym.due",
            "gym.subscription.change",
            "gym.refund",
            "gym.chargeback",
            "gym.subscription.freeze",
            "payment.transaction",
        )
        self.env.flush_all()
        return {model: self.env[model].sudo().search_count([]) for model in models}

    def _get_dialogs(self):
        """Return how a dialog ready to be confirmed is prepared, by model."""
        return {
            "gym.payment.desk": self._prepare_desk,
            "gym.refund.dialog": self._prepare_refund,
            "gym.refund.pay": self._prepare_refund_pay,
            "gym.doubt.dialog": self._prepare_doubt,
            "gym.chargeback.record": self._prepare_chargeback,
            "gym.join.desk": self._prepare_join,
            "gym.subscription.begin": lambda: self._open("begin", self._create_subscription(), is_second_wanted=True),
            "gym.subscription.come.back": self._prepare_come_back,
            "gym.subscription.change.plan": lambda: self._open(
                "change.plan", self._join()[0], plan_id=self._create_plan(price=899.0, name="More").id, when="now"
            ),
            "gym.subscription.add": self._prepare_add,
            "gym.subscription.remove": self._prepare_remove,
            "gym.subscription.party": lambda: self._open(
                "party", self._join()[0], partner_id=self._create_member(name="Paga").partner_id.id
            ),
            "gym.subscription.freeze.wizard": lambda: self._open(
                "freeze.wizard", self._join(plan_id=self._create_plan(name="Frees", freeze_days_per_year=30).id)[0]
            ),
            "gym.subscription.cancel": lambda: self._open("cancel", self._join()[0]),
        }

    def _open(self, name, subscription, **values):
        return self.env[f"gym.subscription.{name}"].create({"subscription_id": subscription.id} | values)

    def _open_desk(self, **values):
        values = {"member_id": self.member.id, "journal": str(self.cash.id)} | values
        return self.env["gym.payment.desk"].with_user(self.desk).create(values)

    def _prepare_desk(self):
        self._create_subscription()._activate()
        return self._open_desk(amount=100.0)

    def _prepare_refund(self):
        subscription, move, _charge = self._join_paid()
        dialog = self.env["gym.refund.dialog"].browse(subscription.action_refund()["res_id"])
        dialog.line_id = dialog.line_ids.filtered(lambda line: line.move_id == move)
        dialog.amount = 100.0
        return dialog

    def _prepare_refund_pay(self):
        _subscription, move = self._join()
        self._pay_cash(move)
        refund = move._give_back(Decimal("100.00"), "").gym_refund_ids
        return self.env["gym.refund.pay"].create({"refund_id": refund.id, "journal": str(self.cash.id)})

    def _prepare_doubt(self):
        values = {"charge_id": self._doubt_charge().id, "finding": "not_taken", "note": "Not in the panel"}
        return self.env["gym.doubt.dialog"].with_user(self.owner).create(values)

    def _prepare_chargeback(self):
        charge = self._join_paid()[2]
        return self.env["gym.chargeback.record"].create({"charge_id": charge.id, "amount": 100.0})

    def _prepare_join(self):
        desk = self.env["gym.join.desk"].create(
            {"name": "Nadia", "location_id": self.roma.id, "plan_id": self.plan.id, "journal": str(self.cash.id)}
        )
        for _step in range(3):
            desk.action_next()
        return desk

    def _prepare_add(self):
        self.plan.addon_ids |= self._create_addon()
        return self._open("add", self._join()[0], addon_id=self.plan.addon_ids[0].id)

    def _prepare_remove(self):
        addon = self._create_addon()
        self.plan.addon_ids |= addon
        subscription = self._join()[0]
        subscription._add_addon(addon)
        return self._open("remove", subscription, line_id=subscription.line_ids.filtered("addon_id")[:1].id)

    def _prepare_come_back(self):
        subscription = self._join()[0]
        subscription._cancel()
        return self._open("come.back", subscription)
