from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AccessCommon


@tagged("post_install", "-at_install")
class TestDesk(AccessCommon):
    """What the screen of the front desk asks, and whom it tells nothing."""

    def setUp(self):
        super().setUp()
        self.desk = self.env["gym.access.desk"].with_user(self.frontdesk).with_context(lang="en_US")
        self.ref = f"member:{self.member.id}"

    def test_the_desk_knows_its_branch_and_the_house(self):
        desk = self.desk.get_desk()
        self.assertEqual((desk["location_id"], desk["count"], desk["recent"]), (self.roma.id, 0, []))
        self.assertEqual([one["name"] for one in desk["branches"]], ["Roma Norte"])

    def test_words_find_people_and_so_does_a_member_number(self):
        for text in ("jose lopez", self.member.member_number):
            found = self.desk.find(self.roma.id, text)["people"]
            self.assertIn(self.ref, [one["ref"] for one in found], text)
        self.assertFalse(self._get_visits())

    def test_letting_in(self):
        self.assertEqual(self.desk.look(self.roma.id, self.ref)["outcome"], "allow")
        done = self.desk.check_in(self.roma.id, self.ref, "key")
        self.assertEqual((done["verdict"]["written"], done["house"]["count"]), ("allow", 1))
        again = self.desk.check_in(self.roma.id, self.ref, "key")
        self.assertEqual(again["house"]["count"], 1)
        self.assertEqual(len(self._get_visits()), 1)
        self.assertEqual(self.desk.check_out(self.roma.id, self.ref)["count"], 0)

    def test_a_refusal_says_why_and_what_to_do(self):
        stranger = self._create_member(name="Nobody")
        verdict = self.desk.look(self.roma.id, f"member:{stranger.id}")
        [said] = verdict["reasons"]
        self.assertEqual((verdict["outcome"], said["code"]), ("refuse", "no_plan"))
        self.assertTrue(said["remedy"] and said["button"]["label"])
        action = getattr(stranger.with_user(self.frontdesk), said["button"]["method"])()
        self.assertEqual(action["type"], "ir.actions.act_window")

    def test_a_code_gives_the_verdict_at_once(self):
        guest = self._create_pass()
        code = guest._make_code()
        verdict = self.desk.find(self.roma.id, code)["verdict"]
        self.assertEqual((verdict["name"], verdict["outcome"]), ("Ana", "allow"))
        unknown = self.desk.find(self.roma.id, "92" + "0" * 16)["verdict"]
        self.assertEqual([one["code"] for one in unknown["reasons"]], ["unknown_code"])
        self.assertFalse(unknown["ref"])

    def test_someone_of_another_branch_shows_by_their_code_and_what_it_opens(self):
        ana = self._create_member(name="Ana de Guadalajara", location_id=self.gdl.id)
        self.assertFalse(self.desk.find(self.roma.id, "ana de guadalajara")["people"])
        with self.assertRaises(UserError):
            self.desk.look(self.roma.id, f"member:{ana.id}")
        everywhere = self._create_plan(name="Everywhere", access_scope="all")
        self._create_subscription(member_id=ana.id, plan_id=everywhere.id, location_id=self.gdl.id)._activate()
        code = self.env["gym.access.card"].create({"member_id": ana.id})._make_code()
        verdict = self.desk.find(self.roma.id, code)["verdict"]
        self.assertEqual((verdict["outcome"], verdict["member_id"]), ("allow", False))
        self.assertEqual(self.desk.check_in(self.roma.id, verdict["ref"], "k")["verdict"]["written"], "allow")

    def test_nonsense_finds_nobody(self):
        for ref in ("", None, "member:", "member:x", "member:999999999999999999999", "user:1", "pass:0"):
            with self.subTest(ref), self.assertRaises(UserError):
                self.desk.look(self.roma.id, ref)
        with self.assertRaises(UserError):
            self.desk.check_in(self.roma.id, self.ref, "")
        self.assertFalse(self._get_visits())

    def test_only_the_front_desk_of_the_branch_lets_in(self):
        calls = {
            "get_desk": (),
            "find": (self.roma.id, "x"),
            "look": (self.roma.id, self.ref),
            "check_in": (self.roma.id, self.ref, "key"),
            "check_out": (self.roma.id, self.ref),
        }
        for user in (self.trainer, self.accountant):
            desk = self.env["gym.access.desk"].with_user(user)
            for method, values in calls.items():
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(desk, method)(*values)
        for method in ("find", "look", "check_in", "check_out"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.desk, method)(self.gdl.id, *calls[method][1:])
        self.assertFalse(self._get_visits())

    def test_a_pass_of_another_company_is_nobodys_here(self):
        foreign = self._create_pass(location_id=self.tijuana.id)
        with self.assertRaises(UserError):
            self.desk.look(self.roma.id, f"pass:{foreign.id}")
