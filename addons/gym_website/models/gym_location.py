from datetime import timedelta
from urllib.parse import quote_plus

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, formatLang, get_lang

from odoo.addons.gym_members.domain import hours

DAYS_OF_SCHEMA = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class GymLocation(models.Model):
    """What the public pages say of a branch."""

    _name = "gym.location"
    _inherit = ["gym.location", "website.seo.metadata"]

    website_description = fields.Html(
        string="On Its Page",
        translate=True,
        sanitize_overridable=True,
        help="What visitors read on the branch's page: showers, parking, classes.",
    )

    website_page_url = fields.Char(string="Address of Its Page", compute="_compute_website_page_url")

    @api.depends("name", "kind")
    def _compute_website_page_url(self):
        for branch in self:
            has_page = branch.id and branch.kind == "branch"
            branch.website_page_url = has_page and branch.get_base_url() + branch._get_page_path()

    def _get_page_slug(self):
        """Return what names the branch in the address of its page: it stays right when the name changes."""
        self.ensure_one()
        return self.env["ir.http"]._slug((self.id, self.name))

    def _get_page_path(self):
        return f"/sucursal/{self._get_page_slug()}"

    def _get_page_texts(self):
        """Return title and description of the page, for whoever has not written others in the website builder."""
        self.ensure_one()
        website = self.env["website"].get_current_website()
        prices = [price for _plan, price in website._get_gym_offers(self)]
        description = self.env._("%(branch)s: %(address)s. Hours, plans and how to get there.")
        if prices:
            description = self.env._("%(branch)s: %(address)s. Hours, plans from %(price)s and joining online.")
        currency = self.company_id.currency_id
        return {
            "additional_title": self.env._("%(branch)s: hours, plans and prices", branch=self.name),
            "website_meta_description": description
            % {
                "branch": self.name,
                "address": self._get_address_text(),
                "price": formatLang(self.env, min(prices, default=0), currency_obj=currency),
            },
        }

    def _default_website_meta(self):
        meta, texts = super()._default_website_meta(), self._get_page_texts()
        for prefix, values in (("og", meta["default_opengraph"]), ("twitter", meta["default_twitter"])):
            values[f"{prefix}:title"] = texts["additional_title"]
            values[f"{prefix}:description"] = texts["website_meta_description"]
            if self.image_1920:
                values[f"{prefix}:image"] = self._get_photo_path()
        return meta

    def _get_photo_path(self, width=960):
        """Return the address of the photo; another photo has another address, so browsers may keep each."""
        self.ensure_one()
        return f"/sucursal/{self.id}/foto/{width}?unique={int(self.write_date.timestamp())}"

    def _get_opening_lines(self):
        """Return the opening hours as pairs of days and hours, both as people write them."""
        names = babel_locale_parse(get_lang(self.env).code).days["format"]["wide"]
        found = []
        for first, last, ranges in hours.lines(self._get_opening_week()):
            days = names[first] if first == last else f"{names[first]} – {names[last]}"
            found.append((days, ", ".join(f"{hours.clock(start)} – {hours.clock(end)}" for start, end in ranges)))
        return found

    def _get_closures_to_tell(self):
        """Return the closures of the next 60 days, the first one first."""
        self.ensure_one()
        today = self._today()
        until = today + timedelta(days=60)
        told = self.closure_ids.filtered(lambda one: one.date_end >= today and one.date_start <= until)
        return told.sorted("date_start")

    def _get_address_text(self):
        self.ensure_one()
        return ", ".join(filter(None, (self.street, self.street2, self.zip, self.city)))

    def _get_map_url(self):
        """Return the address of a map, opened when somebody asks for it: nothing is fetched with the page."""
        self.ensure_one()
        place = quote_plus(f"{self.name}, {self._get_address_text()}")
        return f"https://www.google.com/maps/search/?api=1&query={place}"

    def _get_schema(self, website):
        """Return this branch in the words of schema.org."""
        self.ensure_one()
        address = {"streetAddress": self.street, "postalCode": self.zip, "addressLocality": self.city}
        address |= {"addressRegion": self.state_id.name, "addressCountry": self.country_id.code}
        opening = [
            {"dayOfWeek": DAYS_OF_SCHEMA[day], "opens": hours.clock(start), "closes": hours.clock(end)}
            for day, ranges in sorted(self._get_opening_week().items())
            for start, end in hours.merged(ranges)
        ]
        offers = [
            {"@type": "Offer", "name": plan.name, "price": f"{price:.2f}", "priceCurrency": plan.currency_id.name}
            for plan, price in website._get_gym_offers(self)
        ]
        root = website.get_base_url()
        schema = {
            "@type": "ExerciseGym",
            "name": f"{website.name} {self.name}",
            "url": root + self._get_page_path(),
            "image": self.image_1920 and root + self._get_photo_path(),
            "telephone": self.phone or website.company_id.phone,
            "email": self.email,
            "address": {"@type": "PostalAddress"} | {name: value for name, value in address.items() if value},
            "openingHoursSpecification": [{"@type": "OpeningHoursSpecification"} | one for one in opening],
            "makesOffer": offers,
        }
        return {name: value for name, value in schema.items() if value}
