from odoo.tests import tagged

from odoo.addons.gym_access.tests.common import AccessCommon


@tagged("post_install", "-at_install")
class TestTiles(AccessCommon):
    def _tiles(self, user=None, location=None):
        self.env.flush_all()
        self.env.invalidate_all()
        page = self.env["gym.insights"].with_user(user or self.owner)
        page = page.with_context(allowed_company_ids=self.company.ids, lang="en_US")
        return {tile["key"]: tile for tile in page.get_today(location and location.id)["tiles"]}

    def test_who_is_inside_and_who_came_are_what_their_lists_have(self):
        self._check_in()
        tiles = self._tiles()
        self.assertEqual((tiles["inside"]["value"], tiles["visits"]["value"]), ("1", "1"))
        for key in ("inside", "visits"):
            action = tiles[key]["action"]
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found.member_id, self.member)
        self.assertEqual(self._tiles(location=self.gdl)["visits"]["value"], "0")

    def test_visits_are_compared_with_a_week_ago_by_the_same_hour(self):
        self._check_in()
        self._go_to(days=7, hours=-1)
        self.assertIn(": 0", self._tiles()["visits"]["changes"][0]["text"])
        self._go_to(hours=1)
        self.assertIn(": 1", self._tiles()["visits"]["changes"][0]["text"])
        self.assertEqual(self._tiles()["visits"]["value"], "0")

    def test_the_evening_is_still_that_day(self):
        self._check_in()
        self.clock.move_to("2026-03-11 03:00:00")  # 21:00 of the same day in Mexico City
        self.assertEqual(self._tiles()["visits"]["value"], "1")
        self.clock.move_to("2026-03-11 07:00:00")
        self.assertEqual(self._tiles()["visits"]["value"], "0")

    def test_a_manager_sees_their_branch(self):
        self._check_in()
        self.assertEqual(self._tiles(self.manager)["inside"]["value"], "1")
        self.manager.gym_location_ids = self.gdl
        self.assertEqual(self._tiles(self.manager)["inside"]["value"], "0")
