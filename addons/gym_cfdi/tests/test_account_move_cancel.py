"""What an invoice may do while the SAT has its CFDI, and what follows when the SAT has cancelled it."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models.gym_cfdi_document_sat import SatAnswer
from ..services.pac import SatStatus
from .common_invoice import NOW, CfdiInvoiceCase

FOUND = "S - Comprobante obtenido satisfactoriamente."


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestAccountMoveCancel(CfdiInvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})

    def _create_stamped(self, **values):
        move = self._create_invoice_of(**values)
        self._mark_stamped(move.cfdi_document_ids)
        return move

    def _ask_to_cancel(self, move, cancel_entry=False):
        """Record a request; the rules, which read the XML, are tested elsewhere."""
        move.cfdi_document_id._transition("request_cancel", {"cancel_motive": "02", "cancel_entry": cancel_entry})

    def _sat_says(self, move, state, cancellation=""):
        status = SatStatus(FOUND, state, "Cancelable sin aceptación", cancellation, raw="<raw/>")
        move.cfdi_document_id.sudo()._note_sat_answer(SatAnswer(fields.Datetime.now(), 1, status))

    def test_an_invoice_keeps_to_its_cfdi_until_the_sat_has_cancelled_it(self):
        move = self._create_stamped()
        for remedy, prepare in (
            ("Request Cancel", lambda: None),
            ("SAT Status", lambda: self._ask_to_cancel(move)),
            ("Request Cancel", lambda: self._sat_says(move, "Vigente", "En proceso")),
            ("Request Cancel", lambda: self._sat_says(move, "Vigente", "Solicitud rechazada")),
        ):
            prepare()
            remedy = "SAT Status" if move.cfdi_state == "cancel_requested" else remedy
            for button in (move.button_draft, move.button_cancel):
                with self.subTest(state=move.cfdi_state), self.assertRaisesRegex(UserError, remedy):
                    button()
                self.assertEqual(move.state, "posted")
            with self.assertRaises(UserError):
                move.unlink()
        self.assertEqual(move.cfdi_state, "cancel_refused")
        self._sat_says(move, "Cancelado", "Cancelado sin aceptación")
        self.assertEqual((move.cfdi_state, move.state), ("cancelled", "posted"))
        move.button_draft()
        self.assertEqual(move.state, "draft")

    def test_what_follows_a_cancellation_is_repeated_until_it_succeeds(self):
        move = self._create_stamped()
        document = move.cfdi_document_id.sudo()
        self._ask_to_cancel(move, cancel_entry=True)
        moves, reason = self.registry["account.move"], "the month is locked"
        locked = patch.object(moves, "_cancel_with_cfdi", side_effect=UserError(reason))
        with locked, self.assertLogs("odoo.addons.gym_cfdi", "WARNING"):
            self._sat_says(move, "Cancelado", "Cancelado sin aceptación")
            self.assertEqual((document.state, move.state), ("cancelled", "posted"))
            self.assertEqual((document.follow_up_tries, document.follow_up_error), (1, reason))
        document.follow_up_at = fields.Datetime.now()
        with patch.object(self.registry["ir.cron"], "_commit_progress", return_value=1):
            self.env["gym.cfdi.document"]._cron_follow_up()
        self.assertEqual(move.state, "cancel")
        self.assertEqual((document.follow_up_at, document.follow_up_tries), (False, 0))

    def test_while_it_is_being_stamped_an_invoice_stays(self):
        move = self._create_invoice_of()
        document = move.cfdi_document_id
        document._transition("seal", {"sealed_xml": "<x/>", "request_id": "r"})
        document._transition("send")
        with self.assertRaisesRegex(UserError, "being stamped"):
            move.button_draft()
        self.assertEqual(move.state, "posted")

    def test_the_entry_is_cancelled_with_its_cfdi_when_that_was_asked_for(self):
        asked, other = self._create_stamped(), self._create_stamped()
        self._ask_to_cancel(asked, cancel_entry=True)
        self._ask_to_cancel(other)
        self.assertEqual((asked | other).mapped("state"), ["posted", "posted"], "a request is not a cancellation")
        for move in asked | other:
            self._sat_says(move, "Cancelado", "Cancelado sin aceptación")
        self.assertEqual((asked | other).mapped("state"), ["cancel", "posted"])
        self.assertIn(asked.cfdi_document_ids.uuid, asked.message_ids[0].body + asked.message_ids[1].body)

    def test_an_entry_that_cannot_be_cancelled_is_told(self):
        move = self._create_stamped()
        self._ask_to_cancel(move, cancel_entry=True)
        self.company.fiscalyear_lock_date = self.company._today()
        self._sat_says(move, "Cancelado", "Cancelado sin aceptación")
        self.assertEqual((move.cfdi_state, move.state), ("cancelled", "posted"))
        activities = move.cfdi_document_ids.activity_ids
        self.assertTrue(activities or not move.cfdi_document_ids._get_managers())

    def test_an_entry_with_another_cfdi_in_force_stays(self):
        move = self._create_stamped()
        first = move.cfdi_document_id
        second = first._record([{**move._prepare_cfdi_document(), "related_ids": [fields.Command.set(first.ids)]}])
        self._mark_stamped(second)
        first._transition("request_cancel", {"cancel_motive": "01", "cancel_entry": True})
        status = SatStatus(FOUND, "Cancelado", "", "Cancelado sin aceptación")
        first.sudo()._note_sat_answer(SatAnswer(fields.Datetime.now(), 1, status))
        self.assertEqual((first.state, second.state, move.state), ("cancelled", "stamped", "posted"))

    def test_a_credit_note_that_undoes_a_cancelled_cfdi_gets_none(self):
        move = self._create_stamped()
        self._ask_to_cancel(move)
        self._sat_says(move, "Cancelado", "Cancelado sin aceptación")
        refund = move._reverse_moves([{"invoice_date": move.invoice_date}], cancel=True)
        self.assertEqual(refund.state, "posted")
        self.assertFalse(refund.cfdi_document_ids)
        still = self._create_stamped()
        self.assertTrue(still._reverse_moves([{"invoice_date": move.invoice_date}], cancel=True).cfdi_document_ids)
