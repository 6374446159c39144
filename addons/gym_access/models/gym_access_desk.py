from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..domain import codes, pass_code
from ..domain.reasons import reason

FOUND = 8  # people that a search shows
RECENT = 10  # of the last who came
CODE_PROBLEMS = ("unknown_code", "expired_code", "replayed_code", "revoked_credential")
FRONT_DESK = "gym_members.group_gym_frontdesk"


class GymAccessDesk(models.AbstractModel):
    """The screen at the front desk: who stands there, may they enter, what to do about it.

    People are named by a reference: ``member:12`` or ``pass:5``. A desk finds by name only members whom its user sees;
    whoever shows a code is shown by it at any branch, because they stand there.
    """

    _name = "gym.access.desk"
    _description = "Front Desk Check-In"

    # === CALLED BY THE SCREEN === #

    @api.model
    def get_desk(self, location_id=None):
        """Return what the screen shows before anybody comes: branches, who is inside, reasons to open anyway."""
        self._check_may_record()
        branches = self.env["gym.location"].search([("kind", "=", "branch")])
        mine = branches & self.env.user.gym_location_ids
        location = branches.filtered(lambda one: one.id == location_id) or (mine or branches)[:1]
        reasons = self.env["gym.access.override.reason"].search([])
        return {
            "branches": [{"id": one.id, "name": one.name} for one in branches],
            "reasons": [{"id": one.id, "name": one.name} for one in reasons],
            "location_id": location.id,
        } | self._get_house(location)

    @api.model
    def find(self, location_id, text):
        """Return whom ``text`` means: a code that was scanned, or words of a name, phone or member number.

        A code gives the verdict at once; words give people to choose from, and so does a member
        number: it opens nothing.
        """
        location = self._get_location(location_id)
        if codes.read_code(text) or pass_code.read(text):
            member, access_pass, problem = self.env["gym.access.act"]._find_by_code(text)
            return {"verdict": self._get_verdict(location, member, access_pass, problem)}
        return {"people": self._find_people(text or "")}

    @api.model
    def look(self, location_id, ref):
        """Return the verdict about one person, from the facts as they are now."""
        location = self._get_location(location_id)
        return self._get_verdict(location, *self._get_person(location, ref))

    @api.model
    def check_in(self, location_id, ref, key, reason_id=None, problem=None):
        """Let somebody in, or write down that they were not let in.

        :param str key: made up by the screen for one press of a button; repeated, it acts once
        :param int reason_id: with which the user opens against a refusal
        :param str problem: what was wrong with the code that was shown, as the verdict said
        :return: the verdict as it was written, and the house after it
        :raise UserError: when the user has opened against refusals too often today
        """
        location = self._get_location(location_id)
        if not key or len(key) > 64 or problem not in (None, *CODE_PROBLEMS):
            raise UserError(self.env._("The screen sent no key. Reload the page."))
        member, access_pass = self._get_person(location, ref)
        override = self.env["gym.access.override.reason"].browse(reason_id).exists() if reason_id else None
        visit, answer = self.env["gym.access.act"]._check_in(
            member, access_pass, location, f"desk:{self.env.uid}:{key}", "desk", override=override, problem=problem
        )
        verdict = self._get_verdict(location, member, access_pass, answer=answer)
        return {"verdict": verdict | {"written": visit.outcome}, "house": self._get_house(location)}

    @api.model
    def check_out(self, location_id, ref):
        """Note that somebody has left, and return the house after it."""
        location = self._get_location(location_id)
        member, access_pass = self._get_person(location, ref)
        presence = self.env["gym.access.presence"].sudo()
        domain = Domain("member_id", "=", member.id) if member else Domain("pass_id", "=", access_pass.id)
        for one in presence.search(domain & Domain("location_id", "=", location.id)):
            one._leave("desk", fields.Datetime.now())
        return self._get_house(location)

    # === RIGHTS === #

    @api.model
    def _check_may_record(self):
        """Refuse whoever does not work at a front desk.

        :raise AccessError: saying so
        """
        if not self.env.user.has_group(FRONT_DESK):
            raise AccessError(self.env._("Only the front desk lets people in. Ask an owner for that role."))

    @api.model
    def _get_location(self, location_id):
        self._check_may_record()
        location = self.env["gym.location"].browse(location_id).exists()
        location.check_access("read")
        if location.kind != "branch":
            raise UserError(self.env._("Choose a branch first."))
        return location

    @api.model
    def _get_person(self, location, ref):
        """Return the member and the pass of a reference, in sudo: of whom the user sees, or who has a code here.

        :raise UserError: for a reference of nobody, or of somebody whom this desk has nothing to do with
        """
        kind, _colon, number = (ref or "").partition(":")
        members, passes = self.env["gym.member"].sudo(), self.env["gym.access.pass"].sudo()
        if number.isdecimal() and len(number) < 10:
            if kind == "member":
                found = members.browse(int(number)).exists()
                if found and self._knows(location, found):
                    return found, passes
            if kind == "pass":
                found = passes.browse(int(number)).exists()
                if found.company_id == location.company_id and found.company_id:
                    return found.member_id, found
        raise UserError(self.env._("There is nobody like that here. Search again."))

    @api.model
    def _knows(self, location, member):
        """Tell whether this desk may ask about a member: one the user sees, or whose plan may open the branch."""
        if member.sudo(False).has_access("read"):
            return True
        rights = member._get_entry_rights()[member.id]
        return any(location in one.plan_id._get_access_locations(one.location_id) for one in rights)

    # === WHAT IS SHOWN === #

    @api.model
    def _find_people(self, text):
        members = self.env["gym.member"]
        people = members.search(members._get_search_domain(text), limit=FOUND) if text.strip() else members
        return [
            {
                "ref": f"member:{member.id}",
                "name": member.name,
                "number": member.member_number or "",
                "branch": member.location_id.name,
                "image": self._get_image_url(member),
            }
            for member in people
        ]

    @api.model
    def _get_verdict(self, location, member, access_pass, problem=None, answer=None):
        """Return what the screen shows of a person: names, photo, outcome, reasons with their remedies."""
        now = fields.Datetime.now()
        if not (member or access_pass):
            return self._get_verdict_of_nobody(problem)
        decision = answer or self.env["gym.access.act"]._decide(member, access_pass, location, now, problem)[0]
        person = member or access_pass
        right = self._get_right_name(decision.right)
        inside = person._get_presences() if member else {}
        return {
            "ref": f"member:{member.id}" if member else f"pass:{access_pass.id}",
            "member_id": member.id if member and member.sudo(False).has_access("read") else False,
            "name": member.name or access_pass.holder,
            "number": member.member_number or "",
            "image": self._get_image_url(member) if member else False,
            "outcome": decision.outcome,
            "problem": problem,
            "right": right,
            "left": self._get_left(decision.right, member, location),
            "until": self._get_until(decision, location),
            "inside": bool(inside) or bool(access_pass and not member and self._is_inside(access_pass)),
            "reasons": [self._show_reason(one, right, location, member) for one in decision.reasons],
        }

    @api.model
    def _get_verdict_of_nobody(self, problem):
        from_code = self.env["gym.access.text"]._say(reason(problem or "unknown_code"))
        return {"ref": False, "name": "", "outcome": "refuse", "reasons": [from_code | {"button": False}]}

    @api.model
    def _show_reason(self, one, right, location, member):
        shown = self.env["gym.access.text"]._say(one, right, location)
        button = self.env["gym.access.text"]._get_buttons().get(one.code) if member else None
        readable = member and member.sudo(False).has_access("read")
        return shown | {"button": {"label": button[0], "method": button[1]} if button and readable else False}

    @api.model
    def _get_right_name(self, key):
        kind, _colon, number = (key or "").partition(":")
        if kind == "subscription":
            return self.env["gym.subscription"].sudo().browse(int(number)).plan_id.name
        if kind == "pass":
            return self.env["gym.access.pass"].sudo().browse(int(number)).display_name
        return ""

    @api.model
    def _get_left(self, key, member, location):
        """Return how many visits the right has left in this period, or ``False`` when it has no limit."""
        kind, _colon, number = (key or "").partition(":")
        now = fields.Datetime.now()
        if kind == "pass":
            return self.env["gym.access.pass"].sudo().browse(int(number)).visits_left
        if kind != "subscription":
            return False
        one = self.env["gym.subscription"].sudo().browse(int(number))
        used = one._get_uses("visit").get((one.id, member.id), [])
        found = one._get_allowances("visits_used", one.plan_id.visits_per_period, used)
        return next((allowance.left for allowance in found if allowance.holds_at(now)), False)

    @api.model
    def _get_until(self, decision, location):
        return self.env["gym.access.text"]._show(decision.until, location) if decision.until else ""

    @api.model
    def _is_inside(self, access_pass):
        return bool(self.env["gym.access.presence"].sudo().search_count([("pass_id", "=", access_pass.id)], limit=1))

    @api.model
    def _get_image_url(self, member):
        return f"/web/image/gym.member/{member.id}/avatar_128" if member.sudo(False).has_access("read") else False

    @api.model
    def _get_house(self, location):
        """Return how many are inside, how many fit, and who came last."""
        visits = self.env["gym.checkin"].search([("location_id", "=", location.id)], limit=RECENT)
        outcomes = dict(visits._fields["outcome"]._description_selection(self.env))
        return {
            "count": self.env["gym.access.presence"]._count(location),
            "capacity": location.sudo().capacity,
            "recent": [
                {
                    "id": visit.id,
                    "ref": f"member:{visit.member_id.id}" if visit.member_id else f"pass:{visit.pass_id.id}",
                    "name": visit.holder or self.env._("Erased"),
                    "time": location._to_local(visit.occurred_at).strftime("%H:%M"),
                    "direction": visit.direction,
                    "outcome": visit.outcome,
                    "said": self.env._("Left") if visit.direction == "out" else outcomes[visit.outcome],
                    "why": visit.reason_text or "",
                }
                for visit in visits
            ],
        }
