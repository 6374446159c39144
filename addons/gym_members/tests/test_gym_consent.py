import base64
import hashlib
from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..domain import consent as rules
from .common import SCAN, GymMembersCommon

SIGNATURE = base64.b64encode(b"drawn").decode()


class GymConsentCommon(GymMembersCommon):
    @classmethod
    def _create_document(cls, purpose="waiver", publish=True, **values):
        document = cls.env["gym.consent.document"].create(
            {
                "name": f"Texto de {purpose}",
                "purpose": purpose,
                "company_id": cls.company.id,
                "body": "<p>Acepto los <b>riesgos</b>.</p>",
            }
            | values
        )
        if publish:
            document._set_published()
        return document

    @classmethod
    def _give(cls, member, document, **entry):
        values = {"member": member, "document": document, "method": "import"} | entry
        return cls.env["gym.consent"]._record([values])


@tagged("post_install", "-at_install")
class TestGymConsentDocument(GymConsentCommon):
    def test_publishing_fixes_the_hash_of_what_is_read(self):
        document = self._create_document(name="Deslinde")
        self.assertEqual(document.content_hash, hashlib.sha256(b"Deslinde\nAcepto los riesgos.").hexdigest())
        self.assertEqual((document.version, document.state, document.standing), (1, "published", "in_force"))

    def test_a_published_text_does_not_change(self):
        document = self._create_document()
        before = document.content_hash
        for vals in (
            {"body": "<p>Otra cosa</p>"},
            {"name": "Otro"},
            {"purpose": "image"},
            {"company_id": self.other_company.id},
            {"date_effective": "2020-01-01"},
            {"is_material": False},
            {"state": "draft"},
            {"version": 7},
            {"content_hash": "0" * 64},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                document.sudo().write(vals)
        with self.assertRaises(UserError):
            document.update_field_translations("courtesy_body", {"en_US": "<p>Anything</p>"})
        with self.assertRaises(UserError):
            document.unlink()
        document.invalidate_recordset()
        self.assertEqual(document.content_hash, before)
        self.assertEqual(str(document.body), "<p>Acepto los <b>riesgos</b>.</p>")

    def test_the_database_refuses_to_change_a_published_text(self):
        document = self._create_document()
        for query in (
            "UPDATE gym_consent_document SET body = 'x' WHERE id = %s",
            "UPDATE gym_consent_document SET content_hash = 'x' WHERE id = %s",
            "UPDATE gym_consent_document SET state = 'draft' WHERE id = %s",
            "DELETE FROM gym_consent_document WHERE id = %s",
        ):
            with self.subTest(query=query), mute_logger("odoo.sql_db"):
                with self.assertRaises(psycopg2.errors.RaiseException), self.env.cr.savepoint():
                    self.env.cr.execute(query, [document.id])

    def test_nobody_creates_a_document_already_published(self):
        document = self._create_document(publish=False, state="published", version=9, content_hash="0" * 64)
        self.assertEqual((document.state, document.version), ("draft", 0))
        self.assertNotEqual(document.content_hash, "0" * 64)

    def test_a_new_version_counts_on_and_takes_over(self):
        first = self._create_document()
        action = first.action_new_version()
        second = self.env["gym.consent.document"].browse(action["res_id"])
        self.assertRecordValues(second, [{"state": "draft", "name": first.name, "body": first.body, "version": 0}])
        second._set_published()
        self.assertEqual((second.version, second.standing, first.standing), (2, "in_force", "superseded"))

    def test_a_version_for_later_waits_for_its_day(self):
        first = self._create_document()
        second = self._create_document(date_effective=self.env.company._today() + timedelta(days=10))
        self.assertEqual((first.standing, second.standing), ("in_force", "upcoming"))
        with freeze_time(fields.Datetime.now() + timedelta(days=11)):
            (first | second).invalidate_recordset()
            self.assertEqual((first.standing, second.standing), ("superseded", "in_force"))

    def test_voluntary_purposes_are_never_required_and_health_is_signed(self):
        for values in (
            {"purpose": "marketing_sms", "is_required": True},
            {"purpose": "health", "is_signature_required": False},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._create_document(**values)

    def test_every_purpose_has_a_template_that_a_company_adapts(self):
        templates = self.env["gym.consent.document"].search([("company_id", "=", False)])
        self.assertEqual(set(templates.mapped("purpose")), set(rules.PURPOSES))
        self.company.write({"name": "Fuerza Centro SA de CV", "street": "Durango 180"})
        with self.assertRaises(AccessError):
            templates.with_user(self.manager).with_company(self.company).action_adapt()
        action = templates.with_user(self.owner).with_company(self.company).action_adapt()
        drafts = self.env["gym.consent.document"].search(action["domain"])
        self.assertEqual(len(drafts), 10)
        self.assertEqual(drafts.company_id, self.company)
        self.assertEqual(sorted(drafts.mapped("name")), sorted(templates.mapped("name")))
        for draft in drafts:
            with self.subTest(purpose=draft.purpose):
                self.assertNotIn("{", draft.body)
                self.assertIn("Fuerza Centro SA de CV", draft.body)
        with self.assertRaisesRegex(UserError, "still says that it is a template"):
            drafts[0]._set_published()
        self.assertEqual(set(drafts.mapped("state")), {"draft"})
        required = drafts.filtered("is_required").mapped("purpose")
        self.assertEqual(sorted(required), ["privacy_necessary", "waiver"])

    def test_a_text_that_shows_foreign_pictures_is_not_published(self):
        picture = '<p>Acepto.<img src="http://192.168.1.1/x.png"></p>'
        for values in ({"body": picture}, {"courtesy_body": picture}):
            document = self._create_document(publish=False, **values)
            with self.assertRaisesRegex(UserError, "from other addresses"):
                document._set_published()
            self.assertEqual((document.state, document.version), ("draft", 0))
        own = self._create_document(body='<p>Acepto.<img src="data:image/png;base64,iVBORw0KGgo="></p>')
        self.assertEqual(own.state, "published")

    def test_templates_and_empty_texts_are_not_published(self):
        template = self._create_document(publish=False, company_id=False, body="<p>{empresa}, {correo}</p>")
        empty = self._create_document(publish=False, body="<p><br></p>")
        for document in template, empty:
            with self.subTest(document=document.name), self.assertRaises(UserError):
                document._set_published()
        self.assertEqual((template | empty).mapped("state"), ["draft", "draft"])
        self.company.write({"name": "Fuerza & Salud", "email": "hola@fuerza.mx"})
        self.assertEqual(str(template._adapt_to(self.company).body), "<p>Fuerza &amp; Salud, hola@fuerza.mx</p>")


@tagged("post_install", "-at_install")
class TestGymConsent(GymConsentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_member()
        cls.waiver = cls._create_document()

    def test_a_consent_carries_its_evidence(self):
        consent = self._give(
            self.member,
            self.waiver,
            method="kiosk",
            signature=SIGNATURE,
            signer_name=" José López ",
            ip_address="10.0.0.7",
            user_agent="x" * 900,
        )
        self.assertRecordValues(
            consent,
            [
                {
                    "kind": "given",
                    "purpose": "waiver",
                    "document_version": 1,
                    "content_hash": self.waiver.content_hash,
                    "signer_partner_id": self.member.partner_id.id,
                    "signer_name": "José López",
                    "ip_address": "10.0.0.7",
                    "user_agent": "x" * 500,
                    "recorded_by_id": self.env.uid,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(base64.b64decode(consent.signature), b"drawn")
        self.assertTrue(consent._is_intact())
        self.assertTrue(self.member._has_consent("waiver"))
        self.assertFalse(self.member._has_consent("image"))

    def test_no_role_and_no_superuser_changes_a_consent(self):
        consent = self._give(self.member, self.waiver)
        vals = {"member_id": self.member.id, "purpose": "waiver", "kind": "given"}
        for role in ("trainer", "frontdesk", "manager", "accountant", "owner"):
            consents = consent.with_user(getattr(self, role))
            for refused in (
                lambda consents=consents: consents.create(vals),
                lambda consents=consents: consents.write({"purpose": "image"}),
                consents.unlink,
            ):
                with self.subTest(role=role), self.assertRaises(UserError):
                    refused()
        for refused in lambda: consent.sudo().write({"signer_name": "Other"}), consent.sudo().unlink:
            with self.subTest("superuser"), self.assertRaises(UserError):
                refused()
        consent.invalidate_recordset()
        self.assertEqual((consent.purpose, consent.signer_name), ("waiver", self.member.name))

    def test_the_database_refuses_to_change_a_consent(self):
        consent = self._give(self.member, self.waiver)
        for query in (
            "UPDATE gym_consent SET occurred_at = now() WHERE id = %s",
            "UPDATE gym_consent SET signer_name = NULL WHERE id = %s",
            "DELETE FROM gym_consent WHERE id = %s",
            "TRUNCATE gym_consent CASCADE",
        ):
            with self.subTest(query=query), mute_logger("odoo.sql_db"):
                with self.assertRaises(psycopg2.errors.RaiseException), self.env.cr.savepoint():
                    self.env.cr.execute(query, [consent.id] if "%s" in query else None)

    def test_erasure_empties_the_person_and_keeps_the_proof(self):
        consent = self._give(
            self.member, self.waiver, method="paper", scan=SCAN, signature=SIGNATURE, ip_address="10.0.0.7"
        )
        consent._erase_evidence()
        consent.invalidate_recordset()
        self.assertFalse(any(consent[name] for name in ("signer_name", "signature", "ip_address", "scan")))
        self.assertEqual(consent.content_hash, self.waiver.content_hash)
        self.assertEqual(consent.scan_hash, hashlib.sha256(base64.b64decode(SCAN)).hexdigest())
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.RaiseException), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE gym_consent SET occurred_at = now() WHERE id = %s", [consent.id])

    def test_withdrawing_is_a_row_of_its_own(self):
        consent = self._give(self.member, self.waiver)
        withdrawal = self.member._withdraw_consent("waiver", "portal", ip_address="10.0.0.9")
        self.assertRecordValues(
            withdrawal,
            [{"kind": "withdrawn", "withdraws_id": consent.id, "method": "portal", "ip_address": "10.0.0.9"}],
        )
        self.assertFalse(self.member._has_consent("waiver"))
        self.assertEqual((consent.is_live, consent.withdrawn_at), (False, withdrawal.occurred_at))
        self.assertFalse(self.member._withdraw_consent("waiver", "portal"))
        again = self._give(self.member, self.waiver)
        self.assertNotEqual(again, consent)
        self.assertTrue(self.member._has_consent("waiver"))

    def test_giving_and_taking_back_are_events(self):
        events = self.env["gym.event"]
        before = events.search([("member_id", "=", self.member.id)])
        consent = self._give(self.member, self.waiver, occurred_at=fields.Datetime.to_datetime("2026-03-02 01:30:00"))
        withdrawal = self.member._withdraw_consent("waiver", "staff")
        new = events.search([("member_id", "=", self.member.id)]) - before
        self.assertRecordValues(
            new.sorted("id"),
            [
                {"type": "consent.given", "occurred_at": consent.occurred_at},
                {"type": "consent.withdrawn", "occurred_at": withdrawal.occurred_at},
            ],
        )
        self.assertEqual(new.mapped("payload"), [{"document": "Texto de waiver v1", "purpose": "waiver"}] * 2)

    def test_giving_twice_leaves_one_row(self):
        self.assertEqual(self._give(self.member, self.waiver), self._give(self.member, self.waiver))
        self.assertEqual(len(self.member.consent_ids), 1)

    def test_each_payer_agrees_to_charges_for_themselves(self):
        charges = self._create_document("recurring_charge")
        own = self._give(self.member, charges)
        self.member.payer_id = payer = self.env["res.partner"].create({"name": "Irma"})
        other = self._give(self.member, charges, signer=payer)
        self.assertEqual((own.signer_partner_id, other.signer_partner_id), (self.member.partner_id, payer))
        self.assertEqual(self._give(self.member, charges, signer=payer), other, "sent twice")
        self.assertEqual(len(self.member.consent_ids), 2)
        self.assertEqual(self._get_lines(payer)[charges]["consent"], other)
        taken_back = self.member._withdraw_consent("recurring_charge", "portal", signer=payer)
        self.assertEqual(taken_back.withdraws_id, other, "what another agreed to stays")
        self.assertFalse(self._get_lines(payer)[charges]["consent"])
        self.assertTrue(self._get_lines(payer)[charges]["is_given"], "the member's own")
        self.assertTrue(self.member._has_consent("recurring_charge"))

    def _get_lines(self, partner):
        return {line["document"]: line for line in self.member._get_portal_consents(partner)}

    def test_a_material_version_asks_again_and_another_does_not(self):
        old = self._give(self.member, self.waiver)
        self._create_document(is_material=False)
        self.assertTrue(self.member._has_consent("waiver"))
        third = self._create_document(is_material=True)
        self.assertFalse(self.member._has_consent("waiver"))
        self.assertTrue(self.member.is_consent_missing)
        self.assertEqual((old.document_version, third.version), (1, 3))
        self._give(self.member, third)
        self.assertTrue(self.member._has_consent("waiver"))

    def test_a_material_version_asks_again_on_its_day_only(self):
        self._give(self.member, self.waiver)
        later = self._create_document(date_effective=self.env.company._today() + timedelta(days=10))
        self.assertTrue(self.member._has_consent("waiver"))
        with freeze_time(fields.Datetime.now() + timedelta(days=11)):
            self.assertFalse(self.member._has_consent("waiver"))
        later._set_retired()
        with freeze_time(fields.Datetime.now() + timedelta(days=11)):
            self.assertTrue(self.member._has_consent("waiver"), "a version retired before its day asks nobody")

    def test_expiry_follows_the_day_of_the_branch(self):
        health = self._create_document("health", validity_months=12)
        with freeze_time("2027-01-15 18:00:00"):
            health_consent = self._give(self.member, health)
        self.assertEqual(str(health_consent.date_expiry), "2028-01-15")
        with freeze_time("2028-01-15 05:59:00"):  # still the 14th in Mexico City
            self.assertTrue(self.member._has_consent("health"))
        with freeze_time("2028-01-15 06:01:00"):
            self.assertFalse(self.member._has_consent("health"))

    def test_only_the_guardian_signs_for_a_minor(self):
        minor = self._create_member(name="Luis", birthdate=self.env.company._today() - timedelta(days=3680))
        guardian = self.env["res.partner"].create({"name": "Rosa"})
        with self.assertRaisesRegex(UserError, "has no guardian"):
            self._give(minor, self.waiver)
        minor.guardian_id = guardian
        for signer in minor.partner_id, self.member.partner_id:
            with self.assertRaisesRegex(UserError, "Rosa has to sign"):
                self._give(minor, self.waiver, signer=signer)
        self.assertFalse(minor.consent_ids)
        consent = self._give(minor, self.waiver, signer=guardian)
        self.assertEqual((consent.signer_partner_id, consent.signer_name), (guardian, "Rosa"))
        self.assertEqual(consent.date_expiry.year, minor.birthdate.year + 18)

    def test_charges_are_agreed_to_by_who_pays(self):
        payer = self.env["res.partner"].create({"name": "Constructora", "is_company": True})
        treasurer = self.env["res.partner"].create({"name": "Irma", "parent_id": payer.id})
        self.member.payer_id = payer
        charges = self._create_document("recurring_charge")
        with self.assertRaisesRegex(UserError, "signed by Constructora"):
            self._give(self.member, charges)
        self._give(self.member, charges, signer=treasurer)
        self.assertTrue(self.member._has_consent("recurring_charge"))

    def test_evidence_is_asked_for(self):
        for entry, message in (
            ({"method": "portal"}, "drawn signature"),
            ({"method": "paper"}, "scan"),
            ({"method": "paper", "scan": base64.b64encode(b"<html><script>" * 999)}, "no readable PDF, JPEG or PNG"),
            ({"occurred_at": fields.Datetime.now() + timedelta(hours=1)}, "future"),
        ):
            with self.subTest(entry=entry), self.assertRaisesRegex(UserError, message):
                self._give(self.member, self.waiver, **entry)
        self.assertFalse(self.member.consent_ids)

    def test_each_company_asks_its_own_members_for_its_own_texts(self):
        theirs = self._create_document(company_id=self.other_company.id)
        with self.assertRaisesRegex(UserError, "not a document"):
            self._give(self.member, theirs)
        stranger = self._create_member(name="Carla", location_id=self.tijuana.id)
        pending = (self.member | stranger)._get_pending_consents()
        self.assertEqual(pending, {self.member.id: self.waiver, stranger.id: theirs})

    def test_staff_sees_the_consents_of_its_branches_and_company(self):
        mine = self._give(self.member, self.waiver)
        away = self._give(self._create_member(name="Beto", location_id=self.gdl.id), self.waiver)
        theirs = self._create_document(company_id=self.other_company.id)
        other = self._give(self._create_member(name="Carla", location_id=self.tijuana.id), theirs)
        consents = self.env["gym.consent"]
        for role, seen in (
            ("trainer", mine),
            ("frontdesk", mine),
            ("manager", mine),
            ("accountant", mine | away),
            ("owner", mine | away),
        ):
            with self.subTest(role=role):
                found = consents.with_user(getattr(self, role)).search([("id", "in", (mine | away | other).ids)])
                self.assertEqual(found, seen)
                self.assertNotIn(theirs, self.env["gym.consent.document"].with_user(getattr(self, role)).search([]))

    def test_the_signature_shows_to_the_desk_only(self):
        consent = self._give(self.member, self.waiver, method="kiosk", signature=SIGNATURE)
        for role in "frontdesk", "manager", "owner":
            self.assertTrue(consent.with_user(getattr(self, role)).read(["signature", "ip_address"])[0]["signature"])
        for role in "trainer", "accountant":
            with self.subTest(role=role), self.assertRaises(AccessError):
                consent.with_user(getattr(self, role)).read(["signature"])

    def test_a_batch_costs_one_query(self):
        members = self.env["gym.member"].create(
            [{"name": f"Member {number}", "location_id": self.roma.id} for number in range(50)]
        )
        self.env["gym.consent"]._record(
            [{"member": member, "document": self.waiver, "method": "import"} for member in members[:20]]
        )
        self.env.flush_all()
        for batch in members[:1], members:
            with self.assertQueryCount(1):
                consented = batch._get_consented("waiver")
            self.assertEqual(consented, batch & members[:20])

    def test_marketing_needs_a_live_consent(self):
        mailing = self._create_document("marketing_email")
        other = self._create_member(name="Ana")
        self._give(self.member, mailing)
        both = self.member | other
        self.assertEqual(both._get_marketable("email"), self.member)
        self.assertFalse(both._get_marketable("sms"))
        self.member._check_marketing("email")
        with self.assertRaisesRegex(UserError, "Ana"):
            both._check_marketing("email")
        self.member._withdraw_consent("marketing_email", "portal")
        with self.assertRaisesRegex(UserError, "Nothing was sent"):
            self.member._check_marketing("email")
