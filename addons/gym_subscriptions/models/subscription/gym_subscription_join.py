from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ...domain import lifecycle
from ...domain.proration import ZERO
from ..money import add_up, to_decimal


class GymSubscription(models.Model):
    """How a subscription begins: as a trial, paid, as a gift or free of charge."""

    _inherit = "gym.subscription"

    def _preview_activate(self, code=None, gift_periods=0):
        """Return what :meth:`_activate` with these arguments would bill at once and what follows; nothing is written.

        The subscription may be a virtual one (``new``), as on a page where nobody has joined yet.

        :return: dict with ``lines`` (values of dues), ``facts`` (sentences for people), ``next_bill`` (see
            :meth:`_get_next_bill`) and ``date_trial_end``
        :raise UserError: for the reasons of :meth:`_activate`
        """
        self.ensure_one()
        begun = self._get_variant(self._prepare_begin_vals(code, gift_periods))
        lines = begun._take_first_periods(gift_periods)
        later = [Command.create(line | {"state": "pending"}) for line in lines if line.get("bill_when") == "next"]
        begun.due_ids = later
        return {
            "lines": lines,
            "facts": begun._get_begin_facts(),
            "next_bill": begun._get_next_bill(),
            "date_trial_end": begun.date_trial_end,
        }

    def _activate(self, code=None, gift_periods=0, **signed):
        """Begin this draft: charge what falls due at once, or begin its trial.

        Several subscriptions of one payer are begun one by one and invoiced one by one.

        :param str code: of a coupon
        :param int gift_periods: how many periods :attr:`gift_partner_id` pays for; it ends with them
        :param signed: evidence kept with the contract: ``signed_at``, ``channel``
        :return: the invoices
        :raise UserError: when the draft lacks something, the plan has no price or the coupon may not be used
        """
        self.ensure_one()
        values = self.sudo()._prepare_begin_vals(code, gift_periods)
        self.agreement_id._check_covers(self, self.location_id._today())
        self.agreement_id._check_seat_free()
        is_trial = bool(values["date_trial_end"])
        event = lifecycle.START_TRIAL if is_trial else lifecycle.ACTIVATE
        if not self._transition(event, **values | {"signed_at": fields.Datetime.now()} | signed):
            return self.env["account.move"]
        begun = self.sudo()
        lines = begun._take_first_periods(gift_periods)
        begun.env["gym.due"].create(lines)
        self._mark_joined()
        return begun._bill_pending() if not is_trial else self.env["account.move"]

    def _activate_free(self, reason, date_end=None):
        """Begin this draft free of charge, as approved by the current user.

        :param date date_end: first day without access; ``None`` for no end
        """
        self.ensure_one()
        start = self.date_start or self.location_id._today()
        self._check_begin(start)
        self._transition(
            lifecycle.ACTIVATE,
            **self._prepare_contract_vals(),
            is_comp=True,
            comp_reason=reason,
            comp_by_id=self.env.uid,
            date_start=start,
            date_end=date_end,
            price_id=self._get_joining_price().id,
        )
        self._mark_joined()

    # === WHAT IT BEGINS WITH === #

    def _get_variant(self, values):
        """Return this draft with other ``values``, in no database; the draft itself need not be in one either."""
        if not self._origin:
            names = ("member_id", "payer_id", "plan_id", "location_id", "channel", "agreement_id", "date_start")
            values = {name: self[name] for name in (*names, "line_ids")} | values
        return self.new(values, origin=self._origin)

    def _prepare_begin_vals(self, code=None, gift_periods=0):
        """Return the values with which this draft begins."""
        self.ensure_one()
        today = self.location_id._today()
        start = self.date_start or today
        self._check_begin(start, gift_periods)
        trial_days = 0 if gift_periods or self._has_member_subscribed_before() else self.plan_id.trial_days
        anchor = start + relativedelta(days=trial_days)
        ends = trial_days and self.plan_id.trial_outcome == "end"
        values = self._prepare_contract_vals() | {
            "price_id": self._get_joining_price().id,
            "date_start": start,
            "date_trial_end": anchor if trial_days else False,
            "date_anchor": anchor,
            "next_bill_date": False if ends else anchor,
            "date_end": anchor if ends else False,
            "promotion_ids": self._prepare_promotion_commands(today, code),
        }
        cycle = self._get_variant({"date_anchor": anchor})._get_cycle()
        if self.plan_id.term_periods and not gift_periods:
            values["date_term_end"] = cycle.start_of(self.plan_id.term_periods)
        if gift_periods:
            values |= {"is_auto_renewing": False, "date_term_end": cycle.start_of(gift_periods)}
        return values

    def _get_joining_price(self):
        """Return the price for people who join today.

        :raise UserError: when the plan has none yet
        """
        price = self.plan_id._get_offered_price(self.location_id._today())
        if not price:
            raise UserError(
                self.env._("%(plan)s has no price in force today. Add one to the plan.", plan=self.plan_id.name)
            )
        return price

    def _prepare_promotion_commands(self, day, code):
        promotion, coupon = self.env["gym.promotion"]._find_for(self, day, code)
        if not promotion:
            return []
        return [
            Command.create(
                {
                    "promotion_id": promotion.id,
                    "coupon_id": coupon.id,
                    "plan_id": self.plan_id.id,
                    "effect": promotion.effect,
                    "percent": promotion.percent,
                    "amount": promotion.amount,
                    "periods": promotion.periods,
                }
            )
        ]

    def _take_first_periods(self, gift_periods=0):
        """Move this subscription past the periods that are billed on joining and return their dues.

        After a trial only the enrolment is left to bill, with the first dues.
        """
        self.ensure_one()
        lines = self._prepare_enrollment_dues()
        if self.date_trial_end:
            return [line | {"bill_when": "next"} for line in lines]
        for _number in range(gift_periods or 1):
            periods = self._get_next_periods()
            lines += self._prepare_dues(periods)[self.id]
            self._take_period(periods[self.id])
        if self.gift_partner_id:
            lines = [line | {"partner_id": self.gift_partner_id.id} for line in lines]
        return lines

    def _prepare_enrollment_dues(self):
        fee = to_decimal(self.plan_id.enrolment_fee)
        if not fee or self.promotion_ids.promotion_id.filtered("is_enrolment_waived"):
            return []
        product = self.env.ref("gym_subscriptions.product_enrolment")
        payers = self._in_payer_language()
        name = payers.env._("Enrolment: %(plan)s", plan=payers.plan_id.name)
        return [self._prepare_due("enrolment", fee, name, product, taxed_as=self.plan_id, plan_id=self.plan_id.id)]

    def _mark_joined(self):
        """Give the member the day they joined, the first time."""
        for subscription in self.sudo():
            if not subscription.member_id.date_joined:
                subscription.member_id.date_joined = subscription.date_start

    # === FOR PEOPLE === #

    def _get_begin_facts(self):
        """Return what follows after joining, as sentences."""
        self.ensure_one()
        facts = self._get_twin_facts()
        if self._is_ahead():
            facts.append(self.env._("Nobody is let in before %(day)s.", day=self._format_day(self.date_start)))
        if self.date_trial_end:
            facts.append(self.env._("Free until %(day)s.", day=self._format_day(self.date_trial_last)))
        facts += self._get_next_bill_facts()
        if self.date_term_end and not self.gift_partner_id:
            facts.append(self.env._("Minimum term until %(day)s.", day=self._format_day(self.date_term_last)))
        if self.date_end:
            facts.append(self.env._("It ends by itself on %(day)s.", day=self._format_day(self.date_last)))
        return facts

    def _get_next_bill_facts(self):
        bill = self._get_next_bill()
        if not bill:
            return [self.env._("Nothing more will be charged.")]
        amount, day = self.currency_id.format(bill["amount"]), self._format_day(bill["date"])
        fact = self.env._("Next payment: %(amount)s on %(day)s.", amount=amount, day=day)
        return [fact, *self._get_agreement_facts(bill["amount"], bill["date"])]

    @api.model
    def _get_draft_fields(self):
        """Hook: return the fields that sign-ups, online or at the desk, have under the same name and give to the draft.

        Previews and promotions see them on the virtual draft, before anything is written.
        """
        return []

    @api.model
    def _prepare_draft_vals(self, signup):
        """Return the values that ``signup``, a record of any model, gives to the draft."""
        names = [name for name in self._get_draft_fields() if name in signup._fields]
        return {name: signup._fields[name].convert_to_write(signup[name], signup) for name in names}

    def _get_next_bill(self):
        """Return what the payer is charged next as it stands: what they see, are told of beforehand and agree to.

        The share of a company with an agreement is invoiced to it and counts in nothing here.

        :return: dict with ``date`` (after planned freezes), ``amount`` (IVA included), ``lines`` (values of dues) and
            ``pending`` (charges that wait for the invoice); ``None`` when nothing more will be charged
        """
        self.ensure_one()
        period = self._get_next_periods().get(self.id)
        if not period:
            return None
        lines = self._prepare_dues({self.id: period})[self.id] + self._prepare_addon_dues(period.start)
        lines = self._get_own_lines(lines)
        pending = self.due_ids.filtered(lambda line: line.state == "pending" and line.partner_id == self.payer_id)
        amount = max(ZERO, add_up([*(line["amount"] for line in lines), *pending.mapped("amount")]))
        return {"date": self._move_bill(period.start), "amount": amount, "lines": lines, "pending": pending}

    def _get_next_plan_and_price(self):
        """Return plan and price of the next period: those of a planned change that begins with it, else the present."""
        self.ensure_one()
        changes = self._get_changes_due({self.id: self._get_next_start()}) if self._has_next_period() else {}
        return self._get_plan_and_price(changes.get(self._origin.id, ()))

    def _get_payer_price(self, price=None, payer=None, day=None):
        """Return what ``payer`` (the subscription's by default) pays of a whole period with add-ons, before promotions.

        :param price: the plan's ``gym.plan.price``; by default that of what comes next
        :param date day: first day of the period, on which a company may still pay its share; by default the next one
        """
        self.ensure_one()
        day = day or (self._get_next_start() if self._has_next_period() else self.location_id._today())
        price = price or self._get_next_plan_and_price()[1]
        whole = to_decimal(self.price_total) - to_decimal(self.price_id.amount) + to_decimal(price.amount)
        return self._share(whole, day).get((payer or self.payer_id).id, ZERO)

    def _get_agreement_facts(self, amount, day):
        """Hook: return sentences that a preview says of what the payer has to agree to before ``amount`` is charged.

        :param date day: of that bill
        """
        return []

    def _get_own_lines(self, lines):
        """Return those of the values of dues that the payer pays, not a company for them."""
        return [line for line in lines if line["partner_id"] == self.payer_id.id]

    def _format_day(self, day):
        return format_date(self.env, day)
