from odoo.http import request, route

from odoo.addons.gym_members.controllers.portal import GymPortal
from odoo.addons.vigor_guard.domain.numbers import read_id


class GymPortalVisits(GymPortal):
    """When a member trained, a page at a time."""

    def _prepare_gym_home_values(self, member_sudo):
        return super()._prepare_gym_home_values(member_sudo) | {"crowd": member_sudo.location_id._get_crowd()}

    @route("/my/gym/visits", type="http", auth="user", website=True, readonly=True)
    def gym_visits(self, member=None, before=None, **kw):
        member_sudo = self._get_gym_member(member)
        if not member_sudo:
            return request.redirect("/my/gym")
        shown, more = member_sudo._get_portal_visits(read_id(before))
        values = self._prepare_gym_values(
            member_sudo,
            page_title=request.env._("Visits"),
            months=self._group_by_month(shown),
            visit_count=member_sudo.visit_count,
            is_first_page=not before,
            next_id=shown[-1:].id if more else None,
        )
        return request.render("gym_access.portal_visits", values)

    @staticmethod
    def _group_by_month(visits):
        """Return visits under the first day of their month, each with its day and time at its branch."""
        months = {}
        for visit in visits:
            local = visit.location_id._to_local(visit.occurred_at)
            row = {"day": local.date(), "time": local.strftime("%H:%M"), "branch": visit.location_id.name}
            months.setdefault(local.date().replace(day=1), []).append(row)
        return months
