"""Complements of payments in two currencies, and of payments at random, add up to the ledger."""

import os
import random
from decimal import Decimal

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common_complement import ComplementCase
from .common_invoice import NOW, TODAY

PAYMENTS = int(os.environ.get("GYM_CFDI_PAYMENTS", "10"))
SEED = int(os.environ.get("GYM_CFDI_SEED", "20261121"))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestForeignPayments(ComplementCase):
    def test_dollars_pay_dollars(self):
        move = self._create_ppd([100.0], currency_id=self.dollar.id)
        self._pay(move, currency_id=self.dollar.id)
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        self.assertEqual((pago.moneda_p, pago.monto, pago.tipo_cambio_p), ("USD", Decimal("116.00"), Decimal("19.05")))
        self.assertEqual(pago.docto_relacionado[0].equivalencia_dr, 1)

    def test_pesos_pay_dollars(self):
        move = self._create_ppd([100.0], currency_id=self.dollar.id)
        self._pay(move, currency_id=self.company.currency_id.id)
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        (related,) = pago.docto_relacionado
        self.assertEqual((pago.moneda_p, related.moneda_dr), ("MXN", "USD"))
        self.assertEqual((related.imp_pagado, related.imp_saldo_insoluto), (Decimal("116.00"), Decimal("0.00")))
        self.assertEqual(pago.monto, Decimal("2209.80"))

    def test_dollars_pay_pesos(self):
        move = self._create_ppd([1000.0])
        self._pay(move, currency_id=self.dollar.id)
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        self.assertEqual((pago.moneda_p, pago.docto_relacionado[0].imp_pagado), ("USD", Decimal("1160.00")))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRandomPayments(ComplementCase):
    """Whatever is paid, in whatever order, complements are clean and add up to the ledger."""

    def _create_moves(self, rnd):
        taxes = [self.iva16, self.iva8, self.iva0, self.exempt, self.iva16 + self.isr125]
        values = {"currency_id": self.dollar.id} if rnd.random() < 0.3 else {}
        moves = self.env["account.move"]
        for _number in range(rnd.randint(1, 3)):
            lines = [
                self._prepare_line(round(rnd.uniform(1, 3000), 2), rnd.choice(taxes), discount=rnd.choice([0, 0, 12.5]))
                for _line in range(rnd.randint(1, 4))
            ]
            moves |= self._create_ppd(lines, **values)
        return moves

    def test_random_payments_add_up_to_the_ledger(self):
        rnd = random.Random(SEED)
        for number in range(PAYMENTS):
            with self.subTest(number=number, seed=SEED):
                moves = self._create_moves(rnd)
                for _payment in range(rnd.randint(1, 4)):
                    open_moves = moves.filtered(lambda move: move.amount_residual > 0.05)
                    if not open_moves:
                        break
                    self._pay_some(rnd, open_moves)
                self._assert_ledger(moves)

    def _pay_some(self, rnd, moves):
        currency = rnd.choice([self.dollar, self.company.currency_id])
        residual = sum(moves.mapped("amount_residual"))
        due = moves.currency_id._convert(residual, currency, self.company, fields.Date.to_date(TODAY))
        amount = due if rnd.random() < 0.3 else max(0.05, round(due * rnd.uniform(0.05, 0.95), 2))
        payment = self._pay(moves, amount, currency_id=currency.id)
        if rnd.random() < 0.15:
            self._cancel_payment(payment)

    def _assert_ledger(self, moves):
        parts = moves.cfdi_part_ids.sorted(lambda part: part.partial_id.id)
        said = {}
        for document in parts.document_id.sorted("id"):
            for pago in self._state_complements(document):
                for related in pago.docto_relacionado:
                    said.setdefault(related.id_documento, []).append(related)
        for move in moves:
            chain = said.get(move.cfdi_uuid, [])
            paid = sum((related.imp_pagado for related in chain), Decimal(0))
            residual = chain[-1].imp_saldo_insoluto if chain else Decimal(f"{move.amount_total:.2f}")
            self.assertEqual(residual, Decimal(f"{move.amount_residual:.2f}"))
            self.assertEqual(paid, Decimal(f"{move.amount_total:.2f}") - residual)
            self.assertEqual([related.num_parcialidad for related in chain], list(range(1, len(chain) + 1)))
