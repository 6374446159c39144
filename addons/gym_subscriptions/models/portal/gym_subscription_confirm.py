import hashlib
import json
from datetime import date
from functools import partial

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...domain import lifecycle
from ..money import add_up


class PreviewChanged(UserError):
    """What was confirmed is no longer what would happen."""


class GymSubscription(models.Model):
    """Changes that somebody confirms in the portal after seeing what they cost: what happens is what was shown."""

    _inherit = "gym.subscription"

    # === AS SHOWN === #

    def _get_preview_digest(self, preview):
        """Return what tells this preview from one with another amount, payer, day or sentence."""
        self.ensure_one()
        lines = [[line.get(name) for name in self._get_digest_fields()] for line in preview["lines"]]
        text = json.dumps([self.id, lines, preview["facts"]], default=self._to_digest_text, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _get_digest_fields(self):
        return ("partner_id", "kind", "item", "product_id", "amount", "tax_ids", "date_start", "date_end")

    @staticmethod
    def _to_digest_text(value):
        return value.isoformat() if isinstance(value, date) else str(value)

    def _prepare_portal_preview(self, preview):
        """Return a preview for a page: ``html`` of what the payer pays of it, ``digest``, ``total`` to pay now."""
        self.ensure_one()
        lines = [line for line in preview["lines"] if line["partner_id"] == self.payer_id.id]
        return {
            "html": self._render_preview(preview | {"lines": lines}),
            "digest": self._get_preview_digest(preview),
            "total": add_up(line["amount"] for line in lines),
        }

    def _do_as_shown(self, digest, preview, do):
        """Carry out ``do`` if ``preview`` still says what the person was shown.

        Of two confirmations at once the second waits for the first, and then finds another preview.

        :param str digest: of :meth:`_get_preview_digest`, from the page on which it was confirmed
        :param preview, do: callables without arguments
        :raise PreviewChanged: when it says something else; nothing was done then
        """
        self.ensure_one()
        self._wait_for_turn()
        if digest != self._get_preview_digest(preview()):
            raise PreviewChanged(
                self.env._("The amounts or dates have changed since you saw them. Check the new ones and confirm.")
            )
        return do()

    def _wait_for_turn(self):
        """Let one change of this subscription happen at a time: an update that collides is repeated from the start."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE gym_subscription SET write_date = write_date WHERE id = ANY(%s)", list(self.ids))
        )
        self.invalidate_recordset()

    # === VERBS === #

    def _preview_portal_plan(self, plan):
        """Return what going to ``plan`` in the portal bills and when it holds.

        :raise UserError: when the plan is not on offer, or the subscription cannot change now
        """
        self.ensure_one()
        if plan not in self._get_portal_plans():
            raise UserError(self.env._("You cannot change to that plan here. Choose another one or ask at the desk."))
        return self._preview_change_plan(plan, self._get_portal_when(plan))

    def _change_plan_as_shown(self, plan, digest):
        """Go to another plan: at once when it is more, else when what is paid is used up.

        :return: the moves that it billed
        :raise PreviewChanged: when it would bill something else than was shown
        """
        return self._do_as_shown(
            digest,
            partial(self._preview_portal_plan, plan),
            lambda: self._change_plan(plan, self._get_portal_when(plan)),
        )

    def _keep_plan(self):
        """Take a planned change to another plan back."""
        self.ensure_one()
        self._wait_for_turn()
        self._get_portal_planned_plan().write({"state": "undone"})

    def _freeze_as_shown(self, start, end, digest):
        """Freeze the days from ``start`` to ``end`` (exclusive) as the member may by themselves.

        :raise PreviewChanged: when it would bill or move something else than was shown
        :raise UserError: with every reason why not
        """
        return self._do_as_shown(
            digest,
            partial(self._preview_freeze, start, end, is_staff=False),
            partial(self._freeze, start, end, is_staff=False),
        )

    def _end_freeze(self):
        """Go on today instead of when the freeze ends, or do not begin the one that is planned.

        :raise UserError: when there is no freeze, or the gym is closed
        """
        self.ensure_one()
        self._wait_for_turn()
        freeze = self._get_portal_freeze()
        if freeze["running"].is_mass:
            raise UserError(self.env._("The branch is closed these days, so the plan rests until it opens."))
        if freeze["running"]:
            self._unfreeze()
        elif freeze["planned"]:
            freeze["planned"]._undo()
        else:
            raise UserError(self.env._("There is no freeze to end."))

    def _get_portal_cancel_ways(self):
        """Return how this subscription may be left by its member, the law's withdrawal first where it applies.

        :return: list of dicts with ``at`` (see :meth:`_cancel`) and what :meth:`_prepare_portal_preview` gives
        """
        self.ensure_one()
        ways = ["withdrawal", "period_end"] if self._may_withdraw() else ["period_end"]
        shown = []
        for at in ways:
            preview = self._prepare_portal_preview(self._preview_cancel(at))
            digest = self._get_preview_digest(self._get_cancel_amounts(at))
            shown.append({"at": at} | preview | {"digest": digest})
        return shown

    def _cancel_as_shown(self, at, digest, reason=None, note=""):
        """Cancel as the member asks. Only another amount sends them back: a day more or less must not hold them.

        :param str at: ``period_end`` or ``withdrawal``
        :raise PreviewChanged: when it would bill something else than was shown
        """
        self.ensure_one()
        if at not in ("period_end", "withdrawal"):
            raise UserError(self.env._("Choose how you want to leave."))
        self._wait_for_turn()
        if self.cancel_requested_at or self.state in lifecycle.FINAL_STATES:
            return
        shown = partial(self._get_cancel_amounts, at)
        self._do_as_shown(digest, shown, partial(self._cancel, at, reason=reason, note=note, by="member"))

    def _get_cancel_amounts(self, at):
        """Return the preview of a cancellation without its sentences, which no longer count once it was asked for."""
        return {"lines": self._preview_cancel(at)["lines"], "facts": []}

    def _preview_portal_stay(self):
        """Return what taking a cancellation back bills, which is only possible while it has had no effect.

        :raise UserError: when it has had its effect, or nobody cancelled
        """
        self.ensure_one()
        if self.state not in lifecycle.RUNNING_STATES:
            raise UserError(self.env._("It is over. To come back, choose a plan and join again."))
        return self._preview_reactivate()

    def _stay_as_shown(self, digest):
        """Take a cancellation back that has had no effect yet.

        :raise PreviewChanged: when that would bill something else than was shown
        :raise UserError: when it has had its effect
        """
        return self._do_as_shown(digest, self._preview_portal_stay, self._reactivate)

    def _get_cancel_receipt(self):
        """Return the PDF of the receipt of the cancellation: the one that was mailed, or a new print of it."""
        self.ensure_one()
        name = f"{self.cancel_folio.replace('/', '-')}.pdf"
        mailed = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id), ("name", "=", name)], limit=1)
        )
        report = self.env["ir.actions.report"].sudo()
        return mailed.raw or report._render_qweb_pdf("gym_subscriptions.gym_cancellation_report", self.ids)[0]
