import base64

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import ormcache

CARD_CODE_PX = 300  # side of the code on the member card: 12 for each of its 21 modules and the 4 of its margin


class GymMember(models.Model):
    """What a member sees of themselves, and of those they look after, in the portal."""

    _inherit = "gym.member"

    # === WHO === #

    @api.model
    def _get_portal_members(self):
        """Return, in sudo, the members that the current user meets in the portal, their own membership first.

        These are the user's own membership, the minors the user is guardian of, and the members the user pays for.
        Paying for an adult shows their card and nothing else: see :meth:`_is_portal_self_or_ward`, which every page
        that shows or changes personal data asks first.
        """
        user = self.env.user
        if user._is_public():
            return self.sudo().browse()
        partner = user.partner_id
        under_age_since = self.env["res.company"]._get_earliest_day() - relativedelta(years=18)
        is_ward = Domain("guardian_id", "=", partner.id) & Domain("birthdate", ">", under_age_since)
        members = self.sudo().search_fetch(
            Domain("partner_id", "=", partner.id) | is_ward | Domain("payer_id", "=", partner.id)
        )
        # whose birthday is today is of age by the day of the branch
        members = members.filtered(lambda member: partner in member.partner_id | member.payer_id or member.is_minor)
        return members.sorted(lambda member: (member.partner_id != partner, member.search_key, member.id))

    def _is_portal_self_or_ward(self):
        """Tell whether the current user may read and correct this member's data and sign for them.

        That is the member, and the guardian of one under age; never who only pays for an adult.
        """
        self.ensure_one()
        partner = self.env.user.partner_id
        return self.partner_id == partner or (self.is_minor and self.guardian_id == partner)

    # === CARD === #

    def _get_portal_card(self):
        """Return what the member card shows: ``stage`` in plain words, its Bootstrap ``tone`` and the ``code`` image.

        The code is only there for those who may show the card at the door.
        """
        self.ensure_one()
        label, tone = self._get_portal_stage_labels()[self.stage]
        return {
            "stage": label,
            "tone": tone,
            "code": self._get_card_code_uri() if self._is_portal_self_or_ward() else None,
        }

    @api.model
    def _get_portal_stage_labels(self):
        """Return for every stage how the member reads it, and the Bootstrap colour it is shown in."""
        return {
            "prospect": (self.env._("Not a member yet"), "secondary"),
            "trial": (self.env._("On trial"), "info"),
            "active": (self.env._("Active"), "success"),
            "frozen": (self.env._("On pause"), "info"),
            "past_due": (self.env._("Payment pending"), "warning"),
            "lapsed": (self.env._("Membership ended"), "secondary"),
            "former": (self.env._("Former member"), "secondary"),
        }

    def _get_card_code_uri(self):
        """Return the member number as a QR code in a ``data:`` URI, for a card that needs no other request."""
        self.ensure_one()
        if not self.member_number:
            return None
        return self._draw_card_code(self.member_number)

    @api.model
    @ormcache("member_number")
    def _draw_card_code(self, member_number):
        """Return the code of a member number; kept, because drawing it takes longer than the rest of the home page."""
        image = self.env["ir.actions.report"].barcode(
            "QR", member_number, width=CARD_CODE_PX, height=CARD_CODE_PX, barLevel="M", barBorder=2
        )
        return "data:image/png;base64," + base64.b64encode(image).decode()

    # === THINGS TO DO === #

    def _get_portal_todo(self, consents):
        """Return what the member should do next, the most pressing first.

        Hook: an addon that needs something from the member (a signature, a payment) calls super and adds to the list.

        :param consents: of :meth:`_get_portal_consents`
        :return: list of dicts with ``title``, ``detail`` (may be empty), ``url`` (of the portal, without the member),
            ``icon`` (Font Awesome class) and ``level`` (Bootstrap colour)
        """
        self.ensure_one()
        return [*self._get_consents_todo(consents), *self._get_emergency_todo()]

    def _get_consents_todo(self, consents):
        unsigned = [line["document"] for line in consents if line["document"].is_required and not line["is_given"]]
        if not unsigned:
            return []
        return [
            {
                "title": self.env._("Documents to sign"),
                "detail": ", ".join(document.name for document in unsigned),
                "url": "/my/gym/consents",
                "icon": "fa-pencil-square-o",
                "level": "warning",
            }
        ]

    def _get_emergency_todo(self):
        if self.emergency_name and self.emergency_phone:
            return []
        return [
            {
                "title": self.env._("Whom do we call in an emergency?"),
                "detail": self.env._("Tell us a name and a phone number."),
                "url": "/my/gym/data#emergency",
                "icon": "fa-heartbeat",
                "level": "info",
            }
        ]
