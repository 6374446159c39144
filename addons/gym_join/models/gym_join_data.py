from datetime import date

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gym_members.domain.consent import ADULT_AGE
from odoo.addons.gym_members.domain.contact import is_email
from odoo.addons.gym_members.models.turn import take_turn
from odoo.addons.vigor_guard.domain.spreadsheet import is_formula

MAX_LENGTH = 128  # characters of a field of text
MAX_AGE = 120  # years


class GymJoin(models.Model):
    """What somebody who joins types about themselves. For who is under age the guardian gives e-mail and phone."""

    _inherit = "gym.join"

    name = fields.Char(string="Member's Name", readonly=True)
    birthdate = fields.Date(readonly=True)
    guardian_name = fields.Char(
        string="Guardian", readonly=True, help="The person who signs and pays for a member under age."
    )
    email = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    may_remind = fields.Boolean(string="Wants a Reminder", readonly=True, help="They ticked it; one is sent at most.")
    is_known = fields.Boolean(
        string="May Be Known",
        readonly=True,
        help="A member of the company has this e-mail, phone, or name and birthday.",
    )

    @api.model
    def _get_data_fields(self):
        return ("name", "birthdate", "guardian_name", "email", "phone")

    def _get_data(self):
        """Return what was typed so far, as text."""
        self.ensure_one()
        values = {name: self[name] for name in self._get_data_fields()}
        values["birthdate"] = fields.Date.to_string(self.birthdate) if self.birthdate else ""
        return {name: value or "" for name, value in values.items()}

    def _update_data(self, form, lang):
        """Write what was typed, or nothing when something is wrong.

        :param dict form: text by field, as posted; what is not among the fields is ignored
        :return: dict of field to message; empty when the data were saved
        """
        self.ensure_one()
        typed = {name: " ".join((form.get(name) or "").split()) for name in self._get_data_fields()}
        typed |= self._get_known_data()
        if errors := self._check_data(typed):
            return errors
        values = typed | {"phone": self._format_phone(typed["phone"]), "may_remind": bool(form.get("may_remind"))}
        self._edit(**{name: value or False for name, value in values.items()}, lang=lang)
        return {}

    def _get_known_data(self):
        """Return what who is signed in does not type: they stay who they are."""
        known = {"name": self.member_id.name, "birthdate": fields.Date.to_string(self.member_id.birthdate)}
        return {name: value for name, value in known.items() if value}

    # === CHECKS === #

    def _check_data(self, values):
        """Return the messages for what is wrong in ``values`` (all fields of the form, as text)."""
        errors = self._check_birthdate(values) | self._check_contact(values)
        if len(values["name"].split()) < 2 and not self.member_id:
            errors["name"] = self.env._("Write the name and at least one surname.")
        is_minor = not errors.get("birthdate") and self._is_minor(values)
        if is_minor and len(values["guardian_name"].split()) < 2:
            errors["guardian_name"] = self.env._("Under age: the mother, father or guardian joins for them.")
        for name, text in values.items():
            if is_formula(text) and not name.endswith("phone"):
                errors[name] = self.env._(
                    "Begin this with a letter or a number: what begins with = + - or @ would be a formula in a "
                    "spreadsheet."
                )
            if len(text) > MAX_LENGTH:
                errors[name] = self.env._("Write this in %(count)s characters or fewer.", count=MAX_LENGTH)
        return errors

    def _check_birthdate(self, values):
        born = self._read_day(values["birthdate"])
        today = self.location_id._today()
        if not born or not today.year - MAX_AGE < born.year or born > today:
            return {"birthdate": self.env._("Choose the date of birth.")}
        return {}

    def _check_contact(self, values):
        errors = {}
        if not is_email(values["email"]):
            errors["email"] = self.env._("This does not look like an e-mail address. Example: ana@correo.mx")
        if not self._format_phone(values["phone"]):
            errors["phone"] = self.env._("Write the 10 digits of the phone, for example 55 1234 5678.")
        return errors

    @api.model
    def _read_day(self, text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None

    def _is_minor(self, values=None):
        """Tell whether who joins is under age today."""
        born = self._read_day(values["birthdate"]) if values else self.birthdate
        today = self.location_id._today()
        return bool(born) and (today.year - born.year - ((today.month, today.day) < (born.month, born.day))) < ADULT_AGE

    def _format_phone(self, text):
        """Return a phone number in its international form, ``None`` when it is none."""
        try:
            return self._phone_format(
                number=text, country=self.location_id.country_id, force_format="INTERNATIONAL", raise_exception=True
            )
        except UserError:
            return None

    # === WHO IS KNOWN === #

    def _recognise_later(self):
        """Look in a job for known members, so that the page takes as long for anybody."""
        job = self.with_user(SUPERUSER_ID).with_delay(description=f"Who is known of online registration {self.id}")
        job._recognise()

    def _recognise(self):
        """Write to members who seem to be who joins, so that they go on in their portal; a job of its own.

        The pages show nothing of it: anyone who types somebody's e-mail learns nothing about them. The mail goes to the
        address that the member gave, at most once a day.
        """
        self.ensure_one()
        if self.member_id:
            return
        known = self._find_known_members()
        take_turn(known)  # a job about the same member at the same time is tried again and finds them told
        self.is_known = bool(known)
        for member in known.filtered("email"):
            member._tell_joining()

    def _find_known_members(self):
        """Return, in sudo, the members of the company who may be who joins."""
        self.ensure_one()
        is_minor = self._is_minor()
        person = (
            self.env["gym.member"]
            .sudo()
            .new(
                {
                    "name": self.name,
                    "birthdate": self.birthdate,
                    "location_id": self.location_id.id,
                    "country_id": self.location_id.country_id.id,
                    "email": False if is_minor else self.email,
                    "phone": False if is_minor else self.phone,
                }
            )
        )
        return person._find_duplicates()[person]
