from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import get_lang

# What tells who a person is and how they are reached
TRACED = ("name", "email", "phone", "image_1920", "parent_id")
# What is compared with the person at the door: members ask for a change of it
IDENTITY = ("name", "image_1920")


class ResPartner(models.Model):
    """Who a person is and where they are reached changes with a trace, and is told where they were reached before."""

    _inherit = "res.partner"

    def write(self, vals):
        names = [name for name in TRACED if name in vals]
        people = self._get_gym_traced() if names else self.browse()
        if not people:
            return super().write(vals)
        before = {person: person._get_gym_facts(names) for person in people}
        people._check_gym_identity(vals, before)
        done = super().write(vals)
        for person in people:
            after = person._get_gym_facts(names)
            changed = [name for name in names if after[name] != before[person][name]]
            if changed:
                person._trace_gym_change(changed, before[person])
        return done

    def _get_gym_traced(self):
        """Return, in sudo, those of these contacts who are members or have an account."""
        everybody = self.sudo().with_context(active_test=False, bin_size=False)
        return everybody.filtered(lambda person: person.gym_member_ids or person.user_ids)

    def _get_gym_facts(self, names):
        """Return the values of ``names``, and the e-mail address in any case."""
        return {name: self[name] or False for name in {*names, "email"}}

    def _check_gym_identity(self, vals, before):
        """Let nobody from outside rename a member or put another face on their card, by whichever way they write.

        :raise UserError: saying how to ask for it
        """
        user = self.env.user
        if not user.share or user._is_public():
            return
        for person in self.filtered("gym_member_ids"):
            if any(name in vals and (vals[name] or False) != before[person][name] for name in IDENTITY):
                raise UserError(
                    self.env._(
                        "The membership of %(person)s is in this name and with this photo. To correct them, ask us "
                        "under My gym.",
                        person=before[person].get("name") or person.name,
                    )
                )

    def _trace_gym_change(self, changed, before):
        members = self.gym_member_ids.filtered(lambda member: not member.is_blocked)
        members._emit_all("member.corrected", lambda member: {"fields": ",".join(changed)})
        if "email" in changed:
            self.user_ids._await_address(before["email"])
        if "parent_id" in changed:
            self._tell_gym_parent()
        user, accounts = self.env.user, self.user_ids.filtered("active")
        # of a change that they made themselves, people are told only when it takes them to another address
        if before["email"] and accounts and (user not in accounts or "email" in changed):
            self._tell_gym_change(changed, before["email"])

    def _tell_gym_change(self, changed, address):
        """Write to the address that the person had before that their data were changed, by whom, and what to do."""
        self.ensure_one()
        person = self.with_context(lang=get_lang(self.env, self.lang).code)
        env, company = person.env, self._get_gym_writer()
        facts = {
            "company": company.name,
            "fields": ", ".join(person._fields[name]._description_string(env) for name in changed),
            "person": self.name,
            "user": self.env.user.name,
        }
        paragraphs = (
            env._("%(user)s changed the data of %(person)s at %(company)s: %(fields)s.", **facts),
            env._("If you asked for this, there is nothing to do. If you did not, tell %(company)s at once.", **facts),
        )
        self._mail_gym_notice(address, env._("Your data at %(company)s were changed", **facts), paragraphs)

    def _get_gym_writer(self):
        """Return the company in whose name this person is written to."""
        return self.gym_member_ids[:1].company_id or self.company_id or self.env.company

    def _mail_gym_notice(self, address, subject, paragraphs):
        """Write to ``address`` about this person; the texts are in the language of the one who reads them."""
        company = self._get_gym_writer()
        self.env["mail.mail"].sudo().create(
            {
                "model": "res.partner",
                "res_id": self.id,
                "email_to": address,
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "author_id": company.partner_id.id,
                "subject": subject,
                "body_html": Markup().join(Markup("<p>%s</p>") % paragraph for paragraph in paragraphs),
            }
        )
