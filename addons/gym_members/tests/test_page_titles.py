from lxml import html

from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestPageTitles(HttpCase):
    """Titles of pages that state none: in words for people, never the name of a template."""

    def _get_title(self, path):
        return html.fromstring(self.url_open(path).content).findtext(".//title").strip()

    def _expect(self, key):
        site = self.env["website"].search([], limit=1)
        title = site.with_context(lang=site.default_lang_id.code)._get_view_title(self.env.ref(key))
        self.assertTrue(title)
        return f"{title} | {site.name}"

    def test_odoo_s_own_pages_have_titles_that_can_be_translated(self):
        self.assertEqual(self._get_title("/web/login"), self._expect("web.login"))
        self.assertEqual(self._get_title("/nowhere-at-all"), self._expect("http_routing.404"))
        self.authenticate("admin", "admin")
        self.assertEqual(self._get_title("/my/security"), self._expect("portal.portal_my_security"))

    def test_a_template_without_a_title_says_the_name_of_the_site_alone(self):
        site = self.env["website"].search([], limit=1)
        view = self.env["ir.ui.view"].create(
            {"name": "some_template", "key": "gym_members.some_template", "type": "qweb", "arch": "<p/>"}
        )
        self.assertFalse(site._get_view_title(view))
