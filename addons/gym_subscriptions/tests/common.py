from odoo import Command

from odoo.addons.gym_members.tests.common import GymMembersCommon


class GymSubscriptionsCommon(GymMembersCommon):
    """The world of gym_members on the Mexican chart, with a monthly plan of 499.00 and the branch's IVA of 16 %.

    Tests say which day it is with ``freeze_time``; noon in Mexico City is 18:00 UTC.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.company.chart_template != "mx":
            cls._load_chart(cls.company)
        cls.plan = cls._create_plan()
        cls.member = cls._create_member()

    @classmethod
    def _load_chart_of_other_company(cls):
        """Give the second company accounting; it takes seconds, so only tests that bill there ask for it."""
        cls._load_chart(cls.other_company)

    @classmethod
    def _load_chart(cls, company):
        cls.env["account.chart.template"].try_loading("mx", company=company, install_demo=False)

    @classmethod
    def _create_plan(cls, price=499.0, valid_from="2020-01-01", **values):
        """Create a plan whose first price, IVA included, holds from ``valid_from``."""
        return cls.env["gym.plan"].create(
            {
                "name": "Full",
                "company_id": cls.company.id,
                "price_ids": [Command.create({"amount": price, "valid_from": valid_from})],
            }
            | values
        )

    @classmethod
    def _create_addon(cls, **values):
        return cls.env["gym.plan.addon"].create(
            {"name": "Locker", "amount": 100.0, "company_id": cls.company.id} | values
        )

    @classmethod
    def _create_subscription(cls, **values):
        """Create a draft; ``_activate()`` begins it."""
        return cls.env["gym.subscription"].create({"member_id": cls.member.id, "plan_id": cls.plan.id} | values)
