import time
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit, urlunsplit

from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.vigor_guard.domain.spreadsheet import is_formula

from ..domain.rate import RateLimit

# A person changes one or two things in a sitting; anyone who needs more than this is a script.
CHANGES = RateLimit(limit=30, window_s=300)


class GymPortal(CustomerPortal):
    """The pages of ``/my/gym``. A user who looks after several members says which one with ``?member=<id>``.

    Other addons add pages by extending this class: ask :meth:`_get_gym_member` for the member, render with
    :meth:`_prepare_gym_values`.
    """

    @route()
    def home(self, **kw):
        """Override: a member's account begins with their gym; Odoo's own page of it stays under ``/my/home``."""
        if request.httprequest.path.rstrip("/").endswith("/my") and self._get_portal_members():
            return request.redirect("/my/gym")
        response = super().home(**kw)
        response.qcontext["gym_members"] = self._get_portal_members()
        return response

    @route("/my/gym", type="http", auth="user", website=True, readonly=True)
    def gym_home(self, member=None, **kw):
        member_sudo = self._get_gym_member(member, personal=False)
        if not member_sudo:
            return request.render("gym_members.portal_not_a_member", {"page_name": "gym"})
        return request.render("gym_members.portal_home", self._prepare_gym_home_values(member_sudo))

    @route("/my/gym/data", type="http", auth="user", website=True, methods=["GET", "POST"])
    def gym_data(self, member=None, saved=None, **form):
        member_sudo = self._get_gym_member(member)
        if not member_sudo:
            return request.redirect("/my/gym")
        errors = {}
        if request.httprequest.method == "POST":
            with self._changing():
                errors = member_sudo._update_from_portal(form)
            if not errors:
                return request.redirect(self._get_gym_url("/my/gym/data?saved=1", member_sudo))
        values = self._prepare_gym_values(
            member_sudo,
            page_title=request.env._("Personal data"),
            data=member_sudo._get_portal_data() | (form if errors else {}),
            choices=member_sudo._get_portal_data_choices(),
            errors=errors,
            saved=bool(saved),
        )
        return request.render("gym_members.portal_data", values)

    def _prepare_gym_home_values(self, member_sudo):
        """Values of the home; an addon with a section of its own adds what its template needs."""
        is_personal = member_sudo._is_portal_self_or_ward()
        lines = member_sudo._get_portal_consents(request.env.user.partner_id)
        return self._prepare_gym_values(member_sudo) | {
            "card": member_sudo._get_portal_card(),
            "is_personal": is_personal,
            "todo": member_sudo._get_portal_todo(lines) if is_personal else [],
            "consent_lines": lines,
            "consents_pending": [line for line in lines if not line["consent"]],
        }

    @staticmethod
    def _get_portal_members():
        """Return, in sudo, whom the user meets; found out once a request, because each part of a page asks."""
        members = request.env["gym.member"]
        if not hasattr(request, "gym_member_ids"):
            request.gym_member_ids = members._get_portal_members().ids
        return members.sudo().browse(request.gym_member_ids)

    def _get_gym_member(self, member_id=None, personal=True):
        """Return, in sudo, the member that a page is about, or an empty recordset when the user has none.

        :param member_id: as found in the URL; the first of the user's members when empty
        :param bool personal: whether the page shows or changes personal data, not for a mere payer
        :raise NotFound: when the member is not one of the user's; a stranger's member and none look the same
        """
        members_sudo = self._get_portal_members()
        if personal:
            members_sudo = members_sudo.filtered(lambda member: member._is_portal_self_or_ward())
        if not member_id:
            return members_sudo[:1]
        member_sudo = members_sudo.filtered(lambda member: str(member.id) == str(member_id))
        if not member_sudo:
            raise NotFound()
        return member_sudo

    def _prepare_gym_values(self, member_sudo, page_title=None, **values):
        """Values that the layout of every page of the gym needs."""
        return {
            "page_name": "gym",
            "page_title": page_title,
            "member": member_sudo,
            "gym_members": self._get_portal_members(),
            "gym_url": lambda path: self._get_gym_url(path, member_sudo),
        } | values

    @contextmanager
    def _changing(self, limit=CHANGES):
        """Count a change of the user, and let nothing of it remain when it is refused.

        :param limit: how often this kind of change may happen
        :raise TooManyRequests: when the user changes too much in too short a time
        """
        if not limit.allows(request.env.uid, time.monotonic()):
            raise TooManyRequests(request.env._("That was a lot at once. Wait a few minutes and try again."))
        with request.env.cr.savepoint():
            yield

    def _validate_address_values(self, address_values, partner_sudo, *args, **kwargs):
        """Override: who is a member keeps their name, a change of which is a request; and nobody writes a formula."""
        invalid, missing, messages = super()._validate_address_values(address_values, partner_sudo, *args, **kwargs)
        name = address_values.get("name", partner_sudo.name)
        if partner_sudo.gym_location_id and name != partner_sudo.name:
            invalid.add("name")
            messages.append(request.env._("Your membership is in this name. To correct it, ask us under My gym."))
        formulas = {key for key, text in address_values.items() if is_formula(text) and key != "phone"}
        if formulas:
            invalid |= formulas
            messages.append(
                request.env._(
                    "Begin this with a letter or a number: what begins with = + - or @ would be a formula in a "
                    "spreadsheet."
                )
            )
        return invalid, missing, messages

    @staticmethod
    def _get_gym_url(path, member_sudo):
        """Return the URL of a page of the gym about this member; the user's own needs no mention."""
        if member_sudo.partner_id == request.env.user.partner_id:
            return path
        scheme, host, path, query, fragment = urlsplit(path)
        query = "&".join(filter(None, (query, urlencode({"member": member_sudo.id}))))
        return urlunsplit((scheme, host, path, query, fragment))
