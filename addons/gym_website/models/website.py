import json

from markupsafe import Markup

from odoo import models
from odoo.tools import is_html_empty

SOCIAL = (
    ("social_facebook", "facebook", "Facebook"),
    ("social_instagram", "instagram", "Instagram"),
    ("social_tiktok", "tiktok", "TikTok"),
    ("social_youtube", "youtube-play", "YouTube"),
    ("social_twitter", "twitter", "X"),
    ("social_linkedin", "linkedin", "LinkedIn"),
)


class Website(models.Model):
    """What the pages of a gym show, of the company of the site; in sudo, and nothing of anybody."""

    _inherit = "website"

    def _get_gym_branches(self):
        """Return, in sudo, the branches of the site's company."""
        self.ensure_one()
        branches = self.env["gym.location"].sudo()
        return branches.search([("kind", "=", "branch"), ("company_id", "=", self.sudo().company_id.id)])

    def _find_gym_branch(self, slug):
        """Return, in sudo, the branch that the last part of an address names, with its number or its name alone."""
        branches, slugify = self._get_gym_branches(), self.env["ir.http"]._slugify
        _name, number = self.env["ir.http"]._unslug(slug)
        named = branches.filtered(lambda branch: branch.id == number)
        return named or branches.filtered(lambda branch: slugify(branch.name) == slug)[:1]

    def _get_gym_offers(self, branches):
        """Return the plans with which people join these branches online, with what a period costs today.

        :return: list of pairs of ``gym.plan``, in sudo, and the price, IVA included
        """
        found = {}
        for branch in branches:
            for plan in branch._get_join_plans():
                found.setdefault(plan, plan._get_offered_price(branch._today()).amount)
        return sorted(found.items(), key=lambda item: (item[0].sequence, item[1], item[0].id))

    def _get_gym_photo(self):
        """Return the address of the first photo of a branch; None when there is none."""
        branch = self._get_gym_branches().filtered("image_1920")[:1]
        return branch._get_photo_path() if branch else None

    def _get_gym_schema(self, branches=None):
        """Return the branches and what they offer, for search engines, as the text of a script."""
        branches = [branch._get_schema(self) for branch in branches or self._get_gym_branches()]
        text = json.dumps({"@context": "https://schema.org", "@graph": branches}, ensure_ascii=False)
        return Markup(text.replace("<", "\\u003c"))  # no text of a record ends the script  # noqa: S704

    def _render_gym_block(self, block):
        """Return the HTML of what a block shows now; the website builder cannot edit it."""
        branches = self._get_gym_branches()
        values = {"website": self, "branches": branches, "offers": self._get_gym_offers(branches), "join_url": "/join"}
        values["is_html_empty"] = is_html_empty  # the builder's own list of blocks is no page and lacks it
        qweb = self.env["ir.qweb"].with_context(inherit_branding=False, inherit_branding_auto=False)
        return qweb._render(f"gym_website.{block}", values)

    def _get_gym_social_links(self):
        """Return the company's own pages elsewhere as triples of address, icon and name; only those it has."""
        company = self.sudo().company_id
        return [(company[field], icon, name) for field, icon, name in SOCIAL if company[field]]

    def _has_gym_invoicing(self):
        """Tell whether customers invoice their tickets on this site."""
        company = self.sudo().company_id
        return "cfdi_self_invoicing" in company._fields and company.cfdi_active and company.cfdi_self_invoicing
