from odoo import fields, models


class GymCfdiTicket(models.AbstractModel):
    """A sale without an invoice by name, which a global invoice states: what its model has to offer.

    A model of sales inherits it, implements the three methods, and adds its records to
    :meth:`~.gym_cfdi_global.GymCfdiGlobal._get_global_tickets`.
    """

    _name = "gym.cfdi.ticket"
    _description = "Sale for a Global Invoice"

    cfdi_global_id = fields.Many2one(
        "gym.cfdi.global",
        "Global Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The invoice to the general public that states this sale.",
    )

    def _get_cfdi_tickets(self):
        """Return {record: :class:`~..domain.global_invoice.Ticket`} with the record as ``reference``.

        What a ticket cannot state is its ``problem``; nothing is raised. A return has the number and the day of its
        sale, and negative lines.
        """
        raise NotImplementedError

    def _record_nominative_cfdi(self):
        """Record the intention to invoice by name these sales, which have just left their global invoice."""
        raise NotImplementedError

    def _check_can_leave_global(self):
        """Raise a :class:`UserError` when one of these sales cannot be taken out of its global invoice."""
