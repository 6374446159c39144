from datetime import date, datetime
from itertools import product
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..domain.privacy import ANSWERS, STATES, is_allowed
from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestPrivacyRequest(GymMembersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_member(name="Rosa Ibarra", email="rosa@correo.mx")

    def _create_request(self, **values):
        return (
            self.env["gym.privacy.request"]
            .with_user(self.manager)
            .create({"kind": "rectification", "member_id": self.member.id, "date_received": "2026-07-01"} | values)
        )

    def _verify(self, request):
        request.identity_method = "official_id"
        request.action_verify()
        return request

    def _grant(self, request):
        self._verify(request).write({"answer": "granted", "answer_text": "Yes"})
        request.action_answer()
        return request

    def _mails(self, request):
        return self.env["mail.mail"].sudo().search([("model", "=", request._name), ("res_id", "=", request.id)])

    @freeze_time("2026-07-01 18:00:00")
    def test_folio_deadline_and_acknowledgment(self):
        request, other = self._create_request(), self._create_request()
        number = int(request.name.rsplit("/", 1)[1])
        self.assertRegex(request.name, r"^ARCO/2026/\d{5}$")
        self.assertEqual(int(other.name.rsplit("/", 1)[1]), number + 1)
        self.assertEqual(request.date_deadline, date(2026, 7, 29))
        self.assertEqual(request.business_days_left, 20)
        mail = self._mails(request)
        self.assertEqual(mail.email_to, "rosa@correo.mx")
        self.assertIn(request.name, mail.subject)
        self.assertEqual(request.log_ids.mapped("action"), ["received", "mailed"])

    @freeze_time("2026-07-10 18:00:00")
    def test_whole_way(self):
        request = self._grant(self._create_request())
        self.assertEqual((request.state, request.date_deadline), ("answered", date(2026, 7, 31)))
        self.assertIn("Yes", self._mails(request)[0].body_html)
        with self.assertRaises(UserError):
            request.action_execute()
        self.assertEqual(request.state, "answered")
        request.execution_note = "Phone corrected"
        request.action_execute()
        request.action_close()
        events = self.env["gym.event"].search([("member_id", "=", self.member.id), ("type", "like", "privacy.%")])
        self.assertEqual(sorted(events.mapped("type")), ["privacy.executed", "privacy.requested"])
        self.assertRecordValues(
            request, [{"state": "closed", "date_deadline": False, "executed_at": datetime(2026, 7, 10, 18)}]
        )
        self.assertEqual(
            request.log_ids.mapped("action"),
            ["received", "mailed", "verified", "answered", "mailed", "executed", "closed"],
        )

    def test_every_step_from_every_state(self):
        request = self._create_request()
        log = self.env["gym.privacy.log"]
        for state, target, answer in product(STATES, STATES, (False, *ANSWERS)):
            request.sudo().write({"state": state, "answer": answer})
            before = log.search_count([("request_id", "=", request.id)])
            with self.subTest(state=state, target=target, answer=answer):
                if is_allowed(state, target, answer or None):
                    request._update_state(target)
                    self.assertEqual(request.state, target)
                else:
                    with self.assertRaises(UserError):
                        request._update_state(target)
                    self.assertEqual(request.state, state)
                    self.assertEqual(log.search_count([("request_id", "=", request.id)]), before)

    def test_denial_needs_a_ground_and_an_answer(self):
        request = self._create_request()
        request.write({"answer": "denied", "answer_text": "No"})
        with self.assertRaises(UserError):
            request.action_answer()
        self.assertEqual((request.state, len(self._mails(request))), ("received", 1))
        request.legal_ground = "The person could not prove who they are"
        request.action_answer()
        self.assertEqual((request.state, request.date_deadline, len(self._mails(request))), ("answered", False, 2))
        with self.assertRaises(UserError):
            request.action_execute()
        request.action_close()

    def test_identity_comes_first(self):
        request = self._create_request()
        with self.assertRaises(UserError):
            request.action_verify()
        request.write({"answer": "granted", "answer_text": "Yes"})
        with self.assertRaises(UserError):
            request.action_answer()
        self.assertEqual(request.state, "received")

    @freeze_time("2026-07-10 18:00:00")
    def test_each_clock_is_extended_once(self):
        request = self._create_request()
        request._extend("The paper archive is in another city")
        self.assertEqual(request.date_deadline, date(2026, 8, 26))
        with self.assertRaises(UserError):
            request._extend("Again")
        self.assertEqual(request.date_deadline, date(2026, 8, 26))
        self._grant(request)
        request._extend("The system is under repair")
        self.assertEqual(request.date_deadline, date(2026, 8, 21))
        with self.assertRaises(UserError):
            request._extend("Again")

    def test_no_extension_without_reason_or_after_the_deadline(self):
        request = self._create_request()
        with freeze_time("2026-07-10 18:00:00"), self.assertRaises(UserError):
            request._extend("  ")
        with freeze_time("2026-07-30 18:00:00"):
            request.invalidate_recordset()
            self.assertTrue(request.is_late)
            with self.assertRaises(UserError):
                request._extend("Too late")
        self.assertFalse(request.answer_extension_reason)

    def test_evidence_does_not_change(self):
        request = self._grant(self._create_request())
        for values in (
            {"state": "closed"},
            {"date_received": "2026-06-01"},
            {"answer": "denied"},
            {"answer_text": "No"},
            {"member_id": False},
            {"description": "x"},
            {"answer_extension_reason": "x"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                request.write(values)
        with self.assertRaises(AccessError):
            self._create_request(state="closed")
        entry = request.log_ids[:1]
        for user in (self.manager, self.owner):
            for call in (lambda log: log.write({"action": "x"}), lambda log: log.unlink(), lambda log: log.copy()):
                with self.assertRaises(AccessError):
                    call(entry.with_user(user))
            with self.assertRaises(AccessError):
                request.with_user(user).unlink()
        with self.assertRaises(UserError):
            entry.sudo().unlink()
        with self.assertRaises(UserError):
            request.sudo().unlink()
        self.assertEqual((request.state, entry.action), ("answered", "received"))

    def test_not_received_tomorrow(self):
        with freeze_time("2026-07-01 18:00:00"), self.assertRaises(ValidationError):
            self._create_request(date_received="2026-07-02")

    def test_reminder_once_per_deadline(self):
        request = self._create_request(user_id=self.manager.id)
        requests = self.env["gym.privacy.request"]
        requests._remind(date(2026, 7, 21))
        self.assertFalse(request.activity_ids)
        for _ in range(2):
            requests._remind(date(2026, 7, 22))
        self.assertRecordValues(
            request.activity_ids, [{"date_deadline": date(2026, 7, 29), "user_id": self.manager.id}]
        )
        with freeze_time("2026-07-23 18:00:00"):
            request.invalidate_recordset()
            request._extend("Archive far away")
        requests._remind(date(2026, 8, 25))
        self.assertEqual(request.activity_ids.mapped("date_deadline"), [date(2026, 8, 26)])
        request.action_withdraw()
        self.assertFalse(request.activity_ids)

    @mute_logger("odoo.addons.vigor_cron.models.ir_cron")
    def test_one_that_cannot_be_reminded_of_stops_no_other_and_is_on_the_list(self):
        broken, request = self._create_request(), self._create_request()
        remind = type(request)._remind_handler

        def fail_for_one(one):
            if one == broken:
                raise ValueError("no handler")
            remind(one)

        with patch.object(type(request), "_remind_handler", fail_for_one), freeze_time("2026-07-22 18:00:00"):
            self.env["gym.privacy.request"]._cron_remind()
        self.assertEqual((len(request.activity_ids), len(broken.activity_ids)), (1, 0))
        problem = self.env["vigor.cron.problem"].search(
            [("res_model", "=", request._name), ("res_id", "in", (request | broken).ids)]
        )
        self.assertRecordValues(
            problem, [{"res_id": broken.id, "location_id": broken.location_id.id, "company_id": broken.company_id.id}]
        )
        self.assertEqual(problem.with_user(self.manager).record_name, broken.name)
        elsewhere = new_test_user(
            self.env,
            "manager_of_gdl",
            groups="gym_members.group_gym_manager",
            gym_location_ids=[(6, 0, self.gdl.ids)],
        )
        self.assertFalse(self.env["vigor.cron.problem"].with_user(elsewhere).search([("id", "=", problem.id)]))
        self.assertFalse(self.env["vigor.cron.problem"].with_user(self.frontdesk).has_access("read"))
        self.assertTrue(self.env["vigor.cron.problem"].with_user(self.owner).search([("id", "=", problem.id)]))

    def test_who_handles(self):
        request = self._create_request()
        far = self._create_request(member_id=self._create_member(name="Ana", location_id=self.roma.id).id)
        far.sudo().write({"member_id": False, "location_id": self.gdl.id})
        foreign_member = self._create_member(name="Luz", location_id=self.tijuana.id)
        foreign = self.env["gym.privacy.request"].create({"kind": "access", "member_id": foreign_member.id})
        model = self.env["gym.privacy.request"]
        both = request | far | foreign
        self.assertEqual(model.with_user(self.manager).search([("id", "in", both.ids)]), request)
        self.assertEqual(model.with_user(self.owner).search([("id", "in", both.ids)], order="id"), request | far)
        for user in (self.frontdesk, self.trainer, self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                model.with_user(user).search([])
        for hidden in (far, foreign):
            with self.assertRaises(AccessError):
                hidden.with_user(self.manager).action_withdraw()
            self.assertEqual(hidden.sudo().state, "received")
        self.assertEqual(request.user_id, self.manager)

    def test_requests_about_one_member_are_filed_in_turn(self):
        """Five at once are one: who began before another ended fails to serialize, and is repeated by Odoo."""
        user = new_test_user(self.env, "rosa_in_turn", groups="base.group_portal", email="rosa@correo.mx")
        mine = self._create_member(partner_id=user.partner_id.id)
        self.env.flush_all()
        place = SQL("SELECT ctid FROM gym_member WHERE id = %s", mine.id)
        before = self.env.execute_query(place)
        self.env["gym.privacy.request"].with_user(user)._submit_from_portal(mine, "access", "")
        self.assertNotEqual(self.env.execute_query(place), before, "the member's row was written again")

    def test_portal_submits_for_oneself_or_a_ward(self):
        user = new_test_user(self.env, "rosa_portal", groups="base.group_portal", email="rosa@correo.mx")
        mine = self._create_member(partner_id=user.partner_id.id)
        ward = self._create_member(name="Niño", birthdate="2020-01-01", guardian_id=user.partner_id.id)
        paid_adult = self._create_member(name="Tío", birthdate="1980-01-01", payer_id=user.partner_id.id)
        requests = self.env["gym.privacy.request"].with_user(user)
        request = requests._submit_from_portal(mine, "access", " All of it ", includes_health=True)
        self.assertEqual(request, requests._submit_from_portal(mine, "access", "All of it", includes_health=True))
        self.assertRecordValues(
            request.sudo(),
            [{"member_id": mine.id, "channel": "portal", "state": "received", "description": "All of it"}],
        )
        self.assertTrue(request.sudo().includes_health)
        self.assertEqual(len(self._mails(request)), 1)
        self.assertTrue(requests._submit_from_portal(ward, "rectification", "x").sudo().is_representative)
        count = self.env["gym.privacy.request"].search_count([])
        for member, kind, error in (
            (paid_adult, "access", AccessError),
            (self.member, "access", AccessError),
            (mine, "nonsense", UserError),
        ):
            with self.subTest(member=member.name, kind=kind), self.assertRaises(error):
                requests._submit_from_portal(member, kind, "x")
        with self.assertRaises(AccessError):
            request.with_user(user).read(["state"])
        self.assertEqual(self.env["gym.privacy.request"].search_count([]), count)
