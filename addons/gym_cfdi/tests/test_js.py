from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

# The distribution's package of Odoo leaves out a file that the bundle of all tests asks for, and says so on the console
NOT_OURS = "Could not get content for mail/static/lib"


@tagged("post_install", "-at_install")
class TestJs(HttpCase):
    """The Hoot tests of ``static/tests``."""

    def test_components(self):
        hear = ChromeBrowser._handle_console

        def hear_ours(browser, type, args=None, stackTrace=None, **values):
            if NOT_OURS not in str(args):
                hear(browser, type, args, stackTrace, **values)

        with patch.object(ChromeBrowser, "_handle_console", hear_ours):
            self.browser_js(
                "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&filter=gym_cfdi",
                "",
                "",
                login="admin",
                timeout=300,
                success_signal="[HOOT] Test suite succeeded",
            )
