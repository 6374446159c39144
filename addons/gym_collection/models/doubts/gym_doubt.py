from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..charging.payment_transaction import IDEMPOTENT_PROVIDERS


class GymDoubt(models.AbstractModel):
    """What was sent to a provider without an answer: the provider is asked, and where that tells nothing, a person.

    A model that inherits it is a ``gym.sending`` too and gives ``state`` (one of them ``in_doubt``), ``transaction_id``
    and ``move_id``.
    """

    _name = "gym.doubt"
    _description = "Charge or Refund in Doubt"

    needs_person = fields.Boolean(
        string="Needs a Person",
        readonly=True,
        copy=False,
        help="The provider could not say what it did. Somebody looks in its panel and says here what they found.",
    )
    doubt_note = fields.Text(string="What Was Found", readonly=True, copy=False)
    doubt_user_id = fields.Many2one("res.users", string="Found By", readonly=True, copy=False, ondelete="restrict")
    doubt_settled_at = fields.Datetime(string="Found On", readonly=True, copy=False)

    # === ASKING === #

    def _enqueue_asking(self):
        """Ask about these doubts in jobs; what only a person can find out is left to them."""
        for doubt in self.filtered(lambda one: not one.needs_person or one._has_asking_provider()):
            doubt.with_delay(
                channel="root.charging",
                description=self.env._("Ask about %(name)s", name=doubt.display_name),
                identity_key=f"{doubt._name}_ask_{doubt.id}",
            )._job_ask()

    def _has_asking_provider(self):
        return self.sudo().transaction_id.provider_code in IDEMPOTENT_PROVIDERS

    # === A PERSON === #

    def action_money_taken(self):
        """Open the dialog in which a manager says that the provider did what was asked."""
        return self._open_settling("taken")

    def action_money_not_taken(self):
        """Open the dialog in which a manager says that the provider did nothing."""
        return self._open_settling("not_taken")

    def _open_settling(self, finding):
        self.ensure_one()
        self._check_may_settle()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What the Provider Did"),
            "res_model": "gym.doubt.dialog",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_charge_id": self.id if self._name == "gym.charge" else False,
                "default_refund_id": self.id if self._name == "gym.refund" else False,
                "default_finding": finding,
            },
        }

    def _check_may_say(self):
        """Refuse users who may not settle a doubt about money.

        :raise AccessError: unless the user is a manager who may see it
        """
        if not self.env.user.has_group("gym_members.group_gym_manager"):
            raise AccessError(self.env._("Only branch managers and owners settle a charge or refund in doubt."))
        self.check_access("read")

    def _check_may_settle(self):
        """Refuse what nobody may settle, or not this user.

        :raise AccessError: see :meth:`_check_may_say`
        :raise UserError: when it is in no doubt, or its provider can still be asked
        """
        self._check_may_say()
        if self.state != "in_doubt":
            raise UserError(self.env._("%(name)s is in no doubt any more.", name=self.display_name))
        if not self.needs_person:
            raise UserError(
                self.env._(
                    "%(provider)s is still being asked about %(name)s. Wait up to an hour, then say what you found.",
                    provider=self.sudo().transaction_id.provider_id.name,
                    name=self.display_name,
                )
            )

    def _settle_doubt(self, is_taken, note):
        """Take over what a person found in the panel of the provider, and keep who said so and why.

        :param bool is_taken: whether the provider did what was asked
        :param str note: what was found
        :raise AccessError, UserError: see :meth:`_check_may_settle`
        """
        self.ensure_one()
        self._check_may_settle()
        doubt = self.sudo()
        if not doubt._lock("in_doubt"):
            raise UserError(self.env._("%(name)s is in no doubt any more.", name=self.display_name))
        doubt.write(
            {
                "needs_person": False,
                "doubt_note": note,
                "doubt_user_id": self.env.uid,
                "doubt_settled_at": fields.Datetime.now(),
            }
        )
        said = self._describe_finding(is_taken, note)
        if is_taken:
            doubt.transaction_id._set_done(state_message=said)
            doubt.transaction_id._post_process()
        else:
            doubt.transaction_id._set_error(said)
        doubt.move_id.message_post(body=said, author_id=self.env.user.partner_id.id)

    def _describe_finding(self, is_taken, note):
        """Return what a person found, for the transaction and the history of the invoice."""
        values = {"payment": self.sudo().transaction_id.reference, "user": self.env.user.name, "note": note}
        if is_taken:
            return self.env._("%(payment)s: found at the provider, by %(user)s: %(note)s", **values)
        return self.env._("%(payment)s: not found at the provider, by %(user)s: %(note)s", **values)
