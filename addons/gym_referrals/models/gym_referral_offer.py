import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gym_subscriptions.models.money import to_decimal, to_number

from ..domain.rewards import Rule, Tier


class GymReferralOffer(models.Model):
    """A version of what a program offers, as it was published: nobody writes it again."""

    _name = "gym.referral.offer"
    _description = "Published Offer of a Referral Program"
    _order = "program_id, version desc"

    program_id = fields.Many2one("gym.referral.program", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    version = fields.Integer(required=True, readonly=True, aggregator=None)
    snapshot = fields.Json(required=True, readonly=True)
    content_hash = fields.Char(string="SHA-256", compute="_compute_content_hash", store=True)
    referral_ids = fields.One2many("gym.referral", "offer_id", readonly=True)

    _once = models.UniqueIndex("(program_id, version)", "This version has been published.")

    @api.depends("program_id", "version")
    def _compute_display_name(self):
        for offer in self:
            offer.display_name = f"{offer.program_id.name} · {offer.version}"

    @api.depends("snapshot")
    def _compute_content_hash(self):
        for offer in self:
            offer.content_hash = self._hash(offer.snapshot)

    def write(self, vals):
        if vals.keys() & {"snapshot", "version", "program_id"}:
            raise UserError(self.env._("A published offer does not change. Publish a new version."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A published offer stays: somebody may hold you to it."))

    @api.model
    def _hash(self, snapshot):
        text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _get(self, name):
        """Return a value of the offer by its name on the program."""
        return self.snapshot[name]

    def _get_rules(self):
        """Return the rules as the domain knows them."""
        return [
            Rule(each["key"], each["trigger"], to_decimal(each["amount"]), each["kind"], each["count"])
            for each in self.snapshot["rules"]
        ]

    def _get_gift(self, key):
        return next((each["name"] for each in self.snapshot["rules"] if each["key"] == key), "")

    def _get_tiers(self):
        """Return the tiers as the domain knows them."""
        return [Tier(each["name"], each["threshold"], to_number(each["factor"])) for each in self.snapshot["tiers"]]

    def _describe(self):
        """Return what the one who invites gets, as sentences for members."""
        return [self._describe_rule(rule) for rule in self.snapshot["rules"]]

    def _describe_rule(self, rule):
        what = rule["name"] or self.env._(
            "%(amount)s off your next dues", amount=self.company_id.currency_id.format(rule["amount"])
        )
        values = {"what": what, "count": rule["count"], "dues": self._get("hold_dues"), "days": self._get("hold_days")}
        if rule["trigger"] == "nth":
            return self.env._("%(what)s for friend number %(count)s in twelve months", **values)
        if rule["trigger"] == "paid_period":
            return self.env._("%(what)s for each further invoice your friend pays, up to %(count)s", **values)
        if rule["trigger"] == "retained":
            return self.env._("%(what)s when your friend stays %(count)s days", **values)
        return self.env._("%(what)s when your friend has paid %(dues)s invoices and stayed %(days)s days", **values)
