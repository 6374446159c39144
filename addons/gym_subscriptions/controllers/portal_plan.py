from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.gym_members.controllers.portal import GymPortal
from odoo.addons.vigor_guard.domain.numbers import read_id

LAST_INVOICES = 3
PAGE_SIZE = 12  # a year of monthly dues
MOST_PAGES = 1000


class GymPortalPlan(GymPortal):
    """What a member pays for: the plan, what comes next, its history and invoices, under ``/my/gym/plan``.

    Every page about a subscription asks :meth:`_get_subscription` for it, which answers "not found" to all that the
    user may not see or do.
    """

    def _prepare_gym_home_values(self, member_sudo):
        viewer, running = self._get_viewer(), request.env["gym.subscription"]._get_running_states()
        cards = [
            one._get_portal_card(viewer)
            for one in member_sudo._get_portal_subscriptions(viewer)
            if one.state in running
        ]
        return super()._prepare_gym_home_values(member_sudo) | {
            "plan_cards": cards,
            "owed": request.env["account.move"]._get_portal_owed(viewer),
        }

    @route("/my/gym/plan", type="http", auth="user", website=True, readonly=True)
    def gym_plan(self, member=None, done=None, **kw):
        member_sudo = self._get_gym_member(member, personal=False)
        if not member_sudo:
            return request.redirect("/my/gym")
        viewer = self._get_viewer()
        cards = [
            one._get_portal_card(viewer) | one._get_portal_details(viewer)
            for one in member_sudo._get_portal_subscriptions(viewer)
        ]
        for card in cards:
            one, is_payer = card["subscription"], "pay" in card["may"]
            card["invoices"] = one._get_portal_invoices(limit=LAST_INVOICES) if is_payer else []
        values = self._prepare_gym_values(
            member_sudo,
            page_title=request.env._("My plan"),
            cards=cards,
            owed=request.env["account.move"]._get_portal_owed(viewer),
            done=done,
            **self._prepare_plan_values(cards),
        )
        return request.render("gym_subscriptions.portal_plan", values)

    @route("/my/gym/plan/<int:subscription_id>/history", type="http", auth="user", website=True, readonly=True)
    def gym_plan_history(self, subscription_id, page="1", **kw):
        subscription_sudo = self._get_subscription(subscription_id, "money")
        page = min(max(read_id(page), 1), MOST_PAGES)
        invoices = []
        if "pay" in subscription_sudo._get_portal_verbs(self._get_viewer()):
            invoices = subscription_sudo._get_portal_invoices(limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE)
        return self._render_about(
            "gym_subscriptions.portal_plan_history",
            subscription_sudo,
            request.env._("Payments and history"),
            invoices=invoices[:PAGE_SIZE],
            events=subscription_sudo._get_portal_events() if page == 1 else [],
            page=page,
            has_more=len(invoices) > PAGE_SIZE,
        )

    @route("/my/gym/plan/<int:subscription_id>/invoice/<int:move_id>", type="http", auth="user", website=True)
    def gym_plan_invoice(self, subscription_id, move_id, pdf=None, **kw):
        """Lead to Odoo's own page of the invoice, or to its PDF."""
        move_sudo = self._get_subscription(subscription_id, "pay")._get_portal_invoice(move_id)
        if not move_sudo:
            raise NotFound()
        kind = {"report_type": "pdf", "download": True} if pdf else {}
        return request.redirect(move_sudo.get_portal_url(**kind))

    def _prepare_plan_values(self, cards):
        """Hook: return what else the page of the plan shows of these cards."""
        return {}

    # === WHAT THE OTHER PAGES SHARE === #

    def _get_viewer(self):
        return request.env["gym.subscription"]._get_portal_viewer(self._get_portal_members())

    def _get_subscription(self, subscription_id, verb="see"):
        """Return, in sudo, the subscription with that id on which the user may do ``verb``.

        :raise NotFound: for anything else; what belongs to others and what does not exist look the same
        """
        viewer = self._get_viewer()
        subscription_sudo = request.env["gym.subscription"]._get_in_portal(subscription_id, viewer)
        if not subscription_sudo or verb not in subscription_sudo._get_portal_verbs(viewer):
            raise NotFound()
        return subscription_sudo

    def _render_about(self, template, subscription_sudo, title, back_url="/my/gym/plan", **values):
        """Render a page about one subscription."""
        values = self._prepare_gym_values(
            subscription_sudo._get_portal_member(self._get_viewer()),
            page_title=title,
            back_url=back_url,
            subscription=subscription_sudo,
            plan_url=lambda verb: f"/my/gym/plan/{subscription_sudo.id}/{verb}",
            **values,
        )
        return request.render(template, values)

    def _get_done_url(self, subscription_sudo, done):
        """Return the page of the plan, with what has just been done said on top."""
        member_sudo = subscription_sudo._get_portal_member(self._get_viewer())
        url = self._get_gym_url(f"/my/gym/plan?done={done}", member_sudo)
        return f"{url}#plan{subscription_sudo.id}"
