from odoo import api, models
from odoo.fields import Domain

# Documents without which the law or a careful gym lets nobody train
NEEDED_PURPOSES = ("privacy_necessary", "waiver")


class GymStart(models.AbstractModel):
    """The steps of a new gym, each with what it is for and how one sees that it is done."""

    _inherit = "gym.start"

    @api.model
    def _get_steps(self):
        """Return the steps by :meth:`_make_step`, in any order.

        Hook: an addon that has a step calls super and adds to the list.
        """
        return [
            self._get_company_step(),
            self._get_branch_step(),
            self._get_plan_step(),
            self._get_documents_step(),
            self._get_payment_step(),
            self._get_team_step(),
            self._get_import_step(),
            self._get_member_step(),
        ]

    @api.model
    def _make_step(self, key, sequence, title, why, is_done, button=None, action=None, again=None, note="", more=()):
        """Return a step as the page shows it.

        :param int sequence: order on the page
        :param str button: what ``action`` does; without one there is nothing to press
        :param str again: what it does once the step is done, where that is something else
        :param dict action: opened in place of the page, or above it when its target is ``new``
        :param str note: a sentence that stands out, where there is one
        :param list more: further buttons, dicts with ``label`` and ``action`` or the ``method`` of the page to call
        """
        return {
            "key": key,
            "sequence": sequence,
            "title": title,
            "why": why,
            "is_done": bool(is_done),
            "button": (is_done and again) or button,
            "action": action,
            "note": note,
            "more": list(more),
        }

    @api.model
    def _make_dialog(self, name, model, **defaults):
        """Return the action that makes a record in a dialog over the page."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {f"default_{field}": value for field, value in defaults.items()},
        }

    @api.model
    def _has(self, model, domain=()):
        """Tell whether the company switched on has such a record, whoever may see it."""
        return bool(self.env[model].sudo().search_count(self._get_own() & Domain(domain), limit=1))

    @api.model
    def _get_own(self):
        return Domain("company_id", "=", self.env.company.id)

    # === STEPS === #

    @api.model
    def _get_company_step(self):
        return self._make_step(
            "company",
            10,
            self.env._("Your company"),
            self.env._(
                "Name, RFC and postal code. Country, chart of accounts, IVA, time zone and language follow from them."
            ),
            self.env.company._is_gym_ready(),
            self.env._("Fill in"),
            self._make_dialog(self.env._("Your company"), "gym.start.company"),
            again=self.env._("Correct"),
        )

    @api.model
    def _get_branch_step(self):
        company = self.env.company.sudo()
        address = {"zip": company.zip, "street": company.street, "street2": company.street2, "city": company.city}
        return self._make_step(
            "branch",
            20,
            self.env._("Your first branch"),
            self.env._(
                "Members, prices and invoices belong to a branch; its postal code and time zone say where and when "
                "they are made. At the border, note its IVA zone there."
            ),
            self._has("gym.location", [("kind", "=", "branch")]),
            self.env._("Add the branch"),
            self._make_dialog(
                self.env._("Your first branch"),
                "gym.location",
                **address,
                state_id=company.state_id.id,
                phone=company.phone,
                email=company.email,
            ),
            again=self.env._("Add more"),
        )

    @api.model
    def _get_plan_step(self):
        return self._make_step(
            "plan",
            30,
            self.env._("Your first plan"),
            self.env._("What people pay and how often, IVA included. Everything else about it can wait."),
            self._has("gym.plan"),
            self.env._("Add the plan"),
            self._make_dialog(self.env._("Your first plan"), "gym.plan"),
            again=self.env._("Add more"),
        )

    @api.model
    def _get_documents_step(self):
        in_force = (
            self.env["gym.consent.document"].sudo()._get_in_force(self.env.company.ids, self.env.company._today())
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_consent_document_action")
        return self._make_step(
            "documents",
            40,
            self.env._("What your members sign"),
            self.env._(
                "Privacy notice and waiver: the law asks for the first. There are templates; have your lawyer review "
                "them, then publish."
            ),
            set(NEEDED_PURPOSES) <= set(in_force.mapped("purpose")),
            self.env._("Open the templates"),
            action,
        )

    @api.model
    def _get_payment_step(self):
        providers = self.env["payment.provider"]
        may_set_up = providers.has_access("write")
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Online payment"),
            "res_model": "payment.provider",
            "views": [(False, "kanban"), (False, "form")],
            "domain": list(self._get_own()),
        }
        note = self.env._("The keys of a provider are written by the administrator of the system: ask for it.")
        return self._make_step(
            "payment",
            60,
            self.env._("Online payment"),
            self.env._(
                "Cards, OXXO or transfers that members pay by themselves, and cards that are charged each month."
            ),
            self._has("payment.provider", [("state", "=", "enabled")]),
            self.env._("Choose a provider") if may_set_up else None,
            action if may_set_up else None,
            note="" if may_set_up else note,
        )

    @api.model
    def _get_team_step(self):
        return self._make_step(
            "team",
            70,
            self.env._("Your team"),
            self.env._(
                "Each person signs in as themselves and sees what their work needs: desk, managers, accountant."
            ),
            self.env["res.users"]._get_gym_staff(self.env.company).filtered(lambda user: user.gym_role != "owner"),
            self.env._("Invite somebody"),
            self._make_dialog(self.env._("Invite somebody"), "gym.staff.invite"),
        )

    @api.model
    def _get_import_step(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_member_import_action")
        return self._make_step(
            "import",
            80,
            self.env._("Members of another system"),
            self.env._(
                "Bring them from a spreadsheet of Mindbody, Glofox and others, or your own; it can be undone. A gym "
                "that opens now leaves it."
            ),
            self._has("gym.member.import", [("state", "=", "done")]),
            self.env._("Import"),
            action,
        )

    @api.model
    def _get_member_step(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_join.gym_join_desk_action")
        is_possible = self.env.company._is_gym_ready() and self._has("gym.location") and self._has("gym.plan")
        return self._make_step(
            "member",
            90,
            self.env._("Your first member"),
            self.env._("Sign somebody up and take the first payment."),
            self._has("gym.subscription", [("state", "!=", "draft")]),
            self.env._("Sign up") if is_possible else None,
            action if is_possible else None,
            note="" if is_possible else self.env._("It needs the company, a branch and a plan."),
        )
