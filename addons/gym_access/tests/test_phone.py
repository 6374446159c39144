from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon

from ..domain import pass_code
from .common import AccessCommon

SECRET = bytes(range(16))
VECTOR = "90000000000322043615416168382211740357220093879493907260"  # of domain/tests/test_pass_code.py


@tagged("post_install", "-at_install")
class TestPhone(AccessCommon):
    """The code on a member's phone opens once, around its time, and nobody else can make it."""

    def setUp(self):
        super().setUp()
        self.phones = self.env["gym.access.phone"]
        self.phone = self._register(self.member)
        self.desk = self.env["gym.access.desk"].with_user(self.frontdesk)

    def _register(self, member):
        """Register a phone and give the server the anchors of yesterday to tomorrow."""
        phone = self.phones._enroll(member, "Phone")
        today = pass_code.step_of(fields.Datetime.now()) // pass_code.STEPS
        chains = {day: pass_code.make_chain(phone.id, day, SECRET) for day in (today, today + 1)}
        phone._keep_anchors({day: chain[0].hex() for day, chain in chains.items()})
        self.chains = chains
        return phone

    def _code(self, phone=None, at=None):
        day, step = divmod(pass_code.step_of(at or fields.Datetime.now()), pass_code.STEPS)
        return pass_code.write((phone or self.phone).id, day, step, self.chains[day][step + 1])

    def _scan(self, code):
        verdict = self.desk.find(self.roma.id, code)["verdict"]
        return [one["code"] for one in verdict["reasons"]]

    def test_a_code_shows_its_member(self):
        verdict = self.desk.find(self.roma.id, self._code())["verdict"]
        self.assertEqual((verdict["ref"], verdict["outcome"]), (f"member:{self.member.id}", "allow"))

    def test_a_code_opens_once(self):
        code = self._code()
        self.assertEqual(self._scan(code), [])
        self._go_to(seconds=3)
        self.assertEqual(self._scan(code), [])  # the reader read it twice
        self._go_to(seconds=4)
        self.assertEqual(self._scan(code), ["replayed_code"])
        self._go_to(seconds=15)
        self.assertEqual(self._scan(self._code()), [])

    def test_an_earlier_code_opens_nothing_after_a_later_one(self):
        early = self._code()
        self._go_to(seconds=15)
        self.assertEqual(self._scan(self._code()), [])
        self.assertEqual(self._scan(early), ["replayed_code"])

    def test_a_picture_is_dead_within_a_minute(self):
        code = self._code()
        self._go_to(seconds=60)
        self.assertEqual(self._scan(code), ["expired_code"])

    def test_the_seam_of_days_at_six_in_the_evening(self):
        self.clock.move_to("2026-03-11 00:00:00")  # 18:00 in Mexico City
        for seconds in (-1, 0, 15):
            at = fields.Datetime.now() + timedelta(seconds=seconds)
            self.clock.move_to(at)
            self.assertEqual(self._scan(self._code()), [], seconds)

    def test_who_copies_the_database_makes_no_code(self):
        day, step = divmod(pass_code.step_of(fields.Datetime.now()), pass_code.STEPS)
        forged = pass_code.write(self.phone.id, day, step, bytes.fromhex(self.phone.anchor_ids[0].value))
        self.assertEqual(self._scan(forged), ["unknown_code"])
        self.assertEqual(self.phone.used_step, 0)

    def test_a_new_phone_takes_the_place_of_the_one_before(self):
        code = self._code()
        self._register(self.member)
        self.assertEqual(self._scan(code), ["revoked_credential"])

    def test_phones_change_so_often_a_month(self):
        for _number in range(3):
            self._register(self.member)
        with self.assertRaises(UserError):
            self._register(self.member)
        self.assertEqual(self.phones.search_count([("member_id", "=", self.member.id)]), 4)

    def test_an_anchor_stays_and_is_of_the_days_ahead(self):
        before = set(self.phone.anchor_ids.mapped("value"))
        self.phone._keep_anchors({day: "0" * 32 for day in self.chains})
        self.assertEqual(set(self.phone.anchor_ids.mapped("value")), before)
        for anchors in ({1: "0" * 32}, {min(self.chains): "x"}, {min(self.chains): 7}):
            with self.subTest(anchors), self.assertRaises(UserError):
                self.phone._keep_anchors(anchors)
        self.assertEqual(set(self.phone.anchor_ids.mapped("value")), before)

    def test_a_refused_code_stays_refused_when_it_is_written_down(self):
        code = self._code()
        self._scan(code)
        self._go_to(seconds=10)
        verdict = self.desk.find(self.roma.id, code)["verdict"]
        done = self.desk.check_in(self.roma.id, verdict["ref"], "k", None, verdict["problem"])
        self.assertEqual(done["verdict"]["written"], "refuse")
        with self.assertRaises(UserError):
            self.desk.check_in(self.roma.id, verdict["ref"], "k2", None, "nonsense")

    def test_only_the_front_desk_revokes(self):
        with self.assertRaises(AccessError):
            self.phone.with_user(self.trainer).action_revoke()
        self.assertFalse(self.phone.revoked_at)
        self.phone.with_user(self.frontdesk).action_revoke()
        self.assertTrue(self.phone.revoked_at)

    def test_the_phone_hears_why_its_code_will_not_open(self):
        self.assertEqual(self.member._get_pass_state(), {"outcome": "allow", "reasons": []})
        self.subscription._cancel(at="now")
        state = self.member.with_context(lang="en_US")._get_pass_state()
        self.assertEqual((state["outcome"], len(state["reasons"])), ("refuse", 1))

    def test_anchors_of_past_days_go(self):
        self._go_to(days=3)
        self.phones._cron_purge_anchors()
        self.assertFalse(self.phone.anchor_ids)


@tagged("post_install", "-at_install", "vigor_browser")
class TestPassPage(HttpCase, GymSubscriptionsCommon):
    """The page of the phone makes the codes that the server reads."""

    def test_the_page_makes_the_codes_that_the_server_reads(self):
        user = new_test_user(self.env, "pass_page_ana", groups="base.group_portal", lang="en_US")
        member = self._create_member(name="Ana Ríos", partner_id=user.partner_id.id)
        self.browser_js(
            "/my/gym/pass",
            f"""
            (async () => {{
                const {{makeChain, makeCode}} = await import("/gym_access/static/src/pass/pass_code.js");
                const {{marks}} = await makeChain(7, 20787, Uint8Array.from({{length: 16}}, (_one, index) => index));
                const code = await makeCode(7, 20787, 4321, marks);
                if (code !== "{VECTOR}") {{
                    throw new Error(`${{code}} is not the code of the server`);
                }}
                while (!document.querySelector("#pass [data-part=code] canvas")) {{
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }}
                if (!/^90[0-9]{{54}}$/.test(document.querySelector("#pass").dataset.code)) {{
                    throw new Error("the page shows another code");
                }}
                console.log("test successful");
            }})().catch((error) => console.error(error.message));
            """,
            "Boolean(document.querySelector('#pass'))",
            login="pass_page_ana",
            timeout=60,
        )
        phone = self.env["gym.access.phone"].search([("member_id", "=", member.id)])
        self.assertEqual(len(phone.anchor_ids), pass_code.DAYS_AHEAD)
