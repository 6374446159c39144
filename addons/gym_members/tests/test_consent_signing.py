import base64
import io
import json
from datetime import timedelta
from unittest.mock import patch

from lxml import html
from PIL import Image, ImageDraw

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from ..controllers import kiosk
from ..domain.rate import RateLimit
from .common import SCAN
from .test_gym_consent import GymConsentCommon
from .test_portal import GymPortalCommon


def drawn(is_blank=False):
    """Return a PNG as a browser sends it, with a stroke on it or with nothing."""
    image = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    if not is_blank:
        ImageDraw.Draw(image).line([(20, 80), (150, 20), (280, 70)], fill=(0, 0, 80, 255), width=3)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


class ConsentSigningCommon(GymPortalCommon, GymConsentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.waiver = cls._create_document("waiver", name="Carta de deslinde")
        cls.mailing = cls._create_document("marketing_email", name="Novedades por correo", sequence=20)

    def _csrf_token(self, path):
        page = html.fromstring(self.url_open(path).text)
        return page.xpath("//main//input[@name='csrf_token']/@value")[0]

    def _rpc(self, path, **params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return self.url_open(path, data=body, headers={"Content-Type": "application/json"}).json()

    def _post(self, path, page, **values):
        return self.url_open(path, data={"csrf_token": self._csrf_token(page), **values}, allow_redirects=False)


@tagged("post_install", "-at_install")
class TestPortalConsents(ConsentSigningCommon):
    def setUp(self):
        super().setUp()
        self.authenticate(self.user_a.login, self.user_a.login)
        self.base = "/my/gym/consents"

    def test_signing_with_a_drawn_signature(self):
        page = self._get_page(self.base, self.user_a)
        self.assertIn("Carta de deslinde", page.xpath("//section[@id='gym_consents_pending']")[0].text_content())
        url = f"{self.base}/{self.waiver.id}"
        text = self._get_page(url, self.user_a).text_content()
        self.assertIn("Acepto los riesgos.", text)
        self.assertIn(self.waiver.content_hash, text)
        with trap_jobs() as trap:
            answer = self._rpc(f"{url}/sign", name="Ana Núñez", signature=drawn())["result"]
            self.assertEqual(answer, {"force_refresh": True, "redirect_url": url})
            self.assertEqual(len(trap.enqueued_jobs), 1)
        consent = self.member_a.consent_ids
        self.assertRecordValues(
            consent,
            [
                {
                    "method": "portal",
                    "signer_partner_id": self.user_a.partner_id.id,
                    "signer_name": "Ana Núñez",
                    "ip_address": "127.0.0.1",
                    "recorded_by_id": self.user_a.id,
                }
            ],
        )
        self.assertTrue(consent.user_agent)
        self.assertTrue(consent.signature)
        self.assertTrue(self.member_a._has_consent("waiver"))

    def test_a_signature_that_is_none_is_refused(self):
        for signature in (None, "", drawn(is_blank=True), base64.b64encode(b"<svg/>").decode(), "x" * 600_000):
            with self.subTest(signature=str(signature)[:10]):
                answer = self._rpc(f"{self.base}/{self.waiver.id}/sign", name="Ana", signature=signature)["result"]
                self.assertEqual(list(answer), ["error"])
        response = self._post(f"{self.base}/{self.waiver.id}/accept", f"{self.base}/{self.mailing.id}", accept="1")
        self.assertEqual(response.status_code, 200)
        self.assertFalse(self.member_a.consent_ids)

    def test_a_tick_is_enough_for_marketing_and_taking_back_is_as_easy(self):
        url = f"{self.base}/{self.mailing.id}"
        self.assertEqual(self._post(f"{url}/accept", url).status_code, 200)  # not ticked
        self.assertFalse(self.member_a.consent_ids)
        self.assertEqual(self._post(f"{url}/accept", url, accept="1").status_code, 303)
        self.assertTrue(self.member_a._has_consent("marketing_email"))
        # the same page, one button
        self.assertEqual(self._post(f"{url}/withdraw", url).status_code, 303)
        self.assertFalse(self.member_a._has_consent("marketing_email"))
        self.assertEqual(self.member_a.consent_ids.mapped("kind"), ["withdrawn", "given"])
        self.assertEqual(self.member_a.consent_ids[0].method, "portal")

    @mute_logger("odoo.http")
    def test_a_form_of_another_site_is_refused(self):
        url = f"{self.base}/{self.mailing.id}"
        self._csrf_token(url)
        for verb in "accept", "withdraw":
            self.assertEqual(self.url_open(f"{url}/{verb}", data={"accept": "1"}).status_code, 400)
            self.assertEqual(self.url_open(f"{url}/{verb}?accept=1").status_code, 405)
        self.assertFalse(self.member_a.consent_ids)

    @mute_logger("odoo.http")
    def test_nobody_meets_what_belongs_to_another(self):
        theirs = self._give(self.member_b, self.mailing)
        foreign = self._create_document("marketing_sms", company_id=self.other_company.id)
        draft = self._create_document("image", publish=False)
        member_b = f"member={self.member_b.id}"
        for path in (
            f"?{member_b}",
            f"/{self.mailing.id}?{member_b}",
            f"/copy/{theirs.id}",
            f"/copy/{theirs.id}?{member_b}",
            f"/{foreign.id}",
            f"/{draft.id}",
            f"/{self.waiver.id}?member={self.husband_of_a.id}",
        ):
            with self.subTest(path=path):
                self.assertEqual(self.url_open(self.base + path).status_code, 404)
        for verb in "accept", "withdraw":
            response = self._post(
                f"{self.base}/{self.mailing.id}/{verb}?{member_b}", f"{self.base}/{self.mailing.id}", accept="1"
            )
            self.assertEqual(response.status_code, 404)
        answer = self._rpc(f"{self.base}/{self.waiver.id}/sign?{member_b}", name="Ana", signature=drawn())
        self.assertIn("error", answer)
        self.assertEqual(self.member_b.consent_ids, theirs)
        self.logout()
        self.assertIn("/web/login", self.url_open(self.base).url)

    def test_the_guardian_signs_for_the_minor(self):
        url = f"{self.base}/{self.waiver.id}/sign?member={self.daughter_of_a.id}"
        self.assertIn("result", self._rpc(url, name="Ana", signature=drawn()))
        consent = self.daughter_of_a.consent_ids
        self.assertEqual(consent.signer_partner_id, self.user_a.partner_id)
        self.assertEqual(consent.date_expiry.year, self.daughter_of_a.birthdate.year + 18)

    def test_the_payer_of_an_adult_agrees_to_the_charges_only(self):
        charges = self._create_document("recurring_charge", name="Cargos recurrentes")
        page = self._get_page(f"{self.base}?member={self.husband_of_a.id}", self.user_a).text_content()
        self.assertIn("Cargos recurrentes", page)
        self.assertNotIn("Carta de deslinde", page)
        url = f"{self.base}/{charges.id}"
        self._post(f"{url}/accept?member={self.husband_of_a.id}", f"{url}?member={self.husband_of_a.id}", accept="1")
        self.assertTrue(self.husband_of_a._has_consent("recurring_charge"))

    def test_what_is_no_longer_asked_for_can_still_be_taken_back(self):
        self._give(self.member_a, self.mailing)
        self.mailing._set_retired()
        url = f"{self.base}/{self.mailing.id}"
        self.assertEqual(self._post(f"{url}/withdraw", url).status_code, 303)
        self.assertFalse(self.member_a._has_consent("marketing_email"))

    def test_the_home_counts_what_is_pending(self):
        page = self._get_page("/my/gym", self.user_a)
        self.assertEqual(page.xpath("//a[contains(@href, '/consents')]//span[contains(@class, 'badge')]/text()"), ["2"])

    def test_the_copy_downloads(self):
        consent = self._give(self.member_a, self.waiver)
        with patch("odoo.addons.gym_members.models.gym_consent.GymConsent._render_copy", return_value=b"%PDF-1"):
            response = self.url_open(f"{self.base}/copy/{consent.id}")
        self.assertEqual((response.status_code, response.content), (200, b"%PDF-1"))
        self.assertEqual(response.headers["Content-Type"], "application/pdf")


@tagged("post_install", "-at_install")
class TestKiosk(ConsentSigningCommon):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(kiosk, "REQUESTS", RateLimit(1000, 60)))
        self.url = self._open(self.member_a)
        self.tablet = self.env["gym.consent.tablet"].search([("member_id", "=", self.member_a.id)])

    def _open(self, member):
        return self.env["gym.consent.tablet"].with_user(self.frontdesk)._open(member.with_user(self.frontdesk))

    def test_signing_all_documents_and_then_never_again(self):
        page = self.url_open(self.url)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("Carta de deslinde", page.text)
        answer = self._rpc(f"{self.url}/sign?document={self.waiver.id}", name="Ana", signature=drawn())["result"]
        self.assertEqual(answer["redirect_url"], self.url)
        self.assertIn("Novedades por correo", self.url_open(self.url).text)
        response = self._post(f"{self.url}/answer", self.url, document=self.mailing.id, agree="yes")
        self.assertTrue(response.headers["Location"].endswith("/gym/kiosk/thanks"))
        self.assertEqual(self.url_open("/gym/kiosk/thanks").status_code, 200)
        waiver = self.member_a.consent_ids.filtered(lambda consent: consent.purpose == "waiver")
        self.assertRecordValues(
            waiver,
            [
                {
                    "method": "kiosk",
                    "recorded_by_id": self.frontdesk.id,
                    "signer_partner_id": self.user_a.partner_id.id,
                    "ip_address": "127.0.0.1",
                }
            ],
        )
        self.assertEqual(len(self.member_a.consent_ids), 2)
        self.assertEqual(self.url_open(self.url).status_code, 410)

    def test_voluntary_can_be_refused_and_required_cannot(self):
        self.url_open(self.url)
        refused = self._post(f"{self.url}/answer", self.url, document=self.waiver.id, agree="no")
        self.assertEqual(refused.status_code, 200)
        self.assertIn(self.waiver, self.tablet.document_ids)
        self._post(f"{self.url}/answer", self.url, document=self.waiver.id, agree="yes")  # needs a signature
        self._post(f"{self.url}/answer", self.url, document=self.mailing.id, agree="no")
        self.assertEqual(self.tablet.document_ids, self.waiver)
        self.assertFalse(self.member_a.consent_ids)

    def test_a_late_wrong_or_replaced_token_opens_nothing(self):
        number = self.tablet.id
        for token in (
            "x",
            f"{number}.",
            f"{number}.wrong",
            "999999999.wrong",
            "99999999999999999999.x",
            f"{number}",
        ):
            with self.subTest(token=token):
                response = self.url_open(f"/gym/kiosk/sign/{token}")
                self.assertEqual(response.status_code, 410)
                self.assertNotIn(self.member_a.name, response.text)
        token = self._csrf_token(self.url)
        self.tablet.sudo().expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.url_open(self.url).status_code, 410)
        self._rpc(f"{self.url}/sign?document={self.waiver.id}", name="Ana", signature=drawn())
        data = {"csrf_token": token, "document": self.mailing.id, "agree": "yes"}
        self.assertEqual(self.url_open(f"{self.url}/answer", data=data).status_code, 410)
        self.assertFalse(self.member_a.consent_ids)
        first, second = self._open(self.member_a), self._open(self.member_a)
        self.assertEqual(self.url_open(first).status_code, 410)
        self.assertEqual(self.url_open(second).status_code, 200)

    def test_the_token_lives_fifteen_minutes_and_is_kept_as_a_hash(self):
        lifetime = self.tablet.expires_at - fields.Datetime.now()
        self.assertTrue(timedelta(minutes=14) < lifetime <= timedelta(minutes=15))
        secret = self.url.rpartition(".")[2]
        self.env.cr.execute("SELECT t::text FROM gym_consent_tablet t WHERE id = %s", [self.tablet.id])
        self.assertNotIn(secret, self.env.cr.fetchone()[0])
        with self.assertRaises(AccessError):
            self.tablet.with_user(self.owner).read(["token_hash"])

    def test_only_the_documents_of_this_signing_are_signed(self):
        other = self._create_document("image", name="Imagen")
        self._rpc(f"{self.url}/sign?document={other.id}", name="Ana", signature=drawn())
        self.assertFalse(self.member_a.consent_ids)

    def test_who_asks_too_often_waits(self):
        with patch.object(kiosk, "REQUESTS", RateLimit(2, 60)):
            codes = [self.url_open(self.url).status_code for _ in range(3)]
        self.assertEqual(codes, [200, 200, 429])

    def test_the_guardian_signs_on_the_tablet(self):
        url = self._open(self.daughter_of_a)
        self.assertIn(self.user_a.name, self.url_open(url).text)
        self._rpc(f"{url}/sign?document={self.waiver.id}", name="Ana", signature=drawn())
        self.assertEqual(self.daughter_of_a.consent_ids.signer_partner_id, self.user_a.partner_id)

    def test_the_desk_opens_it_from_the_form_of_its_own_members_only(self):
        action = self.member_a.with_user(self.frontdesk).action_sign_on_tablet()
        self.assertIn("/gym/kiosk/sign/", action["context"]["default_url"])
        self.assertTrue(base64.b64decode(action["context"]["default_code"]).startswith(b"\x89PNG"))
        self.member_b.location_id = self.gdl
        for user in self.trainer, self.frontdesk:
            with self.assertRaises(AccessError):
                self.member_b.with_user(user).action_sign_on_tablet()
        minor = self._create_member(name="Luis", birthdate=self.env.company._today() - timedelta(days=3650))
        with self.assertRaisesRegex(UserError, "no guardian"):
            minor.action_sign_on_tablet()
        self.assertFalse(self.env["gym.consent.tablet"].search([("member_id", "in", (self.member_b | minor).ids)]))


@tagged("post_install", "-at_install")
class TestConsentCopy(GymConsentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_member(email="jose@example.com")
        cls.waiver = cls._create_document(name="Carta de deslinde")
        with trap_jobs():
            cls.consent = cls._give(
                cls.member,
                cls.waiver,
                method="kiosk",
                signature=drawn(),
                signer_name="José Á. López",
                ip_address="10.1.2.3",
                occurred_at=fields.Datetime.to_datetime("2026-03-02 01:30:00"),
            )

    def test_the_copy_holds_text_evidence_and_local_time(self):
        report = self.env["ir.actions.report"]
        content, _type = report._render_qweb_html("gym_members.report_gym_consent", self.consent.ids)
        text = " ".join(html.fromstring(content).text_content().split())
        for expected in (
            "Carta de deslinde",
            "Acepto los riesgos.",
            self.company.name,
            "José Á. López",
            self.member.member_number,
            self.waiver.content_hash,
            "10.1.2.3",
            "America/Mexico_City",
        ):
            self.assertIn(expected, text)
        self.assertRegex(self.consent._get_local_time(), r"1\b.*2026.*7:30|1\b.*2026.*19:30")
        self.assertIn(self.consent._get_local_day(), ("03/01/2026", "01/03/2026"))
        self.assertIn(b"data:image/png;base64,", content)

    def test_the_signer_gets_one_mail_with_the_pdf(self):
        with patch("odoo.addons.gym_members.models.gym_consent.GymConsent._render_copy", return_value=b"%PDF-1"):
            self.consent._send_copy()
            self.consent._send_copy()
        [mail] = self.env["mail.mail"].search([("model", "=", "gym.consent"), ("res_id", "=", self.consent.id)])
        self.assertIn("jose@example.com", mail.email_to)
        self.assertEqual(mail.attachment_ids.mapped("raw"), [b"%PDF-1"])
        self.consent.invalidate_recordset()
        self.assertEqual(base64.b64decode(self.consent.with_user(self.frontdesk).copy_pdf), b"%PDF-1")
        for role in "trainer", "accountant":
            with self.assertRaises(AccessError):
                self.consent.with_user(getattr(self, role)).read(["copy_pdf"])

    def test_paper_is_recorded_with_its_scan(self):
        member, signed_at = self._create_member(name="Ana"), fields.Datetime.now()
        values = {"member_id": member.id, "document_id": self.waiver.id, "signed_at": signed_at}
        paper = self.env["gym.consent.paper"].with_user(self.frontdesk).create(values | {"scan": SCAN})
        self.assertEqual(paper.signer_partner_id, member.partner_id)
        with trap_jobs() as trap:
            paper.action_record()
            self.assertEqual(len(trap.enqueued_jobs), 1)
        self.assertRecordValues(
            member.consent_ids,
            [{"method": "paper", "occurred_at": signed_at, "recorded_by_id": self.frontdesk.id}],
        )
        self.assertTrue(member.consent_ids.scan_hash)
        with self.assertRaises(AccessError):
            self.env["gym.consent.paper"].with_user(self.trainer).create(values | {"scan": SCAN})

    def _record_paper(self, user, member, signed_at, scan=SCAN):
        paper = self.env["gym.consent.paper"].with_user(user)
        values = {"member_id": member.id, "document_id": self.waiver.id, "signed_at": signed_at, "scan": scan}
        return paper.create(values).action_record()

    def test_paper_is_of_the_days_in_which_its_text_was_in_force(self):
        member, now = self._create_member(name="Ana"), fields.Datetime.now()
        for user, signed_at, reason in (
            (self.frontdesk, "2001-01-01 18:00:00", "is in force from"),
            (self.manager, now - timedelta(days=1), "is in force from"),
            (self.frontdesk, now + timedelta(days=1), "in the future"),
        ):
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, reason):
                self._record_paper(user, member, signed_at)
        with freeze_time(now + timedelta(days=31)):
            with self.assertRaisesRegex(UserError, "within the last 30 days"):
                self._record_paper(self.frontdesk, member, now)
            self.assertFalse(member.consent_ids)
            self._record_paper(self.manager, member, now)
        self.assertEqual(member.consent_ids.recorded_by_id, self.manager)

    def test_a_file_that_can_be_no_scan_is_refused(self):
        member = self._create_member(name="Ana")
        for content in (b"<html><script>alert(1)</script>" * 500, b"x", b"%PDF-1.4", b"PK\3\4" + bytes(9000)):
            with self.subTest(content=content[:9]), self.assertRaisesRegex(UserError, "no readable PDF, JPEG or PNG"):
                self._record_paper(self.frontdesk, member, fields.Datetime.now(), base64.b64encode(content).decode())
        self.assertFalse(member.consent_ids)

    def test_the_copy_of_a_paper_says_who_recorded_it_and_how_to_object(self):
        member = self._create_member(name="Ana", email="ana@example.com", lang="en_US")
        self._record_paper(self.frontdesk, member, fields.Datetime.now())
        report = self.env["ir.actions.report"]
        for consent, is_said in ((member.consent_ids, True), (self.consent, False)):
            page = report._render_qweb_html("gym_members.gym_consent_report", consent.ids)[0].decode()
            self.assertEqual("If you did not sign it" in page, is_said)
            self.assertEqual(self.frontdesk.name in page, is_said)

    def test_the_form_says_what_is_missing(self):
        member = self._create_member(name="Ana").with_user(self.trainer)
        self.assertTrue(member.is_consent_missing)
        self.assertEqual(member.missing_consents, "Carta de deslinde")
        self.assertIn("text-bg-danger", member.consent_status)
        signed = self.member.with_user(self.trainer)
        self.assertFalse(signed.is_consent_missing)
        self.assertEqual(signed.consent_live_count, 1)
        self.assertIn("text-bg-success", signed.consent_status)

    def test_a_merge_keeps_consents_with_who_goes_on(self):
        winner = self._create_member(name="José López")
        self.member._merge_into(winner, {})
        self.assertTrue(winner._has_consent("waiver"))
        self.assertTrue(self.consent.is_live)
        self.assertEqual(self.consent.member_id, self.member)
        winner._withdraw_consent("waiver", "staff")
        self.assertFalse(winner._has_consent("waiver"))
