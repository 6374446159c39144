from odoo.fields import Command

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon

from .. import HOME


class GymWebsiteCommon(GymSubscriptionsCommon):
    """A site of a company whose branch Roma Norte opens on five days and sells one plan online."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.env["website"].search([], limit=1)
        cls.site.write({"company_id": cls.company.id, "homepage_url": HOME})
        cls.env["gym.location"].search([("company_id", "=", cls.company.id)]).is_join_online = False
        cls.roma.write({"is_join_online": True, "street": "Av. Álvaro Obregón 1500", "phone": "+52 55 0100 0001"})
        cls.roma.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Roma",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create({"name": "x", "dayofweek": str(day), "hour_from": 6, "hour_to": 22})
                    for day in range(5)
                ],
            }
        )
        cls.env["gym.plan"].search([("company_id", "=", cls.company.id)]).is_online = False
        cls.plan.write({"is_online": True, "name": "Full </script><b>", "enrolment_fee": 200})
