from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..domain import codes
from ..domain.days import civil_day, day_bounds, days_of
from ..domain.facts import Allowance, Bar, Right
from ..domain.reasons import reason
from .gym_member_facts import HOURS_AHEAD

KINDS = [
    ("day", "Day pass"),
    ("punch", "Visit pack"),
    ("guest", "Guest pass"),
    ("trial", "Trial pass"),
    ("company", "Company pass"),
]
GUEST_DAYS = 365  # how long the name of a guest is kept after the last day of the pass
FORGOTTEN = "—"
# Days that a pass lasts and visits that it has at most when the front desk makes it: coming in for longer is a
# subscription, which is paid, or free time, which a manager gives
DESK_MOST = {"day": (31, 31), "guest": (1, 1), "trial": (14, 14), "punch": (366, 50)}
DESK_AHEAD_DAYS = 90
LIMITED = {"kind", "date_start", "date_end", "visits"}
# Written by buttons alone
GATED = {"host_id", "is_void", "code_hash", "code_hint"}


class GymAccessPass(models.Model):
    """The right to come in some days or some times, of a member or of somebody who is none.

    A visit pack counts each visit; every other kind counts days, on which its holder goes in and out freely.
    """

    _name = "gym.access.pass"
    _description = "Pass"
    _inherit = ["gym.relation.guard", "gym.code.holder", "mail.thread"]
    _order = "id desc"

    kind = fields.Selection(KINDS, required=True, default="day", tracking=True)
    location_id = fields.Many2one(
        "gym.location",
        string="Branch",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'branch')]",
        default=lambda self: self.env["gym.member"]._default_location_id(),
    )
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    is_everywhere = fields.Boolean(string="Every Branch", tracking=True, help="Opens every branch of the company.")
    member_id = fields.Many2one("gym.member", index="btree_not_null", ondelete="restrict", tracking=True)
    guest_name = fields.Char(tracking=True)
    guest_phone = fields.Char()
    holder = fields.Char(compute="_compute_holder", compute_sudo=True)
    host_id = fields.Many2one(
        "gym.member", string="Guest Of", index="btree_not_null", ondelete="restrict", readonly=True
    )
    is_waiver_signed = fields.Boolean(string="Waiver Signed", help="On paper, by somebody who is not a member.")
    date_start = fields.Date(string="From", required=True, default=lambda self: self._default_date_start())
    date_end = fields.Date(
        string="Last Day", required=True, default=lambda self: self._default_date_start(), tracking=True
    )
    visits = fields.Integer(default=1, required=True, tracking=True, help="How many visits, or days, it has in all.")
    visits_per_day = fields.Integer(help="0: as many as are left.")
    entry_ids = fields.One2many("gym.allowance.entry", "pass_id", string="Uses", readonly=True)
    visits_left = fields.Integer(compute="_compute_visits_left", compute_sudo=True)
    is_void = fields.Boolean(string="Void", readonly=True, copy=False, tracking=True)

    _in_order = models.Constraint(
        "CHECK (date_end >= date_start)", "The last day of a pass cannot be before its first."
    )
    _visits_positive = models.Constraint(
        "CHECK (visits > 0 AND visits_per_day >= 0)", "A pass has one visit at least, and no fewer than 0 a day."
    )
    _has_holder = models.Constraint(
        "CHECK (member_id IS NOT NULL OR guest_name IS NOT NULL)", "Choose a member, or write the name of the guest."
    )

    @api.model
    def _default_date_start(self):
        return self.env["gym.member"]._default_location_id()._today()

    @api.depends("member_id.name", "guest_name")
    def _compute_holder(self):
        for one in self:
            one.holder = one.member_id.name or one.guest_name

    @api.depends("entry_ids.quantity", "visits")
    def _compute_visits_left(self):
        used = self._count_uses()
        for one in self:
            one.visits_left = max(0, one.visits - used.get(one._origin.id, 0))

    @api.depends("kind", "holder")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for one in self:
            one.display_name = f"{kinds.get(one.kind)} · {one.holder or ''}"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_relations(vals_list)
        passes = super().create([self._without_gated(vals) for vals in vals_list])
        passes._check_desk_limits()
        passes.member_id._access_changed()
        return passes

    def write(self, vals):
        if not self.env.su and self.entry_ids and {"member_id", "visits", "kind", "location_id"} & vals.keys():
            raise UserError(self.env._("This pass has been used. Void it and make another one."))
        self._check_relations([vals])
        result = super().write(self._without_gated(vals))
        if LIMITED & vals.keys():
            self._check_desk_limits()
        self.member_id._access_changed()
        return result

    def _check_desk_limits(self):
        """Refuse passes by which the front desk would give away months of coming in.

        :raise AccessError: naming what it may make
        """
        if self.env.su or self.env.user.has_group("gym_members.group_gym_manager"):
            return
        for one in self:
            days, visits = DESK_MOST.get(one.kind, (0, 0))
            latest = one.location_id._today() + timedelta(days=DESK_AHEAD_DAYS)
            lasts = (one.date_end - one.date_start).days + 1
            if lasts > days or one.visits > visits or one.date_start > latest:
                raise AccessError(
                    self.env._(
                        "%(name)s: the front desk makes passes of this kind for at most %(days)s days and %(visits)s "
                        "visits, to begin within %(ahead)s days. Ask a manager for more, or sign the person up.",
                        name=one.display_name,
                        days=days,
                        visits=visits,
                        ahead=DESK_AHEAD_DAYS,
                    )
                )

    @api.model
    def _without_gated(self, vals):
        """Leave out what only the buttons write."""
        return vals if self.env.su else {name: value for name, value in vals.items() if name not in GATED}

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        if used := self.filtered("entry_ids"):
            raise UserError(self.env._("%(name)s has been used. Void it instead.", name=used[0].display_name))

    # === ACTIONS === #

    def action_void(self):
        """Let nobody in by these any more."""
        self.check_access("write")
        self.sudo().write({"is_void": True, "code_hash": False, "code_hint": False})
        self.member_id._access_changed()

    # === PRIVACY === #

    @api.model
    def _cron_forget_guests(self):
        """Take the names out of passes of guests that ended a year ago; may run at any time, any number of times."""
        limit = self.env["res.company"]._get_latest_day() - timedelta(days=GUEST_DAYS)
        self.env["ir.cron"]._do_each(
            self.sudo().search([("guest_name", "not in", [False, FORGOTTEN]), ("date_end", "<", limit)]),
            "_forget_guest",
        )

    def _forget_guest(self):
        """Leave of this guest that there was one."""
        self.ensure_one()
        self.sudo().write({"guest_name": FORGOTTEN, "guest_phone": False})

    # === CODE === #

    def _get_code_prefix(self):
        return codes.PASS

    # === DECISION === #

    @api.model
    def _get_usable(self, members, location, day):
        """Return, in sudo, the passes of members that open ``location``: running, to come, or over since ``day``."""
        mine = Domain("member_id", "in", members._get_merged_ids())
        here = Domain("location_id", "=", location.id) | (
            Domain("is_everywhere", "=", True) & Domain("company_id", "=", location.company_id.id)
        )
        return self.sudo().search(mine & here & Domain("is_void", "=", False) & Domain("date_end", ">=", day))

    def _opens(self, location):
        """Tell whether this pass opens ``location``, whatever the day."""
        self.ensure_one()
        return location == self.location_id or (self.is_everywhere and location.company_id == self.company_id)

    def _count_uses(self):
        groups = (
            self.env["gym.allowance.entry"]
            .sudo()
            ._read_group([("pass_id", "in", self.ids)], ["pass_id"], ["quantity:sum"])
        )
        return {one.id: used for one, used in groups}

    def _get_rights(self, at):
        """Return each of these as a right of the decision: dict of id; with one query."""
        uses = {one.id: [] for one in self}
        for entry in self.env["gym.allowance.entry"].sudo().search([("pass_id", "in", self.ids)], order="occurred_at"):
            uses[entry.pass_id.id].append((entry.occurred_at, entry.quantity))
        return {one.id: one._to_right(uses[one.id], at) for one in self}

    def _to_right(self, uses, at):
        zone = self.location_id._get_time_zone()
        start, end = day_bounds(self.date_start, zone)[0], day_bounds(self.date_end, zone)[1]
        bars = (
            Bar(reason("not_started", day=self.date_start), None, start),
            Bar(reason("pass_expired", day=self.date_end), end, None),
        )
        used = sum(quantity for _at, quantity in uses)
        free_until = self._get_free_until(uses, zone)
        allowances = [Allowance("pass_used_up", self.visits, used, free_until=free_until)]
        for day in days_of(at, at + timedelta(hours=HOURS_AHEAD), zone) if self.visits_per_day else ():
            first, last = day_bounds(day, zone)
            that_day = sum(quantity for when, quantity in uses if first <= when < last)
            allowances.append(Allowance("daily_limit", self.visits_per_day, that_day, first, last, free_until))
        free_minutes = self._get_policy().reentry_minutes if self.kind == "punch" else None
        return Right(f"pass:{self.id}", self.display_name, bars, None, tuple(allowances), free_minutes=free_minutes)

    def _get_free_until(self, uses, zone):
        """Return until when coming back takes nothing: the end of the day, or some time after a visit of a pack."""
        if not uses or uses[-1][1] < 0:
            return None
        last = uses[-1][0]
        if self.kind != "punch":
            return day_bounds(civil_day(last, zone), zone)[1]
        return last + self._get_policy()._get_free_return()

    def _get_policy(self):
        return self.env["gym.access.policy"]._get_of(self.location_id)
