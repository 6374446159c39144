import base64
import json
from urllib.parse import urlsplit

from lxml import html

from odoo.tests import HttpCase, tagged
from odoo.tools.image import image_process

from .common import GymWebsiteCommon

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestBranchPage(GymWebsiteCommon, HttpCase):
    """The page of a branch, as a visitor without account gets it."""

    def _get_page(self, branch=None):
        self.authenticate(None, None)
        answer = self.url_open((branch or self.roma)._get_page_path())
        self.assertEqual(answer.status_code, 200)
        return html.fromstring(answer.text)

    def _as_shown(self):
        """Return the branch in the language of the site."""
        return self.roma.with_context(lang=self.site.default_lang_id.code, website_id=self.site.id)

    def test_it_says_where_when_and_for_how_much(self):
        self.roma.website_description = "<p>Showers and parking</p>"
        self.roma.closure_ids = [(0, 0, {"date_start": self.roma._today(), "reason": "Works on the roof"})]
        text = self._get_page().xpath("//div[@id='wrap']")[0].text_content()
        for shown in (
            *("Roma Norte", "Av. Álvaro Obregón 1500", "6:00 – 22:00", "+52 55 0100 0001", "499.00"),
            *("Showers and parking", "Works on the roof", self._as_shown().opening_text),
        ):
            self.assertIn(shown, text)

    def test_joining_starts_at_this_branch_with_the_plan_that_was_pressed(self):
        links = self._get_page().xpath("//section[@id='plans']//a/@href")
        self.assertEqual(links, [f"/join/at/{self.roma.id}?plan={self.plan.id}#plan-{self.plan.id}"])
        form = html.fromstring(self.url_open(links[0]).text)
        [chosen] = form.xpath(f"//section[@id='plan-{self.plan.id}']")
        self.assertIn("border-primary", chosen.get("class"))

    def test_title_description_and_picture_are_those_of_the_branch(self):
        self.roma.image_1920 = PIXEL
        page = self._get_page()
        self.assertIn(self._as_shown()._get_page_texts()["additional_title"], page.xpath("//title/text()")[0])
        description = page.xpath("//meta[@name='description']/@content")[0]
        self.assertIn("499.00", description)
        self.assertEqual(page.xpath("//meta[@property='og:description']/@content"), [description])
        picture = urlsplit(page.xpath("//meta[@property='og:image']/@content")[0])
        photo = self.url_open(f"{picture.path}?{picture.query}")
        self.assertEqual((photo.status_code, photo.headers["Content-Type"]), (200, "image/png"))
        [text] = page.xpath("//script[@type='application/ld+json']/text()")
        self.assertEqual([gym["name"] for gym in json.loads(text)["@graph"]], [f"{self.site.name} Roma Norte"])

    def test_photos_have_few_sizes(self):
        self.roma.image_1920 = base64.b64encode(image_process(base64.b64decode(PIXEL)))
        self.assertEqual(self.url_open(f"/sucursal/{self.roma.id}/foto/960").status_code, 200)
        self.assertEqual(self.url_open(f"/sucursal/{self.roma.id}/foto/961").status_code, 404)
        self.assertEqual(self.url_open(f"/sucursal/{self.tijuana.id}/foto/960").status_code, 404)

    def test_an_old_name_or_the_name_alone_leads_to_the_page(self):
        for slug in (f"old-name-{self.roma.id}", "roma-norte"):
            answer = self.url_open(f"/sucursal/{slug}", allow_redirects=False)
            self.assertEqual(answer.status_code, 301)
            self.assertTrue(answer.headers["Location"].endswith(self.roma._get_page_path()))

    def test_another_company_s_branch_and_a_region_have_no_page(self):
        region = self.env["gym.location"].create({"name": "Centre", "kind": "region", "company_id": self.company.id})
        for hidden in (self.tijuana, region):
            self.assertEqual(self.url_open(hidden._get_page_path()).status_code, 404)
        self.assertEqual(self.url_open("/sucursal/nowhere").status_code, 404)

    def test_every_branch_of_the_site_is_in_the_sitemap(self):
        found = [page["loc"] for page in self.site.with_context(website_id=self.site.id)._enumerate_pages()]
        self.assertIn(self.roma._get_page_path(), found)
        self.assertNotIn(self.tijuana._get_page_path(), found)
        self.assertFalse([path for path in found if "/foto/" in path])

    def test_a_branch_without_hours_and_plans_has_a_page(self):
        self.roma.write({"resource_calendar_id": False, "is_join_online": False, "street": False})
        page = self._get_page()
        self.assertFalse(page.xpath("//section[@id='plans']"))
        self.assertFalse(page.xpath("//div[@id='wrap']//span[contains(@class, 'badge')]"))
