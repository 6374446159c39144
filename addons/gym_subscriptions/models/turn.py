from odoo.addons.gym_members.models.turn import take_turn

__all__ = ["take_turn"]
