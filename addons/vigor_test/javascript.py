"""Runs the unit tests in ``static/tests`` of an addon in a headless browser; see README.md."""

from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

ENOUGH_SECONDS = 300
# The distribution's package of Odoo leaves out a file that the bundle of all tests asks for, and says so on the console
NOT_OURS = "Could not get content for mail/static/lib"


@tagged("post_install", "-at_install", "vigor_browser")
class JavaScriptCase(HttpCase):
    """The Hoot suites of the addon whose ``tests/`` subclasses it; an addon without any fails."""

    allow_inherited_tests_method = True

    def test_components(self):
        hear = ChromeBrowser._handle_console

        def hear_ours(browser, type, args=None, stackTrace=None, **values):
            if NOT_OURS not in str(args):
                hear(browser, type, args, stackTrace, **values)

        with patch.object(ChromeBrowser, "_handle_console", hear_ours):
            self.browser_js(
                f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&filter={self.test_module}",
                "",
                "",
                login="admin",
                timeout=ENOUGH_SECONDS,
                success_signal="[HOOT] Test suite succeeded",
            )
