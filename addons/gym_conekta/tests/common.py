from dataclasses import replace

from odoo.addons.payment_conekta.domain.networks import CONEKTA
from odoo.addons.payment_conekta.domain.order_reading import read_order
from odoo.addons.payment_conekta.sandbox.account import TEST_KEY, Account

CLABE = "646180111800000017"


class ReferenceMixin:
    """Gives a payer a CLABE, and lets money arrive at it."""

    def _prepare_conekta(self, company):
        providers = self.env["payment.provider"]
        providers._setup_provider("conekta", conekta_network=CONEKTA.code)
        self.provider = providers.search(
            [("code", "=", "conekta"), ("conekta_network", "=", CONEKTA.code), ("company_id", "=", company.id)]
        )
        self.provider.write({"conekta_test_key": TEST_KEY, "state": "test"})
        self.account = Account(CONEKTA)

    def _give_clabe(self, partner, number=CLABE):
        self.account.references[number] = f"cus_{partner.id}"
        return self.env["conekta.reference"].create(
            {
                "partner_id": partner.id,
                "provider_id": self.provider.id,
                "kind": "spei",
                "reference": number,
                "customer_ref": f"cus_{partner.id}",
                "source_ref": f"src_{partner.id}",
            }
        )

    def _arrive(self, reference, cents):
        """Let an amount arrive, and return its transaction after its booking."""
        order = read_order(self.account.pay_reference(reference.reference, cents))
        # Odoo's test company keeps its books in dollars
        order = replace(order, currency=self.provider.company_id.currency_id.name)
        self.env["conekta.reference"]._receive(self.provider, order)
        transaction = reference.transaction_ids.sorted("id")[-1:]
        transaction._post_process()
        return transaction
