from urllib.parse import quote_plus

from odoo import models
from odoo.tools.misc import babel_locale_parse, get_lang

from ..domain import hours

DAYS_OF_SCHEMA = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class GymLocation(models.Model):
    """What the public pages say of a branch."""

    _inherit = "gym.location"

    def _get_opening_week(self):
        """Return {weekday: pairs of opening and closing hour}; empty without opening hours."""
        self.ensure_one()
        week = {}
        for line in self.resource_calendar_id.attendance_ids.filtered(lambda one: one.day_period != "lunch"):
            week.setdefault(int(line.dayofweek), []).append((line.hour_from, line.hour_to))
        return week

    def _get_opening_lines(self):
        """Return the opening hours as pairs of days and hours, both as people write them."""
        names = babel_locale_parse(get_lang(self.env).code).days["format"]["wide"]
        found = []
        for first, last, ranges in hours.lines(self._get_opening_week()):
            days = names[first] if first == last else f"{names[first]} – {names[last]}"
            found.append((days, ", ".join(f"{hours.clock(start)} – {hours.clock(end)}" for start, end in ranges)))
        return found

    def _get_address_text(self):
        self.ensure_one()
        return ", ".join(filter(None, (self.street, self.street2, self.zip, self.city)))

    def _get_map_url(self):
        """Return the address of a map, opened when somebody asks for it: nothing is fetched with the page."""
        self.ensure_one()
        return (
            f"https://www.google.com/maps/search/?api=1&query={quote_plus(f'{self.name}, {self._get_address_text()}')}"
        )

    def _get_schema(self, website):
        """Return this branch in the words of schema.org."""
        self.ensure_one()
        address = {"streetAddress": self.street, "postalCode": self.zip, "addressLocality": self.city}
        address |= {"addressRegion": self.state_id.name, "addressCountry": self.country_id.code}
        opening = [
            {"dayOfWeek": DAYS_OF_SCHEMA[day], "opens": hours.clock(start), "closes": hours.clock(end)}
            for day, ranges in sorted(self._get_opening_week().items())
            for start, end in ranges
        ]
        offers = [
            {"@type": "Offer", "name": plan.name, "price": f"{price:.2f}", "priceCurrency": plan.currency_id.name}
            for plan, price in website._get_gym_offers(self)
        ]
        return {
            "@type": "ExerciseGym",
            "name": f"{website.name} {self.name}",
            "url": f"{website.get_base_url()}/#branch-{self.id}",
            "telephone": self.phone or website.company_id.phone or None,
            "address": {"@type": "PostalAddress"} | {name: value for name, value in address.items() if value},
            "openingHoursSpecification": [{"@type": "OpeningHoursSpecification"} | one for one in opening],
            "makesOffer": offers,
        }
