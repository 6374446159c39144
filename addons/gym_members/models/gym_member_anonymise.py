from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..domain.business_days import add_business_days
from ..domain.privacy import CLOSED, COMPLAINT_DAYS, EXECUTED, WITHDRAWN, RetentionReason
from .gym_member_personal_data import ERASE, KEEP
from .res_users_address import ADDRESS_GONE

_BATCH = 100  # members per transaction of the cron


class GymMember(models.Model):
    """Removes what was blocked, when nothing obliges the gym to keep it any longer."""

    _inherit = "gym.member"

    anonymised_at = fields.Datetime(string="Data Removed", readonly=True, copy=False)

    # === RETENTION === #

    def _get_retention_reasons(self, today):
        """Return why the data of blocked members must stay.

        Hook: an addon that knows of a duty to keep data (an invoice, a dispute, a debt) extends the lists. Called in
        sudo with any number of members; an override keeps what super gave and reads by :meth:`_get_merged_ids`.

        :return: dict of member id to list of :class:`~..domain.privacy.RetentionReason`, also those already past
        """
        pending = self.env["gym.privacy.request"].search(
            [("member_id", "in", self.ids), ("state", "not in", (EXECUTED, CLOSED, WITHDRAWN))]
        )
        reasons = {member.id: [] for member in self}
        for request in pending:
            reasons[request.member_id.id].append(
                RetentionReason(self.env._("The request %(folio)s is open", folio=request.name), None)
            )
        for member in self.filtered("date_blocked"):
            reasons[member.id].append(
                RetentionReason(
                    self.env._("The person may complain to the authority"),
                    add_business_days(member.date_blocked, COMPLAINT_DAYS),
                )
            )
            if member.date_joined:
                years = member.company_id.gym_block_years
                reasons[member.id].append(
                    RetentionReason(
                        self.env._("Tax law: %(years)s years for those who were members", years=years),
                        member.date_blocked + relativedelta(years=years),
                    )
                )
        return reasons

    def _get_retained(self, today):
        """Return per member the reasons that still hold on ``today``."""
        reasons = self._get_retention_reasons(today)
        return {member: [reason for reason in reasons[member.id] if reason.holds_on(today)] for member in self}

    def _get_anonymisation_report(self, today):
        """Return what removing this member's data would do, as three lists of sentences.

        :return: dict with ``removed``, ``kept`` (and why) and ``waits`` (reasons not to do it yet)
        """
        self.ensure_one()
        data = self._get_personal_data()
        spec = self._get_personal_fields()
        labels = {
            treatment: [
                self.env[model]._fields[name]._description_string(self.env)
                for model, names in spec.items()
                for name, of_field in names.items()
                if of_field == treatment
            ]
            for treatment in (ERASE, KEEP)
        }
        counts = [
            self.env._("%(count)s rows of “%(section)s”", count=len(rows), section=section)
            for section, rows in data.items()
            if section not in ("member", "contact") and rows
        ]
        return {
            "removed": [", ".join(labels[ERASE]), self.env._("Health notes"), *counts],
            "kept": [
                self.env._("%(fields)s: for statistics, they no longer name anybody", fields=", ".join(labels[KEEP])),
                self.env._("Folio, dates and legal grounds of privacy requests: evidence for the authority"),
            ],
            "waits": [
                self.env._("%(reason)s, until %(day)s", reason=reason.reason, day=reason.until or "?")
                for reason in self._get_retained(today)[self]
            ],
        }

    # === ANONYMISE === #

    def action_open_anonymise(self):
        """Show what would be removed and what stays, before anything happens."""
        self.ensure_one()
        self._check_anonymise_right()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Remove Personal Data"),
            "res_model": "gym.member.anonymise",
            "view_mode": "form",
            "target": "new",
            "context": {"default_member_id": self.id},
        }

    def _check_anonymise_right(self):
        self.check_access("write")
        if not self.env.user.has_group("gym_members.group_gym_owner"):
            raise UserError(self.env._("Only an owner can remove personal data for good."))

    @api.model
    def _cron_anonymise(self):
        """Once a day or more often: remove what nothing keeps any longer. Running twice removes nothing more.

        By batches, and one by one where one of a batch cannot be removed.
        """
        today = self.env["res.company"]._get_earliest_day()
        due_ids = self._get_anonymisable_ids(today)
        for start in range(0, len(due_ids), _BATCH):
            batch = self.with_context(active_test=False).browse(due_ids[start : start + _BATCH])
            self.env["ir.cron"]._do_together(batch, "_anonymise", today)
            self.env["ir.cron"]._commit_progress(len(batch), remaining=len(due_ids) - start - len(batch))

    @api.model
    def _get_anonymisable_ids(self, today):
        """Return the ids of the blocked members whose data nothing keeps any longer on ``today``."""
        blocked = (
            self.sudo()
            .with_context(active_test=False)
            .search([("is_blocked", "=", True), ("anonymised_at", "=", False), ("merged_into_id", "=", False)])
        )
        return [member.id for member, reasons in blocked._get_retained(today).items() if not reasons]

    def _anonymise(self, today):
        """Remove for good what tells who these members are; numbers, dates and types of events stay.

        Members whose data were removed before are left alone.

        :raise UserError: when one is not blocked or must still be kept; then nothing is removed of any
        """
        members_sudo = self.sudo().with_context(active_test=False, tracking_disable=True, mail_notrack=True)
        for member, reasons in members_sudo._get_retained(today).items():
            if not member.is_blocked or reasons:
                why = "\n".join(reason.reason for reason in reasons) or self.env._("It is not blocked.")
                raise UserError(
                    self.env._("%(member)s must stay for now:\n%(why)s", member=member.display_name, why=why)
                )
        for member in members_sudo.filtered(lambda member: not member.anonymised_at):
            people = members_sudo.browse(member._get_merged_ids())
            people._anonymise_personal_data()
            people.write({"anonymised_at": fields.Datetime.now()})
            self.env["gym.privacy.request"].sudo().search([("member_id", "in", people.ids)])._log("anonymised")
        self.env.flush_all()
        self.env.invalidate_all()

    def _anonymise_personal_data(self):
        """Empty everything that names this one person: the member that goes on and those merged into it.

        Called by :meth:`_anonymise` alone, in sudo, after the block and with no reason left to keep the data. Hook: an
        addon that holds something about members empties its own, before super when it needs names or addresses.
        """
        requests = self.env["gym.privacy.request"].search([("member_id", "in", self.ids)])
        # accounts first: Odoo writes a mail to the person when their login changes
        self._erase_accounts()
        self._erase_correspondence(requests)
        self._erase_consents_and_imports()
        self.env["gym.event"]._scrub(self.ids)
        self._erase_fields()
        self._erase_trail()
        requests._erase_personal_data()

    def _erase_consents_and_imports(self):
        """Empty what identifies in consents, and the rows and files of imports that brought these members."""
        self.env["gym.consent"].search([("member_id", "in", self.ids)])._erase_evidence()
        lines = self.env["gym.member.import.line"].search([("member_id", "in", self.ids)])
        empty = ("raw", "values", "name", "email", "phone", "birthdate", "external_key", "changes", "issues")
        lines.write(dict.fromkeys(empty, False))
        files = self.env["ir.attachment"].with_context(skip_res_field_check=True)
        files.search([("res_model", "=", "gym.member.import"), ("res_id", "in", lines.import_id.ids)]).write(
            {"raw": b"Removed: the file named somebody whose data were removed."}
        )

    def _get_own_contacts(self):
        """Return the contacts of these members and those below them, without the contacts of other members."""
        return self.partner_id | self.partner_id.child_ids.filtered(lambda contact: not contact.gym_member_ids)

    def _erase_fields(self):
        """Empty what :meth:`_get_personal_fields` says of members, contacts and the contacts below them."""
        spec = self._get_personal_fields()
        contacts = self._get_own_contacts()
        for records, names in ((self, spec["gym.member"]), (contacts, spec["res.partner"])):
            empty = {
                name: [Command.clear()] if records._fields[name].type == "many2many" else False
                for name, treatment in names.items()
                if treatment == ERASE and name != "name"
            }
            records.write(empty)
        for member in self:
            below = contacts & (member.partner_id | member.partner_id.child_ids)
            below.write({"name": self.env._("Anonymised %(number)s", number=member.member_number or member.id)})
        self.write({"health_notes_encrypted": False})
        for bank in contacts.with_context(active_test=False).bank_ids:
            bank.write({"acc_number": f"X{bank.id}", "acc_holder_name": False, "active": False})

    def _erase_trail(self):
        """Remove what was noted about the emptying: Accounting writes down the former numbers of bank accounts."""
        partners = self._get_own_contacts()
        banks = partners.with_context(active_test=False).bank_ids
        about = (
            Domain("model", "=", records._name) & Domain("res_id", "in", records.ids)
            for records in (self, partners, banks)
        )
        self.env["mail.message"].search(Domain.OR(about)).unlink()

    def _erase_accounts(self):
        """Close portal accounts beyond return: no login, no password, no keys, no record of devices."""
        users = self._get_accounts().filtered("share")
        for user in users:
            user.write({"login": f"anonymised-{user.id}", "active": False, "signature": False} | ADDRESS_GONE)
        if users:
            self.env["res.users.apikeys"].search([("user_id", "in", users.ids)]).unlink()
            ids = tuple(users.ids)
            self.env.flush_all()
            self.env.cr.execute(SQL("UPDATE res_users SET password = NULL WHERE id IN %s", ids))
            self.env.cr.execute(SQL("DELETE FROM res_device_log WHERE user_id IN %s", ids))
        self.env["website.visitor"].search([("partner_id", "in", self.partner_id.ids)]).unlink()

    def _erase_correspondence(self, requests):
        """Remove what was written to, by and about these members, with its files, and their addresses in lists."""
        partners = self.partner_id
        emails = [email for email in partners.mapped("email_normalized") if email]
        phones = [phone for phone in partners.mapped("phone_sanitized") if phone]
        own = (
            (Domain("model", "=", "gym.member") & Domain("res_id", "in", self.ids))
            | (Domain("model", "=", "res.partner") & Domain("res_id", "in", partners.ids))
            | (Domain("model", "=", "gym.privacy.request") & Domain("res_id", "in", requests.ids))
        )
        mails = self.env["mail.mail"].search(
            own
            | Domain("recipient_ids", "in", partners.ids)
            | Domain.OR(Domain("email_to", "ilike", e) for e in emails)
        )
        elsewhere = self._get_personal_messages(self).filtered(lambda message: not message.filtered_domain(own))
        mails.attachment_ids.filtered(lambda file: file.res_model in (False, "mail.message", "gym.consent")).unlink()
        mails.unlink()
        self.env["mail.message"].search(own).unlink()
        self.env["mail.notification"].search([("res_partner_id", "in", partners.ids)]).unlink()
        elsewhere.exists()._erase_for(partners)
        files = (
            (Domain("res_model", "=", "gym.member") & Domain("res_id", "in", self.ids))
            | (Domain("res_model", "=", "res.partner") & Domain("res_id", "in", partners.ids))
            | (Domain("res_model", "=", "gym.privacy.request") & Domain("res_id", "in", requests.ids))
        )
        self.env["ir.attachment"].with_context(skip_res_field_check=True).search(files).unlink()
        self.activity_ids.unlink()
        partners.activity_ids.unlink()
        self.env["mail.followers"].search([("partner_id", "in", partners.ids)]).unlink()
        for model, name, values in (("mail.blacklist", "email", emails), ("phone.blacklist", "number", phones)):
            self.env[model].search([(name, "in", values)]).unlink()
