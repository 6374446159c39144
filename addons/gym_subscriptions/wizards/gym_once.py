from odoo import fields, models

from odoo.addons.gym_members.models.turn import take_turn


class GymOnce(models.AbstractModel):
    """A dialog that makes money acts once, however often it is confirmed: at once, or after a lost answer."""

    _name = "gym.once"
    _description = "Dialog Confirmed Once"

    is_confirmed = fields.Boolean(readonly=True, copy=False)

    def _begin_once(self):
        """Take the turn of this dialog; ``False`` when it has done its work before.

        Every ``action_confirm`` calls it after its checks of rights and before anything else; a refusal later on leaves
        the dialog as it was.
        """
        self.ensure_one()
        take_turn(self)
        if self.is_confirmed:
            return False
        self.sudo().is_confirmed = True
        return True
