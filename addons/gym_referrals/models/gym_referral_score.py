from odoo import api, models
from odoo.tools import LazyTranslate

from ..domain import fraud, identity, lifecycle

_lt = LazyTranslate(__name__)

KINDS = {
    "phone": _lt("phone"),
    "email": _lt("mail box"),
    "mailbox": _lt("name of the mail box"),
    "card": _lt("card"),
    "device": _lt("device"),
    "ip": _lt("network"),
    "address": _lt("address"),
}
TEXTS = {
    "same_person": _lt("Both are the same person."),
    "shares": _lt("Both have the same %(kind)s."),
    "alike": _lt("Both have a similar %(kind)s."),
    "tied": _lt("The friend has the same %(kind)s as %(people)s."),
    "idle": _lt("Visits of the friend so far: %(first)s"),
    "cancelled": _lt("The friend canceled early."),
    "idle_friends": _lt("%(first)s of %(second)s other friends of this member hardly came."),
    "desk": _lt("%(first)s wrote down %(second)s friends of this member, where %(third).1f would be usual."),
    "declared": _lt("Both have the same payer."),
}
FAMILY = 8  # more members with one payer are a company's plan, not a family


class GymReferral(models.Model):
    """How likely a referral is not what it says. Who is held is looked at by a person; the friend notices nothing."""

    _inherit = "gym.referral"

    def _score(self):
        """Judge these referrals beside all of their companies, and hold for review what looks like none.

        What a manager has cleared is not held again.
        """
        for company, own in self.sudo().grouped("company_id").items():
            everything = self.sudo().search([("company_id", "=", company.id)])
            found = dict(zip(everything, everything._judge(), strict=True))
            for referral in own:
                referral._note(found[referral])

    def _judge(self):
        members = self.referrer_id | self.friend_id
        people = {str(member.id): identity.read(row) for member, row in members._get_identities().items()}
        return fraud.judge(people, [one._to_rule() for one in self], self._get_relations(members))

    def _to_rule(self):
        return fraud.Referral(
            str(self.referrer_id.id),
            str(self.friend_id.id),
            str(self.employee_id.id or ""),
            self._count_visits(),
            self._has_left(),
        )

    def _count_visits(self):
        """Hook: return how often the friend came since joining, ``None`` while nobody counts."""
        return

    @api.model
    def _get_relations(self, members):
        families = members.grouped(lambda member: member.payer_id or member.partner_id).values()
        return [[str(member.id) for member in family] for family in families if 1 < len(family) <= FAMILY]

    def _note(self, finding):
        values = {"score": finding.score, "findings": "\n".join(self._tell(reason) for reason in finding.reasons)}
        if finding.verdict == "hold" and self._may(lifecycle.FLAG) and not self.decided_by_id:
            self._move(lifecycle.FLAG, **values)
        else:
            self.write(values)

    def _tell(self, reason):
        """Return a reason in words; every edge that it names is there."""
        people = self.env["gym.member"].browse(int(person) for person in reason.people[:5])
        values = dict(zip(("first", "second", "third"), reason.values, strict=False))
        if reason.code == "desk":
            values["first"] = self.employee_id.name
        kind = self.env._(KINDS[reason.kind]) if reason.kind else ""  # pylint: disable=gettext-variable
        values |= {"kind": kind, "people": ", ".join(people.mapped("display_name"))}
        return self.env._(TEXTS[reason.code]) % values  # pylint: disable=gettext-variable
