from datetime import date, timedelta

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route

from .portal_plan import GymPortalPlan

ONE_DAY = timedelta(days=1)


class GymPortalChanges(GymPortalPlan):
    """Another plan, a rest, goodbye: each page shows what it costs and means, and the same form confirms it."""

    # === ANOTHER PLAN === #

    @route("/my/gym/plan/<int:subscription_id>/change", type="http", auth="user", website=True, readonly=True)
    def gym_plan_change(self, subscription_id, **kw):
        subscription_sudo = self._get_subscription(subscription_id, "change")
        return self._render_about(
            "gym_subscriptions.portal_plan_change",
            subscription_sudo,
            request.env._("Change plan"),
            plans=subscription_sudo._get_portal_plans(),
            today=subscription_sudo.location_id._today(),
        )

    @route("/my/gym/plan/<int:subscription_id>/change/<int:plan_id>", type="http", auth="user", website=True)
    def gym_plan_change_to(self, subscription_id, plan_id, digest=None, **kw):
        """Show what another plan costs, and on POST go to it."""
        subscription_sudo = self._get_subscription(subscription_id, "change")
        plan_sudo = subscription_sudo._get_portal_plans().filtered(lambda plan: plan.id == plan_id)
        if not plan_sudo:
            raise NotFound()
        when = subscription_sudo._get_portal_when(plan_sudo)
        if request.httprequest.method == "POST":
            error = self._try(subscription_sudo._change_plan_as_shown, plan_sudo, digest)
            if not error:
                return request.redirect(
                    self._get_changed_url(subscription_sudo, "changed" if when == "now" else "planned")
                )
        else:
            error = None
        return self._render_preview(
            "gym_subscriptions.portal_plan_change_to",
            subscription_sudo,
            plan_sudo.name,
            lambda: subscription_sudo._preview_portal_plan(plan_sudo),
            error,
            back_url=f"/my/gym/plan/{subscription_id}/change",
            plan=plan_sudo,
            when=when,
        )

    @route("/my/gym/plan/<int:subscription_id>/keep", type="http", auth="user", website=True, methods=["POST"])
    def gym_plan_keep(self, subscription_id, **kw):
        """Take a planned change back."""
        subscription_sudo = self._get_subscription(subscription_id, "change")
        self._try(subscription_sudo._keep_plan)
        return request.redirect(self._get_done_url(subscription_sudo, "kept"))

    # === A NEW PRICE === #

    @route("/my/gym/plan/<int:subscription_id>/price", type="http", auth="user", website=True)
    def gym_plan_price(self, subscription_id, answer=None, digest=None, **kw):
        """Show a new price that the payer was told, and on POST record whether they accept it."""
        subscription_sudo = self._get_subscription(subscription_id, "price")
        error = None
        if request.httprequest.method == "POST":
            error = self._try(subscription_sudo._answer_price_as_shown, answer, digest)
            if not error and answer == "accepted":
                return request.redirect(self._get_changed_url(subscription_sudo, "accepted"))
            if not error:
                return request.redirect(self._get_done_url(subscription_sudo, "declined"))
        return self._render_about(
            "gym_subscriptions.portal_plan_price",
            subscription_sudo,
            request.env._("New price"),
            error=error,
            line=subscription_sudo._get_portal_price_line(),
        )

    # === A REST === #

    @route("/my/gym/plan/<int:subscription_id>/freeze", type="http", auth="user", website=True)
    def gym_plan_freeze(self, subscription_id, first=None, last=None, digest=None, **kw):
        """Ask for the days, show what resting on them means, and on POST freeze."""
        subscription_sudo = self._get_subscription(subscription_id, "freeze")
        start, end, error = self._read_days(first, last)
        if request.httprequest.method == "POST" and not error:
            error = self._try(subscription_sudo._freeze_as_shown, start, end, digest)
            if not error:
                return request.redirect(self._get_done_url(subscription_sudo, "frozen"))
        return self._render_preview(
            "gym_subscriptions.portal_plan_freeze",
            subscription_sudo,
            request.env._("Freeze"),
            (lambda: subscription_sudo._preview_freeze(start, end, is_staff=False)) if start and end else None,
            error,
            freeze=subscription_sudo._get_portal_freeze(),
            today=subscription_sudo.location_id._today(),
            first=first,
            last=last,
        )

    @route("/my/gym/plan/<int:subscription_id>/unfreeze", type="http", auth="user", website=True, methods=["POST"])
    def gym_plan_unfreeze(self, subscription_id, **kw):
        """Go on today, or do not begin a planned rest."""
        subscription_sudo = self._get_subscription(subscription_id, "freeze")
        error = self._try(subscription_sudo._end_freeze)
        if error:
            return self._render_refusal(subscription_sudo, request.env._("Freeze"), error)
        return request.redirect(self._get_done_url(subscription_sudo, "unfrozen"))

    # === GOODBYE === #

    @route("/my/gym/plan/<int:subscription_id>/cancel", type="http", auth="user", website=True)
    def gym_plan_cancel(self, subscription_id, at="period_end", reason=None, note=None, **digests):
        """Show what leaving means, and on POST leave: no question has to be answered for it."""
        subscription_sudo, viewer = self._get_subscription(subscription_id, "cancel"), self._get_viewer()
        error = None
        if request.httprequest.method == "POST":
            reason_sudo = self._get_reasons().filtered(lambda one: str(one.id) == reason)
            digest = digests.get(f"digest_{at}")
            error = self._try(subscription_sudo._cancel_as_shown, at, digest, reason_sudo, (note or "")[:1000])
            if not error:
                return request.redirect(self._get_done_url(subscription_sudo, "cancelled"))
        elif subscription_sudo.cancel_requested_at or not subscription_sudo.can_cancel:
            return request.redirect(self._get_gym_url("/my/gym/plan", subscription_sudo._get_portal_member(viewer)))
        return self._render_about(
            "gym_subscriptions.portal_plan_cancel",
            subscription_sudo,
            request.env._("Cancel"),
            error=error,
            ways=subscription_sudo._get_portal_cancel_ways(),
            reasons=[(one, one._get_offer(subscription_sudo)) for one in self._get_reasons()],
            reason=reason,
            note=note,
            can_freeze=subscription_sudo._may_freeze_in_portal(viewer),
            can_change=subscription_sudo._may_change_in_portal(viewer),
        )

    @route("/my/gym/plan/<int:subscription_id>/stay", type="http", auth="user", website=True)
    def gym_plan_stay(self, subscription_id, digest=None, **kw):
        """Take a cancellation back while it has had no effect: show what follows, and on POST do it."""
        subscription_sudo = self._get_subscription(subscription_id, "cancel")
        error = None
        if request.httprequest.method == "POST":
            error = self._try(subscription_sudo._stay_as_shown, digest)
            if not error:
                return request.redirect(self._get_done_url(subscription_sudo, "stayed"))
        return self._render_preview(
            "gym_subscriptions.portal_plan_stay",
            subscription_sudo,
            request.env._("Stay"),
            subscription_sudo._preview_portal_stay,
            error,
        )

    @route("/my/gym/plan/<int:subscription_id>/receipt", type="http", auth="user", website=True, readonly=True)
    def gym_plan_receipt(self, subscription_id, **kw):
        """Download the receipt of the cancellation."""
        subscription_sudo = self._get_subscription(subscription_id, "cancel")
        if not subscription_sudo.cancel_folio:
            raise NotFound()
        name = f"{subscription_sudo.cancel_folio.replace('/', '-')}.pdf"
        return request.make_response(
            subscription_sudo._get_cancel_receipt(),
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "private, no-store"),
            ],
        )

    # === WHAT THESE PAGES SHARE === #

    def _get_changed_url(self, subscription_sudo, done):
        """Hook: return where somebody who changed a plan goes on; to the plan by itself."""
        return self._get_done_url(subscription_sudo, done)

    def _try(self, verb, *args):
        """Do what was confirmed; return why not, or ``None``. Nothing of what was refused remains."""
        try:
            with self._changing():
                verb(*args)
        except UserError as error:
            request.env.invalidate_all()
            return str(error)
        return None

    def _render_preview(self, template, subscription_sudo, title, preview, error, **values):
        """Render a page with a preview and the form that confirms it, or with why there is none.

        :param preview: callable that returns a ``_preview_<verb>``; ``None`` while something has to be chosen first
        """
        shown = None
        try:
            shown = preview and subscription_sudo._prepare_portal_preview(preview())
        except UserError as refusal:
            error = error or str(refusal)
        return self._render_about(template, subscription_sudo, title, preview=shown, error=error, **values)

    def _render_refusal(self, subscription_sudo, title, error):
        return self._render_about("gym_subscriptions.portal_plan_refusal", subscription_sudo, title, error=error)

    def _read_days(self, first, last):
        """Return the first day, the first one after the last, and what is wrong with them; ``None`` when absent."""
        if not first or not last:
            return None, None, None
        try:
            start, end = date.fromisoformat(first), date.fromisoformat(last) + ONE_DAY
        except (ValueError, OverflowError):
            return None, None, request.env._("Choose the first and the last day.")
        if end <= start:
            return None, None, request.env._("The last day comes before the first. Check the days.")
        return start, end, None

    @staticmethod
    def _get_reasons():
        return request.env["gym.cancel.reason"].sudo().search([("is_for_members", "=", True)])
