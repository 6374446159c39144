import re

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.vigor_guard.domain.spreadsheet import is_formula

from ..domain.contact import is_email, is_mexican_zip
from .res_partner_trace import TRACED

MAX_LENGTH = 128  # characters of a field of text
CHANNEL_NEEDS = {"email": "email", "whatsapp": "phone", "sms": "phone", "phone": "phone"}


class GymMember(models.Model):
    """The personal data that members correct themselves in the portal.

    Name and date of birth are not among them: they identify the person, so a change is a request that somebody checks.
    """

    _inherit = "gym.member"

    @api.model
    def _get_portal_data_fields(self):
        """Return the fields of the form, in the order in which errors are told."""
        return (
            *("email", "phone", "street", "street2", "zip", "city", "state_id"),
            *("emergency_name", "emergency_phone", "emergency_relation", "preferred_channel", "lang"),
        )

    def _get_portal_data(self):
        """Return the values of the form as text."""
        self.ensure_one()
        values = {name: self[name] for name in self._get_portal_data_fields()}
        values["state_id"] = self.state_id.id
        return {name: str(value or "") for name, value in values.items()}

    def _get_portal_data_choices(self):
        """Return for every field with a fixed list its pairs of value, as in the form, and label."""
        self.ensure_one()
        country = self.country_id or self.location_id.country_id
        return {
            "state_id": [(str(state.id), state.name) for state in country.state_ids],
            "preferred_channel": self._fields["preferred_channel"]._description_selection(self.env),
            "lang": self.env["res.lang"].get_installed(),
        }

    def _update_from_portal(self, form):
        """Write what a member corrected, or nothing at all when something is wrong.

        :param dict form: text by field, as posted; unknown keys are ignored, missing ones left as they are
        :return: dict of field to message; empty when the data were saved
        """
        self.ensure_one()
        known = self._get_portal_data_fields()
        values = self._get_portal_data() | {name: form[name].strip() for name in known if name in form}
        errors = self._check_portal_data(values)
        if errors:
            return errors
        country = self.country_id or self.location_id.country_id
        for name in ("phone", "emergency_phone"):
            values[name] = self._phone_format(number=values[name], country=country, force_format="INTERNATIONAL") or ""
        before = self._get_portal_data()
        changed = {name: value for name, value in values.items() if value != before[name]}
        if changed:
            self._write_from_portal(changed)
        return {}

    def _write_from_portal(self, changed):
        to_value = {"state_id": int}
        self.write({name: to_value.get(name, str)(text) if text else False for name, text in changed.items()})
        # contacts tell of what is traced themselves, no matter who writes it
        if others := [name for name in changed if name not in TRACED]:
            self._emit_all("member.corrected", lambda member: {"fields": ",".join(others)})
        labels = ", ".join(self._fields[name]._description_string(self.env) for name in changed)
        self._message_log(body=self.env._("Corrected in the portal: %(fields)s", fields=labels))

    def _check_portal_data(self, values):
        """Return the messages for what is wrong in ``values`` (all fields of the form, as text)."""
        messages = {}
        for name, value in values.items():
            if is_formula(value) and not name.endswith("phone"):
                messages[name] = self.env._(
                    "Begin this with a letter or a number: what begins with = + - or @ would be a formula in a "
                    "spreadsheet."
                )
            if len(value) > MAX_LENGTH:
                messages[name] = self.env._("Write this in %(count)s characters or fewer.", count=MAX_LENGTH)
        for check in (
            self._check_portal_choices,
            self._check_portal_email,
            self._check_portal_phones,
            self._check_portal_zip,
            self._check_portal_emergency,
            self._check_portal_channel,
        ):
            messages = check(values) | messages
        return {name: messages[name] for name in values if name in messages}

    def _check_portal_choices(self, values):
        before = self._get_portal_data()
        return {
            name: self.env._("Choose one of the list.")
            for name, choices in self._get_portal_data_choices().items()
            if values[name] not in ("", before[name], *dict(choices))
        }

    def _check_portal_email(self, values):
        if values["email"] and not is_email(values["email"]):
            return {"email": self.env._("This does not look like an e-mail address. Example: ana@correo.mx")}
        if not values["email"] and not self.is_minor:
            return {"email": self.env._("We need an e-mail address to send you your receipts.")}
        return {}

    def _check_portal_phones(self, values):
        country = self.country_id or self.location_id.country_id
        messages = {}
        for name in ("phone", "emergency_phone"):
            try:
                self._phone_format(number=values[name], country=country, raise_exception=True)
            except UserError:
                messages[name] = self.env._(
                    "This does not look like a phone number. Write its 10 digits, for example 55 1234 5678; "
                    "begin with + and the country's code when it is not Mexican."
                )
        return messages

    def _check_portal_zip(self, values):
        country = self.country_id or self.location_id.country_id
        if values["zip"] and country.code == "MX" and not is_mexican_zip(values["zip"]):
            return {"zip": self.env._("A postal code has 5 digits, for example 06700.")}
        return {}

    def _check_portal_emergency(self, values):
        if values["emergency_name"] and not values["emergency_phone"]:
            return {"emergency_phone": self.env._("At which number do we reach this person?")}
        if values["emergency_phone"] and not values["emergency_name"]:
            return {"emergency_name": self.env._("Who answers at this number?")}
        numbers = [re.sub(r"\D", "", values[name])[-10:] for name in ("phone", "emergency_phone")]
        if numbers[0] and numbers[0] == numbers[1]:
            return {"emergency_phone": self.env._("This is the member's own number. Give us somebody else's.")}
        return {}

    def _check_portal_channel(self, values):
        needed = CHANNEL_NEEDS.get(values["preferred_channel"])
        if needed and not values[needed]:
            missing = {"email": self.env._("an e-mail address"), "phone": self.env._("a phone number")}[needed]
            return {"preferred_channel": self.env._("To be reached this way, give us %(what)s.", what=missing)}
        return {}
