from odoo import api, fields, models

from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal


class GymDeferral(models.Model):
    """A line of a posted invoice, or credit note, whose income is spread: how much of it is recognised.

    Amounts are in company currency, without IVA, positive for what is billed and negative for what is given back. The
    sum of ``amount_left`` is the balance of the account of unearned dues.
    """

    _name = "gym.deferral"
    _description = "Deferred Dues"
    _order = "date_start desc, id desc"
    _rec_name = "name"

    name = fields.Char(string="Description", readonly=True)
    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, readonly=True, index=True, ondelete="restrict"
    )
    move_line_id = fields.Many2one(
        "account.move.line", string="Invoice Line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    origin_id = fields.Many2one(
        "gym.deferral", string="Gives Back", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one("res.partner", string="Billed To", readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    deferred_account_id = fields.Many2one("account.account", required=True, readonly=True, ondelete="restrict")
    income_account_id = fields.Many2one("account.account", required=True, readonly=True, ondelete="restrict")
    loss_account_id = fields.Many2one(
        "account.account",
        readonly=True,
        ondelete="restrict",
        help="Where the invoice was written off: what was never served of it is no loss.",
    )
    date = fields.Date(string="Billed On", readonly=True, help="Accounting date of the invoice.")
    date_start = fields.Date(string="From", required=True, readonly=True)
    date_end = fields.Date(
        string="Ends Before", required=True, readonly=True, help="First day after the service, as billed."
    )
    amount = fields.Monetary(readonly=True, help="Without IVA; negative for a credit.")
    amount_recognised = fields.Monetary(
        string="Earned", compute="_compute_recognised", store=True, help="Posted as income so far."
    )
    amount_given_up = fields.Monetary(
        string="Given Up",
        compute="_compute_recognised",
        store=True,
        help="Written off and never served: neither income nor loss.",
    )
    amount_left = fields.Monetary(string="Unearned", compute="_compute_recognised", store=True)
    date_recognised = fields.Date(
        string="Closed Until", compute="_compute_recognised", store=True, help="First day of the next month to close."
    )
    entry_ids = fields.One2many("gym.deferral.entry", "deferral_id", string="Months", readonly=True)

    _one_per_line = models.UniqueIndex("(move_line_id)", "This line is deferred already.")
    _open = models.Index("(company_id, date_start) WHERE amount_left != 0")
    _ends_after_start = models.Constraint("CHECK (date_end > date_start)", "A service ends after it starts.")

    @api.depends("amount", "entry_ids.amount", "entry_ids.kind", "entry_ids.date_end")
    def _compute_recognised(self):
        for deferral in self:
            entries = deferral.entry_ids
            given_up = entries.filtered(lambda entry: entry.kind == "given_up")
            deferral.amount_given_up = add_up(given_up.mapped("amount"))
            deferral.amount_recognised = add_up((entries - given_up).mapped("amount"))
            deferral.amount_left = to_decimal(deferral.amount) - add_up(entries.mapped("amount"))
            deferral.date_recognised = max(entries.mapped("date_end"), default=False)

    # === FROM INVOICES === #

    @api.model
    def _take_over(self, lines):
        """Put draft ``lines`` whose income is spread on the account of unearned dues.

        :return: {line: account of its income} of those that it concerns
        """
        known = self.search([("move_line_id", "in", lines.ids)])
        incomes = {deferral.move_line_id: deferral.income_account_id for deferral in known}
        origins = self._get_origins(lines)
        found = {}
        for company, group in lines.grouped("company_id").items():
            account = company.gym_deferred_account_id
            spread = group.filtered(lambda line: line in origins or not line.gym_reversed_line_id)
            for line in spread:
                origin = origins.get(line, self)
                found[line] = origin.income_account_id or incomes.get(line) or line._get_gym_income_account(account)
            # The analytic distribution stays that of the income; computing it again would also ask for each partner.
            with self.env.protecting([lines._fields["analytic_distribution"]], spread):
                spread.account_id = account
        return found

    @api.model
    def _get_origins(self, lines):
        """Return {line: the deferral that it gives back}: the one it names, or that of the invoice it reverses."""
        reversed_lines = lines.filtered(lambda line: line.gym_reversed_line_id or line.move_id.reversed_entry_id)
        if not reversed_lines:
            return {}
        named, invoices = reversed_lines.gym_reversed_line_id, reversed_lines.move_id.reversed_entry_id
        candidates = self.search(["|", ("move_line_id", "in", named.ids), ("move_id", "in", invoices.ids)])
        by_line = {deferral.move_line_id: deferral for deferral in candidates}
        by_service = {deferral._get_service_key(): deferral for deferral in candidates}
        found = {}
        for line in reversed_lines:
            key = (line.move_id.reversed_entry_id, line.gym_date_start, line.gym_date_end, line.product_id)
            origin = by_line.get(line.gym_reversed_line_id) if line.gym_reversed_line_id else by_service.get(key)
            if origin:
                found[line] = origin
        return found

    def _get_service_key(self):
        self.ensure_one()
        return (self.move_id, self.date_start, self.date_end, self.move_line_id.product_id)

    @api.model
    def _record(self, accounts):
        """Record that lines of posted invoices are deferred.

        :param dict accounts: {line: account of its income}
        """
        lines = self.env["account.move.line"].browse(line.id for line in accounts)
        known = {deferral.move_line_id: deferral for deferral in self.search([("move_line_id", "in", lines.ids)])}
        origins = self._get_origins(lines)
        vals_list = []
        for line, account in accounts.items():
            vals = line._prepare_gym_deferral(account, origins.get(line, self))
            if line in known:
                known[line].write(vals)
            else:
                vals_list.append(vals)
        return self.create(vals_list)

    def _take_back(self):
        """Let nothing be deferred any more of invoices that are drafts again; what was earned is made up for later."""
        used = self.filtered("entry_ids")
        (self - used).unlink()
        used.write({"amount": 0})


class GymDeferralEntry(models.Model):
    """What a month recognised of deferred dues, and the entry that posted it."""

    _name = "gym.deferral.entry"
    _description = "Month of Deferred Dues"
    _order = "date_end desc, id desc"

    deferral_id = fields.Many2one("gym.deferral", required=True, readonly=True, index=True, ondelete="restrict")
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="None when what was earned and what was given back come to nothing.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True, index=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("earned", "Earned"), ("given_up", "Given up")],
        default="earned",
        required=True,
        readonly=True,
        help="Income, or what an invoice that was written off charged for days without service.",
    )
    date = fields.Date(required=True, readonly=True, help="Accounting date of the entry: the last day of the month.")
    date_end = fields.Date(required=True, readonly=True, help="First day after the month.")
    amount = fields.Monetary(readonly=True, help="Without IVA; negative when it takes income back.")

    _once_a_month = models.UniqueIndex("(deferral_id, date_end, kind)", "This month is closed already.")
