from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..domain import codes
from .common import AccessCommon


@tagged("post_install", "-at_install")
class TestPasses(AccessCommon):
    """Passes let in for their days and visits; codes say whose they are."""

    def setUp(self):
        super().setUp()
        self.act = self.env["gym.access.act"]
        self.nobody = self.env["gym.member"]

    def _decide_pass(self, one, location=None):
        decision, _facts = self.act._decide(self.nobody, one, location or self.roma, fields.Datetime.now())
        return list(decision.codes)

    def _use(self, one, key):
        return self.act._check_in(self.nobody, one, self.roma, key, "desk")[0]

    def test_a_day_pass_opens_its_day_as_often_as_its_holder_goes_out(self):
        one = self._create_pass()
        self.assertEqual(self._decide_pass(one), [])
        self.assertEqual(self._use(one, "a").visits_taken, 1)
        self._go_to(hours=3)
        self.assertEqual(self._use(one, "b").visits_taken, 0)
        self.assertEqual(one.visits_left, 0)
        self._go_to(days=1)
        self.assertEqual(self._decide_pass(one), ["pass_expired"])
        self.assertEqual(self._use(one, "c").outcome, "refuse")

    def test_a_pack_counts_each_visit(self):
        one = self._create_pass(kind="punch", visits=2, date_end="2026-06-10")
        for key in "ab":
            self._use(one, key)
            self._go_to(days=1)
        self.assertEqual(self._decide_pass(one), ["pass_used_up"])

    def test_visits_a_day_of_a_pack(self):
        self.policy.reentry_minutes = 0
        one = self._create_pass(kind="punch", visits=5, visits_per_day=1, date_end="2026-06-10")
        self._use(one, "a")
        self._go_to(hours=1)
        self.assertEqual(self._decide_pass(one), ["daily_limit"])
        self._go_to(days=1)
        self.assertEqual(self._decide_pass(one), [])

    def test_a_member_enters_by_their_pass(self):
        stranger = self._create_member(name="Nobody")
        one = self._create_pass(member_id=stranger.id, guest_name=False)
        self.assertEqual(self._decide(stranger).right, f"pass:{one.id}")
        self._check_in(member=stranger)
        self.assertEqual(one.visits_left, 0)
        self.assertEqual(self._get_visits(stranger).pass_id, one)

    def test_a_pass_opens_its_branch(self):
        self.assertEqual(self._decide_pass(self._create_pass(), self.gdl), ["wrong_branch"])
        self.assertEqual(self._decide_pass(self._create_pass(is_everywhere=True), self.gdl), [])

    def test_a_void_pass_opens_nothing(self):
        one = self._create_pass()
        code = one._make_code()
        one.with_user(self.frontdesk).action_void()
        self.assertEqual(self.act._find_by_code(code)[2], "unknown_code")

    def test_a_guest_without_a_waiver(self):
        self.policy.waiver_severity = "block"
        self.assertEqual(self._decide_pass(self._create_pass(is_waiver_signed=False)), ["waiver_missing"])

    def test_codes_are_kept_by_their_fingerprint_and_shown_once(self):
        one = self._create_pass()
        action = one.with_user(self.frontdesk).action_new_code()
        shown = self.env["gym.access.code"].browse(action["res_id"])
        code = codes.read_code(shown.code)
        self.assertNotIn(code, str(one.sudo().read()))
        self.assertEqual(self.act._find_by_code(code)[1], one)
        one.with_user(self.frontdesk).action_new_code()
        self.assertEqual(self.act._find_by_code(code)[2], "unknown_code")

    def test_a_member_number_opens_nothing(self):
        self.assertEqual(self.act._find_by_code(self.member.member_number)[2], "unknown_code")

    def test_a_card_says_who_comes_until_it_is_revoked(self):
        card = self.env["gym.access.card"].create({"member_id": self.member.id})
        code = card._make_code()
        member, _pass, problem = self.act._find_by_code(code)
        self.assertEqual((member, problem), (self.member, None))
        card.with_user(self.frontdesk).action_revoke()
        self.assertEqual(self.act._find_by_code(code)[2], "revoked_credential")

    def test_the_desk_writes_no_field_that_buttons_write(self):
        one = self._create_pass()
        one.with_user(self.frontdesk).write({"is_void": True, "host_id": self.member.id, "code_hint": "1234"})
        self.assertEqual((one.is_void, one.host_id.id, one.code_hint), (False, False, False))
        self._use(one, "a")
        with self.assertRaises(UserError):
            one.with_user(self.frontdesk).visits = 9
        self.assertEqual(one.visits, 1)

    def test_the_desk_gives_nobody_months_of_coming_in(self):
        desk, today = self.env["gym.access.pass"].with_user(self.frontdesk), self.roma._today()
        of_ana = {"member_id": self.member.id, "location_id": self.roma.id, "date_start": today, "date_end": today}
        before = desk.sudo().search_count([])
        for values in (
            {"date_end": today + timedelta(days=31)},
            {"visits": 10_000},
            {"kind": "punch", "visits": 51},
            {"kind": "trial", "date_end": today + timedelta(days=14)},
            {"kind": "company"},
            {"date_start": date(2098, 1, 1), "date_end": date(2098, 1, 1)},
        ):
            with self.assertRaisesRegex(AccessError, "Ask a manager"), self.env.cr.savepoint():
                desk.create(of_ana | values)
        self.assertEqual(desk.sudo().search_count([]), before)
        pack = desk.create(of_ana | {"kind": "punch", "visits": 10, "date_end": today + timedelta(days=90)})
        with self.assertRaisesRegex(AccessError, "Ask a manager"), self.env.cr.savepoint():
            pack.date_end = today + timedelta(days=3650)
        self.env.invalidate_all()
        self.assertEqual(pack.date_end, today + timedelta(days=90))
        pack.with_user(self.manager).date_end = today + timedelta(days=3650)
        pack.guest_phone = "5512345678"

    def test_guests_are_forgotten_a_year_later(self):
        one = self._create_pass(guest_phone="5512345678")
        self._go_to(days=300)
        passes = self.env["gym.access.pass"]
        passes._cron_forget_guests()
        self.assertEqual((one.guest_name, one.guest_phone), ("Ana", "5512345678"))
        self._go_to(days=100)
        passes._cron_forget_guests()
        self.assertEqual((one.guest_name, one.guest_phone), ("—", False))

    def test_the_desk_sees_the_visits_of_guests(self):
        visit = self._use(self._create_pass(), "a")
        self.assertEqual(visit.with_user(self.frontdesk).sudo(False).search([("id", "=", visit.id)]).holder, "Ana")

    def _bring(self, name="Ana"):
        wizard = self.env["gym.access.guest"].with_user(self.frontdesk)
        values = {"host_id": self.member.id, "location_id": self.roma.id, "guest_name": name, "guest_phone": "55"}
        return wizard.create(values | {"is_waiver_signed": True}).action_confirm()

    def test_guests_come_with_their_host_and_by_the_plan(self):
        with self.assertRaises(UserError):
            self._bring()  # nobody is inside
        self._check_in()
        with self.assertRaises(UserError):
            self._bring()  # the plan has none
        self.plan.guest_passes_per_period = 2
        self.assertEqual(self.member.guest_passes_left, 2)
        self._bring()
        guest = self.env["gym.access.pass"].search([("host_id", "=", self.member.id)])
        self.assertEqual((guest.kind, self._decide_pass(guest)), ("guest", []))
        self.env.invalidate_all()
        self.assertEqual(self.member.guest_passes_left, 1)
        with self.assertRaises(UserError):
            self._bring("Beto")  # one a day
        self.assertEqual(len(self.env["gym.access.pass"].search([("host_id", "=", self.member.id)])), 1)
