from odoo import api, models
from odoo.exceptions import AccessError

from .res_partner_guard import KEEPERS


class ResPartnerBank(models.Model):
    """The accounts that customers are told to pay to, and that staff and suppliers are paid on.

    Anyone who could change one would be paid in the gym's place: those of a company and its staff are changed by its
    owners and accountants alone, and every owner is told at once.
    """

    _inherit = "res.partner.bank"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._check_gym_keeper()
        accounts._tell_gym_owners(lambda env: env._("added"))
        return accounts

    def write(self, vals):
        self._check_gym_keeper()
        done = super().write(vals)
        self._check_gym_keeper()
        if {"acc_number", "partner_id", "active", "bank_id"} & vals.keys():
            self._tell_gym_owners(lambda env: env._("changed"))
        return done

    def unlink(self):
        self._check_gym_keeper()
        self._tell_gym_owners(lambda env: env._("removed"))
        return super().unlink()

    def _check_gym_keeper(self):
        """Refuse a change of an account of a company or of its staff.

        :raise AccessError: unless the user is an owner or accountant of the company, or administers Odoo
        """
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        user = self.env.user
        is_keeper = any(user.has_group(role) for role in KEEPERS)
        for account in self.sudo():
            companies = account.partner_id._get_gym_companies()
            is_ours = companies or account.partner_id.user_ids.filtered(lambda one: one._is_internal())
            if is_ours and not (is_keeper and companies <= user.company_ids):
                raise AccessError(
                    self.env._(
                        "The bank accounts of %(holder)s are changed by an owner or accountant only.",
                        holder=account.partner_id.name,
                    )
                )

    def _tell_gym_owners(self, what):
        """Tell the owners of a company that one of the accounts it is paid on was changed, and by whom.

        :param what: turns an environment, in whose language, into the word for what happened
        """
        if self.env.su:
            return
        owners = self.env.ref("gym_members.group_gym_owner").sudo().all_user_ids
        for account in self.sudo():
            for company in account.partner_id._get_gym_companies():
                for owner in owners.filtered(lambda user, company=company: company in user.company_ids):
                    account._tell_gym_owner(company, owner, what)

    def _tell_gym_owner(self, company, owner, what):
        env = self.with_context(lang=owner.lang).env
        facts = {"account": self.acc_number, "company": company.name, "user": self.env.user.name, "what": what(env)}
        company.partner_id.with_context(lang=owner.lang).message_notify(
            partner_ids=owner.partner_id.ids,
            subject=env._("A bank account of %(company)s was %(what)s", **facts),
            body=env._(
                "The bank account %(account)s of %(company)s was %(what)s by %(user)s. Customers are told to pay to "
                "the accounts of the company: if you do not know of this, ask them now.",
                **facts,
            ),
        )
