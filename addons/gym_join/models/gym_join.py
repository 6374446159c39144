import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL, LazyTranslate
from odoo.tools.misc import hmac

from odoo.addons.vigor_guard.domain.numbers import read_id
from odoo.addons.vigor_guard.domain.secret import is_same

from ..domain import joining

_lt = LazyTranslate(__name__)

LIFETIME_DAYS = 7  # without a visit, after which a join is abandoned
KEPT_DAYS = 30  # for how long what is over stays, for questions; then it is deleted with all that was typed
CARD_SHOWN_HOURS = 24  # for how long the link of a finished join shows the member card
STATE_LABELS = {
    "open": "Filling In",
    "unconfirmed": "To Confirm by E-mail",
    "desk": "To Pay at the Desk",
    "done": "Joined",
    "expired": "Abandoned",
}
REFUSALS = {
    joining.WAIT_FOR_MAIL: _lt("This registration is over. Begin a new one."),
    joining.GO_TO_DESK: _lt("This registration is over. Begin a new one."),
    joining.EDIT: _lt("This registration is over. Begin a new one."),
    joining.FINISH: _lt("This registration is over. Begin a new one."),
    joining.EXPIRE: _lt("This registration is finished already."),
}


class GymJoin(models.Model):
    """Somebody joining by themselves on the page ``/join``: what they chose, typed and signed so far.

    Until it is finished there is nothing else: no member, no consent, no subscription, no invoice. On the step of
    payment a contact is made, because a payment needs one; a join that is abandoned loses it again. So nobody is ever
    dunned for a page they left.

    Anyone who has the link may go on with it: :meth:`_find` is the only way in; the pages act in sudo only on what it
    returns.
    """

    _name = "gym.join"
    _description = "Online Registration"
    _order = "id desc"
    _rec_name = "name"

    nonce = fields.Char(required=True, default=lambda self: secrets.token_urlsafe(16), groups=fields.NO_ACCESS)
    state = fields.Selection(
        [(state, STATE_LABELS[state]) for state in joining.STATES],
        default=joining.OPEN,
        required=True,
        readonly=True,
        index=True,
    )
    active_until = fields.Datetime(required=True, readonly=True, default=lambda self: self._get_new_limit())
    visited_at = fields.Datetime(string="Last Visit", required=True, readonly=True, default=fields.Datetime.now)
    finished_at = fields.Datetime(readonly=True)

    location_id = fields.Many2one("gym.location", string="Branch", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_id = fields.Many2one("gym.plan", ondelete="cascade", index="btree_not_null")
    code = fields.Char(string="Coupon")
    quote = fields.Monetary(string="Shown to Pay", readonly=True, help="What the page of payment showed, with IVA.")

    member_id = fields.Many2one("gym.member", readonly=True, ondelete="cascade", index="btree_not_null")
    subscription_id = fields.Many2one("gym.subscription", readonly=True, ondelete="set null", index="btree_not_null")
    partner_id = fields.Many2one(
        "res.partner", string="Payer", readonly=True, ondelete="set null", index="btree_not_null"
    )
    transaction_ids = fields.One2many("payment.transaction", "gym_join_id", string="Payments", readonly=True)
    signature_ids = fields.One2many("gym.join.signature", "join_id", readonly=True)

    # === THE LINK === #

    @api.model
    def _begin(self, location, plan, **values):
        """Return a new join, in sudo.

        :raise UserError: when the branch takes no online joins or does not sell the plan online
        """
        if plan not in location._get_join_plans():
            raise UserError(self.env._("This plan is not sold online here. Choose another one."))
        self._check_no_twin(plan, self.env["gym.member"].sudo().browse(values.get("member_id")))
        return self.sudo().create({"location_id": location.id, "plan_id": plan.id} | values)

    @api.model
    def _check_no_twin(self, plan, member):
        """Refuse a plan that ``member`` has already: by oneself nobody takes it twice.

        :raise UserError: naming the running subscription
        """
        draft = self.env["gym.subscription"].sudo().new({"plan_id": plan.id, "member_id": member.id})
        if text := draft._describe_twins():
            raise UserError(self.env._("%(text)s Choose another plan, or change yours in the portal.", text=text))

    @api.model
    def _find(self, token):
        """Return, in sudo, the join that ``token`` opens; empty when the token is wrong or the join is gone."""
        number, _dot, secret = (token or "").partition(".")
        join = self.sudo().browse(read_id(number)).exists()
        # compared even when there is nothing to compare with, so that time tells nothing
        return join if is_same(join._sign("link"), secret) and join else join.browse()

    def _get_token(self):
        """Return the key to this join, which cannot be guessed."""
        self.ensure_one()
        return f"{self.id}.{self._sign('link')}"

    def _sign(self, scope):
        """Return a key derived from this join's secret and the database's; nothing that opens it is stored."""
        join = self.sudo()
        return hmac(join.env, f"gym.join {scope}", (join.id or 0, join.nonce or ""))

    def _get_path(self, step=None):
        self.ensure_one()
        return f"/join/{self._get_token()}" + (f"/{step}" if step else "")

    # === THE LIFE OF A JOIN === #

    def _move(self, event, **values):
        """Let ``event`` happen to this join: the only code that writes ``state``. The row stays locked until commit.

        :return: whether it had any effect; ``False`` when it had happened already
        :raise UserError: when it may not happen any more
        """
        self.ensure_one()
        # waiting, unlike lock_for_update: the page that polls and the cron finish the same payment at the same time
        self.env.execute_query(SQL("SELECT id FROM gym_join WHERE id = %s FOR NO KEY UPDATE", self.id))
        self.invalidate_recordset(["state"])
        outcome = joining.transition(self.state, event)
        if outcome is None:
            raise UserError(self.env._(REFUSALS[event]))  # pylint: disable=gettext-variable
        if outcome == joining.SKIPPED:
            return False
        self.write(values | {"state": outcome})
        return True

    def _touch(self):
        """Note a visit, which keeps an unfinished join from expiring."""
        if self.state in (joining.OPEN, joining.UNCONFIRMED, joining.DESK):
            self.write({"visited_at": fields.Datetime.now(), "active_until": self._get_new_limit()})

    @api.model
    def _get_new_limit(self):
        return fields.Datetime.now() + timedelta(days=LIFETIME_DAYS)

    def _get_progress(self):
        self.ensure_one()
        return joining.Progress(
            has_plan=self.plan_id in self.location_id._get_join_plans(),
            has_data=bool(self.name) and not self._check_data(self._get_data()),
            has_signed=not self._get_documents_left(),
        )

    def _get_open_payment(self):
        """Return the payment that is on its way, empty when there is none: until it is known nothing may change."""
        self.ensure_one()
        return self.transaction_ids.filtered(lambda tx: tx.state in ("pending", "authorized", "done"))[:1]

    def _edit(self, **values):
        """Write what a page changes.

        :raise UserError: when the join is over or a payment for it is on its way
        """
        self.ensure_one()
        if self._get_open_payment():
            raise UserError(self.env._("Your payment is on its way, so nothing can change now. Wait for its answer."))
        self._move(joining.EDIT)
        self.write(values)

    def _is_card_shown(self):
        """Tell whether the link of this finished join still shows the member card."""
        self.ensure_one()
        limit = fields.Datetime.now() - timedelta(hours=CARD_SHOWN_HOURS)
        return bool(self.state == joining.DONE and self.finished_at and self.finished_at > limit)

    # === WHAT IS OFFERED === #

    def _prepare_draft_vals(self):
        return self.env["gym.subscription"]._prepare_draft_vals(self)

    def _get_offer(self):
        """Return what joining costs as it stands; see :meth:`gym.plan._get_join_offer`.

        A coupon that may not be used any more, because somebody else has its last use, leaves the price without it;
        ``code_refusal`` says why.
        """
        self.ensure_one()
        plan, values = self.plan_id.with_context(gym_join_id=self.id), self._prepare_draft_vals()
        try:
            return plan._get_join_offer(self.location_id, self.code, self.member_id, values) | {"code_refusal": None}
        except LockError:
            raise
        except UserError as error:
            if not self.code:
                raise
            offer = plan._get_join_offer(self.location_id, None, self.member_id, values)
            return offer | {"code_refusal": str(error)}

    # === CRON === #

    @api.model
    def _cron_expire(self):
        """Abandon what nobody went on with, and forget what is over. May run at any time and twice."""
        now = fields.Datetime.now()
        stale = self.search([("state", "in", ("open", "unconfirmed", "desk")), ("active_until", "<", now)], limit=1000)
        crons = self.env["ir.cron"]
        crons._do_each(stale.filtered(lambda join: not join._get_open_payment()), "_abandon")
        limit = now - timedelta(days=KEPT_DAYS)
        over = self.search([("state", "in", ("done", "expired")), ("active_until", "<", limit)], limit=1000)
        over = over.filtered(lambda join: join.state == joining.DONE or not join._get_open_payment())
        crons._do_together(over, "unlink")

    def _abandon(self):
        """End these joins without anybody having joined; the contact that only the payment needed goes too."""
        for join in self:
            if not join._move(joining.EXPIRE):
                continue
            partner = join.partner_id
            if join.member_id or not partner:
                continue
            if join.transaction_ids:
                # payments that failed keep their contact, without what was typed
                nobody = {"name": self.env._("Unfinished registration"), "email": False, "phone": False}
                partner.write(nobody | {"active": False})
            else:
                partner.unlink()
