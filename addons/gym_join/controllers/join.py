import time

from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from odoo.addons.gym_members.controllers.signature import read_signature
from odoo.addons.vigor_guard.domain.network import group_address
from odoo.addons.vigor_guard.domain.numbers import read_id

from ..domain import joining
from .join_common import BEGINNINGS, COOKIE, JoinPages


class GymJoinPages(JoinPages, Controller):
    """Joining by oneself: branch, plan, person, documents. All routes are public; see :class:`JoinPages`.

    ``/join`` branches; ``/join/at/<branch>`` plans, and the beginning; then, with the token of the join,
    ``/join/<token>`` where it stands, ``plan``, ``data``, ``sign``, ``draw`` (JSON-RPC), ``link`` (mails the link).
    The step of payment and the end are in :mod:`.join_payment`.
    """

    # === BRANCH AND PLAN === #

    @route("/join", type="http", auth="public", website=True, readonly=True)
    def branches(self, **kw):
        locations_sudo = request.env["gym.location"]._get_join_branches()
        going_on = self._get_remembered()
        if len(locations_sudo) == 1 and not going_on:
            return request.redirect(f"/join/at/{locations_sudo.id}")
        return self._respond("gym_join.join_branches", {"locations": locations_sudo, "going_on": going_on})

    @route("/join/at/<int:location_id>", type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def plans(self, location_id, plan=None, **kw):
        location_sudo = self._get_location(location_id)
        chosen = location_sudo._get_join_plans().filtered(lambda one: one.id == read_id(plan))
        values = {"going_on": self._get_remembered(), "back_url": "/join", "form_url": f"/join/at/{location_sudo.id}"}
        return self._render_plans(location_sudo, chosen=chosen, **values)

    @route(
        "/join/at/<int:location_id>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        captcha="gym_join",
        sitemap=False,
    )
    def begin(self, location_id, plan=None, **kw):
        """Begin a join with a plan; nothing is stored before."""
        location_sudo = self._get_location(location_id)
        if not BEGINNINGS.allows(group_address(request.httprequest.remote_addr), time.monotonic()):
            return self._respond("gym_join.join_gone", {"is_busy": True}, status=429)
        plan_sudo = location_sudo._get_join_plans().filtered(lambda one: one.id == read_id(plan))
        try:
            join_sudo = request.env["gym.join"]._begin(location_sudo, plan_sudo, **self._get_own_data(location_sudo))
        except UserError as error:
            return self._render_plans(location_sudo, error=str(error), form_url=f"/join/at/{location_sudo.id}")
        return self._remember(request.redirect(join_sudo._get_path("data")), join_sudo)

    @route("/join/<string:token>", type="http", auth="public", website=True, sitemap=False)
    def go_on(self, token, **kw):
        """Go to where the join stands: what the link in a mail opens."""
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        step = joining.next_step(join_sudo._get_progress()) if join_sudo.state == joining.OPEN else "end"
        return self._remember(request.redirect(join_sudo._get_path(step)), join_sudo)

    @route("/join/<string:token>/plan", type="http", auth="public", website=True, sitemap=False)
    def plan(self, token, plan=None, **kw):
        """Choose another plan of the branch."""
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        if refusal := self._get_step_refusal(join_sudo, joining.PLAN):
            return refusal
        error = None
        if request.httprequest.method == "POST":
            error = self._run(join_sudo._choose_plan, read_id(plan))
            if not error:
                return request.redirect(join_sudo._get_path("data"))
        values = {"form_url": join_sudo._get_path("plan"), "back_url": "/join", "chosen": join_sudo.plan_id}
        return self._render_plans(join_sudo.location_id, error=error, **values)

    # === PERSON === #

    @route("/join/<string:token>/data", type="http", auth="public", website=True, sitemap=False, captcha="gym_join")
    def data(self, token, **form):
        """Who joins. What a program seems to have filled in is refused without saying why."""
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        if refusal := self._get_step_refusal(join_sudo, joining.DATA):
            return refusal
        errors, error = {}, None
        if request.httprequest.method == "POST":
            errors, error = self._take_data(join_sudo, form)
            if not errors and not error:
                return request.redirect(join_sudo._get_path("sign"))
        return self._render_step("data", join_sudo, data=join_sudo._get_data() | form, errors=errors, error=error)

    def _take_data(self, join_sudo, form):
        """Return the messages for what is wrong: by field, and of the whole."""
        seconds = (fields.Datetime.now() - join_sudo.create_date).total_seconds()
        if joining.looks_automatic(form.get("website"), seconds):
            return {}, request.env._("That went too fast for us. Check what you typed and try again.")
        try:
            errors = join_sudo._update_data(form, request.env.lang)
        except UserError as refusal:
            return {}, str(refusal)
        if not errors:
            join_sudo._recognise_later()
        return errors, None

    @route("/join/<string:token>/link", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def link(self, token, **kw):
        """Mail the link to go on to the address that was typed; says the same when it has been sent too often."""
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        join_sudo._send_link()
        return self._respond("gym_join.join_link_sent", {"join": join_sudo})

    # === DOCUMENTS === #

    @route("/join/<string:token>/sign", type="http", auth="public", website=True, sitemap=False)
    def sign(self, token, draw=None, **form):
        """The documents: first those that a tick accepts, then, on a second page, those to sign."""
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        if refusal := self._get_step_refusal(join_sudo, joining.SIGN):
            return refusal
        error, documents_sudo = None, join_sudo._get_documents()
        if request.httprequest.method == "POST":
            agreed = documents_sudo.filtered(lambda document: form.get(f"document_{document.id}"))
            error = self._run(join_sudo._tick, agreed, **self._get_trace())
            if not error:
                return self._go_to_signature(join_sudo)
        return self._render_documents(join_sudo, documents_sudo, bool(draw), error)

    @route("/join/<string:token>/draw", type="jsonrpc", auth="public", website=True)
    def draw(self, token, name=None, signature=None):
        """Answer of core's signature form: one drawn signature for all documents that need it."""
        join_sudo = self._find_join(token)
        if not join_sudo or self._get_step_refusal(join_sudo, joining.SIGN):
            return {"force_refresh": True, "redirect_url": f"/join/{token}"}
        if error := self._run(join_sudo._draw, name, read_signature(signature), **self._get_trace()):
            return {"error": error}
        return {"force_refresh": True, "redirect_url": join_sudo._get_path("pay")}

    def _go_to_signature(self, join_sudo):
        left = join_sudo._get_documents_left().filtered("is_signature_required")
        return request.redirect(join_sudo._get_path("sign?draw=1" if left else "pay"))

    def _render_documents(self, join_sudo, documents_sudo, is_drawing, error):
        to_draw = documents_sudo.filtered("is_signature_required")
        asked = to_draw if is_drawing and to_draw else documents_sudo - to_draw
        if not asked:
            asked, is_drawing = to_draw, True
        answers = join_sudo._get_answers()
        return self._render_step(
            "sign",
            join_sudo,
            error=error,
            is_drawing=is_drawing,
            documents=asked,
            is_needed=join_sudo._is_needed,
            agreed={document for document in answers if answers[document].is_agreed},
            offer=join_sudo._get_offer(),
            signer=join_sudo.guardian_name or join_sudo.name,
        )

    # === HELPERS === #

    def _get_location(self, location_id):
        """Return, in sudo, a branch that takes online registrations.

        :raise NotFound: for any other, the same whether it exists or not
        """
        locations_sudo = request.env["gym.location"]._get_join_branches()
        location_sudo = locations_sudo.filtered(lambda location: location.id == location_id)
        if not location_sudo:
            raise NotFound()
        return location_sudo.with_company(location_sudo.company_id)

    def _get_own_data(self, location_sudo):
        """Return with what the join of somebody who is signed in as a member begins."""
        member_sudo = self._get_own_member(location_sudo.company_id)
        if not member_sudo:
            return {}
        copied = {name: member_sudo[name] for name in ("name", "email", "phone", "birthdate", "lang")}
        return copied | {"member_id": member_sudo.id, "partner_id": member_sudo.partner_id.id}

    def _get_remembered(self):
        """Return the address of the unfinished join of this browser, if any."""
        join_sudo = request.env["gym.join"]._find(request.httprequest.cookies.get(COOKIE))
        return join_sudo._get_path() if join_sudo.state in (joining.OPEN, joining.UNCONFIRMED) else None

    def _render_plans(self, location_sudo, **values):
        plans_sudo = location_sudo._get_join_plans()
        member_sudo = self._get_own_member(location_sudo.company_id)
        offers = {plan: plan._get_join_offer(location_sudo, member=member_sudo) for plan in plans_sudo}
        page = {"location": location_sudo, "offers": offers, "position": 1, "chosen": None, "going_on": None}
        return self._respond("gym_join.join_plan", page | {"back_url": "/join"} | values)
