import json

from markupsafe import Markup

from odoo import models


class Website(models.Model):
    """What the pages of a gym show, of the company of the site; in sudo, and nothing of anybody."""

    _inherit = "website"

    def _get_gym_branches(self):
        """Return, in sudo, the branches of the site's company."""
        self.ensure_one()
        branches = self.env["gym.location"].sudo()
        return branches.search([("kind", "=", "branch"), ("company_id", "=", self.sudo().company_id.id)])

    def _get_gym_offers(self, branches):
        """Return the plans with which people join these branches online, with what a period costs today.

        :return: list of pairs of ``gym.plan``, in sudo, and the price, IVA included
        """
        found = {}
        for branch in branches:
            for plan in branch._get_join_plans():
                found.setdefault(plan, plan._get_offered_price(branch._today()).amount)
        return sorted(found.items(), key=lambda item: (item[0].sequence, item[1], item[0].id))

    def _get_gym_schema(self):
        """Return the branches and what they offer, for search engines, as the text of a script."""
        branches = [branch._get_schema(self) for branch in self._get_gym_branches()]
        text = json.dumps({"@context": "https://schema.org", "@graph": branches}, ensure_ascii=False)
        return Markup(text.replace("<", "\\u003c"))  # no text of a record ends the script  # noqa: S704

    def _has_gym_invoicing(self):
        """Tell whether customers invoice their tickets on this site."""
        company = self.sudo().company_id
        return "cfdi_self_invoicing" in company._fields and company.cfdi_active and company.cfdi_self_invoicing
