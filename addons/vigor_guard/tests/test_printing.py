import subprocess
from pathlib import Path
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

REPORT = "odoo.addons.base.models.ir_actions_report"
LOG = "odoo.addons.vigor_guard.models.ir_actions_report"


@tagged("post_install", "-at_install")
class TestPrinting(HttpCase):
    def print(self, *bodies, **parts):
        """Return what the program that prints is given to read."""
        read = []

        def program(args):
            files = [arg.removeprefix("file://") for arg in args if str(arg).endswith(".html")]
            read.extend(Path(file).read_text() for file in files)
            return subprocess.CompletedProcess(args, 0, "", "")

        with patch(f"{REPORT}._run_wkhtmltopdf", program), mute_logger(LOG):
            self.env["ir.actions.report"]._run_wkhtmltopdf(list(bodies), **parts)
        return read

    def test_text_header_and_footer_fetch_nothing(self):
        evil = '<div>text<img src="http://169.254.169.254/x"/></div>'
        read = self.print(evil, evil, header=evil, footer=evil)
        self.assertEqual(len(read), 4)
        for page in read:
            self.assertIn("text", page)
            self.assertNotIn("169.254", page)

    def test_the_program_that_prints_is_led_nowhere(self):
        picture = self.env["ir.attachment"].create(
            {"name": "x.png", "type": "url", "url": "http://169.254.169.254/x.png", "public": True}
        )
        for path in (f"/web/image/{picture.id}", f"/web/content/{picture.id}", "/web"):
            for program, status in (("Mozilla/5.0 wkhtmltopdf Version/10.0", (404,)), ("Mozilla/5.0", (301, 302, 303))):
                answer = self.url_open(path, headers={"User-Agent": program}, allow_redirects=False)
                self.assertIn(answer.status_code, status, path)
                self.assertEqual("Location" in answer.headers, 404 not in status, path)

    def test_what_fetches_nothing_foreign_is_printed_as_it_is(self):
        base = self.env["ir.actions.report"].get_base_url()
        page = f'<div><img src="{base}/web/image/res.company/1/logo"/><img src="data:image/png;base64,AA"/>á</div>'
        self.assertEqual(self.print(page), [page])
