from datetime import UTC, datetime, timedelta

from odoo.tests import tagged

from .common import ConektaCommon


@tagged("post_install", "-at_install")
class TestDisputes(ConektaCommon):
    def setUp(self):
        super().setUp()
        self.told = told = []
        self.patch(
            self.env.registry["payment.transaction"],
            "_notify_dispute",
            lambda tx, reference, state, **facts: told.append((tx, reference, state, facts)),
        )
        self.paid = self._charge()

    def test_a_chargeback_is_told_with_its_reason_and_deadline(self):
        self.server.charge_back(self.paid.provider_reference)
        self.paid._ask_provider()
        [(transaction, reference, state, facts)] = self.told
        self.assertEqual((transaction, state, facts["reason_code"]), (self.paid, "open", "unrecognized"))
        self.assertTrue(reference.startswith("chbk_"))
        due = datetime.fromtimestamp(self.server.now, UTC).replace(tzinfo=None) + timedelta(days=3)
        self.assertEqual(facts["deadline"], due)
        self.assertEqual(self.paid.state, "done")

    def test_each_word_of_the_network_has_its_meaning(self):
        for status, state in (("pending_review", "contested"), ("won", "won"), ("lost", "lost"), ("new", "open")):
            self.server.charge_back(self.paid.provider_reference, status)
            self.paid._ask_provider()
            self.assertEqual(self.told[-1][2], state)

    def test_a_chargeback_of_which_nothing_is_told_is_open(self):
        self._order_of(self.paid)["payment_status"] = "charged_back"
        self.paid._ask_provider()
        self.assertEqual(self.told[0][1:3], (self.paid.provider_reference, "open"))

    def test_a_payment_of_which_we_hear_first_by_its_chargeback_was_paid(self):
        pending = self._charge("src_review", reference="Dues 2")
        self.server.pay(pending.provider_reference)
        self.server.charge_back(pending.provider_reference)
        pending._ask_provider()
        self.assertEqual((pending.state, self.told[-1][0]), ("done", pending))
