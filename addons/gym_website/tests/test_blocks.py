from lxml import html

from odoo.tests import HttpCase, tagged

from .common import GymWebsiteCommon


@tagged("post_install", "-at_install")
class TestBlocks(GymWebsiteCommon, HttpCase):
    """What the website builder saves of a block is never what visitors read: each is filled when it is shown."""

    def _get_home(self):
        self.env.registry.clear_cache("templates")  # what a visitor of this minute would be given again
        self.authenticate(None, None)
        return html.fromstring(self.url_open("/").text)

    def _save_home(self, content):
        """Save the home as the builder does: as what stands in its structure."""
        view = self.env.ref("gym_website.home").with_context(website_id=self.site.id)
        structure = f'<div id="oe_structure_gym_home" class="oe_structure">{content}</div>'
        view.save(structure, xpath="//*[@id='oe_structure_gym_home']")

    def test_a_saved_price_is_not_the_price_that_is_shown(self):
        self._save_home('<section><div data-gym-block="plans"><p>Old plan $1.00</p></div></section>')
        text = self._get_home().xpath("//div[@id='wrap']")[0].text_content()
        self.assertIn("499.00", text)
        self.assertNotIn("Old plan", text)
        self.plan.price_ids.valid_from = "2999-01-01"
        self.assertNotIn("499.00", self._get_home().text_content())

    def test_what_surrounds_a_block_is_the_gym_s(self):
        self._save_home('<h1>Come in</h1><div data-gym-block="branches"/>')
        text = self._get_home().xpath("//div[@id='wrap']")[0].text_content()
        self.assertIn("Come in", text)
        self.assertIn("Roma Norte", text)

    def test_a_block_that_is_not_ours_stays_as_it_was_written(self):
        self._save_home('<div data-gym-block="secrets"><p>Mine</p></div>')
        self.assertIn("Mine", self._get_home().text_content())

    def test_the_home_can_be_rearranged_in_the_builder(self):
        self.authenticate("admin", "admin")
        self.env.registry.clear_cache("templates")
        page = html.fromstring(self.url_open("/gym?edit=1&enable_editor=1").text)
        [wrap] = page.xpath("//div[@id='wrap']")
        self.assertEqual(wrap.get("data-oe-model"), "ir.ui.view", "its sections are saved as a whole")
        self.assertFalse(page.xpath("//div[@data-gym-block]//*[@data-oe-model='ir.ui.view']"))

    def test_the_builder_offers_each_block_with_the_gym_s_data(self):
        self.authenticate("admin", "admin")
        call = {"model": "ir.ui.view", "method": "render_public_asset", "args": ["website.snippets"]}
        call["kwargs"] = {"context": {"website_id": self.site.id, "lang": "en_US"}}
        snippets = html.fromstring(self.make_jsonrpc_request("/web/dataset/call_kw", call))
        for name in ("s_gym_hero", "s_gym_plans", "s_gym_branches", "s_gym_doors"):
            self.assertTrue(snippets.xpath(f"//section[@data-snippet='{name}']"), name)
        [plans] = snippets.xpath("//section[@data-snippet='s_gym_plans']")
        self.assertIn("499.00", plans.text_content())
