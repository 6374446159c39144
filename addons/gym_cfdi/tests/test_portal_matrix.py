from dataclasses import replace

from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.vigor_test.strangers import Person, StrangersCase

from .common_invoice import NOW
from .common_stamping import CfdiStampingCase

ADDONS = ("gym_cfdi",)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPortalMatrix(StrangersCase, CfdiStampingCase):
    """Every address of the addon, asked for what belongs to another customer, or to staff of another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xochilt = cls._prepare_person("Xochilt Casas", "CACX7605101P8", 612.31)
        cls.hector = cls._prepare_person("Hector Luna", "LUNH780101AB1", 477.13)
        visitor = dict.fromkeys(cls.hector.things, 0)
        cls.visitor = Person(None, None, visitor)

    @classmethod
    def _prepare_person(cls, name, rfc, amount):
        login = f"matrix_{rfc.lower()}"
        user = new_test_user(cls.env, login, groups="base.group_portal", name=name, email=f"{login}@example.com")
        user.partner_id.write({"vat": rfc, "zip": "36257", "cfdi_regime": "612"})
        move = cls._create_invoice_of([amount], partner_id=user.partner_id.id)
        reader = new_test_user(
            cls.env,
            f"reader_{rfc.lower()}",
            groups="gym_cfdi.group_cfdi_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        period = {"company_id": cls.company.id, "date_from": NOW[:10], "date_to": NOW[:10]}
        export = cls.env["gym.cfdi.export"].with_user(reader).create(period)
        things = {
            "invoice_id": move.id,
            "document_id": move.cfdi_document_id.id,
            "kind": "xml",
            "export_id": export.id,
        }
        move._portal_ensure_token()
        return Person(user, user.partner_id, things, {}, (rfc,))

    def _stamped(self, owner, asker):
        """Return ``owner`` with stamped documents, and with a token to send that opens an invoice, but another one."""
        moves = self.env["account.move"].browse(person.things["invoice_id"] for person in (self.xochilt, self.hector))
        self._stamp(moves.cfdi_document_id.filtered(lambda document: not document.uuid))
        own = moves.browse(asker.things["invoice_id"])
        form = {"access_token": own.access_token or "x", "number": own.name or "", "amount": "1.00"}
        form |= {"rfc": "x", "name": "x", "zip": "x", "regime": "x", "use": "x", "email": "x"}
        document = moves.browse(owner.things["invoice_id"]).cfdi_document_id
        self.assertTrue(document.uuid)
        return replace(owner, form=form, secrets=(*owner.secrets, document.uuid))

    def test_a_customer_reaches_nothing_of_another(self):
        self._assert_nothing_is_reached(ADDONS, self.xochilt, self._stamped(self.hector, self.xochilt))

    def test_a_visitor_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, self.visitor, self._stamped(self.hector, self.visitor))

    def test_an_export_is_for_who_asked_for_it(self):
        self._stamped(self.hector, self.xochilt)
        exports = self.env["gym.cfdi.export"].sudo()
        export, foreign = (exports.browse(person.things["export_id"]) for person in (self.xochilt, self.hector))
        login = export.create_uid.login
        self.authenticate(login, login)
        self.assertEqual(self.url_open(f"/gym_cfdi/export/{export.id}").status_code, 200)
        self.assertEqual(self.url_open(f"/gym_cfdi/export/{foreign.id}").status_code, 404)

    def test_what_the_matrix_asks_for_is_there(self):
        elsewhere = ("/gym_cfdi/export/<int:export_id>", "/factura/cfdi.<string:kind>")
        self._assert_own_opens(ADDONS, self._stamped(self.hector, self.xochilt), but=elsewhere)

    def test_nonsense_is_no_error_of_the_server(self):
        self._assert_nonsense_is_refused(ADDONS, self._stamped(self.hector, self.xochilt))

    def test_forms_of_other_sites_are_refused(self):
        self._assert_forged_forms_are_refused(ADDONS, self.hector)
