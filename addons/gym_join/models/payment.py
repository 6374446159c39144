from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

RESERVED_MINUTES = 60  # for how long a payment that was begun keeps the last use of a coupon from others


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    def _is_tokenization_required(self, **kwargs):
        """Keep the card of the person who agreed to automatic charges while joining, whatever the page says."""
        return bool(kwargs.get("is_gym_card_kept")) or super()._is_tokenization_required(**kwargs)

    @api.model
    def _get_gym_card_providers(self, company):
        """Return, in sudo, the providers with which the public can leave a card at ``company``."""
        domain = [
            *self._check_company_domain(company),
            ("state", "in", ("enabled", "test")),
            ("is_published", "=", True),
            ("allow_tokenization", "=", True),
        ]
        return self.sudo().search(domain)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    gym_join_id = fields.Many2one(
        "gym.join", string="Online Registration", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    gym_join_choice = fields.Char(
        readonly=True, copy=False, help="What of the registration was paid for: its plan and coupon at that moment."
    )
    gym_promotion_id = fields.Many2one(
        "gym.promotion", string="Promotion Reserved", readonly=True, copy=False, index="btree_not_null"
    )
    gym_coupon_id = fields.Many2one(
        "gym.coupon", string="Coupon Reserved", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model
    def _count_reserved(self, field, records):
        """Return how many registrations keep a use of these promotions or coupons for a payment: dict of id to number.

        One does while its payment is made or on its way, and once paid until it is finished. The registration in the
        context has its own and does not count.

        :param str field: ``gym_promotion_id`` or ``gym_coupon_id``
        """
        since = fields.Datetime.now() - timedelta(minutes=RESERVED_MINUTES)
        is_made = Domain("state", "=", "draft") & Domain("create_date", ">", since)
        found = self.sudo()._read_group(
            Domain(field, "in", records.ids)
            & Domain("gym_join_id.state", "!=", "done")
            & Domain("gym_join_id", "!=", self.env.context.get("gym_join_id", False))
            & (is_made | Domain("state", "in", ("pending", "authorized", "done"))),
            [field],
            ["gym_join_id:count_distinct"],
        )
        return {record.id: count for record, count in found}

    def _update_state(self, allowed_states, target_state, state_message):
        """Let a person who has paid be a member within seconds, also when they have closed the page."""
        updated = super()._update_state(allowed_states, target_state, state_message)
        if target_state == "done" and updated.sudo().gym_join_id:
            self.env.ref("payment.cron_post_process_payment_tx")._trigger()
        return updated

    def _post_process(self):
        """Finish the registrations that these payments are for before their payments are posted, so that the invoice is
        there to be settled."""
        for tx in self.sudo().filtered(lambda tx: tx.state == "done" and tx.gym_join_id):
            tx.gym_join_id._finish_paid(tx)
        return super()._post_process()
