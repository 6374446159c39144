import subprocess
import sys

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.vigor_vault.domain.cipher import Cipher


@tagged("post_install", "-at_install")
class TestVaultCommand(BaseCase):
    """As an operator has it: Odoo's own command and nothing of this project's before it."""

    def test_odoo_s_own_command_line_makes_a_key(self):
        done = self._run("vault", "new-key")
        self.assertEqual(done.returncode, 0, done.stderr)
        cipher = Cipher(done.stdout.strip())
        self.assertEqual(cipher.decrypt(cipher.encrypt("x")), "x")

    def test_an_action_that_does_not_exist_names_those_that_do(self):
        done = self._run("vault", "open")
        self.assertEqual(done.returncode, 2)
        self.assertIn("rotate", done.stderr)

    def _run(self, *args):
        program = [sys.executable, "-c", "import odoo.cli; odoo.cli.main()"]
        addons = ",".join(config["addons_path"])
        return subprocess.run([*program, f"--addons-path={addons}", *args], capture_output=True, text=True, timeout=60)
