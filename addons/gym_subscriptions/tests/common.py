from odoo import Command

from odoo.addons.gym_members.tests.common import GymMembersCommon


class GymSubscriptionsCommon(GymMembersCommon):
    """The world of gym_members on the Mexican chart, with a monthly plan of 499.00 and the branch's IVA of 16 %.

    Tests say which day it is with ``freeze_time``; noon in Mexico City is 18:00 UTC.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._ensure_gym_taxes()
        cls.plan = cls._create_plan()
        cls.member = cls._create_member()

    @classmethod
    def _load_chart_of_other_company(cls):
        """Give the second company accounting; it takes seconds, so only tests that bill there ask for it."""
        cls.env["account.chart.template"].try_loading("mx", company=cls.other_company, install_demo=False)
        cls.other_company._ensure_gym_taxes()

    @classmethod
    def _complete_taxes(cls, company):
        """Give the company the IVA that its chart, when it is not the Mexican one, does not have."""
        for name, percent in (("gym_tax_general_id", 16), ("gym_tax_border_id", 8)):
            company[name] = company[name] or cls.env["account.tax"].create(
                {
                    "name": f"IVA {percent} % (included)",
                    "amount": percent,
                    "type_tax_use": "sale",
                    "price_include_override": "tax_included",
                    "company_id": company.id,
                    "country_id": company.account_fiscal_country_id.id or cls.env.ref("base.mx").id,
                }
            )

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
