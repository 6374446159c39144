import json
from urllib.parse import urlsplit

from lxml import html

from odoo.tests import HttpCase, tagged

from .. import EDITED, HOME, post_init_hook, uninstall_hook
from .common import GymWebsiteCommon


@tagged("post_install", "-at_install")
class TestHome(GymWebsiteCommon, HttpCase):
    """The home page of a site that nobody has edited, as a visitor without account gets it."""

    def _get_home(self):
        self.authenticate(None, None)
        answer = self.url_open("/")
        self.assertEqual(answer.status_code, 200)
        return html.fromstring(answer.text)

    def test_plans_prices_branches_and_hours_are_those_of_the_gym(self):
        page = self._get_home()
        plans = page.xpath("//section[@id='plans']")[0].text_content()
        for shown in ("Full </script><b>", "499.00", "200.00"):
            self.assertIn(shown, plans)
        branch = page.xpath(f"//div[@id='branch-{self.roma.id}']")[0].text_content()
        for shown in ("Roma Norte", "Av. Álvaro Obregón 1500", "6:00 – 22:00", "+52 55 0100 0001"):
            self.assertIn(shown, branch)
        self.assertFalse(page.xpath(f"//div[@id='branch-{self.tijuana.id}']"), "another company's")

    def test_a_price_of_tomorrow_is_not_shown_today(self):
        self.plan.price_ids.valid_from = "2999-01-01"
        page = self._get_home()
        self.assertFalse(page.xpath("//section[@id='plans']//div[@data-gym-block]/*"))
        self.assertFalse(page.xpath("//section[contains(@class, 'o_gym_hero')]//a[@href='/join']"))

    def test_every_link_of_the_page_leads_somewhere(self):
        page = self._get_home()
        paths = {urlsplit(href).path for href in page.xpath("//a/@href") if href.startswith("/")} - {"/web/login"}
        self.assertLessEqual({"/join", "/my", f"/join/at/{self.roma.id}"}, paths)
        for path in sorted(paths):
            self.assertLess(self.url_open(path or "/").status_code, 400, path)
        dead = page.xpath("//a[@href='#' and not(@role='button') and not(@data-bs-toggle)]")
        self.assertFalse([html.tostring(link) for link in dead])
        anchors = {href.partition("#")[2] for href in page.xpath("//a[starts-with(@href, '/#')]/@href")}
        self.assertFalse([anchor for anchor in anchors if not page.xpath(f"//*[@id='{anchor}']")])

    def test_nothing_is_fetched_from_other_hosts_and_nobody_is_advertised(self):
        page = self._get_home()
        fetched = page.xpath("//@src | //link[@rel='stylesheet' or @rel='preload' or @rel='icon']/@href")
        self.assertFalse([url for url in fetched if urlsplit(url).netloc not in ("", urlsplit(self.base_url()).netloc)])
        for sheet in page.xpath("//link[@rel='stylesheet']/@href"):
            self.assertNotIn("fonts.googleapis.com", self.url_open(sheet).text)
        self.assertNotIn("odoo.com", html.tostring(page, encoding="unicode"))

    def test_search_engines_read_the_branches_and_what_they_offer(self):
        [text] = self._get_home().xpath("//script[@type='application/ld+json']/text()")
        self.assertNotIn("</script>", text)
        gyms = {gym["name"]: gym for gym in json.loads(text)["@graph"]}
        gym = gyms[f"{self.site.name} Roma Norte"]
        self.assertEqual(gym["@type"], "ExerciseGym")
        self.assertEqual(gym["url"], self.base_url() + self.roma._get_page_path())
        self.assertEqual(gym["address"]["postalCode"], "06700")
        self.assertEqual(len(gym["openingHoursSpecification"]), 5)
        self.assertEqual(
            gym["makesOffer"],
            [
                {
                    "@type": "Offer",
                    "name": "Full </script><b>",
                    "price": "499.00",
                    "priceCurrency": self.plan.currency_id.name,
                }
            ],
        )

    def test_every_picture_and_control_has_a_name(self):
        page = self._get_home()
        self.assertFalse(page.xpath("//img[not(@alt)]"))
        nameless = [
            link
            for link in page.xpath("//main//a | //main//button")
            if not (link.text_content().strip() or link.get("aria-label") or link.get("title"))
        ]
        self.assertFalse([html.tostring(link) for link in nameless])

    def test_the_contact_page_names_the_branches_and_nobody_invented(self):
        page = html.fromstring(self.url_open("/contactus").text)
        text = page.xpath("//main")[0].text_content()
        for shown in ("Roma Norte", "+52 55 0100 0001"):
            self.assertIn(shown, text)
        for invented in ("555-555", "Fake Buena Vista", "yourcompany"):
            self.assertNotIn(invented, text)
        self.assertNotIn("Contact Us", page.xpath("//title/text()")[0])

    # === SITES THAT ARE THERE ALREADY === #

    def test_an_edited_site_stays_as_it_is(self):
        other = self.env["website"].create({"name": "Edited"})
        (self.site | other).homepage_url = False
        views = self.env["ir.ui.view"].with_context(website_id=other.id)
        views.search([("key", "=", "website.homepage"), ("website_id", "=", False)]).arch_db = "<section>Mine</section>"
        views.search([("key", "=", EDITED["gym_website.footer"]), ("website_id", "=", False)]).priority = 17
        post_init_hook(self.env)
        self.assertEqual((self.site.homepage_url, other.homepage_url), (HOME, False))
        self.assertFalse(self.env.ref("gym_website.footer").active)
        self.assertTrue(self.env.ref("gym_website.header_join").active)

    def test_the_menu_of_the_contact_page_says_what_the_page_says(self):
        menus = self.env["website.menu"].with_context(lang="en_US").search([("url", "=", "/contactus")])
        menus.name = "Contact us"
        menus[0].name = "Our own words"
        post_init_hook(self.env)
        self.assertEqual(menus.mapped("name"), ["Our own words"] + ["Write to us"] * (len(menus) - 1))

    def test_uninstalling_gives_the_former_home_back(self):
        uninstall_hook(self.env)
        self.assertFalse(self.site.homepage_url)
