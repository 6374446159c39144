from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.gym_members.models.turn import take_turn

from ..domain import pass_code

CHANGES, CHANGE_DAYS = 4, 30  # how often members may change their phone by themselves


class GymAccessPhone(models.Model):
    """The phone on which a member shows codes. The server knows the anchors of its days and can make no code of it."""

    _name = "gym.access.phone"
    _description = "Phone with a Pass"
    _order = "id desc"

    member_id = fields.Many2one("gym.member", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="member_id.location_id", store=True, index=True, string="Home Branch")
    name = fields.Char(string="Device", readonly=True)
    registered_at = fields.Datetime(required=True, readonly=True)
    revoked_at = fields.Datetime(readonly=True)
    used_step = fields.Integer(readonly=True, help="Of the last code that was taken; earlier ones open nothing.")
    used_at = fields.Datetime(string="Last Used", readonly=True)
    anchor_ids = fields.One2many("gym.access.anchor", "phone_id", readonly=True)

    _one_per_member = models.UniqueIndex("(member_id) WHERE revoked_at IS NULL", "A member shows codes on one phone.")

    def action_revoke(self):
        """Let the codes of this phone open nothing any more."""
        self.env["gym.access.desk"]._check_may_record()
        self.check_access("read")
        self._revoke()

    def _revoke(self):
        self.sudo().filtered(lambda phone: not phone.revoked_at).write({"revoked_at": fields.Datetime.now()})

    # === CALLED BY THE PHONE === #

    @api.model
    def _enroll(self, member, name):
        """Register a phone of ``member`` in place of the one before.

        :return: ``gym.access.phone``, in sudo
        :raise UserError: when the member changes phones too often
        """
        take_turn(member.sudo())
        phones = self.sudo()
        since = fields.Datetime.now() - timedelta(days=CHANGE_DAYS)
        mine = Domain("member_id", "=", member.id)
        if phones.search_count(mine & Domain("registered_at", ">=", since)) >= CHANGES:
            raise UserError(
                self.env._("Your pass was on %(count)s phones this month. Ask at the front desk.", count=CHANGES)
            )
        phones.search(mine & Domain("revoked_at", "=", False))._revoke()
        self.env.flush_all()
        now = fields.Datetime.now()
        return phones.create({"member_id": member.id, "name": (name or "")[:80], "registered_at": now})

    def _keep_anchors(self, anchors):
        """Keep the anchors of days that this phone will show codes on; one that is there already stays.

        :param dict anchors: day since 1970 to 32 hexadecimal digits
        :raise UserError: for what is no anchor of the days ahead
        """
        self.ensure_one()
        today = pass_code.step_of(fields.Datetime.now()) // pass_code.STEPS
        days = range(today - 1, today + pass_code.DAYS_AHEAD + 1)
        for day, value in anchors.items():
            if not (isinstance(value, str) and pass_code.is_anchor(value)) or int(day) not in days:
                raise UserError(self.env._("The phone sent no anchor of the days ahead. Check its clock."))
        known = set(self.anchor_ids.mapped("day"))
        new = [{"phone_id": self.id, "day": int(day), "value": value} for day, value in anchors.items()]
        self.env["gym.access.anchor"].sudo().create([vals for vals in new if vals["day"] not in known])

    # === READ AT A DOOR === #

    @api.model
    def _find_by_code(self, shown, at):
        """Return whose code was shown and what is wrong with it: (phone, in sudo, and a code of reasons or ``None``).

        A code is taken once; a reader that reads it twice within seconds means one act.

        :param shown: :class:`~..domain.pass_code.Shown`
        """
        phone = self.sudo().browse(shown.phone).exists()
        if not phone:
            return phone, "unknown_code"
        take_turn(phone)
        if phone.revoked_at:
            return phone, "revoked_credential"
        step = pass_code.find_step(shown, pass_code.step_of(at))
        if step is None:
            return phone, "expired_code"
        anchor = phone.anchor_ids.filtered(lambda one: one.day == step // pass_code.STEPS)
        if not anchor or not pass_code.leads_to(shown, anchor.day, bytes.fromhex(anchor.value)):
            return phone.browse(), "unknown_code"
        is_repeated = step == phone.used_step and at - phone.used_at < timedelta(seconds=pass_code.REPEAT_S)
        if step <= phone.used_step and not is_repeated:
            return phone, "replayed_code"
        if not is_repeated:
            phone.write({"used_step": step, "used_at": at})
        return phone, None

    @api.model
    def _cron_purge_anchors(self):
        """Delete the anchors of days that are over; may run at any time, any number of times."""
        today = pass_code.step_of(fields.Datetime.now()) // pass_code.STEPS
        self.env["gym.access.anchor"].sudo().search([("day", "<", today - 1)]).unlink()
