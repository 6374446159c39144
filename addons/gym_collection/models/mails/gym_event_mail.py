from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, LazyTranslate

_lt = LazyTranslate(__name__)

# What payers are written about: its name, and the template that comes with the system.
EVENT_MAILS = {
    "subscription.billed": (_lt("Dues billed"), "gym_collection.mail_template_event_billed"),
    "charge.done": (_lt("Card charged"), "gym_collection.mail_template_event_charged"),
    "charge.failed": (_lt("Card declined"), "gym_collection.mail_template_event_declined"),
    "subscription.frozen": (_lt("Subscription frozen"), "gym_collection.mail_template_event_frozen"),
    "subscription.unfrozen": (_lt("Freeze ended"), "gym_collection.mail_template_event_unfrozen"),
    "subscription.changed": (_lt("Plan changed"), "gym_collection.mail_template_event_changed"),
    "subscription.suspended": (_lt("Access suspended"), "gym_collection.mail_template_event_suspended"),
    "subscription.paid_up": (_lt("Paid up: access returns"), "gym_collection.mail_template_event_paid_up"),
    "subscription.reactivated": (_lt("Came back"), "gym_collection.mail_template_event_reactivated"),
    "card.expiring": (_lt("Card about to expire"), "gym_collection.mail_template_event_card"),
    "refund.done": (_lt("Money given back"), "gym_collection.mail_template_event_refund"),
}

# Longer than any job waits to be repeated
REMEMBER_DAYS = 90


class GymEventMail(models.Model):
    """The message that an event sends to the payer, and whether it does. One row per company and event.

    The receipt of a cancellation, the notice of a renewal and a price change are not here: the law wants them sent.
    """

    _name = "gym.event.mail"
    _description = "Message About an Event"
    _inherit = ["gym.relation.guard"]
    _order = "company_id, id"

    event_type = fields.Selection(selection="_get_event_selection", string="When", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    is_on = fields.Boolean(string="Sent", default=True)
    template_id = fields.Many2one(
        "mail.template",
        string="Message",
        required=True,
        domain="[('model', '=', 'gym.subscription')]",
        ondelete="cascade",
    )

    _once = models.UniqueIndex("(company_id, event_type)", "This event already has its message.")

    @api.model
    def _get_event_mails(self):
        """Return what payers are written about: code of the event to its label and the XML id of its template.

        An addon that emits events adds its own.
        """
        return EVENT_MAILS

    @api.model
    def _get_event_selection(self):
        mails = self._get_event_mails()
        return [(code, self.env._(label)) for code, (label, _xmlid) in mails.items()]  # pylint: disable=gettext-variable

    @api.depends("event_type")
    def _compute_display_name(self):
        labels = dict(self._fields["event_type"]._description_selection(self.env))
        for rule in self:
            rule.display_name = labels.get(rule.event_type)

    @api.model
    def _ensure_for(self, companies):
        """Give each of ``companies`` the messages it lacks."""
        rules = self.sudo()
        known = {(rule.company_id, rule.event_type) for rule in rules.search([("company_id", "in", companies.ids)])}
        rules.create(
            [
                {
                    "company_id": company.id,
                    "event_type": code,
                    "template_id": self.env.ref(xmlid).id,
                }
                for company in companies
                for code, (_label, xmlid) in self._get_event_mails().items()
                if (company, code) not in known
            ]
        )

    @api.model
    def _ensure_for_all(self):
        self._ensure_for(self.env["res.company"].sudo().search([]))

    # === SENDING === #

    @api.model
    def _send_for_events(self, event_ids):
        """Write to the payer about these events; told twice of one, it writes once.

        What a subscription that was imported did in the old system is no news; nobody without an address gets mail.
        """
        events = self.env["gym.event"].sudo().search([("id", "in", list(event_ids))], order="id")
        rules = {
            (rule.company_id.id, rule.event_type): rule
            for rule in self.sudo().search([("is_on", "=", True), ("company_id", "in", events.company_id.ids)])
        }
        wanted = events.filtered(lambda event: (event.company_id.id, event.type) in rules)
        new, told = self._claim(wanted.ids), set()
        for event in wanted.filtered(lambda event: event.id in new):
            subscription = self.env["gym.subscription"].sudo().browse((event.payload or {}).get("subscription_id"))
            facts = subscription.exists() and subscription._prepare_event_mail(event)
            if not facts or facts.get("once") in told:
                continue
            told |= {facts["once"]} if "once" in facts else set()
            rules[event.company_id.id, event.type]._send(subscription, facts)

    @api.model
    def _claim(self, event_ids):
        """Return those of the events that nobody has written about, and note that this transaction does."""
        if not event_ids:
            return set()
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO gym_event_mail_sent (event_id, create_date) SELECT unnest(%s), %s
                   ON CONFLICT (event_id) DO NOTHING RETURNING event_id""",
                list(event_ids),
                fields.Datetime.now(),
            )
        )
        return {event_id for (event_id,) in rows}

    def _send(self, subscription, facts):
        self.template_id.with_context(event=facts).send_mail(subscription.id)


class GymEventMailSent(models.Model):
    """Events that have been written about, so that a job that runs twice sends nothing twice."""

    _name = "gym.event.mail.sent"
    _description = "Event Written About"
    _log_access = False

    event_id = fields.Integer(required=True, readonly=True)
    create_date = fields.Datetime(required=True, readonly=True)

    _once = models.UniqueIndex("(event_id)")

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.now() - timedelta(days=REMEMBER_DAYS)
        self.env.cr.execute(SQL("DELETE FROM gym_event_mail_sent WHERE create_date < %s", limit))


class GymEvent(models.Model):
    _inherit = "gym.event"

    @api.model
    def _get_event_subscribers(self):
        subscribers = dict(super()._get_event_subscribers())
        for code in self.env["gym.event.mail"]._get_event_mails():
            subscribers[code] = [*subscribers.get(code, ()), ("gym.event.mail", "_send_for_events")]
        return subscribers
