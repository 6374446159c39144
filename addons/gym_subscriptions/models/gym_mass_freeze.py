import logging

from dateutil.relativedelta import relativedelta
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import split_every

from odoo.addons.queue_job.exception import RetryableJobError

from ..domain.periods import Period
from .money import add_up

_logger = logging.getLogger(__name__)

_CHUNK = 100  # subscriptions frozen in one transaction
# What people write; all else follows from the buttons.
BY_HAND = {"location_id", "date_start", "date_last", "reason", "plan_ids", "is_home_only", "mode", "is_told"}


class GymMassFreeze(models.Model):
    """The gym closes for some days: everybody of a branch rests, nobody pays for those days, everybody is told.

    Prepared as a list that shows what each subscription gets, carried out by jobs, and taken back while nothing was
    billed again.
    """

    _name = "gym.mass.freeze"
    _description = "Freeze of a Whole Branch"
    _inherit = ["gym.relation.guard", "gym.by.hand", "mail.thread"]
    _order = "date_start desc, id desc"
    _rec_name = "reason"

    location_id = fields.Many2one(
        "gym.location",
        string="Branch",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'branch')]",
    )
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_start = fields.Date(string="First Closed Day", required=True, default=lambda self: self.env.company._today())
    date_last = fields.Date(string="Last Closed Day", required=True)
    reason = fields.Char(required=True, translate=True, help="Members read it.")
    plan_ids = fields.Many2many(
        "gym.plan", string="Plans", domain="[('company_id', '=', company_id)]", help="Empty: every plan."
    )
    is_home_only = fields.Boolean(
        string="Only Plans Limited to This Branch",
        help="Leave out members who may train at other branches, too.",
    )
    mode = fields.Selection(
        [("extend", "What was paid ends later"), ("credit", "The days are paid back on the next invoice")],
        string="How They Get the Days Back",
        default="extend",
        required=True,
        help="Where the calendar fixes the periods (quincenas) the days are always paid back.",
    )
    is_told = fields.Boolean(string="Tell Members", default=True)
    state = fields.Selection(
        [("draft", "Draft"), ("ready", "Ready"), ("running", "Carried out"), ("undone", "Taken back")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many("gym.mass.freeze.line", "mass_freeze_id", string="Subscriptions", readonly=True)
    is_over = fields.Boolean(compute="_compute_is_over", help="Its last day has passed at the branch.")
    line_count = fields.Integer(compute="_compute_counts", string="Subscriptions Concerned")
    done_count = fields.Integer(compute="_compute_counts", string="Frozen")
    refused_count = fields.Integer(compute="_compute_counts", string="Left Out")
    amount_total = fields.Monetary(compute="_compute_counts", string="Paid Back", help="IVA included.")
    closure_id = fields.Many2one("gym.location.closure", readonly=True, copy=False, ondelete="set null")

    _ends_after_start = models.Constraint("CHECK (date_last >= date_start)", "A closure lasts at least one day.")

    @api.depends("line_ids.state", "line_ids.amount")
    def _compute_counts(self):
        groups = self.env["gym.mass.freeze.line"]._read_group(
            [("mass_freeze_id", "in", self.ids)], ["mass_freeze_id", "state"], ["__count", "amount:sum"]
        )
        found = {(mass, state): (count, amount) for mass, state, count, amount in groups}
        for mass in self:
            counts = {state: found.get((mass, state), (0, 0)) for state in ("pending", "done", "refused", "undone")}
            mass.line_count = sum(count for count, _amount in counts.values())
            mass.done_count = counts["done"][0]
            mass.refused_count = counts["refused"][0]
            mass.amount_total = add_up((counts["pending"][1], counts["done"][1]))

    @api.depends("date_last", "location_id")
    def _compute_is_over(self):
        for mass in self:
            mass.is_over = bool(mass.date_last) and mass.date_last < mass.location_id._today()

    def _get_by_hand_fields(self):
        return BY_HAND

    def write(self, vals):
        """Keep a mass freeze that was carried out as it is; another day or plan makes a prepared list be made again."""
        if not self.env.su and BY_HAND & vals.keys():
            if any(mass.state in ("running", "undone") for mass in self):
                raise AccessError(self.env._("Members were frozen. Take the closure back and make another one."))
            self.check_access("write")
            prepared = self.sudo().filtered(lambda mass: mass.state == "ready")
            prepared.line_ids.unlink()
            prepared.state = "draft"
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_carried_out(self):
        if any(mass.state in ("running", "undone") for mass in self):
            raise UserError(self.env._("Members were frozen. Take the closure back instead of deleting it."))

    def _get_period(self):
        """Return the closed days."""
        self.ensure_one()
        return Period(self.date_start, self.date_last + relativedelta(days=1))

    # === PREPARE === #

    def action_prepare(self):
        """Fill in the list of subscriptions to freeze, with what each gets; nothing is frozen yet."""
        self._check_may()
        for mass in self:
            mass._check_state("draft", "ready")
            mass.sudo().line_ids.unlink()
            lines = [mass._prepare_line_vals(one) for one in mass._get_subscriptions()]
            self.env["gym.mass.freeze.line"].sudo().create(lines)
            mass.sudo().state = "ready"

    def _get_subscriptions(self):
        """Return the subscriptions that this mass freeze freezes."""
        self.ensure_one()
        domain = [
            ("location_id", "=", self.location_id.id),
            ("state", "in", ("trialing", "active", "past_due", "frozen", "suspended")),
        ]
        if self.plan_ids:
            domain.append(("plan_id", "in", self.plan_ids.ids))
        if self.is_home_only:
            domain.append(("plan_id.access_scope", "=", "home"))
        return self.env["gym.subscription"].search(domain)

    def _prepare_line_vals(self, subscription):
        """Return what ``subscription`` gets, or why it is left out."""
        period = self._get_period()
        values = {
            "mass_freeze_id": self.id,
            "subscription_id": subscription.id,
            "next_bill_before": subscription.date_next_payment,
            "next_bill_after": subscription.date_next_payment,
        }
        try:
            preview = subscription._preview_freeze(period.start, period.end, is_mass=True, mode=self.mode)
        except UserError as error:
            return values | {"state": "refused", "refusal": str(error)}
        values["amount"] = -add_up(line["amount"] for line in preview["lines"])
        if subscription._has_next_period():
            rest = (period, subscription._get_freeze_mode(self.mode) == "extend")
            values["next_bill_after"] = subscription._move_bill(subscription._get_next_start(), [rest])
        return values

    # === CARRY OUT === #

    def action_carry_out(self):
        """Freeze everybody on the list and tell them, in jobs; also for a mass freeze that has already begun."""
        self._check_may()
        for mass in self:
            mass._check_state("ready")
            mass_sudo = mass.sudo()
            mass_sudo.write(
                {
                    "state": "running",
                    "closure_id": mass_sudo.env["gym.location.closure"]
                    .create(
                        {
                            "location_id": mass.location_id.id,
                            "date_start": mass.date_start,
                            "date_end": mass.date_last,
                            "reason": mass.reason,
                        }
                    )
                    .id,
                }
            )
            mass_sudo._delay_lines("pending", "_carry_out")

    def action_retry(self):
        """Freeze, in jobs, whom the first time left out; the others stay as they are."""
        self._check_may()
        for mass in self:
            mass._check_state("running")
            left_out = mass.sudo().line_ids.filtered(lambda line: line.state == "refused")
            left_out.write({"state": "pending", "refusal": False})
            mass.sudo()._delay_lines("pending", "_carry_out")

    def action_undo(self):
        """Take the freezes of this mass freeze back, in jobs; what has been billed since stays and is listed.

        Whom no job has frozen yet is not frozen any more: such a job finds its lines taken back, or is repeated when it
        was at work on them.
        """
        self._check_may()
        for mass in self:
            mass._check_state("running")
            mass.sudo().state = "undone"
            mass.sudo().line_ids.filtered(lambda line: line.state == "pending").write({"state": "undone"})
            mass.sudo().closure_id.unlink()
            mass.sudo()._delay_lines("done", "_undo")

    def _delay_lines(self, state, method):
        lines = self.line_ids.filtered(lambda line: line.state == state)
        for chunk in split_every(_CHUNK, lines.ids, lines.browse):
            getattr(chunk.with_delay(description=f"Mass freeze {self.id}: {method} {len(chunk)}"), method)()

    def _check_may(self):
        self.check_access("write")
        if not self.env.user.has_group("gym_members.group_gym_manager"):
            raise AccessError(self.env._("Only branch managers and owners close a branch."))

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            raise UserError(self.env._("“%(closure)s” is past that step.", closure=self.reason))


class GymMassFreezeLine(models.Model):
    """One subscription of a mass freeze: what it gets, and what was done."""

    _name = "gym.mass.freeze.line"
    _description = "Subscription of a Mass Freeze"
    _order = "id"
    _rec_name = "subscription_id"

    mass_freeze_id = fields.Many2one(
        "gym.mass.freeze", string="Closure", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="mass_freeze_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="mass_freeze_id.location_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="cascade", readonly=True)
    freeze_id = fields.Many2one("gym.subscription.freeze", readonly=True, ondelete="restrict", index="btree_not_null")
    next_bill_before = fields.Date(string="Next Payment Was", readonly=True)
    next_bill_after = fields.Date(string="Next Payment Becomes", readonly=True)
    amount = fields.Monetary(string="Paid Back", readonly=True, help="IVA included; on the next invoice.")
    state = fields.Selection(
        [("pending", "To do"), ("done", "Frozen"), ("refused", "Left out"), ("undone", "Taken back")],
        default="pending",
        required=True,
        readonly=True,
    )
    refusal = fields.Text(string="Why", readonly=True)

    def _carry_out(self):
        """Freeze these subscriptions; one that cannot be is left out with its reason. May be called twice.

        :raise OperationalError: when the transaction has to be repeated
        """
        for line in self.filtered(lambda one: one.state == "pending" and one.mass_freeze_id.state == "running"):
            mass, period = line.mass_freeze_id, line.mass_freeze_id._get_period()
            try:
                with self.env.cr.savepoint():
                    freeze = line.subscription_id._freeze(
                        period.start,
                        period.end,
                        reason=mass.reason,
                        is_mass=True,
                        mode=mass.mode,
                    )
            except (OperationalError, RetryableJobError):
                raise
            except Exception as error:  # pylint: disable=broad-except
                line.write({"state": "refused", "refusal": line._describe(error)})
                continue
            credits = freeze.due_ids.filtered(lambda due: due.state != "void")
            line.write({"state": "done", "freeze_id": freeze.id, "amount": -add_up(credits.mapped("amount"))})
            if mass.is_told:
                self.env.ref("gym_subscriptions.mail_template_mass_freeze").send_mail(line.id)

    def _describe(self, error):
        """Return what kept this subscription from being frozen, for the person who reads the list."""
        if isinstance(error, UserError):
            return str(error)
        _logger.error("Line %s of a mass freeze failed; the others go on", self.id, exc_info=error)
        return self.env._(
            "It could not be frozen because of an error (%(error)s). Tell your administrator, then press Try "
            "the Rest Again.",
            error=f"{type(error).__name__}: {error}",
        )

    def _undo(self):
        """Take the freezes back; one that cannot be keeps its freeze and says why. May be called twice."""
        for line in self.filtered(lambda one: one.state == "done"):
            try:
                with self.env.cr.savepoint():
                    line.freeze_id._undo()
            except (OperationalError, RetryableJobError):
                raise
            except Exception as error:  # pylint: disable=broad-except
                line.refusal = line._describe(error)
            else:
                line.write({"state": "undone", "refusal": False})
