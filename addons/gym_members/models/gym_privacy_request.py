from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..domain import privacy
from ..domain.business_days import business_days_between
from .gated import without_defaults

# Set by the steps of a request alone, never by a write from outside.
_GATED = {
    "name",
    "state",
    "date_received",
    "date_answered",
    "date_answer_due",
    "date_execution_due",
    "date_deadline",
    "company_id",
    "executed_at",
    "verified_at",
    "verified_by_id",
    "answer_extension_reason",
    "execution_extension_reason",
    "reminded_for",
    "export_file",
    "health_export_file",
}
# What the gym was asked is fixed once it is clear who asks; what it answered, once it has answered.
_FIXED_AFTER_VERIFICATION = {"kind", "member_id", "location_id", "description", "identity_method", "identity_note"}
_FIXED_AFTER_ANSWER = {"answer", "answer_text", "legal_ground", "includes_health"}


class GymPrivacyRequest(models.Model):
    """A person asks to see, correct, delete or stop the use of their data (derechos ARCO), or takes a consent back.

    The law gives 20 business days to answer and 15 more to execute what was granted; each may be extended once. The
    state moves through :meth:`_update_state` alone and every step leaves an entry in the evidence log.
    """

    _name = "gym.privacy.request"
    _description = "Privacy Request"
    _inherit = ["gym.relation.guard", "mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id desc"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(string="Folio", readonly=True, copy=False, default="/")
    kind = fields.Selection(
        [
            ("access", "Access"),
            ("rectification", "Rectification"),
            ("cancellation", "Cancellation"),
            ("opposition", "Opposition"),
            ("revocation", "Revocation of consent"),
        ],
        required=True,
        tracking=True,
        help="Access: see the data. Rectification: correct them. Cancellation: block and then delete them. Opposition: "
        "stop using them for a purpose. Revocation: take back a consent.",
    )
    state = fields.Selection(
        [
            ("received", "Received"),
            ("verified", "Identity verified"),
            ("answered", "Answered"),
            ("executed", "Executed"),
            ("closed", "Closed"),
            ("withdrawn", "Withdrawn"),
        ],
        default=privacy.RECEIVED,
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    active = fields.Boolean(default=True)
    member_id = fields.Many2one(
        "gym.member",
        index=True,
        ondelete="restrict",
        check_company=True,
        context={"active_test": False},
        help="Whose data. May stay empty until the person is identified.",
    )
    location_id = fields.Many2one(
        "gym.location",
        string="Branch",
        required=True,
        index=True,
        ondelete="restrict",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('kind', '=', 'branch')]",
    )
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one("res.users", string="Handled By", index="btree_not_null", tracking=True)
    channel = fields.Selection(
        [("portal", "Portal"), ("desk", "At the branch"), ("email", "E-mail or letter")], default="desk", required=True
    )

    # not in sudo: a form may send the id of any member
    requester_name = fields.Char(
        compute="_compute_requester", store=True, readonly=False, precompute=True, compute_sudo=False
    )
    requester_email = fields.Char(
        string="E-mail",
        compute="_compute_requester",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
        help="Where the acknowledgment and the answer go.",
    )
    is_representative = fields.Boolean(string="Asked by a Representative", help="Parent, guardian or attorney.")
    description = fields.Text(string="What Is Asked")
    includes_health = fields.Boolean(
        string="Includes Health Notes",
        help="The person asks for their health notes too. They leave in a file of their own that only staff with the "
        "right to see health notes can make and open.",
    )

    identity_method = fields.Selection(
        [
            ("official_id", "Official ID seen"),
            ("portal_id", "Portal account and official ID copy"),
            ("power", "Representative: ID and power of attorney"),
            ("guardian", "Parent or guardian: ID and proof"),
            ("signature", "Advanced electronic signature"),
        ],
        string="Identity Proved By",
        tracking=True,
    )
    identity_note = fields.Char(help="For example the last four characters of the ID; never a copy of it.")
    verified_at = fields.Datetime(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", string="Verified By", readonly=True, copy=False)

    answer = fields.Selection(
        [("granted", "Granted"), ("partial", "Granted in part"), ("denied", "Denied")], copy=False, tracking=True
    )
    answer_text = fields.Text(string="Answer to the Person", copy=False)
    legal_ground = fields.Text(copy=False, help="Required to deny, in whole or in part: which article and why.")
    delivery = fields.Selection(
        [("in_person", "In person at the branch"), ("email", "By e-mail")],
        default="in_person",
        required=True,
        help="How the person gets the export. Health notes are only handed over in person.",
    )
    execution_note = fields.Text(string="What Was Done", copy=False)
    executed_at = fields.Datetime(readonly=True, copy=False)

    date_received = fields.Date(
        string="Received",
        compute="_compute_date_received",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The clock starts on the next business day.",
    )
    date_answered = fields.Date(string="Answered", readonly=True, copy=False)
    answer_extension_reason = fields.Text(readonly=True, copy=False)
    execution_extension_reason = fields.Text(readonly=True, copy=False)
    date_answer_due = fields.Date(string="Answer By", compute="_compute_deadlines", store=True)
    date_execution_due = fields.Date(string="Execute By", compute="_compute_deadlines", store=True)
    date_deadline = fields.Date(
        string="Next Deadline",
        compute="_compute_deadlines",
        store=True,
        index="btree_not_null",
        help="Last day for what is pending; empty when nothing is.",
    )
    business_days_left = fields.Integer(compute="_compute_business_days_left")
    is_late = fields.Boolean(compute="_compute_business_days_left")
    reminded_for = fields.Date(readonly=True, copy=False, help="Deadline for which a reminder already exists.")

    log_ids = fields.One2many("gym.privacy.log", "request_id", string="Evidence", readonly=True)
    export_file = fields.Binary(attachment=True, readonly=True, copy=False)
    export_filename = fields.Char(compute="_compute_export_filename")
    health_export_file = fields.Binary(
        attachment=True, readonly=True, copy=False, groups="gym_members.group_gym_health", exportable=False
    )
    health_export_filename = fields.Char(compute="_compute_export_filename")

    # === CONSTRAINTS === #

    _folio_per_company = models.UniqueIndex("(company_id, name) WHERE name != '/'", "That folio exists already.")

    # === COMPUTE === #

    @api.depends("member_id")
    def _compute_location_id(self):
        for request in self:
            request.location_id = (
                request.member_id.location_id or request.location_id or self.env["gym.member"]._default_location_id()
            )

    @api.depends("location_id")
    def _compute_date_received(self):
        for request in self:
            if not request.date_received:
                request.date_received = request.location_id._today()

    @api.depends("member_id")
    def _compute_requester(self):
        for request in self:
            request.requester_name = request.requester_name or request.member_id.name
            request.requester_email = request.requester_email or request.member_id.email

    @api.depends(
        "state",
        "answer",
        "date_received",
        "date_answered",
        "answer_extension_reason",
        "execution_extension_reason",
    )
    def _compute_deadlines(self):
        for request in self:
            clock = request._get_clock()
            request.date_answer_due = clock and clock.answer_due
            request.date_execution_due = clock and request.answer != privacy.DENIED and clock.execution_due
            request.date_deadline = clock and clock.due(request.state, request.answer)

    @api.depends("date_deadline")
    def _compute_business_days_left(self):
        for request in self:
            today = request.location_id._today()
            deadline = request.date_deadline
            request.business_days_left = business_days_between(today, deadline) if deadline else 0
            request.is_late = bool(deadline) and deadline < today

    @api.depends("name")
    def _compute_export_filename(self):
        for request in self:
            folio = (request.name or "").replace("/", "-")
            request.export_filename = f"{folio}.zip"
            request.health_export_filename = f"{folio}-health.zip"

    def _get_clock(self):
        """Return the deadlines of this request as a domain object, or ``None`` while its dates are missing."""
        self.ensure_one()
        if not self.date_received:
            return None
        return privacy.Clock(
            self.date_received,
            self.date_answered or None,
            is_answer_extended=bool(self.answer_extension_reason),
            is_execution_extended=bool(self.execution_extension_reason),
        )

    # === CONSTRAINS === #

    @api.constrains("date_received")
    def _check_date_received(self):
        for request in self:
            if request.date_received > request.location_id._today():
                raise ValidationError(self.env._("A request cannot be received on a future day."))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        gated = _GATED - {"date_received"}
        if not self.env.su and any(gated & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("A privacy request starts as received; its steps write the rest."))
        if not self.env.su:
            self = without_defaults(self, _GATED)
            chosen = [vals["member_id"] for vals in vals_list if vals.get("member_id")]
            self.env["gym.member"].browse(chosen).check_access("read")
        requests = super().create(vals_list)
        requests.member_id.check_access("read")
        for request in requests:
            company = request.company_id.sudo()
            request.sudo().write(
                {
                    "name": company._ensure_gym_privacy_sequence().next_by_id(),
                    "user_id": request.user_id.id or request._get_default_handler().id,
                }
            )
            request._log("received", f"{request.kind}, {request.channel}")
            request._acknowledge()
        requests._emit_to_members("privacy.requested")
        return requests

    def write(self, vals):
        if not self.env.su:
            self._check_writable(vals)
            # the steps hand out and block the data of this member in sudo
            self.env["gym.member"].browse(vals.get("member_id") or ()).check_access("read")
        return super().write(vals)

    def _check_writable(self, vals):
        fixed = _GATED & vals.keys()
        if any(request.state != privacy.RECEIVED for request in self):
            fixed |= _FIXED_AFTER_VERIFICATION & vals.keys()
        if any(request.state not in (privacy.RECEIVED, privacy.VERIFIED) for request in self):
            fixed |= _FIXED_AFTER_ANSWER & vals.keys()
        if fixed:
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in sorted(fixed))
            raise AccessError(
                self.env._("These are part of the evidence and no longer change by hand: %(fields)s.", fields=labels)
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A privacy request is kept as evidence. If the person no longer wants it, withdraw it.")
        )

    # === STEPS === #

    def action_verify(self):
        """Record that the person proved who they are."""
        self.check_access("write")
        for request in self:
            if not request.member_id:
                raise UserError(self.env._("Choose first whose data %(folio)s is about.", folio=request.name))
            if not request.identity_method:
                raise UserError(self.env._("Say first how the person proved who they are."))
        self._update_state(privacy.VERIFIED, verified_at=fields.Datetime.now(), verified_by_id=self.env.user.id)

    def action_answer(self):
        """Answer the person with what the form says and start the clock to execute."""
        self.check_access("write")
        for request in self:
            if not request.answer:
                raise UserError(self.env._("Choose first whether %(folio)s is granted or denied.", folio=request.name))
            if request.answer != privacy.GRANTED and not (request.legal_ground or "").strip():
                raise UserError(self.env._("To deny a request, in whole or in part, state the legal ground."))
            if not (request.answer_text or "").strip():
                raise UserError(self.env._("Write the answer that the person will read."))
        for request in self:
            request._update_state(privacy.ANSWERED, detail=request.answer, date_answered=request.location_id._today())
            request._send_to_requester("gym_members.mail_template_privacy_answer")

    def action_execute(self):
        """Do what was granted; for a cancellation this blocks the person's data."""
        self.check_access("write")
        for request in self:
            request._check_state(privacy.EXECUTED)
            getattr(request, f"_execute_{request.kind}")()
            request._update_state(privacy.EXECUTED, executed_at=fields.Datetime.now())
            request._emit_to_members("privacy.executed")

    def action_close(self):
        """Close what was executed or denied."""
        self.check_access("write")
        self._update_state(privacy.CLOSED)

    def action_withdraw(self):
        """Record that the person no longer wants the request."""
        self.check_access("write")
        self._update_state(privacy.WITHDRAWN)

    def _check_state(self, target):
        """Refuse a step that may not follow the present state.

        :raise UserError: naming the request and both states
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for request in self:
            if not privacy.is_allowed(request.state, target, request.answer or None):
                raise UserError(
                    self.env._(
                        "%(folio)s is “%(state)s” and cannot become “%(target)s” now.",
                        folio=request.name,
                        state=labels[request.state],
                        target=labels[target],
                    )
                )

    def _update_state(self, target, detail=None, **values):
        """Pass to ``target``, the one gate of the state; write ``values`` with it and leave the evidence."""
        self._check_state(target)
        self.sudo().write({"state": target} | values)
        for request in self:
            request._log(target, detail)
            if not request.date_deadline:
                request.sudo().activity_unlink(["gym_members.mail_activity_type_privacy"])

    def _extend(self, reason):
        """Extend the clock that runs by as many days again, once, and tell the person why.

        :raise UserError: when nothing runs, the clock was extended before, or its deadline has passed
        """
        self.ensure_one()
        self.check_access("write")
        if not reason.strip():
            raise UserError(self.env._("The law asks for a reason to extend a deadline."))
        field = "execution_extension_reason" if self.state == privacy.ANSWERED else "answer_extension_reason"
        if not self.date_deadline:
            raise UserError(self.env._("%(folio)s has no deadline running.", folio=self.name))
        if self[field]:
            raise UserError(self.env._("A deadline can be extended only once."))
        if self.is_late:
            raise UserError(self.env._("The deadline has passed; it could be extended only before."))
        self.sudo().write({field: reason})
        self._log("extended", fields.Date.to_string(self.date_deadline))
        self._send_to_requester("gym_members.mail_template_privacy_extension")

    # === MAIL AND EVIDENCE === #

    def _log(self, action, detail=None):
        """Add an entry to the evidence; ``detail`` must not name the person."""
        self.env["gym.privacy.log"].sudo().create(
            [
                {
                    "request_id": request.id,
                    "occurred_at": fields.Datetime.now(),
                    "user_id": self.env.uid,
                    "action": action,
                    "detail": detail,
                }
                for request in self
            ]
        )

    def _acknowledge(self):
        self._send_to_requester("gym_members.mail_template_privacy_acknowledgment")

    def _send_to_requester(self, template_xmlid, attachment_ids=()):
        """Queue the mail of a template to the person who asked; without an address only the evidence says so."""
        self.ensure_one()
        template = self.env.ref(template_xmlid).sudo()
        if not self.requester_email:
            self._log("not_mailed", template_xmlid)
            return
        template.send_mail(
            self.id,
            email_values={"attachment_ids": [(4, id_) for id_ in attachment_ids]},
            email_layout_xmlid="mail.mail_notification_light",
        )
        self._log("mailed", template_xmlid)

    def _emit_to_members(self, code):
        """Emit an event of type ``code`` for the members these requests are about."""
        self.env["gym.event"]._emit(
            [
                {"member_id": request.member_id.id, "type": code, "payload": {"folio": request.name}}
                for request in self.filtered("member_id")
            ]
        )

    def _get_default_handler(self):
        """Return the manager of the branch, else an owner of its company, else nobody."""
        self.ensure_one()
        users = self.env["res.users"].sudo()
        of_company = Domain("company_ids", "in", self.company_id.ids) & Domain("share", "=", False)
        managers = self.env.ref("gym_members.group_gym_manager")
        owners = self.env.ref("gym_members.group_gym_owner")
        return users.search(
            of_company
            & Domain("all_group_ids", "in", managers.ids)
            & Domain("gym_location_ids", "parent_of", self.location_id.id),
            limit=1,
        ) or users.search(of_company & Domain("all_group_ids", "in", owners.ids), order="id desc", limit=1)
