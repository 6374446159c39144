"""Bookkeeping of many payments in one go; the entries are the same as one by one."""

import contextlib
from unittest.mock import patch


@contextlib.contextmanager
def charged_together(env):
    """Enter the payments of the cards charged meanwhile at the end, all at once."""
    answered = []

    def wait(transactions):
        answered.append(transactions)

    with patch.object(env.registry["payment.transaction"], "_post_process", wait):
        yield
    transactions = env["payment.transaction"].concat(*answered)
    charged = transactions.filtered(lambda transaction: transaction.state == "done" and not transaction.payment_id)
    payments = enter(env, [(one.invoice_ids, _prepare_of_card(one)) for one in charged])
    for transaction, payment in zip(charged, payments, strict=True):
        transaction.payment_id = payment
    transactions._post_process()


def _prepare_of_card(transaction):
    provider = transaction.provider_id
    methods = provider.journal_id.inbound_payment_method_line_ids
    return {
        "payment_transaction_id": transaction.id,
        "payment_token_id": transaction.token_id.id,
        "amount": transaction.amount,
        "journal_id": provider.journal_id.id,
        "payment_method_line_id": methods.filtered(lambda method: method.payment_provider_id == provider).id,
        "memo": f"{transaction.reference} - {transaction.provider_reference or ''}",
    }


def enter(env, received):
    """Post a payment for each of ``received`` and match it with its invoices.

    :param received: pairs of invoices of one payer and values of their payment
    :return: the payments, in that order
    """
    if not received:
        return env["account.payment"]
    terms = [invoices.line_ids.filtered(lambda line: line.display_type == "payment_term") for invoices, _ in received]
    with _nothing_matched(env):
        payments = env["account.payment"].create(
            [
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": invoices.commercial_partner_id.id,
                    "currency_id": invoices.currency_id.id,
                    "destination_account_id": owed.account_id.id,
                    "invoice_ids": invoices.ids,
                }
                | values
                for (invoices, values), owed in zip(received, terms, strict=True)
            ]
        )
        payments.action_post()
    plans = []
    for payment, owed in zip(payments, terms, strict=True):
        lines = payment.move_id.line_ids | owed
        plans.append(lines.filtered(lambda line, to=owed.account_id: line.account_id == to and not line.reconciled))
    _match(env, plans)
    return payments


@contextlib.contextmanager
def _nothing_matched(env):
    """Nothing is searched among what is matched with payments that are only being made: it is nothing."""
    payment, move = (env.registry[name] for name in ("account.payment", "account.move"))

    def find_none(records, operator, value):
        return [("id", "in", [])]

    with (
        patch.object(payment, "_search_reconciled_invoice_ids", find_none),
        patch.object(move, "_search_reconciled_payment_ids", find_none),
    ):
        yield


def _match(env, plans):
    """Reconcile each of ``plans``; the IVA that is owed from the payment on is entered for all of them together."""
    involved = env["account.move.line"].concat(*plans)
    known = involved.matched_debit_ids | involved.matched_credit_ids
    env["account.move.line"].with_context(no_cash_basis=True)._reconcile_plan([lines for lines in plans if lines])
    new = (involved.matched_debit_ids | involved.matched_credit_ids) - known
    new._create_tax_cash_basis_moves()
    new._set_draft_caba_move_vals()
