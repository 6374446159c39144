from datetime import datetime, timedelta

from odoo.tests import tagged

from .test_portal import GymPortalCommon


@tagged("post_install", "-at_install")
class TestPortalTimeline(GymPortalCommon):
    def _emit(self, member, count, start=datetime(2026, 3, 1, 12)):
        self.env["gym.event"]._emit(
            [
                {
                    "member_id": member.id,
                    "type": "member.joined",
                    "payload": {"location": f"{member.name} {number:03}"},
                    "occurred_at": start + timedelta(hours=number),
                }
                for number in range(count)
            ]
        )

    def _titles(self, page):
        return [
            entry.xpath("string(span[2])").strip()
            for entry in page.xpath("//ol[contains(@class, 'o_gym_timeline')]/li")
        ]

    def test_pages_follow_each_other_without_gap_or_repetition(self):
        self._emit(self.member_b, 45)
        seen, path = [], "/my/gym/timeline"
        for _page in range(5):
            page = self._get_page(path, self.user_b)
            seen += self._titles(page)
            links = page.xpath("//a[@rel='next']/@href")
            if not links:
                break
            path = links[0]
        numbered = [title for title in seen if "Beto Garza 0" in title]
        self.assertEqual([f"Joined at Beto Garza {number:03}" for number in reversed(range(45))], numbered)
        self.assertEqual(len(self.member_b._get_timeline(limit=1000)), len(seen))

    def test_day_and_time_are_those_of_the_branch(self):
        self._emit(self.member_b, 1, start=datetime(2026, 3, 2, 1, 30))  # 1 March, 19:30 in Mexico City
        text = self._get_page("/my/gym/timeline", self.user_b).text_content()
        self.assertIn("March 1, 2026", text)
        self.assertIn("19:30", text)

    def test_nobody_elses_history_is_shown(self):
        self._emit(self.member_b, 1)
        self.assertNotIn("Beto Garza", self._get("/my/gym/timeline", self.user_a).text)
        cursor = self.member_b._get_timeline(limit=1)[0]["cursor"]
        self.assertNotIn("Beto Garza", self._get(f"/my/gym/timeline?before={cursor}", self.user_a).text)

    def test_nonsense_for_a_cursor_is_not_found(self):
        self.assertEqual(404, self._get("/my/gym/timeline?before=zzz", self.user_a).status_code)

    def test_correction_in_the_portal_enters_the_history_without_the_data(self):
        self.member_a.country_id = self.env.ref("base.mx")
        form = {"email": "ana@example.org", "street": "Calle Secreta 1"}
        self._post("/my/gym/data", self.user_a, form)
        page = self._get("/my/gym/timeline", self.user_a).text
        self.assertIn("Personal data corrected", page)
        self.assertNotIn("Calle Secreta", page)
