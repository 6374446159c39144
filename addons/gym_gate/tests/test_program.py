import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from odoo.tests import TransactionCase, tagged

ADDONS = Path(__file__).resolve().parents[2]


@tagged("post_install", "-at_install")
class TestProgram(TransactionCase):
    def setUp(self):
        super().setUp()
        self.file = self.env["gym.gate.program"]._get_file()

    def test_the_program_has_the_rules_of_this_server_byte_for_byte(self):
        archive = zipfile.ZipFile(io.BytesIO(self.file))
        rules = [file for file in (ADDONS / "gym_access" / "domain").glob("*.py")]
        self.assertGreater(len(rules), 6)
        for file in rules:
            path = f"odoo/addons/{file.relative_to(ADDONS).as_posix()}"
            self.assertEqual(file.read_bytes(), archive.read(path), path)

    def test_the_same_sources_make_the_same_file(self):
        self.assertEqual(self.file, self.env["gym.gate.program"]._get_file())

    def test_it_runs_by_itself_without_anything_installed(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "gate.pyz"
            file.write_bytes(self.file)
            command = [sys.executable, "-I", "-S", str(file), "--version"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
        self.assertEqual(self.env["gym.gate.program"]._get_version(), done.stdout.strip(), done.stderr)
