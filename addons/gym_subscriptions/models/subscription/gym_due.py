from odoo import fields, models
from odoo.fields import Command

from ...domain.credits import credit_parts
from ..money import add_up, to_decimal, to_float, to_number

KINDS = [
    ("dues", "Dues"),
    ("seat", "Extra seat"),
    ("addon", "Add-on"),
    ("enrolment", "Enrolment"),
    ("proration", "Part of a period"),
    ("credit", "Credit"),
    ("freeze_fee", "Freeze fee"),
    ("freeze_credit", "Credit for a freeze"),
    ("termination", "Early termination"),
]


class GymDue(models.Model):
    """Something to put on an invoice of a subscription: a due, or a credit when negative.

    Verbs write them; the billing run, or :meth:`_bill` at once, puts them on an invoice.
    """

    _name = "gym.due"
    _description = "Due of a Subscription"
    _order = "id"
    _rec_name = "name"

    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="restrict", readonly=True)
    member_id = fields.Many2one(
        "gym.member",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The member it was billed for; a later transfer does not change it.",
    )
    line_id = fields.Many2one("gym.subscription.line", ondelete="restrict", index="btree_not_null", readonly=True)
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Billed To", required=True, ondelete="restrict", index=True, readonly=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    plan_id = fields.Many2one("gym.plan", readonly=True, ondelete="restrict", index="btree_not_null")
    item = fields.Char(readonly=True, help="What of the subscription it is: plan, seat:1, addon:7.")
    price = fields.Monetary(readonly=True, help="Of the item for a whole period, IVA included.")
    name = fields.Char(string="Description", required=True, readonly=True)
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict", readonly=True)
    amount = fields.Monetary(required=True, readonly=True, help="IVA included; negative for a credit.")
    tax_ids = fields.Many2many("account.tax", string="Taxes", readonly=True)
    date_start = fields.Date(string="From", readonly=True)
    date_end = fields.Date(string="Ends Before", readonly=True, help="First day after.")
    state = fields.Selection(
        [("pending", "To bill"), ("billed", "Billed"), ("void", "Taken back")],
        default="pending",
        required=True,
        readonly=True,
    )
    bill_when = fields.Selection(
        [("now", "At once"), ("next", "With the next invoice")], default="next", required=True, readonly=True
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="restrict", readonly=True
    )
    reversed_move_id = fields.Many2one(
        "account.move",
        string="Gives Back",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="The invoice that a credit takes back, in part or whole.",
    )
    move_line_id = fields.Many2one(
        "account.move.line", string="Invoice Line", index="btree_not_null", ondelete="set null", readonly=True
    )
    reversed_line_id = fields.Many2one(
        "account.move.line",
        string="Gives Back the Line",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="The line of an invoice that a credit takes back, in part or whole.",
    )
    again_move_id = fields.Many2one(
        "account.move",
        string="Bills Again",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
        help="The invoice of the same dues that accounting cancelled or credited in full.",
    )
    freeze_id = fields.Many2one("gym.subscription.freeze", ondelete="restrict", index="btree_not_null", readonly=True)
    change_id = fields.Many2one("gym.subscription.change", ondelete="restrict", index="btree_not_null", readonly=True)
    source = fields.Char(readonly=True, copy=False, help="What gave it, as a model and an id: it gives once.")

    _pending = models.Index("(subscription_id) WHERE state = 'pending'")
    _given_once = models.UniqueIndex(
        "(subscription_id, source) WHERE source IS NOT NULL AND state != 'void'", "This credit has been given already."
    )
    _dates_in_order = models.Constraint(
        "CHECK ((date_start IS NULL AND date_end IS NULL) OR date_end > date_start)", "A period ends after it starts."
    )

    def _bill(self):
        """Invoice these pending lines at once: one invoice for each payer and branch.

        Dues and credits share an invoice. What gives an invoice back becomes a credit note of its own, tied to it
        and settled against it while that one is open. Free lines need no invoice. What is taxed otherwise than the rest
        and goes the other way gets a document of its own, since no tax of an invoice can be negative.

        :return: the posted moves
        """
        self._take_taxes_of_today()
        free = self.filtered(lambda line: line.currency_id.is_zero(line.amount))
        free._mark_billed(self.env["account.move.line"])
        groups = (self - free).grouped(lambda line: (line.partner_id, line.location_id, line.reversed_move_id))
        parts = {key: group._split_by_taxes() for key, group in groups.items()}
        flat = [part for group in parts.values() for part in group]
        moves = self.env["account.move"].create([group._prepare_move_vals() for group in flat])
        for move, group in zip(moves, flat, strict=True):
            group._mark_billed(move._get_lines_in_order())
        moves._post(soft=False)
        moves.filtered("reversed_entry_id")._settle_with_reversed()
        for group in parts.values():
            if len(group) > 1:
                self.env["account.move"].union(*(part.move_id for part in group))._settle_with_each_other()
        return moves

    def _take_taxes_of_today(self):
        """Give these pending dues the taxes of the day and the branch that bill them, whenever they were written.

        What gives a billed line back, or asks that again, keeps that line's taxes.
        """
        for line in self.filtered(lambda one: one.state == "pending" and not one.reversed_line_id):
            taxes = line.location_id._get_gym_taxes(line.location_id._today(), line._get_sold())
            if line.tax_ids != taxes:
                line.tax_ids = taxes

    def _get_sold(self):
        """Return what was sold, a plan or an add-on: its own taxes win over the branch's IVA."""
        self.ensure_one()
        return self.line_id.addon_id or self.plan_id or self.subscription_id.plan_id

    def _split_by_taxes(self):
        """Return these lines of one payer as a list: what shares a document first, then what needs its own.

        A document either charges at each of its taxes or gives back at each.
        """
        sign = -1 if add_up(self.mapped("amount")) < 0 else 1
        opposed = [group for group in self.grouped("tax_ids").values() if sign * add_up(group.mapped("amount")) < 0]
        rest = self - self.browse().union(*opposed)
        return [rest, *opposed]

    def _get_reversed_move(self):
        """Return the invoice that these lines, which give money back, are a credit note of.

        What somebody else was billed is none that the payer could get a credit note of.
        """
        if self.reversed_move_id:
            return self.reversed_move_id
        invoices = self.reversed_line_id.move_id.filtered(lambda move: move.partner_id == self.partner_id)
        return invoices[-1:]._get_billed_by()

    def _prepare_move_vals(self):
        """Return values of the move that bills these lines of one payer at one branch."""
        location = self.location_id
        sign = -1 if add_up(self.mapped("amount")) < 0 else 1
        today = location._today()
        terms = self.env["gym.corporate.agreement"]._get_payment_terms(location.company_id, self.partner_id)
        return {
            "move_type": "out_refund" if sign < 0 else "out_invoice",
            "reversed_entry_id": self._get_reversed_move().id if sign < 0 else False,
            "partner_id": self.partner_id.id,
            "invoice_user_id": False,  # nobody sold it: the portal shows a seller, and mails come from them
            "company_id": location.company_id.id,
            "journal_id": location._get_gym_journal().id,
            "currency_id": location.company_id.currency_id.id,
            "gym_location_id": location.id,
            "invoice_date": today,
            "invoice_payment_term_id": terms[self.partner_id].id,
            "invoice_date_due": today,
            "invoice_origin": ", ".join(self.subscription_id.mapped("name")),
            "invoice_line_ids": [Command.create(line._prepare_move_line_vals(sign)) for line in self],
        }

    def _prepare_move_line_vals(self, sign):
        """Return values of the invoice line; ``sign`` is -1 on a credit note."""
        self.ensure_one()
        return {
            "name": self.name,
            "product_id": self.product_id.id,
            "quantity": 1,
            "price_unit": to_float(sign * to_decimal(self.amount)),
            "tax_ids": [Command.set(self.tax_ids.ids)],
            **self._get_service_vals(),
            **self._get_credit_parts_vals(sign),
        }

    def _get_credit_parts_vals(self, sign):
        """Return values by which partial credits of a line come to its base and its taxes, with no cent left.

        :param int sign: -1 on a credit note
        """
        billed = self.reversed_line_id
        taxes = billed.tax_ids.flatten_taxes_hierarchy()
        if (
            self.amount >= 0
            or not taxes
            or self.tax_ids != billed.tax_ids
            or set(taxes.mapped("amount_type")) != {"percent"}
        ):
            return {}
        rates = {tax: to_number(tax.amount) / 100 for tax in taxes}
        parts = credit_parts(billed._get_tax_parts(), billed._get_parts_given(), -to_decimal(self.amount), rates)
        return {"extra_tax_data": self._prepare_tax_data(parts, sign)} if parts else {}

    def _prepare_tax_data(self, parts, sign):
        """Return ``parts`` as Odoo keeps what the taxes of a line come to, instead of reckoning it."""
        base = to_float(-sign * parts.base)
        return {
            "currency_id": self.currency_id.id,
            "price_unit": to_float(sign * to_decimal(self.amount)),
            "quantity": 1,
            "discount": 0,
            "rate": 1,
            "manual_total_excluded_currency": base,
            "manual_tax_amounts": {
                str(tax.id): {"base_amount_currency": base, "tax_amount_currency": to_float(-sign * amount)}
                for tax, amount in parts.taxes.items()
            },
        }

    def _get_service_vals(self):
        """Return the days that this due is for as values of its invoice line, where other books follow them."""
        self.ensure_one()
        if self.reversed_line_id:
            return {"gym_reversed_line_id": self.reversed_line_id.id}
        return self.company_id._get_gym_service(self.date_start, self.date_end, self.location_id._today())

    def _mark_billed(self, move_lines):
        """Record that these lines are billed by ``move_lines``: no line is billed twice, no period either.

        :param move_lines: lines of one invoice, in the order of these; none when nothing had to be paid
        """
        self.write({"state": "billed", "move_id": move_lines.move_id.id})
        for line, move_line in zip(self, move_lines, strict=bool(move_lines)):
            line.move_line_id = move_line
        for line in self:
            line.member_id = line._get_billed_member()
        self.env["gym.subscription.period"]._record([line._to_due() for line in self if line.date_start])

    def _get_billed_member(self):
        """Return for whom this line is billed: the member now, or then when it gives their payer a fee back."""
        self.ensure_one()
        given_back = self.search([("move_line_id", "=", self.reversed_line_id.id)]) if self.reversed_line_id else self
        then = given_back.filtered(lambda line: line.partner_id == self.partner_id).member_id
        return then[:1] or self.subscription_id.member_id

    def _to_due(self):
        """Return this line as the values it was made of, with its move."""
        self.ensure_one()
        records = ("subscription_id", "line_id", "plan_id", "partner_id", "move_id", "move_line_id", "reversed_line_id")
        return (
            {name: self[name].id for name in records}
            | {name: self[name] for name in ("kind", "item", "date_start", "date_end")}
            | {name: to_decimal(self[name]) for name in ("price", "amount")}
        )

    def _to_preview(self):
        """Return these lines as the values that previews show."""
        return [line._to_due() | {"name": line.name, "product_id": line.product_id.id} for line in self]

    def _prepare_refund(self, amount=None):
        """Return values of a due that gives this billed line back.

        :param Decimal amount: how much of it, IVA included; all of it by default
        """
        self.ensure_one()
        return {
            "subscription_id": self.subscription_id.id,
            "partner_id": self.partner_id.id,
            "kind": "credit",
            "name": self.subscription_id._in_payer_language().env._("Credit: %(what)s", what=self.name),
            "product_id": self.product_id.id,
            "amount": -to_decimal(self.amount) if amount is None else -amount,
            "tax_ids": [Command.set(self.tax_ids.ids)],
            "reversed_move_id": self.move_id._get_billed_by().id,
            "reversed_line_id": self.move_line_id.id,
        }
