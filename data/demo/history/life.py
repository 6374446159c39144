"""The past of the gym, day by day: who comes and goes, what falls due, and who pays."""

import gc
import logging
import random
from datetime import timedelta
from operator import itemgetter
from unittest.mock import patch

from odoo.exceptions import UserError

from . import books, clock, contracts, jobs, mail, offer
from .desk import Desk

_logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
ENROLMENT_FROM = timedelta(days=31)
# Days of the month on which people come, the desk enters what was paid, and notices and reminders go out. What begins
# on one of them falls due on one of them, so that bills, charges and payments are many at once.
OFFICE_DAYS = range(1, 29, 3)
SEED = 43
OWED_AT_MOST = timedelta(days=60)
GARBAGE = (50_000, 20, 100)  # after how much new there is it is looked for: seldom, since most is kept for long
CLOSING_DAY = 3  # of the month, on which the accountant takes over the income of the month before
# What happens to a running subscription in a month, of a thousand.
A_MONTH = {"freeze": 14, "upgrade": 12, "downgrade": 10, "card_fails": 25}
LAST_DAYS = timedelta(days=5)  # in which nothing but bills and payments happens


def live(env, rows, reception, days):
    """Let the gym live until yesterday: today is left to the server that will serve it.

    :param rows: of ``members.csv``
    :param reception: registers people on the day on which they come
    :param int days: how many
    """
    today = env.company._today()
    first = today - DAY * days
    gc.freeze()  # what Odoo consists of is not looked through again and again
    gc.set_threshold(*GARBAGE)
    with clock.moved(first) as move_to, jobs.taken(env, today) as queue, mail.accepted():
        gym = Gym(env, rows, (first, today), reception, queue)
        for number in range(days):
            move_to(first + DAY * number)
            gym.pass_day(first + DAY * number)
            _logger.info("Lived (%s/%s) days", number + 1, days)  # scripts/run shows how far it is


class Gym:
    """The gym on one day after the other."""

    def __init__(self, env, rows, span, reception, queue):
        self.env, self.reception, self.queue = env, reception, queue
        self.first, self.last = span
        self.offer = offer.make(env, self.first)
        self.subscriptions, self.agenda = {}, {}
        self.dice = random.Random(SEED)
        agreed = contracts.decide(rows, self.last, self.first)
        self.desk = Desk(env, self.offer)
        self.arrivals, self.joins = {}, {}
        for day, coming in sorted(contracts.arrivals(rows, agreed, self.last, self.first).items(), key=itemgetter(0)):
            self.arrivals.setdefault(self._get_office_day(day), []).append(coming)
        for contract in agreed:
            self.joins.setdefault(self._get_office_day(contract.day), []).append(contract)

    def _plan(self, day, what, *arguments):
        """Write into the agenda of the next office day from ``day`` on."""
        self.agenda.setdefault(self._get_office_day(day), []).append((what, arguments))

    def _get_office_day(self, day):
        while not self._is_office_day(day):
            day += DAY
        return day

    def _is_office_day(self, day):
        return day.day in OFFICE_DAYS or day == self.last - DAY

    # --- a day

    def pass_day(self, today):
        """What the crons, the members and the desk do on ``today``."""
        if today == self.first + ENROLMENT_FROM:
            offer.ask_enrolment(self.offer)
        self._confirm_pending()
        self._run_crons(today)
        for coming in self.arrivals.pop(today, ()):
            self.reception.register(*coming)
        self._let_join(today, self.joins.pop(today, ()))
        for what, arguments in self.agenda.pop(today, ()):
            self._try(what, today, *arguments)
        self.queue.work_off()
        if self._is_office_day(today):
            self._keep_office(today)
            self.queue.work_off()
        self.env.cr.commit()

    def _run_crons(self, today):
        self.env["gym.subscription"]._cron_turn_day()
        self.env["gym.billing.run"]._cron_bill()
        self.queue.work_off()
        self.env["gym.charge"]._cron_charge()
        if today.day == CLOSING_DAY:
            self.env["gym.deferral"]._cron_close_months()
        self.queue.work_off()

    def _keep_office(self, today):
        self.env["gym.charge.notice"]._cron_send_notices()
        self.desk.take_payments(today)
        self.desk.pay_back(today)
        self.env["gym.dunning.case"]._cron_dun()
        self.queue.work_off()
        self._let_go(today)
        mail.send_waiting(self.env)

    def _let_go(self, today):
        """End the subscriptions of who has owed for too long."""
        cases = self.env["gym.dunning.case"].search([("state", "=", "open"), ("date_due", "<", today - OWED_AT_MOST)])
        for subscription in (
            self.env["account.move"].union(*(case._get_overdue_moves() for case in cases))._get_gym_subscriptions()
        ):
            if subscription.state == "suspended":
                subscription._cancel(at="now", reason=self.env.ref("gym_subscriptions.cancel_reason_debt"))
        cases.action_give_up()

    def _confirm_pending(self):
        """Let the bank say yes to what it left open the day before."""
        pending = self.env["payment.transaction"].search([("state", "=", "pending")])
        for transaction in pending:
            transaction.action_demo_set_done()
        with books.charged_together(self.env):
            pending._post_process()

    def _try(self, what, today, *arguments):
        """Let something happen, unless the gym has to refuse it; tell whether it happened."""
        try:
            with self.env.cr.savepoint():
                getattr(self, f"_do_{what}")(today, *arguments)
        except UserError as error:
            _logger.info("%s %s: %s", what, arguments, error)
            return False
        return True

    # --- joining

    def _let_join(self, today, agreed):
        """Let people join; what they have to pay at once is invoiced together."""
        joined = self.env["gym.subscription"]
        with patch.object(self.env.registry["gym.subscription"], "_bill_pending", lambda one: one.env["account.move"]):
            for contract in agreed:
                if self._try("join", today, contract):
                    joined |= self.subscriptions[contract.ref]
        joined._bill_pending()._plan_charges_of_cards()

    def _do_join(self, today, contract):
        member, plan = self.reception.members[contract.ref], self.offer.plans[contract.plan]
        subscription = self.env["gym.subscription"].create(
            {
                "member_id": member.id,
                "plan_id": plan.id,
                "channel": contract.channel,
                "agreement_id": self.offer.agreement.id if contract.plan == "EMP" else False,
            }
        )
        self.desk.pays[subscription.payer_id.id] = contract.pays
        subscription._activate(self.offer.coupon if contract.coupon else None)
        self.subscriptions[contract.ref] = subscription
        if contract.pays == "card":
            self._take_card(subscription)
        self._plan_life(contract, today)

    def _take_card(self, subscription, answer="done"):
        """Let the payer agree to charges and give a card, which from now on gives this ``answer``."""
        payer = subscription.payer_id
        card = self.env["payment.token"].create(
            {
                "provider_id": self.offer.provider.id,
                "payment_method_id": self.env.ref("payment_demo.payment_method_demo").id,
                "payment_details": f"{self.dice.randrange(10000):04}",
                "partner_id": payer.id,
                "provider_ref": f"demo-{subscription.name}-{len(payer.payment_token_ids)}",
                "demo_simulated_state": answer,
            }
        )
        subscription._set_token(card)
        self._agree(subscription)

    def _agree(self, subscription):
        """Record the consent to automatic charges of this plan, up to a quarter above its price."""
        member = subscription.member_id
        member._withdraw_consent("recurring_charge", method="staff")
        [consent] = self.env["gym.consent"]._record(
            [
                {
                    "member": member,
                    "document": self._get_document(),
                    "method": "import",
                    "signer": subscription.payer_id,
                }
            ]
        )
        subscription._record_mandate(consent, subscription.price_total * 1.25 + 500)

    def _get_document(self):
        documents = self.env["gym.consent.document"]._get_in_force(self.env.company.ids, self.env.company._today())
        return documents.filtered(lambda document: document.purpose == "recurring_charge")

    # --- what may happen later

    def _plan_life(self, contract, today):
        """Write into the agenda what will happen to a subscription that begins today."""
        for ref, day in contract.seats:
            self._plan(max(day, today + DAY), "seat", contract, ref)
        if contract.addon is not None:
            self._plan(today + DAY * 2, "addon", contract)
        if contract.leaves:
            is_withdrawal = contract.leaves_how == "withdrawal"  # for which the law gives a few days only
            self._plan(today + DAY if is_withdrawal else max(contract.leaves, today + DAY), "leave", contract)
        for what, chance in A_MONTH.items():
            day = today
            while (day := day + DAY * self.dice.randint(20, 40)) < self.last - LAST_DAYS:
                if self.dice.random() < chance / 1000:
                    self._plan(day, what, contract)

    def _do_seat(self, today, contract, ref):
        member = self.reception.members[ref]
        self.subscriptions[contract.ref]._add_seat(member)
        if not member.date_joined:
            member.date_joined = today

    def _do_addon(self, _today, contract):
        self.subscriptions[contract.ref]._add_addon(self.offer.addons[contract.addon])

    def _do_freeze(self, today, contract):
        self.subscriptions[contract.ref]._freeze(today, today + DAY * self.dice.choice((10, 14, 15)), "Viaje")

    def _do_upgrade(self, today, contract):
        self._change_plan(today, contract, "_get_higher_plans", "now")

    def _do_downgrade(self, today, contract):
        self._change_plan(today, contract, "_get_lower_plans", "period_end")

    def _change_plan(self, today, contract, getter, when):
        subscription = self.subscriptions[contract.ref]
        plans = getattr(subscription, getter)().filtered(
            lambda plan: plan._get_cycle_key() == subscription.plan_id._get_cycle_key()
        )
        if plans:
            subscription._change_plan(plans.sorted("tier")[0 if when == "now" else -1], when)
            if subscription.token_id:
                day = subscription.period_end + DAY if when == "period_end" else today
                self._plan(max(day, today + DAY), "agree_anew", contract)

    def _do_agree_anew(self, _today, contract):
        """Another plan needs another consent; until it is there, the card is not charged."""
        subscription = self.subscriptions[contract.ref]
        self._agree(subscription)
        refused = subscription.period_ids.move_id.gym_charge_ids.filtered(lambda charge: charge.state == "refused")
        refused.filtered(lambda charge: charge.move_id.amount_residual > 0).action_charge_again()

    def _do_card_fails(self, today, contract):
        """The card expires or has no money on it for some weeks."""
        card = self.subscriptions[contract.ref].token_id
        if card:
            card.demo_simulated_state = self.dice.choice(("error", "error", "error", "pending"))
            self._plan(today + DAY * self.dice.randint(30, 45), "card_works", contract)

    def _do_card_works(self, _today, contract):
        self.subscriptions[contract.ref].token_id.demo_simulated_state = "done"

    def _do_leave(self, _today, contract):
        subscription = self.subscriptions[contract.ref]
        subscription._cancel(
            at=contract.leaves_how,
            reason=self.dice.choice(self.offer.reasons),
            by=self.dice.choice(("member", "staff")),
            is_rest_refunded=contract.leaves_how == "now",
        )
