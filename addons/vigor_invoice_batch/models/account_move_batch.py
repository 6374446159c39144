import logging
from collections import defaultdict

from odoo import Command, api, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..services.row_cloner import RowCloner
from .account_move import BATCH

_logger = logging.getLogger(__name__)

# Made by the ORM of every pattern: the one that is copied, and the one that shows that copying is right.
PROTOTYPES = 2
MODELS = ("account.move", "account.move.line")
CREATORS = ("create", "_create", "_prepare_create_values")
# Automation rules and audit logs replace these in the class of the registry, where no module shows.
PATCHED = (*CREATORS, "write", "_write", "_compute_field_value")


class AccountMoveBatch(models.AbstractModel):
    """Creates and posts many customer invoices that follow a few patterns.

    Of each pattern (journal, day, lines, and what the partner gives: accounts, terms, fiscal position, language) Odoo's
    ORM makes two. The rest are copies of the first one's rows, with their own partner, reference and texts, when all of
    this holds; otherwise the ORM makes them too:

    - no installed module that nobody has reviewed overrides how invoices are created, or computes a field of them
      without saying from what; and nothing, such as an automation rule, has replaced these methods in the registry;
    - creating the two wrote nothing but rows of the tables that are copied, as PostgreSQL's counters tell;
    - a copy would equal the second one in every column;
    - recomputing in the copies whatever depends on the partner, and whatever modules that nobody has reviewed compute,
      changes nothing.

    Posting is Odoo's own ``_post``, on the whole batch, with the overrides of all modules; only chatter is off and
    numbers are looked up once. The ledger is checked set-wise at the end.
    """

    _name = "account.move.batch"
    _description = "Batch of Customer Invoices"

    @api.model
    def _create_and_post(self, invoices):
        """Create and post ``invoices`` in this transaction.

        :param list[Invoice] invoices: of ``..domain.invoice``
        :return: the posted moves, in the order of ``invoices``
        :raise UserError: as Odoo does, when an invoice cannot be posted; nothing is kept of the batch then if the
            caller rolls back to a savepoint
        """
        journals = self.env["account.journal"].browse({invoice.journal_id for invoice in invoices})
        companies = {journal.id: journal.company_id for journal in journals}
        positions = defaultdict(list)
        for position, invoice in enumerate(invoices):
            positions[companies[invoice.journal_id]].append(position)
        ids = [0] * len(invoices)
        for company, places in positions.items():
            batch = self.with_company(company).with_context(**{BATCH: True, "tracking_disable": True})
            moves = batch._create_and_post_of_company([invoices[place] for place in places])
            for place, move_id in zip(places, moves.ids, strict=True):
                ids[place] = move_id
        return self.env["account.move"].browse(ids)

    def _create_and_post_of_company(self, invoices):
        self.env["res.company"]._forget_batch_locks()
        moves = self._create_drafts(invoices)
        # Posting asks for these invoice by invoice; one query each is enough.
        moves.line_ids.fetch(["tax_ids", "tax_tag_ids"])
        # Posting changes no amount: the lines need not be derived again. The checks below stand in for it.
        moves.with_context(skip_invoice_sync=True)._post(soft=False)
        self.env["res.partner"]._apply_batch_ranks()
        self.env.flush_all()
        self._check_ledger(moves, invoices)
        return moves

    # === DRAFTS === #

    def _create_drafts(self, invoices):
        """Create ``invoices`` as drafts, copied where that is proven right.

        :return: the moves in the order of ``invoices``
        """
        groups = self._group_by_pattern(invoices)
        obstacle = self._get_obstacle()
        copied = {} if obstacle else {key: places for key, places in groups.items() if len(places) > PROTOTYPES}
        if obstacle:
            _logger.info("Invoices are created one by one: %s", obstacle)
        waiting = {place for places in copied.values() for place in places[PROTOTYPES:]}
        cloner = RowCloner(self.env, self._get_doubtful_fields())
        before = cloner.count_writes()
        made = self._create_by_orm(invoices, [place for place in range(len(invoices)) if place not in waiting])
        strangers = cloner.get_strangers(before) if copied else set()
        if strangers:
            _logger.info("Invoices are created one by one: creating one also writes %s", ", ".join(sorted(strangers)))
            copied = {}
        trusted = cloner.prove([(made[a], made[b], invoices[b]) for a, b, *_others in copied.values()])
        copies = {
            place: made[places[0]]
            for places in copied.values()
            for place in places[PROTOTYPES:]
            if made[places[0]].id in trusted
        }
        made.update(cloner.clone(copies, invoices))
        made.update(self._create_by_orm(invoices, sorted(waiting - made.keys())))
        return self.env["account.move"].browse([made[place].id for place in range(len(invoices))])

    def _create_by_orm(self, invoices, places):
        """Create the invoices at ``places``; return them by place."""
        vals_list = [self._prepare_move_vals(invoices[place]) for place in places]
        moves = self.env["account.move"].create(vals_list)
        self.env.flush_all()
        return dict(zip(places, moves, strict=True))

    @api.model
    def _prepare_move_vals(self, invoice):
        vals = {
            "move_type": "out_invoice",
            "partner_id": invoice.partner_id,
            "journal_id": invoice.journal_id,
            "invoice_date": invoice.invoice_date,
            "ref": invoice.ref,
            "invoice_origin": invoice.origin,
            "invoice_line_ids": [Command.create(self._prepare_line_vals(line)) for line in invoice.lines],
            **dict(invoice.values),
        }
        if invoice.fiscal_position_id is not None:
            vals["fiscal_position_id"] = invoice.fiscal_position_id or False
        if invoice.payment_term_id is not None:
            vals["invoice_payment_term_id"] = invoice.payment_term_id or False
        return vals

    @api.model
    def _prepare_line_vals(self, line):
        vals = {
            "product_id": line.product_id,
            "price_unit": float(line.price_unit),
            "quantity": float(line.quantity),
            "discount": float(line.discount),
            "tax_ids": [Command.set(line.tax_ids)],
            **dict(line.values),
        }
        if line.name is not None:
            vals["name"] = line.name
        if line.account_id is not None:
            vals["account_id"] = line.account_id
        return vals

    # === PATTERNS === #

    def _group_by_pattern(self, invoices):
        """Return {pattern: places}; invoices whose partners give different things never share a pattern."""
        partners = self.env["res.partner"].browse(dict.fromkeys(invoice.partner_id for invoice in invoices))
        positions = self._get_fiscal_positions(partners)
        gives = {partner.id: (positions[partner], *self._get_partner_pattern(partner)) for partner in partners}
        groups = defaultdict(list)
        for place, invoice in enumerate(invoices):
            groups[invoice.pattern, gives[invoice.partner_id]].append(place)
        return groups

    @api.model
    def _get_partner_pattern(self, partner):
        """Return what ``partner`` contributes to the accounts, terms and texts of an invoice, hashable.

        What is missing here costs time, not correctness: copies are compared after recomputation. The exception is the
        receivable account, which Odoo computes only when a line is created.
        """
        commercial = partner.commercial_partner_id
        return (
            commercial.property_account_receivable_id.id,
            partner.property_payment_term_id.id,
            partner.property_inbound_payment_method_line_id.id,
            partner.lang,
            (partner.user_id or commercial.user_id).id,
        )

    def _get_fiscal_positions(self, partners):
        """Return {partner: id of the fiscal position that Odoo gives it}, asking once for partners that are alike."""
        positions = self.env["account.fiscal.position"]
        plain = self._get_overriding(positions._name, ("_get_fiscal_position", "_get_fpos_validation_functions")) == {
            "account"
        }
        automatic = positions.search(
            Domain(positions._check_company_domain(self.env.company)) & Domain("auto_apply", "=", True)
        )
        found, known = {}, {}
        for partner in partners:
            delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
            alike = tuple(self._get_fiscal_inputs(one, automatic) for one in (partner, delivery)) if plain else partner
            if alike not in known:
                known[alike] = positions._get_fiscal_position(partner, delivery=delivery).id
            found[partner] = known[alike]
        return found

    @api.model
    def _get_fiscal_inputs(self, partner, automatic):
        """Return all of ``partner`` that core looks at when it chooses among the ``automatic`` fiscal positions."""
        vat = partner.vat or ""
        return (
            partner.property_account_position_id.id,
            partner.country_id.id,
            partner.state_id.id,
            partner.zip if any(automatic.mapped("zip_from")) else None,
            vat if any(automatic.mapped("vat_required")) else vat[:2],
        )

    # === PROOF === #

    @api.model
    def _get_reviewed_modules(self):
        """Return the modules whose overrides of creating an invoice depend on nothing that patterns leave out.

        A module that overrides ``create`` of invoices or their lines, or a computation that declares no dependencies,
        and looks at nothing but the pattern in it, may add itself. (Mexico's looks at company and type of document.)
        """
        # Purchase's create looks at lines of purchase orders, which an invoice to a customer has none of.
        return {"base", "mail", "analytic", "account", "l10n_mx", "purchase", "vigor_invoice_batch"}

    def _get_obstacle(self):
        """Return why nothing may be copied now, or None."""
        for model in MODELS:
            if patched := sorted(vars(type(self.env[model])).keys() & set(PATCHED)):
                return f"{model} has methods replaced, by an automation rule for example: {', '.join(patched)}"
        return self._get_obstacle_of_modules()

    @tools.ormcache()
    def _get_obstacle_of_modules(self):
        """Return why nothing may be copied with the modules that are installed, or None."""
        self.env.cr.execute("SHOW track_counts")
        if self.env.cr.fetchone()[0] != "on":
            return "PostgreSQL does not count writes (track_counts is off)"
        reviewed = self._get_reviewed_modules()
        for model in MODELS:
            if unknown := self._get_overriding(model, CREATORS) - reviewed:
                return f"{model} is created in a way of its own by {', '.join(sorted(unknown))}"
            for name, unknown in self._get_unknown_computations(model).items():
                if not self.pool.field_depends[self.env[model]._fields[name]]:
                    return f"nobody knows what {model}.{name} depends on in {', '.join(sorted(unknown))}"
        return None

    def _get_doubtful_fields(self):
        """Return, by model, the stored fields that modules compute which nobody has reviewed.

        They may read more than they declare, such as the partner, so that nothing but computing them tells.
        """
        return {model: tuple(self._get_unknown_computations(model)) for model in MODELS}

    @tools.ormcache("model")
    def _get_unknown_computations(self, model):
        """Return {field: modules that nobody has reviewed and that take part in computing it}; stored fields only."""
        unknown = {}
        for name, field in self.env[model]._fields.items():
            if field.store and field.compute and not field.related:
                method = field.compute if isinstance(field.compute, str) else field.compute.__name__
                modules = self._get_overriding(model, (method,)) or {field._module}
                unknown[name] = modules - self._get_reviewed_modules()
        return {name: modules for name, modules in unknown.items() if modules}

    @api.model
    @tools.ormcache("model", "names")
    def _get_overriding(self, model, names):
        """Return the modules that define one of the methods ``names`` of ``model``, abstract parents included."""
        classes = [cls for cls in type(self.env[model]).mro() if any(name in vars(cls) for name in names)]
        return {cls.__module__.split(".")[2] for cls in classes if cls.__module__.startswith("odoo.addons.")}

    # === CHECKS === #

    def _check_ledger(self, moves, invoices):
        """Refuse the batch unless every invoice is posted, balanced, and comes to its lines' and its expected total.

        :raise ValidationError: naming the invoices
        """
        wrong = {row[0] for row in self.env.execute_query(self._get_ledger_query(moves))}
        for move, invoice in zip(moves, invoices, strict=True):
            if invoice.total is not None and move.currency_id.compare_amounts(move.amount_total, float(invoice.total)):
                wrong.add(move.id)
        if wrong:
            names = ", ".join(self.env["account.move"].browse(wrong).mapped("display_name"))
            raise ValidationError(self.env._("These invoices do not come to what they should: %(names)s", names=names))

    @api.model
    def _get_ledger_query(self, moves):
        return SQL(
            """
            SELECT move.id
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
             WHERE move.id = ANY(%s)
             GROUP BY move.id
            HAVING move.state != 'posted'
                OR COALESCE(move.name, '/') = '/'
                OR SUM(line.balance) != 0
                OR SUM(line.debit) != SUM(line.credit)
                OR COALESCE(SUM(line.balance) FILTER (WHERE line.display_type = 'payment_term'), 0)
                   != move.amount_total_signed
                OR COALESCE(SUM(line.balance) FILTER (WHERE line.display_type = 'tax'), 0) != -move.amount_tax_signed
                OR move.amount_untaxed + move.amount_tax != move.amount_total
            """,
            moves.ids,
        )
