from datetime import timedelta

from odoo import Command, fields
from odoo.tests import freeze_time

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon

NOON = "2026-03-10 18:00:00"  # noon of a Tuesday in Mexico City


class AccessCommon(GymSubscriptionsCommon):
    """A member with a running subscription at Roma Norte, on a Tuesday at noon; nothing is signed.

    The policy of the company says nothing of documents, photos and minors, so that tests see what they are about.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(0.0)  # so that nobody owes anything
        cls.policy = cls.env["gym.access.policy"].create(
            {
                "company_id": cls.company.id,
                "waiver_severity": "off",
                "photo_severity": "off",
                "minor_severity": "off",
                "anti_passback": "off",
            }
        )

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(NOON))
        self.subscription = self._create_subscription()
        self.subscription._activate()

    def _decide(self, member=None, location=None):
        member = member or self.member
        return member._decide_access(location or self.roma)[member.id]

    def _codes(self, member=None, location=None):
        return list(self._decide(member, location).codes)

    def _check_in(self, key="a", member=None, location=None, **values):
        return (member or self.member)._check_in(location or self.roma, key, **values)[0]

    def _go_to(self, **ahead):
        self.clock.move_to(fields.Datetime.now() + timedelta(**ahead))

    def _get_visits(self, member=None):
        return self.env["gym.checkin"].search([("member_id", "=", (member or self.member).id)], order="id")

    @classmethod
    def _create_hours(cls, hour_from, hour_to):
        days = [
            Command.create({"name": day, "dayofweek": day, "hour_from": hour_from, "hour_to": hour_to})
            for day in "0123456"
        ]
        return cls.env["resource.calendar"].create(
            {"name": "Hours", "company_id": cls.company.id, "attendance_ids": days}
        )

    @classmethod
    def _create_pass(cls, **values):
        return cls.env["gym.access.pass"].create(
            {
                "kind": "day",
                "location_id": cls.roma.id,
                "guest_name": "Ana",
                "date_start": "2026-03-10",
                "date_end": "2026-03-10",
                "is_waiver_signed": True,
            }
            | values
        )
