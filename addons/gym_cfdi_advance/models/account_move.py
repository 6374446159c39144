from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.gym_cfdi.domain.document_state import CANCEL_REFUSED, NOT_STAMPED, STAMPED
from odoo.addons.gym_cfdi.domain.payment_method import ADVANCE_APPLIED, PUE
from odoo.addons.gym_cfdi.models.account_move_comprobante import CompositionError

from .gym_cfdi_advance_use import ACTIVE, APPLICATION

RELATION = "07"
# Guía de llenado, appendix 6 A
_KEY, _UNIT, _DESCRIPTION = "84111506", "ACT", "Anticipo del bien o servicio"


class AccountMove(models.Model):
    """Advances (SAT's guide, appendix 6 A), in three CFDI.

    1. The advance: an invoice of nothing but a product marked as advance, PUE, in the form in which it was paid.
    2. The whole sale, its full price, related to the advance by 07.
    3. The application: a credit note related to the whole sale by 07, paid in the form 30, in the amount applied.
    """

    _name = "account.move"
    _inherit = "account.move"

    cfdi_advance_use_id = fields.Many2one(
        "gym.cfdi.advance.use",
        "Applies Advance",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    cfdi_advance_use_ids = fields.One2many(
        "gym.cfdi.advance.use", "invoice_id", "Advances Applied", readonly=True, copy=False
    )
    cfdi_advance_given_ids = fields.One2many(
        "gym.cfdi.advance.use", "advance_id", "Applied To", readonly=True, copy=False
    )
    is_cfdi_advance = fields.Boolean(compute="_compute_is_cfdi_advance")
    cfdi_advance_left = fields.Monetary(
        "Not Applied Yet", compute="_compute_cfdi_advance_left", help="With its taxes, what is planned left out."
    )
    cfdi_advance_available = fields.Monetary(
        "Advances of This Customer",
        compute="_compute_cfdi_advance_available",
        help="Stamped and paid advances of this customer, in the currency of the invoice, that can be applied to it.",
    )

    # === COMPUTE === #

    @api.depends("invoice_line_ids.product_id")
    def _compute_is_cfdi_advance(self):
        for move in self:
            products = move._get_cfdi_product_lines().product_id
            is_sale = move.move_type in ("out_invoice", "out_refund")
            move.is_cfdi_advance = is_sale and bool(products) and all(products.mapped("is_cfdi_advance"))

    @api.depends(
        "amount_total", "cfdi_advance_given_ids.amount", "cfdi_advance_given_ids.state", "reversal_move_ids.state"
    )
    def _compute_cfdi_advance_left(self):
        for move in self:
            if not move.is_cfdi_advance or move.move_type != "out_invoice":
                move.cfdi_advance_left = 0.0
                continue
            uses = move.cfdi_advance_given_ids.filtered(lambda use: use.state in ACTIVE)
            returned = move.reversal_move_ids.filtered(lambda refund: refund.state == "posted")
            left = move.amount_total - sum(uses.mapped("amount")) - sum(returned.mapped("amount_total"))
            planned = uses.filtered(lambda use: use.state == "planned")
            # the tax of the parts may differ by a cent from that of the whole
            untaxed = move.amount_untaxed - sum((uses.note_id | returned).mapped("amount_untaxed"))
            is_spent = not planned and move.currency_id.is_zero(untaxed)
            move.cfdi_advance_left = 0.0 if is_spent else max(move.currency_id.round(left), 0.0)

    @api.depends("partner_id", "currency_id", "cfdi_state", "state", "cfdi_advance_use_ids")
    def _compute_cfdi_advance_available(self):
        for move in self:
            advances = move._get_cfdi_advances() if move._may_take_cfdi_advances() else self.browse()
            move.cfdi_advance_available = sum(advances.mapped("cfdi_advance_left"))

    @api.depends("cfdi_advance_use_id")
    def _compute_cfdi_relation_type(self):
        return super()._compute_cfdi_relation_type()

    @api.depends("cfdi_advance_use_id", "cfdi_advance_use_ids.state", "cfdi_advance_use_ids.amount")
    def _compute_cfdi_payment(self):
        return super()._compute_cfdi_payment()

    def _decide_cfdi_payment(self, paid_form):
        if self.cfdi_advance_use_id:
            return PUE, ADVANCE_APPLIED
        if not paid_form and self._is_cfdi_paid_by_advances():
            paid_form = self._get_cfdi_expected_form() or ADVANCE_APPLIED
        return super()._decide_cfdi_payment(paid_form)

    def _is_cfdi_paid_by_advances(self):
        """Tell whether advances pay this sale so that no money follows: a PPD would wait for a complement forever."""
        uses = self.cfdi_advance_use_ids.filtered(lambda use: use.state in ACTIVE)
        if not uses:
            return False
        if self.currency_id.compare_amounts(sum(uses.mapped("amount")), self.amount_total) >= 0:
            return True
        payers = self.line_ids.matched_credit_ids.credit_move_id.move_id
        is_settled = self.state == "posted" and self.currency_id.is_zero(self.amount_residual)
        return is_settled and set(payers.mapped("move_type")) == {"out_refund"}

    # === ACTIONS === #

    def action_cfdi_apply_advances(self):
        """Open the assistant that applies advances of the customer to this invoice."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apply Advances"),
            "res_model": "gym.cfdi.advance.apply",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def button_draft(self):
        """Undo the credit notes of advances with the invoice: they are made again when it is posted again."""
        notes = self.cfdi_advance_use_ids.note_id - self
        result = super().button_draft()
        if notes:
            notes.button_draft()
            notes.button_cancel()
            notes.cfdi_advance_use_id = False
        return result

    # === POSTING === #

    def _post(self, soft=True):
        posted = super()._post(soft)
        invoices = posted.filtered("cfdi_advance_use_ids")
        for invoice in invoices:
            planned = invoice.cfdi_advance_use_ids.filtered(lambda use: not use.note_id)
            invoice._check_cfdi_advances_fit(sum(planned.mapped("amount")), invoice.amount_residual)
            planned._apply()
        return posted

    # === APPLYING === #

    def _may_take_cfdi_advances(self):
        """Tell whether this is an invoice of its own whose CFDI can still say, or says, which advances it has."""
        self.ensure_one()
        is_invoice = self.is_cfdi and self.move_type == "out_invoice" and self.state in ("draft", "posted")
        if not is_invoice or self.cfdi_to_global or self.is_cfdi_advance or not self.partner_id:
            return False
        document = self.cfdi_document_id
        return not document or document.state in NOT_STAMPED or document.relation_type == RELATION

    def _get_cfdi_advances(self):
        """Return the advances, stamped and paid, of this customer of which something is left, the oldest first."""
        self.ensure_one()
        found = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "=", self.partner_id.commercial_partner_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("paid", "in_payment")),
                ("cfdi_state", "in", (STAMPED, CANCEL_REFUSED)),
                ("invoice_line_ids.product_id.is_cfdi_advance", "=", True),
            ],
            order="invoice_date, id",
        )
        return found.filtered(lambda move: move.cfdi_advance_left > 0 and self._can_cfdi_name(move))

    def _can_cfdi_name(self, advance):
        """Tell whether the CFDI of this invoice can still name ``advance``, or does so."""
        document = self.cfdi_document_id
        return not document or document.state in NOT_STAMPED or advance.cfdi_document_id in document.related_ids

    def _use_cfdi_advances(self, amounts):
        """Apply advances to this invoice: at once, or when it is posted.

        :param dict amounts: {advance: how much of it, with taxes}
        :raise UserError: when one is not there any more, or more is asked than is left of it or of the invoice
        """
        self.ensure_one()
        advances = self.browse([advance.id for advance in amounts])
        advances._claim_cfdi_advances()
        available = self._get_cfdi_advances() if self._may_take_cfdi_advances() else self.browse()
        for advance, amount in amounts.items():
            if advance not in available or self.currency_id.compare_amounts(amount, advance.cfdi_advance_left) > 0:
                raise UserError(
                    self.env._(
                        "%(advance)s cannot be applied to %(invoice)s with %(amount)s: %(left)s are left of it. The "
                        "CFDI of the invoice must not be stamped yet, or name the advance (relation 07).",
                        advance=advance.name,
                        invoice=self.display_name,
                        amount=self.currency_id.format(amount),
                        left=self.currency_id.format(advance.cfdi_advance_left),
                    )
                )
        planned = self.cfdi_advance_use_ids.filtered(lambda use: use.state == "planned")
        room = self.amount_residual if self.state == "posted" else self.amount_total - sum(planned.mapped("amount"))
        self._check_cfdi_advances_fit(sum(amounts.values()), room)
        uses = (
            self.env["gym.cfdi.advance.use"]
            .sudo()
            .create(
                [
                    {"invoice_id": self.id, "advance_id": advance.id, "amount": amount}
                    for advance, amount in amounts.items()
                ]
            )
        )
        if self.state == "posted":
            self._name_cfdi_advances()
            uses.sudo(False)._apply()

    def _claim_cfdi_advances(self):
        """Make others who apply the same advances at this moment begin again, with these uses in sight."""
        self.env.execute_query(
            SQL("UPDATE account_move SET write_date = write_date WHERE id = ANY(%s) RETURNING id", self.ids)
        )

    def _check_cfdi_advances_fit(self, amount, room):
        if self.currency_id.compare_amounts(amount, room) > 0:
            raise UserError(
                self.env._(
                    "Advances of %(amount)s are more than the %(room)s that %(invoice)s still owes. Apply less in its "
                    "CFDI page.",
                    amount=self.currency_id.format(amount),
                    room=self.currency_id.format(room),
                    invoice=self.display_name,
                )
            )

    def _name_cfdi_advances(self):
        """Have the document that waits for its stamp say which advances its invoice has."""
        waiting = self.cfdi_document_id.filtered(lambda document: document.state in NOT_STAMPED)
        waiting.sudo().write(self._prepare_cfdi_advance_relation())

    def _prepare_cfdi_advance_relation(self):
        advances = self._get_cfdi_named_advances()
        if not advances or self.cfdi_relation_type not in (False, RELATION):
            return {}
        return {"relation_type": RELATION, "related_ids": [fields.Command.set(advances.ids)]}

    # === CFDI === #

    def _get_cfdi_product_lines(self):
        return self.invoice_line_ids.filtered(lambda line: line.display_type == "product")

    def _get_cfdi_receptor(self):
        return (
            self.cfdi_advance_use_id.invoice_id._get_cfdi_receptor()
            if self.cfdi_advance_use_id
            else (super()._get_cfdi_receptor())
        )

    def _get_cfdi_origin(self):
        if self.cfdi_advance_use_id:
            return RELATION, self.cfdi_advance_use_id.invoice_id
        return super()._get_cfdi_origin()

    def _get_cfdi_named_advances(self):
        """Return the documents of the advances that the CFDI of this invoice has to name."""
        uses = self.cfdi_advance_use_ids.filtered(lambda use: use.state in ACTIVE)
        return uses.advance_id.cfdi_document_id

    def _get_cfdi_related_by_type(self):
        related = super()._get_cfdi_related_by_type()
        advances = self._get_cfdi_named_advances()
        if advances:
            related[RELATION] = related.get(RELATION, advances) | advances
        return related

    def _prepare_cfdi_document(self):
        return super()._prepare_cfdi_document() | self._prepare_cfdi_advance_relation()

    def _compose_cfdi_concept(self, concept):
        composed = super()._compose_cfdi_concept(concept)
        line = concept.reference
        if not line.product_id.is_cfdi_advance:
            return composed
        if not self.is_cfdi_advance:
            raise _mixed_error()
        text = APPLICATION if self.cfdi_advance_use_id else _DESCRIPTION
        is_return = self.move_type == "out_refund" and not self.cfdi_advance_use_id
        return replace(
            composed,
            clave_prod_serv=_KEY,
            clave_unidad=_UNIT,
            no_identificacion=None,
            descripcion=composed.descripcion if is_return else text,
        )


def _mixed_error():
    return CompositionError(
        code="ADVANCE",
        es=(
            "La factura mezcla un anticipo con otros conceptos.",
            "Facture el anticipo solo; para aplicarlo, use «Aplicar anticipos» en la página CFDI.",
        ),
        en=(
            "The invoice mixes an advance with other things.",
            "Invoice the advance by itself; to apply it, use “Apply Advances” in the CFDI page.",
        ),
    )
