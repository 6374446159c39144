from odoo import models
from odoo.fields import Command
from odoo.tools import format_date

from ...domain import pricing
from ...domain.proration import prorate
from ..money import to_decimal


class GymSubscription(models.Model):
    """What a period of a subscription costs: one method for previews, the portal and the billing run.

    A subscription is billed item by item: ``plan``, ``seat:1`` for the first seat beyond those in the price, and
    ``addon:7`` for the add-on with that id.
    """

    _inherit = "gym.subscription"

    def _prepare_dues(self, periods):
        """Return the dues of one period of each of these subscriptions.

        Planned changes (another plan, another price) that begin with the period are taken into account. Nothing is
        written. The number of queries does not grow with the records.

        :param dict periods: subscription id to :class:`~...domain.periods.Period`
        :return: dict of subscription id to list of values of ``gym.due``; amounts include IVA and
            may be 0 in a free period
        :raise UserError: when a branch has no tax; the message names it
        """
        changes = self._get_changes_due({id_: period.start for id_, period in periods.items()})
        seasons = self._get_seasons()
        result = {}
        for subscription in self:
            period = periods[subscription.id]
            plan, price = subscription._get_plan_and_price(changes.get(subscription._origin.id, ()))
            whole = subscription._get_cycle(plan, period.start).whole(period)
            items = subscription._get_items(plan, price, period.start, seasons)
            result[subscription.id] = [
                due
                for item in items.values()
                for due in subscription._prepare_item_dues(item, period, prorate(item["price"], period, whole))
            ]
        return result

    def _get_changes_due(self, starts):
        """Return the planned changes that a period taken up on a given day carries out, oldest first.

        :param dict starts: subscription id to the first day of its period
        :return: dict of id, in the database, to ``gym.subscription.change``
        """
        result = {}
        for subscription in self:
            stored, start = subscription._origin.sudo(), starts[subscription.id]
            due = stored.change_ids.filtered(
                lambda change, start=start: change.state == "planned" and change.date_effective <= start
            )
            if due:
                result[stored.id] = due.sorted(lambda change: (change.date_effective, change.id))
        return result

    def _get_plan_and_price(self, changes):
        """Return plan and price after ``changes``; another plan comes with the price offered on the change's day.

        A price of another plan than the one it is on by then has no effect.
        """
        self.ensure_one()
        plan, price = self.plan_id, self.price_id
        for change in changes:
            if change.plan_id:
                plan, price = change.plan_id, change.plan_id._get_offered_price(change.date_effective)
            if change.price_id.plan_id == plan:
                price = change.price_id
        return plan, price

    def _get_seasons(self):
        """Return the seasonal prices of these subscriptions' companies, as rules of the domain by plan."""
        seasons = self.env["gym.plan.season"].sudo().search([("company_id", "in", self.company_id.ids)])
        rules = {}
        for season in seasons:
            for plan in season.plan_ids:
                rules.setdefault(plan.id, []).append(season._to_rule())
        return rules

    # === ITEMS === #

    def _get_items(self, plan, price, day, seasons, price_day=None, ahead=0):
        """Return what a whole period consists of on ``day``.

        :param dict seasons: of :meth:`_get_seasons`
        :param date price_day: first day of the period, when ``day`` is a later one of it
        :param int ahead: how many whole periods will have been billed by then that are not yet; see
            :meth:`_get_current_ahead` for the one that is billed already
        :return: dict of key to dict with ``item`` (the key), ``kind``, ``what`` (name), ``extras`` (names of
            promotions), ``product``, ``taxed_as`` (plan or add-on), ``line`` and ``price`` (``Decimal``, whole period)
        """
        self.ensure_one()
        uses = self._get_promotions_of(plan, ahead)
        amount = pricing.period_price(
            to_decimal(price.amount),
            price_day or day,
            seasons.get(plan.id, ()),
            [use._to_rule(ahead) for use in uses],
        )
        items = [self._make_item("plan", "dues", plan.name, plan, amount, extras=uses.mapped("display_name"))]
        for number, amount in enumerate(self._get_seat_prices(plan, day), start=1):
            what = self.env._("%(plan)s, extra seat %(number)s", plan=plan.name, number=number)
            items.append(self._make_item(f"seat:{number}", "seat", what, plan, amount))
        for line in self.line_ids:
            if line.kind == "addon" and line.cycle == "plan" and line._is_there_on(day):
                items.append(line._make_item())
        return {item["item"]: item for item in items}

    def _make_item(self, key, kind, what, sold, price, line=None, extras=()):
        return {
            "item": key,
            "kind": kind,
            "what": what,
            "extras": extras,
            "product": sold.product_id,
            "taxed_as": sold,
            "line": line,
            "price": price,
        }

    def _get_promotions_of(self, plan, ahead=0):
        """Return the promotions that still hold, for dues of ``plan``."""
        return self.promotion_ids.filtered(lambda use: use._is_for(plan) and use._to_rule(ahead).holds_next)

    def _get_seat_prices(self, plan, day):
        """Return what each seat beyond those in the price costs on ``day``: what it was sold for, the oldest first.

        On another plan than today's, what that one asks for.
        """
        seats = self.line_ids.filtered(lambda line: line.kind == "seat" and line._is_there_on(day))
        extra = pricing.extra_seats(1 + len(seats), plan.seats_included)
        prices = seats._sort_by_age()[-extra:] if extra else ()
        prices = [to_decimal(seat.amount if plan == self.plan_id else plan.seat_price) for seat in prices]
        return [price for price in prices if price]

    def _count_seats(self, day):
        """Return how many people train on this subscription on ``day``; who signed is one of them."""
        return 1 + len(self.line_ids.filtered(lambda line: line.kind == "seat" and line._is_there_on(day)))

    # === DUES === #

    def _prepare_item_dues(self, item, period, amount, **values):
        """Return the dues of an item for ``period``: one, or two where a company pays a share.

        :param Decimal amount: for the period, IVA included
        """
        self.ensure_one()
        due = self._prepare_due(
            item["kind"],
            amount,
            self._describe(item["what"], period, item["extras"]),
            item["product"],
            period,
            taxed_as=item["taxed_as"],
            item=item["item"],
            price=item["price"],
            **self._get_sold_vals(item),
        )
        return self._split_with_company(due | values)

    def _get_sold_vals(self, item):
        """Return what a due says was sold: the plan, or the line with the add-on."""
        line = item["line"]
        return {"line_id": line and line._origin.id, "plan_id": False if line else item["taxed_as"].id}

    def _prepare_due(self, kind, amount, name, product, period=None, taxed_as=None, **values):
        """Return values of one due of this subscription; its amounts are ``Decimal``.

        :param Decimal amount: IVA included, negative for a credit
        :param period: the days it is for; ``None`` for what has none
        :param taxed_as: the plan or add-on whose own taxes win over the branch's IVA of today; what is billed later
            takes that of its day (:meth:`gym.due._take_taxes_of_today`)
        """
        self.ensure_one()
        taxes = self.location_id._get_gym_taxes(self.location_id._today(), taxed_as)
        return {
            "subscription_id": self._origin.id,
            "partner_id": self.payer_id.id,
            "kind": kind,
            "name": name,
            "product_id": product.id,
            "amount": amount,
            "tax_ids": [Command.set(taxes.ids)],
            "date_start": period and period.start,
            "date_end": period and period.end,
        } | values

    def _split_with_company(self, due):
        """Return ``due`` as it is, or as the part that the company of an agreement pays and the person's."""
        self.ensure_one()
        agreement = self._get_agreement_on(due["date_start"])
        if not agreement:
            return [due]
        percent = to_decimal(agreement.share_percent)
        amounts = pricing.split_share(due["amount"], percent)
        prices = pricing.split_share(due["price"], percent)
        company = {"partner_id": agreement.partner_id.id, "name": f"{due['name']} · {self.member_id.name}"}
        return [
            due | {"amount": amount, "price": price} | values
            for amount, price, values in zip(amounts, prices, (company, {}), strict=True)
            if price or amount
        ]

    def _in_payer_language(self):
        """Return the subscription with which to word what an invoice says, no matter what bills it."""
        return self.with_context(lang=self.payer_id.lang or self.env.lang)

    def _describe(self, what, period, extras=()):
        """Return a line's description in the payer's language: what, its first and last day, and what else counts."""
        lang = self.payer_id.lang or self.env.user.lang
        first, last = (format_date(self.env, day, lang) for day in (period.start, period.last_day))
        return " · ".join((f"{what}: {first} – {last}", *extras))
