from markupsafe import Markup

from odoo import models

from ..money import add_up


class GymSubscription(models.Model):
    """How a person sees what a change costs before they confirm it."""

    _inherit = "gym.subscription"

    def _render_preview(self, preview):
        """Return what ``preview`` bills, as HTML for wizards and the portal.

        :param dict preview: ``lines`` (values of dues) and ``facts`` (sentences), as every ``_preview_<verb>`` gives
        """
        self.ensure_one()
        # what waits for the next invoice is told with the next bill
        lines = [line for line in preview["lines"] if line.get("bill_when") != "next"]
        return Markup(
            self.env["ir.qweb"]._render(
                "gym_subscriptions.change_preview",
                {
                    "lines": lines,
                    "total": add_up(line["amount"] for line in lines),
                    "facts": preview["facts"],
                    "currency": self.currency_id,
                },
            )
        )
