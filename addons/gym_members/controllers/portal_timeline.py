from werkzeug.exceptions import NotFound

from odoo.http import request, route

from .portal import GymPortal

PAGE_SIZE = 20


class GymPortalTimeline(GymPortal):
    """What happened to a member, a page at a time."""

    @route("/my/gym/timeline", type="http", auth="user", website=True, readonly=True)
    def gym_timeline(self, member=None, before=None, **kw):
        member_sudo = self._get_gym_member(member)
        if not member_sudo:
            return request.redirect("/my/gym")
        try:
            entries = member_sudo._get_timeline(limit=PAGE_SIZE + 1, before=before)
        except ValueError as error:
            raise NotFound() from error
        shown, more = entries[:PAGE_SIZE], entries[PAGE_SIZE:]
        values = self._prepare_gym_values(
            member_sudo,
            page_title=request.env._("History"),
            days=self._group_by_day(member_sudo, shown),
            is_first_page=not before,
            next_cursor=shown[-1]["cursor"] if more else None,
        )
        return request.render("gym_members.portal_timeline", values)

    @staticmethod
    def _group_by_day(member_sudo, entries):
        """Return the entries under the civil date they have at the member's branch, with their local time."""
        days = {}
        for entry in entries:
            local = member_sudo.location_id._to_local(entry["occurred_at"])
            days.setdefault(local.date(), []).append(entry | {"time": local.strftime("%H:%M")})
        return days
