from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...domain import lifecycle


class GymSubscription(models.Model):
    """Who and where: the payer, the branch, the card, and the member to whom a subscription passes."""

    _inherit = "gym.subscription"

    def _check_running(self):
        """Refuse what only makes sense on a subscription that goes on.

        :raise UserError: when it has not begun or is over
        """
        for subscription in self:
            if subscription.state not in lifecycle.RUNNING_STATES:
                raise UserError(
                    self.env._(
                        "%(subscription)s is not running, so there is nothing to change.",
                        subscription=subscription.display_name,
                    )
                )

    def _change_payer(self, partner):
        """Let ``partner`` be invoiced from now on; what was invoiced stays where it is.

        The card goes with its owner, and the consent to charges has to be given by the new payer.
        """
        self.ensure_one()
        self._check_running()
        if partner == self.payer_id:
            return
        self._record_change("payer", before=self.payer_id.display_name, after=partner.display_name)
        self._pass_pending_to(partner)
        self.sudo().write({"payer_id": partner.id, "token_id": False})
        self._emit("subscription.payer_changed")

    def _pass_pending_to(self, partner):
        """Move the payer's pending dues and credits to the next invoice of ``partner``."""
        self.sudo().due_ids.filtered(lambda line: line.state == "pending" and line.partner_id == self.payer_id).write(
            {"partner_id": partner.id}
        )

    def _change_branch(self, location):
        """Move this subscription to another branch of its company; the next bill carries that branch's IVA.

        :raise UserError: when the branch does not sell the plan
        """
        self.ensure_one()
        self._check_running()
        if location == self.location_id:
            return
        if location.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%(branch)s belongs to another company. Cancel this subscription and sell a new one there.",
                    branch=location.name,
                )
            )
        if self.plan_id.location_ids and location not in self.plan_id.location_ids:
            raise UserError(
                self.env._(
                    "%(branch)s does not sell %(plan)s. Change the plan first.",
                    branch=location.name,
                    plan=self.plan_id.name,
                )
            )
        before = self.location_id.name
        self._record_change("branch", before=before, after=location.name)
        self.sudo().location_id = location
        self._emit("subscription.moved", before=before, after=location.name)

    def _set_token(self, token):
        """Charge this ``payment.token`` from now on; an empty one stops automatic charges.

        :raise UserError: when the card is not the payer's
        """
        self.ensure_one()
        if token and token.sudo().partner_id != self.payer_id:
            raise UserError(self.env._("That card belongs to somebody else than %(payer)s.", payer=self.payer_id.name))
        if token == self.token_id:
            return
        self._record_change(
            "token", before=self.token_id.sudo().display_name or "", after=token.sudo().display_name or ""
        )
        self.sudo().token_id = token

    def _transfer(self, member):
        """Pass this subscription to another member with what is left of it.

        The new member pays for it from the next period on and has to consent to charges; nothing is invoiced again, and
        what waits to be credited is theirs. Money that goes back on leaving goes to the invoiced contact.

        :raise UserError: when the member is of another company or already has this plan
        """
        self.ensure_one()
        self._check_running()
        if member.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%(member)s trains with another company, to which this cannot pass.", member=member.display_name
                )
            )
        if member == self.member_id:
            return
        twin = self.sudo().search_count(
            [
                ("member_id", "in", member._get_merged_ids()),
                ("plan_id", "=", self.plan_id.id),
                ("state", "in", self._get_running_states()),
            ],
            limit=1,
        )
        if twin:
            raise UserError(
                self.env._(
                    "%(member)s already has %(plan)s.", member=member.display_name, plan=self.plan_id.display_name
                )
            )
        giver = self.member_id
        self._record_change("transfer", giver.display_name, member.display_name, member_id=member.id)
        payer = member.payer_id or member.partner_id
        self._pass_pending_to(payer)
        self._emit("subscription.transferred", before=giver.display_name, after=member.display_name)
        self.sudo().write(
            {
                "member_id": member.id,
                "payer_id": payer.id,
                "token_id": False,
                "line_ids": [
                    Command.update(line.id, {"member_id": member.id})
                    for line in self.sudo().line_ids
                    if line.kind == "seat" and line.member_id == giver
                ],
            }
        )
        self._emit("subscription.received", before=giver.display_name, after=member.display_name)
        self.sudo()._mark_joined()
        (giver | member)._refresh_stage()
