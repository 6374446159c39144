from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import get_lang

# Who may let a person see a company's papers: Odoo shows them to everybody who belongs to it
PLACERS = ("gym_members.group_gym_manager", "gym_members.group_gym_accountant", "base.group_erp_manager")


class ResPartner(models.Model):
    """Who is put under a company sees its papers, so a manager does it, and the company is told."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        people = super().create(vals_list)
        if not self.env.su:
            for person in people.filtered("parent_id"):
                person._check_gym_parent(person.parent_id)
        return people

    def write(self, vals):
        parent = self.browse(vals.get("parent_id") or [])
        if not self.env.su:
            for person in self:
                person._check_gym_parent(parent - person.sudo().parent_id)
                # a company below another one has papers of its own; once it is none, its people see the other's
                if "is_company" in vals and not vals["is_company"] and person.sudo().is_company:
                    person._check_gym_parent(person.sudo().parent_id)
        return super().write(vals)

    def _check_gym_parent(self, parent):
        """Let nobody but managers put a person who has an account, or anybody where there are invoices, under another.

        :raise AccessError: naming both
        """
        user, parent_sudo = self.env.user, parent.sudo()
        if not parent or any(user.has_group(role) for role in PLACERS):
            return
        if self.sudo().user_ids or parent_sudo.commercial_partner_id._has_gym_invoices():
            raise AccessError(
                self.env._(
                    "%(person)s would see the invoices of %(company)s. Ask a manager to put them under it.",
                    person=self.sudo().name,
                    company=parent_sudo.name,
                )
            )

    def _has_gym_invoices(self):
        """Hook: tell whether any of these contacts, in sudo, has been invoiced."""
        return False

    def _tell_gym_parent(self):
        """Write to the company under which this person, in sudo, is now that they may see what it is invoiced."""
        self.ensure_one()
        firm = self.commercial_partner_id
        if firm == self or not firm.email:
            return
        env = firm.with_context(lang=get_lang(self.env, firm.lang).code).env
        facts = {
            "company": self._get_gym_writer().name,
            "firm": firm.name,
            "person": self.name,
            "user": self.env.user.name,
        }
        paragraphs = (
            env._("%(user)s of %(company)s put %(person)s under %(firm)s.", **facts),
            env._("With an account, %(person)s sees the invoices of %(firm)s.", **facts),
            env._("If you did not ask for this, tell %(company)s at once.", **facts),
        )
        self._mail_gym_notice(firm.email, env._("%(person)s belongs to %(firm)s now", **facts), paragraphs)
