from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import babel_locale_parse, format_date, get_lang

from odoo.addons.base.models.res_partner import _tz_get
from odoo.addons.vigor_clock.domain import zones

from ..domain import hours, iva
from ..domain.contact import is_mexican_zip


class GymLocation(models.Model):
    """A place where people train, or a region or brand that groups such places.

    Every branch belongs to one company (razón social). Its ZIP is the LugarExpedicion of the invoices it issues and its
    time zone decides what "today" is.
    """

    _name = "gym.location"
    _description = "Gym Branch"
    _inherit = ["gym.relation.guard", "mail.thread", "mail.activity.mixin"]
    _parent_store = True
    _order = "sequence, name, id"

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(help="Short name for lists and receipts, for example ROMA.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    kind = fields.Selection(
        [("branch", "Branch"), ("region", "Region"), ("brand", "Brand")],
        default="branch",
        required=True,
        help="Members belong to branches; regions and brands only group them.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, tracking=True
    )
    parent_id = fields.Many2one(
        "gym.location",
        string="Part Of",
        index=True,
        ondelete="restrict",
        domain="[('kind', '!=', 'branch'), ('company_id', '=', company_id)]",
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("gym.location", "parent_id", string="Branches")

    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char(string="ZIP", tracking=True, help="Postal code where invoices are issued (LugarExpedicion).")
    city = fields.Char()
    state_id = fields.Many2one("res.country.state", domain="[('country_id', '=', country_id)]")
    country_id = fields.Many2one("res.country", default=lambda self: self.env.ref("base.mx", False))
    phone = fields.Char()
    email = fields.Char()
    image_1920 = fields.Image(string="Photo", max_width=1920, max_height=1920)
    image_256 = fields.Image("Small Photo", related="image_1920", max_width=256, max_height=256, store=True)

    tz = fields.Selection(
        _tz_get, string="Time Zone", required=True, default=lambda self: self.env.company._get_time_zone()
    )
    iva_zone_ids = fields.One2many("gym.location.iva.zone", "location_id", string="IVA Zones")
    iva_zone = fields.Selection(
        selection=lambda self: self.env["gym.location.iva.zone"]._fields["zone"].selection,
        string="IVA Zone Today",
        compute="_compute_iva_zone",
    )
    capacity = fields.Integer(help="How many people fit at once; 0 means that nobody counts.")
    resource_calendar_id = fields.Many2one(
        "resource.calendar", string="Opening Hours", check_company=True, ondelete="restrict"
    )
    closure_ids = fields.One2many("gym.location.closure", "location_id", string="Closures")
    is_open = fields.Boolean(compute="_compute_is_open", string="Open Now")
    opening_text = fields.Char(compute="_compute_is_open", string="Open or Closed")

    user_ids = fields.Many2many("res.users", "gym_location_res_users_rel", "location_id", "user_id", string="Staff")
    member_ids = fields.One2many("gym.member", "location_id", string="Members")
    member_count = fields.Integer(compute="_compute_member_counts", string="Current Members")
    joined_this_month_count = fields.Integer(compute="_compute_member_counts", string="Joined This Month")
    past_due_count = fields.Integer(compute="_compute_member_counts", string="Past Due")

    _code_per_company = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL", "Another branch of this company has that code."
    )
    _capacity_not_negative = models.Constraint("CHECK (capacity >= 0)", "The capacity cannot be negative.")

    @api.depends("iva_zone_ids.zone", "iva_zone_ids.date_start", "iva_zone_ids.date_end", "tz")
    def _compute_iva_zone(self):
        for location in self:
            location.iva_zone = location._get_iva_zone(location._today())

    @api.depends("resource_calendar_id", "closure_ids.date_start", "closure_ids.date_end", "tz")
    @api.depends_context("lang")
    def _compute_is_open(self):
        now = fields.Datetime.now()
        for location in self:
            location.is_open = location._is_open_at(now)
            location.opening_text = location._describe_opening(now)

    @api.depends("member_ids.stage", "member_ids.date_joined")
    def _compute_member_counts(self):
        members = self.env["gym.member"]
        current = dict(
            members._read_group(
                [("location_id", "in", self.ids), ("stage", "in", members._get_current_stages())],
                ["location_id"],
                ["__count"],
            )
        )
        past_due = dict(
            members._read_group(
                [("location_id", "in", self.ids), ("stage", "=", "past_due")], ["location_id"], ["__count"]
            )
        )
        joined = dict(
            members._read_group(
                [("location_id", "in", self.ids), ("date_joined", ">=", "=1d")], ["location_id"], ["__count"]
            )
        )
        for location in self:
            location.member_count = current.get(location, 0)
            location.past_due_count = past_due.get(location, 0)
            location.joined_this_month_count = joined.get(location, 0)

    @api.constrains("kind")
    def _check_kind(self):
        for location in self:
            if location.kind != "branch" and location.sudo().with_context(active_test=False).member_ids:
                raise ValidationError(
                    self.env._(
                        "%(location)s has members, so it must stay a branch. Move its members to another branch first.",
                        location=location.name,
                    )
                )

    @api.constrains("zip", "country_id")
    def _check_zip(self):
        for location in self.filtered("zip"):
            if location.country_id.code == "MX" and not is_mexican_zip(location.zip):
                raise ValidationError(
                    self.env._(
                        "%(zip)s is no postal code: that of %(location)s has 5 digits, for example 06700. Every "
                        "invoice of the branch states it.",
                        zip=location.zip,
                        location=location.name,
                    )
                )

    @api.constrains("company_id")
    def _check_company_of_members(self):
        for location in self:
            if location.sudo().with_context(active_test=False).member_ids:
                raise ValidationError(
                    self.env._(
                        "%(location)s already has members, whose invoices belong to its company. Create a new branch "
                        "in the other company instead.",
                        location=location.name,
                    )
                )

    @api.depends("name", "code")
    def _compute_display_name(self):
        for location in self:
            location.display_name = f"[{location.code}] {location.name}" if location.code else location.name

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()  # record rules hold the ids of the branches each user sees
        return super().create(vals_list)

    def write(self, vals):
        if not {"user_ids", "parent_id", "company_id"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    def action_open_members(self):
        """Open the members of this branch."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_member_action")
        return action | {
            "domain": [("location_id", "child_of", self.id)],
            "context": {"default_location_id": self.id if self.kind == "branch" else False},
        }

    def _get_time_zone(self):
        """Return the IANA name of this branch's zone; without a branch, that of the current company's place."""
        return self.tz if self else self.env.company._get_time_zone()

    def _today(self, now=None):
        """Return the civil date at this branch, now or at the naive UTC instant ``now``.

        Without a branch, that of the current company.
        """
        return self._to_local(now or fields.Datetime.now()).date()

    def _to_local(self, instant):
        """Return the naive UTC ``instant`` as an aware datetime in the branch's time zone."""
        return zones.local(instant, self._get_time_zone())

    def _to_utc(self, wall_time):
        """Return the naive ``wall_time`` of the branch as a naive UTC instant."""
        return zones.to_utc(wall_time, self._get_time_zone())

    def _get_iva_zone(self, day):
        """Return the IVA zone in force at this branch on the civil date ``day``."""
        self.ensure_one()
        return iva.zone_on(self.iva_zone_ids._to_periods(), day)

    def _is_open_at(self, instant):
        """Tell whether the branch is open at the naive UTC ``instant``; without opening hours only closures count."""
        self.ensure_one()
        local = self._to_local(instant)
        if self.closure_ids._covers(local.date()):
            return False
        calendar = self.resource_calendar_id
        if not calendar:
            return True
        zone = pytz.timezone(self._get_time_zone())  # Odoo's calendars know no other kind
        intervals = calendar._attendance_intervals_batch(local, local + timedelta(minutes=1), tz=zone)
        return bool(intervals[False])

    def _get_opening_week(self):
        """Return {weekday: pairs of opening and closing hour}; empty without opening hours."""
        self.ensure_one()
        week = {}
        for line in self.resource_calendar_id.attendance_ids.filtered(lambda one: one.day_period != "lunch"):
            week.setdefault(int(line.dayofweek), []).append((line.hour_from, line.hour_to))
        return week

    def _describe_opening(self, instant):
        """Return in words whether it is open at the naive UTC ``instant``, and until when; False: no hours stated."""
        self.ensure_one()
        week, local = self._get_opening_week(), self._to_local(instant)
        if not week:
            return False
        hour = local.hour + local.minute / 60
        if self._is_open_at(instant):
            until = hours.closing(week, local.weekday(), hour)
            return self.env._("Open until %(hour)s", hour=hours.clock(until)) if until else self.env._("Open")
        return self._describe_next_opening(
            hours.next_opening(week, local.weekday(), hour, self._get_closed(local)), local
        )

    def _get_closed(self, local):
        """Return how many days from that of ``local`` each closed day of the next weeks is."""
        days = ((offset, local.date() + timedelta(days=offset)) for offset in range(hours.LOOK_AHEAD + 1))
        return {offset for offset, day in days if self.closure_ids._covers(day)}

    def _describe_next_opening(self, opening, local):
        if not opening:
            return self.env._("Closed")
        offset, hour = opening
        if offset == 0:
            return self.env._("Closed, opens at %(hour)s", hour=hours.clock(hour))
        if offset == 1:
            return self.env._("Closed, opens tomorrow at %(hour)s", hour=hours.clock(hour))
        day = (local + timedelta(days=offset)).date()
        if offset > 6:
            return self.env._("Closed, opens on %(day)s", day=format_date(self.env, day))
        names = babel_locale_parse(get_lang(self.env).code).days["format"]["wide"]
        return self.env._("Closed, opens on %(day)s at %(hour)s", day=names[day.weekday()], hour=hours.clock(hour))
