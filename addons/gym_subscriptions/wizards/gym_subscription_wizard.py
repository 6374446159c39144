from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class GymSubscriptionWizard(models.AbstractModel):
    """What the dialogs of a subscription share: they show what a verb bills and follows from it, and then do it."""

    _name = "gym.subscription.wizard"
    _description = "Change of a Subscription"
    _inherit = ["gym.relation.guard", "gym.once"]

    subscription_id = fields.Many2one("gym.subscription", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="subscription_id.company_id")
    state = fields.Selection(related="subscription_id.state")
    is_manager = fields.Boolean(compute="_compute_is_manager")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    refusal = fields.Text(compute="_compute_preview", help="Why it cannot be done as it stands.")

    @api.depends("subscription_id")
    def _compute_is_manager(self):
        self.is_manager = self.env.user.has_group("gym_members.group_gym_manager")

    @api.model
    def _get_preview_fields(self):
        """Return the fields on which the preview depends; an override adds its own."""
        return ["subscription_id"]

    def _get_checked(self, operation="read"):
        """Return, in sudo, the subscription on which the user may do ``operation``.

        :raise AccessError: when the user may not
        """
        self.ensure_one()
        self.subscription_id.sudo(False).check_access(operation)
        return self.subscription_id.sudo()

    @api.depends(lambda self: self._get_preview_fields())
    def _compute_preview(self):
        for wizard in self:
            wizard.preview, wizard.refusal = False, False
            subscription = wizard._get_checked()
            try:
                if preview := wizard._get_preview(subscription):
                    wizard.preview = subscription._render_preview(preview)
            except AccessError:
                raise
            except UserError as error:
                wizard.refusal = str(error)

    def _get_preview(self, subscription):
        """Return what confirming would do, as the ``_preview_<verb>`` methods say; ``None`` while something lacks.

        :param subscription: in sudo; the user may read it
        """
        return

    def action_confirm(self):
        """Do what the dialog has shown."""
        self.ensure_one()
        subscription = self._get_checked("write")
        if self._begin_once():
            self._apply(subscription)
        return {"type": "ir.actions.act_window_close"}

    def _apply(self, subscription):
        """Carry out the verb.

        :param subscription: in sudo; the user may write it
        """

    def _check_manager(self, is_needed):
        """Refuse what only a branch manager may allow.

        :raise AccessError: when ``is_needed`` and the user is none
        """
        if is_needed and not self.env.user.has_group("gym_members.group_gym_manager"):
            raise AccessError(self.env._("Only branch managers and owners may allow that."))

    def _check_readable(self, *records):
        """Refuse records chosen in the dialog that the user may not see."""
        for record in records:
            record.sudo(False).check_access("read")
