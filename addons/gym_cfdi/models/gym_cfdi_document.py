import hashlib
import logging
import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..domain import document_state, reader
from ..domain.document_state import ForbiddenEvent, next_state
from .guards import create_guards

_logger = logging.getLogger(__name__)

# RMF 2.7.2.9-I: the PAC stamps within 72 hours of Fecha
STAMP_WITHIN = timedelta(hours=72)


class GymCfdiDocument(models.Model):
    """A CFDI from the intention to issue it to the SAT's last word on it; see :mod:`..domain.document_state`.

    Append-only: no group may write or delete. Code records documents by :meth:`_record` and moves them by
    :meth:`_transition`, the only writer of ``state``. Once stamped, triggers of the database guard the row and the
    attachment of its XML, also against the superuser. Nothing deletes documents: they outlive the five years of
    art. 30 CFF.

    The outbox that seals and stamps is in ``gym_cfdi_document_outbox.py``.
    """

    _name = "gym.cfdi.document"
    _inherit = ["gym.cfdi.alert"]
    _description = "CFDI"
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(
        [
            ("invoice", "Invoice"),
            ("credit_note", "Credit Note"),
            ("payment", "Payment Complement"),
            ("global", "Global Invoice"),
            ("global_credit", "Credit Note of a Global Invoice"),
        ],
        required=True,
        readonly=True,
    )
    document_type = fields.Selection(
        [("I", "I - Ingreso"), ("E", "E - Egreso"), ("P", "P - Pago")], required=True, readonly=True
    )
    state = fields.Selection(
        [
            ("to_seal", "To Seal"),
            ("sealed", "Sealed"),
            ("sent", "Sent"),
            ("stamped", "Stamped"),
            ("rejected", "Rejected"),
            ("cancel_requested", "Cancellation Requested"),
            ("cancelled", "Cancelled"),
            ("cancel_refused", "Cancellation Refused"),
        ],
        default=document_state.TO_SEAL,
        required=True,
        readonly=True,
        index=True,
    )
    move_id = fields.Many2one(
        "account.move", string="Entry", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", string="Receptor", readonly=True, index=True, ondelete="restrict")
    series = fields.Char(readonly=True)
    folio = fields.Char(readonly=True)
    receptor_rfc = fields.Char(string="Receptor's RFC", readonly=True, index=True)
    receptor_name = fields.Char(string="Receptor's Name", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    relation_type = fields.Char(readonly=True, help="Key of c_TipoRelacion, such as 04 for a substitution.")
    related_ids = fields.Many2many(
        "gym.cfdi.document",
        "gym_cfdi_document_related_rel",
        "document_id",
        "related_id",
        string="Related CFDI",
        readonly=True,
    )

    # --- seal
    place_zip = fields.Char(
        string="Place of Issue", readonly=True, help="Postal code (LugarExpedicion), whose clock Fecha follows."
    )
    issued_at = fields.Datetime(
        readonly=True, required=True, default=fields.Datetime.now, help="The instant that Fecha states."
    )
    fecha = fields.Char(readonly=True, help="Fecha as it is written: the clock of the place of issue.")
    deadline = fields.Datetime(
        string="Stamp Before",
        compute="_compute_deadline",
        store=True,
        index=True,
        help="72 hours after Fecha. Later, the document gets a new date and a new seal.",
    )
    request_id = fields.Char(string="Request", readonly=True, help="Names this seal before the PAC.")
    certificate_number = fields.Char(readonly=True)
    sealed_xml = fields.Text(readonly=True, prefetch=False)
    sealed_sha256 = fields.Char(string="SHA-256 of the Sealed XML", readonly=True)

    # --- stamp
    pac_id = fields.Many2one("gym.cfdi.pac", string="PAC", readonly=True, index="btree_not_null", ondelete="restrict")
    sent_at = fields.Datetime(readonly=True)
    xml = fields.Binary(string="XML", attachment=True, readonly=True)
    xml_filename = fields.Char(compute="_compute_xml_filename")
    xml_sha256 = fields.Char(string="SHA-256 of the XML", readonly=True)
    uuid = fields.Char(string="UUID", readonly=True)
    stamped_at = fields.Datetime(readonly=True, help="FechaTimbrado as an instant.")
    is_test = fields.Boolean(string="Test", readonly=True, help="Stamped by a test environment: worth nothing.")
    problems = fields.Json(readonly=True)
    problem_text = fields.Text(string="What to Correct", compute="_compute_problem_text")
    attempt_ids = fields.One2many("gym.cfdi.attempt", "document_id", readonly=True)
    tries = fields.Integer(readonly=True, help="Calls without an answer since the last one.")
    next_try_at = fields.Datetime(readonly=True, help="The outbox takes the document up again at this time.")

    _uuid_unique = models.UniqueIndex("(upper(uuid)) WHERE uuid IS NOT NULL", "This UUID is already recorded.")
    _request_unique = models.UniqueIndex("(request_id) WHERE request_id IS NOT NULL")
    _pending_index = models.Index("(next_try_at) WHERE state IN ('to_seal', 'sealed', 'sent')")

    def init(self):
        create_guards(self.env.cr)

    @api.depends("issued_at")
    def _compute_deadline(self):
        for document in self:
            document.deadline = document.issued_at + STAMP_WITHIN

    @api.depends("series", "folio", "uuid", "kind", "move_id.name")
    def _compute_display_name(self):
        for document in self:
            name = "-".join(filter(None, (document.series, document.folio)))
            document.display_name = (
                document.sudo().move_id.name or name or document.uuid or f"{document.kind} {document.id}"
            )

    @api.depends("uuid", "display_name")
    def _compute_xml_filename(self):
        for document in self:
            document.xml_filename = f"{document.uuid or document.display_name}.xml"

    @api.depends("problems")
    def _compute_problem_text(self):
        for document in self:
            lines = [f"{p['code']}: {p['text']} {p['remedy']}" for p in document.problems or ()]
            document.problem_text = "\n".join(lines)

    # === RECORDS === #

    def write(self, vals):
        """Refuse to write ``state``, which moves by :meth:`_transition` alone."""
        if "state" in vals:
            raise AccessError(self.env._("The state of a CFDI follows what happens to it; it is never written."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A CFDI is never deleted. Withdraw it before it is stamped, or cancel it."))

    @api.model
    def _record(self, values_list):
        """Record the intention to issue documents, and hand them to the outbox.

        :param list values_list: dicts with company_id, kind, document_type, place_zip and the source
        :return: the documents, ``to_seal``, in the environment of the caller
        """
        documents_sudo = self.sudo().with_context(tracking_disable=True).create(values_list)
        documents_sudo._enqueue()
        return documents_sudo.with_env(self.env)

    def _transition(self, event, values=None):
        """Let ``event`` happen to the documents: the only way in which ``state`` changes.

        Those that are already where the event leads are left alone and logged.

        :param dict values: written together with the new state
        :return: the documents that moved
        :raise UserError: when the event cannot happen to one of them; then none has moved
        """
        return self._transition_each(event, {document: values or {} for document in self})

    @api.model
    def _transition_each(self, event, values):
        """Like :meth:`_transition`, with values of its own for each document.

        :param dict values: {document: values}
        """
        moved = {}
        for document in self.sudo().browse([document.id for document in values]):
            try:
                target = next_state(document.state, event)
            except ForbiddenEvent as error:
                raise UserError(self._forbidden_text(document, event)) from error
            if target is None:
                _logger.info("CFDI %s is %s: %s once more changes nothing", document.id, document.state, event)
            else:
                moved[document] = {"state": target, **values[document]}
        self._write_each(moved)
        return self.browse([document.id for document in moved])

    def _write_each(self, values):
        """Write values to each of some documents, as one write of what they share and one note of what they do not.

        The ORM looks for what depends on a document at every ``write``: for documents one by one that takes longer than
        sealing and sending them.

        :param dict values: {document, sudo: values}, with the same names for all
        """
        if not values:
            return
        documents = self.sudo().browse([document.id for document in values])
        first, *others = values.values()
        shared = {name: value for name, value in first.items() if all(other[name] == value for other in others)}
        super(GymCfdiDocument, documents).write(shared)
        own = [name for name in first if name not in shared]
        for document, vals in values.items():
            for name in own:
                self._fields[name].write(document, vals[name])
        documents.modified(own)

    def _forbidden_text(self, document, event):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "The CFDI %(name)s is “%(state)s”, which does not admit this step (%(event)s). "
            "Reload the page to see where it is.",
            name=document.display_name,
            state=labels[document.state],
            event=event,
        )

    # === CONTENT === #

    def _get_sealed_bytes(self):
        """The bytes that were sealed, exactly as they are sent to the PAC."""
        self.ensure_one()
        return self.sudo().sealed_xml.encode()

    def _get_stamped_bytes(self):
        """The stamped XML, or ``b""`` when there is none."""
        self.ensure_one()
        return self._read_stamped()[self]

    def _read_stamped(self):
        """Return {document: bytes of its stamped XML, ``b""`` when there is none}."""
        return {document: attachment.raw or b"" for document, attachment in self._get_xml_attachments().items()}

    def _get_xml_attachments(self):
        """Return {document: attachment of its stamped XML}, sudo; documents without one get an empty attachment."""
        # with bin_size, which the web client sets, ``raw`` would be the size
        attachments = self.env["ir.attachment"].sudo().with_context(bin_size=False)
        found = attachments.search(
            [("res_model", "=", self._name), ("res_field", "=", "xml"), ("res_id", "in", self.ids)]
        )
        by_id = {attachment.res_id: attachment for attachment in found}
        return {document: by_id.get(document.id, attachments) for document in self}

    def _read_comprobante(self):
        """The document as :class:`~..domain.model.Comprobante`: stamped, or else as it was sealed."""
        return reader.read(self._get_stamped_bytes() or self._get_sealed_bytes())

    @api.model
    def _new_request_id(self):
        """Name a seal. Never again the same, so that no PAC takes a new seal for an old one."""
        return str(uuid.uuid4())

    @staticmethod
    def _sha256(data):
        return hashlib.sha256(data).hexdigest()
