from odoo import api, models
from odoo.exceptions import UserError

from ...domain import changes, lifecycle, pricing
from ...domain.billing import use_credits
from ...domain.periods import Cycle
from ...domain.proration import ZERO
from ..money import add_up, to_decimal


class GymSubscription(models.Model):
    """Changes in the middle of a period: what is left of what goes is credited, what comes is charged for those days.

    Preview and bill are computed by the same method, :meth:`_prepare_difference`: from the subscription as it is to the
    subscription as it will be, which for a preview is a virtual record.
    """

    _inherit = "gym.subscription"

    # === PLAN === #

    def _preview_change_plan(self, plan, when="now"):
        """Return what going to another plan bills and when it holds; see :meth:`_change_plan`.

        :return: dict with ``lines`` and ``facts``
        """
        self.ensure_one()
        self._check_change_plan(plan)
        if when == "period_end" and self.period_end:
            offered = plan._get_offered_price(self.period_end)
            names = {"plan": plan.name, "price": self.currency_id.format(offered.amount)}
            fact = self.env._("From %(day)s: %(plan)s at %(price)s.", day=self._format_day(self.period_end), **names)
            target = self._get_virtual()
            target.write({"plan_id": plan.id, "price_id": offered.id})
            agreement = target._get_agreement_facts(target._get_payer_price(), self.period_end)
            return {"lines": [], "facts": [*target._get_twin_facts(), fact, *agreement]}
        target = self._get_virtual()
        target._take_plan(plan)
        lines, _rows = self._prepare_difference(target)
        target._take_period_of(plan, self)
        return {"lines": lines, "facts": [*target._get_twin_facts(), *target._get_next_bill_facts()]}

    def _change_plan(self, plan, when="now"):
        """Go to another plan, at once or when what is paid is used up.

        At once: the days left are credited at what was billed for them and charged at the new plan's price; a plan with
        other periods begins its first one today. The minimum term that was signed stays.

        :param str when: ``now`` or ``period_end``
        :return: the moves that it billed
        :raise UserError: when the plan is not for this subscription, or it owes, rests or ends
        """
        self.ensure_one()
        self._check_change_plan(plan)
        kind = "upgrade" if plan.tier > self.plan_id.tier else "downgrade"
        names = {"before": self.plan_id.name, "after": plan.name}
        if when == "period_end" and self.period_end:
            self._plan_change(kind, self.period_end, plan_id=plan.id, **names)
            return self.env["account.move"]
        subscription = self.sudo()
        before = self._get_virtual()
        change = subscription._record_change(kind, plan_id=plan.id, **names)
        (subscription._get_planned_changes(kind) | subscription._get_planned_changes("price")).write(
            {"state": "undone"}
        )
        subscription._take_plan(plan)
        lines, rows = before._prepare_difference(subscription)
        subscription._take_period_of(plan, before)
        subscription._emit("subscription.changed", **names)
        return subscription._bill_difference(lines, rows, change)

    def _check_change_plan(self, plan):
        """Refuse a plan that this subscription cannot go to.

        :raise UserError: with the reason
        """
        self._check_can_change()
        names = {"plan": plan.name, "branch": self.location_id.name}
        if plan == self.plan_id:
            raise UserError(self.env._("It is on %(plan)s already.", **names))
        if plan.company_id != self.company_id or (plan.location_ids and self.location_id not in plan.location_ids):
            raise UserError(self.env._("%(branch)s does not sell %(plan)s.", **names))
        if not plan._get_offered_price(self.location_id._today()):
            raise UserError(self.env._("%(plan)s has no price in force today. Add one to the plan.", **names))
        seats = self._count_seats(self.location_id._today())
        if plan.seats_max and seats > plan.seats_max:
            raise UserError(
                self.env._(
                    "%(seats)s people train on this subscription and %(plan)s is for fewer.", seats=seats, **names
                )
            )

    def _check_can_change(self):
        """Refuse changes of what does not run, owes or ends.

        :raise UserError: with the reason
        """
        for subscription in self:
            name = {"subscription": subscription.display_name}
            if subscription.cancel_requested_at or subscription.date_end:
                raise UserError(self.env._("%(subscription)s ends, so it does not change any more.", **name))
            if subscription.period_end and subscription.period_end <= subscription.location_id._today():
                raise UserError(self.env._("%(subscription)s has to be billed first: its period is over.", **name))
            if subscription.state not in (lifecycle.TRIALING, lifecycle.ACTIVE):
                raise UserError(
                    self.env._(
                        "%(subscription)s changes only while it is active or on trial: first it has to be paid, or its "
                        "freeze to end.",
                        **name,
                    )
                )

    def _take_plan(self, plan):
        """Put ``plan`` and the price that it is offered at today in the place of the present ones, its seats' too."""
        self.write({"plan_id": plan.id, "price_id": plan._get_offered_price(self.location_id._today()).id})
        self._take_seat_price()

    def _take_seat_price(self):
        """Let the seats cost what the plan, which has just come, asks for them."""
        self.line_ids.filtered(lambda line: line.kind == "seat").write({"amount": self.plan_id.seat_price})

    def _take_period_of(self, plan, before):
        """Begin the first period of a ``plan`` with other periods than the one ``before`` the change.

        When it is no stub, each promotion that still holds has one period less to go.
        """
        if not before.period_end or plan._get_cycle_key() == before.plan_id._get_cycle_key():
            return
        cycle = self._get_new_cycle()
        period = cycle.period(0)
        self._use_promotions(cycle, period)
        values = {
            "date_anchor": period.start,
            "period_start": period.start,
            "period_end": period.end,
            "next_bill_date": period.end,
        }
        self.write(values)
        self._restart_term(period.start)

    def _restart_term(self, day):
        """Let what is left from ``day`` on of the minimum term count in the periods that begin there."""
        if self.date_term_end and self.date_term_end > day:
            self.term_periods = len(self._get_cycle().periods_between(day, self.date_term_end))

    def _get_new_cycle(self):
        """Return the cycle of the plan as it begins today."""
        plan = self.plan_id
        return Cycle(plan.period_unit, plan.period_count, self.location_id._today(), plan.fortnight_kind)

    # === DIFFERENCE === #

    def _get_virtual(self):
        """Return a copy of this subscription that is in no database, to try a change on or to remember what was."""
        self.ensure_one()
        return self.new({name: self[name] for name in self._get_changing_fields()}, origin=self)

    def _get_changing_fields(self):
        """Return the stored fields that changes write."""
        names = ("plan_id", "price_id", "date_anchor", "period_start", "period_end", "next_bill_date", "term_periods")
        return (*names, "date_term_end", "payer_id", "location_id", "line_ids")

    def _prepare_difference(self, target):
        """Return what a change to ``target`` bills today.

        :param target: this subscription after the change, stored or virtual
        :return: pair of the values of dues, and the billed rows that they put an end to
        """
        self.ensure_one()
        paid = self._get_paid_period()
        if not paid:
            return [], self.env["gym.subscription.period"]
        today, rows = self.location_id._today(), self._get_current_rows()
        before, items = self._get_billed_prices(), {}
        goes_on = target.plan_id._get_cycle_key() == self.plan_id._get_cycle_key()
        period_day = self.period_start if goes_on else today
        whole_items = target._get_items(
            target.plan_id,
            target.price_id,
            today,
            target._get_seasons(),
            price_day=period_day,
            ahead=self._get_current_ahead() if goes_on else 0,
        )
        for item in whole_items.values():
            shares = target._share(item["price"], period_day)
            items |= {f"{item['item']}|{payer}": (item, price) for payer, price in shares.items()}
        after = {key: price for key, (_item, price) in items.items()}
        if goes_on:
            preview = changes.change_now(today, paid, before, after)
            gone = [row for key, row in rows.items() if after.get(key) != before[key]]
        else:
            cycle = target._get_new_cycle()
            first = cycle.period(0)
            preview = changes.restart_now(today, paid, before, after, first, cycle.whole(first))
            gone = list(rows.values())
        dues = [target._to_due(line, rows, items) for line in preview.lines]
        return self._tie_credits(self._cap_credits(dues)), self.env["gym.subscription.period"].browse(
            row.id for row in gone
        )

    def _share(self, price, day):
        """Return what each payer pays of the ``price`` of a period from ``day`` on: dict of partner id to amount."""
        agreement = self._get_agreement_on(day)
        if not agreement:
            return {self.payer_id.id: price}
        company, person = pricing.split_share(price, to_decimal(agreement.share_percent))
        return {agreement.partner_id.id: company, self.payer_id.id: person}

    def _to_due(self, line, rows, items):
        """Return the values of the due for a line of the domain's preview."""
        partner_id = int(line.key.partition("|")[2])
        if line.kind == changes.CREDIT:
            return rows[line.key]._prepare_refund(-line.amount, line.period) | {"partner_id": partner_id}
        item, price = items[line.key]
        return self._prepare_due(
            "proration",
            line.amount,
            self._describe(item["what"], line.period, item["extras"]),
            item["product"],
            line.period,
            taxed_as=item["taxed_as"],
            item=item["item"],
            price=price,
            **self._get_sold_vals(item),
            partner_id=partner_id,
        )

    def _tie_credits(self, dues):
        """Let dues and credits of a payer share an invoice, or a credit note when the payer gets money back.

        Who took over what somebody else had paid gets no credit note for it: what is left over waits for the next
        invoice.
        """
        result = []
        for partner_id, own in self._group_by_partner(dues).items():
            total = add_up(one["amount"] for one in own)
            moves = self.env["account.move"].sudo().browse(filter(None, (one.get("reversed_move_id") for one in own)))
            paid_by_them = moves.filtered(
                lambda move, partner_id=partner_id: move.partner_id.id == partner_id and move.move_type == "out_invoice"
            )
            tied = paid_by_them[-1:].id if total < 0 else False
            own = [one | {"reversed_move_id": tied} for one in own]
            result += own if tied or total >= 0 else self._keep_rest_for_next(own)
        return result

    @api.model
    def _group_by_partner(self, dues):
        groups = {}
        for due in dues:
            groups.setdefault(due["partner_id"], []).append(due)
        return groups

    @api.model
    def _keep_rest_for_next(self, dues):
        """Return ``dues`` with as much credit as the others come to, and the rest of it for the next invoice."""
        credits = {place: one["amount"] for place, one in enumerate(dues) if one["amount"] < 0}
        charged = add_up(one["amount"] for one in dues if one["amount"] > 0)
        used, result = use_credits(charged, credits.items()), []
        for place, one in enumerate(dues):
            if place not in credits:
                result.append(one)
                continue
            if part := used.get(place):
                result.append(one | {"amount": part})
            if rest := credits[place] - used.get(place, ZERO):
                later = {"amount": rest, "date_start": False, "date_end": False, "bill_when": "next"}
                result.append(one | later)
        return result

    def _bill_difference(self, lines, rows, change):
        """Bill at once what a change costs; ``rows`` no longer stand for what runs.

        :return: the moves
        """
        rows.write({"is_superseded": True})
        dues = self.env["gym.due"]
        dues.create([line | {"change_id": change.id} for line in lines if line.get("bill_when") == "next"])
        now = [line | {"change_id": change.id} for line in lines if line.get("bill_when") != "next"]
        return dues.create(now)._bill()
