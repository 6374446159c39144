"""What the commands say and where they point, without starting anything."""

import ast
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import vigor
from vigor import lint, odoo_addon_tests, odoo_cli, odoo_source, paths, postgres, system, testing
from vigor.console import Problem

COMMANDS = ast.literal_eval(
    re.search(r"COMMANDS = ({.*?})", (Path(vigor.__file__).parent / "__main__.py").read_text(), re.S)[1]
)

ROOT = Path(__file__).parents[2]
KNOWN = {
    "gym_a": {"depends": ["mail", "account"]},
    "gym_b": {"depends": ["gym_a", "queue_job"]},
    "gym_c": {"depends": ["gym_b", "account"]},
}


def test_every_launcher_can_be_started_and_has_its_command():
    for file in (file for file in (ROOT / "scripts").iterdir() if file.is_file()):
        assert os.access(file, os.X_OK), file.name
        command = re.search(r"vigor/launch\" ([\w-]+)", file.read_text())
        assert command is None or command[1] in COMMANDS, file.name


def test_continuous_integration_calls_the_tests_and_nothing_else():
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert lines == ['exec "$(dirname "$0")/../scripts/test"']


def test_without_python_the_launcher_says_what_to_install(tmp_path):
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    (tmp_path / "cat").symlink_to("/bin/cat")
    environment = {"PATH": str(tmp_path)}
    done = subprocess.run(["/bin/sh", ROOT / "scripts" / "run"], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "no Python from 3.11 to 3.13" in done.stderr
    assert "apt install python3" in done.stderr


def test_dependencies_of_other_origin_are_found_through_our_own():
    assert odoo_cli.foreign_dependencies(["gym_c"], KNOWN) == ["account", "base", "mail", "queue_job"]
    assert odoo_cli.foreign_dependencies(["gym_a"], KNOWN) == ["account", "base", "mail"]
    assert odoo_cli.own_dependencies("gym_c", KNOWN) == {"gym_a", "gym_b", "gym_c"}


def test_a_template_is_built_upon_the_largest_that_has_nothing_else():
    others = [["base"], ["base", "mail"], ["account", "base"], ["account", "base", "web"], ["base", "mail", "web"]]
    modules = ["account", "base", "mail", "web"]
    assert list(odoo_addon_tests.layers(modules, others)) == [
        "account,base,mail,web",
        "base,mail,web",
        "base,mail",
        "base",
    ]
    assert odoo_addon_tests.largest_within(["base"], others) == []


def test_technical_addons_are_not_installed_for_anybody():
    assert "vigor_test" not in odoo_cli.manifests()


def test_an_unknown_name_is_told_with_what_there_is():
    with pytest.raises(Problem, match="no addon, file or layer named nothing") as raised:
        testing.Selection(["nothing"], KNOWN)
    assert "gym_a" in raised.value.remedy


def test_a_layer_or_an_addon_selects_its_part_only():
    assert testing.Selection(["gym_a"], KNOWN).odoo_tasks(KNOWN) == [("gym_a", "/gym_a")]
    assert testing.Selection(["browser"], KNOWN).odoo_tasks(KNOWN)[0] == ("gym_a", "vigor_browser/gym_a")
    assert testing.Selection(["lint"], KNOWN).odoo_tasks(KNOWN) == []
    assert len(testing.Selection(["addons"], KNOWN).odoo_tasks(KNOWN)) == len(KNOWN)
    assert "domain" in titles(["drills"]), "with examples that are drawn anew"


def titles(names):
    return [title for title, _minutes, _paths in testing.Selection(names, KNOWN).pytest_runs()]


def test_the_operator_s_page_is_done_when_somebody_asks_for_it():
    page = [str(next((paths.ROOT / "tests" / "drills" / "production").glob("test_*.py")))]
    for names, is_done in (["production"], True), (["drills"], True), (page, True), ([], False), (["scripts"], False):
        assert ("production" in titles(names)) == is_done, names
    assert titles(["production"]) == titles(page) == ["production"]


def test_without_a_name_all_is_done_but_the_drills():
    assert titles([]) == ["domain", "scripts", "conformance", "faults", "journeys"]


def test_what_runs_on_an_odoo_has_all_of_it_before_it_begins():
    for names, is_needed in ([], True), (["journeys"], True), (["gym_a"], True), (["hours"], True), (["lint"], False):
        assert testing.Selection(names, KNOWN).needs_odoo(KNOWN) == is_needed, names


def test_the_drills_can_be_collected():
    """They are not run for every change."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only", "tests/drills"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "tests/drills/test_first_of_month.py" in done.stdout


def test_a_file_goes_to_the_run_of_its_folder():
    files = [
        *("tests/journeys/test_desk.py", "tests/faults/test_outbox.py", "tests/drills/test_first_of_month.py"),
        "addons/gym_cfdi/domain/tests/test_rules.py",
    ]
    runs = {title: found for title, _minutes, found in testing.Selection(files, {"gym_cfdi": {}}).pytest_runs()}
    assert runs == {
        title: [paths.ROOT / file] for title, file in zip(("journeys", "faults", "drills", "files"), files, strict=True)
    }


def test_an_addon_has_one_database_however_many_of_its_files_are_named():
    tests = sorted((paths.ADDONS / "gym_members" / "tests").glob("test_gym_member*.py"))[:2]
    known = {"gym_members": {}}
    [(addon, tags)] = testing.Selection([str(file) for file in tests], known).odoo_tasks(known)
    assert (addon, tags) == ("gym_members", ",".join(f"/gym_members/tests/{file.name}" for file in tests))
    [(_addon, tags)] = testing.Selection(["gym_members", str(tests[0])], known).odoo_tasks(known)
    assert tags == "/gym_members"


def test_another_odoo_in_odoo_home_is_refused(tmp_path, monkeypatch):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Problem, match=r"Odoo 18\.0; Vigor needs 19\.0"):
        odoo_source.find(None)


def test_a_checkout_and_a_package_have_their_addons_in_different_places(tmp_path):
    (tmp_path / "odoo" / "addons").mkdir(parents=True)
    assert odoo_source.OdooSource(tmp_path).addons_path == [tmp_path.resolve() / "odoo" / "addons"]
    (tmp_path / "addons").mkdir()
    assert odoo_source.OdooSource(tmp_path).addons_path[0] == tmp_path.resolve() / "addons"


def test_a_taken_port_is_seen():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not system.port_is_free(port)
        assert system.free_port(port) > port


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[options]\ndb_host = False\n", None),
        ("[options]\ndb_host = db.example\ndb_port = 6000\ndb_user = odoo\n", ("db.example", 6000, "odoo")),
        ("[options]\ndb_host = db.example\ndb_user = odoo\n", ("db.example", 5432, "odoo")),
    ],
)
def test_a_server_of_the_configuration_is_used(tmp_path, monkeypatch, text, expected):
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "odoo.conf"
    config.write_text(text)
    server = postgres.configured(config)
    assert (server and (server.host, server.port, server.user)) == expected


def test_a_password_is_not_shown_with_its_server():
    assert "secret" not in repr(postgres.Server("host", 5432, "user", "secret"))


@pytest.mark.parametrize("text", ["see /{}/me/file", 'open("/{}/x.txt")', "`/{}/anna/project`"])
def test_a_path_of_one_machine_is_seen(text):
    assert lint.MACHINE_PATH.search(text.format("home"))
    assert lint.MACHINE_PATH.search(text.format("tmp"))


@pytest.mark.parametrize(
    "text", ["/my/home/page", "http://host/home/page", "$HOME/work/x", "/usr/share/x", "/web/home"]
)
def test_other_paths_are_left_alone(text):
    assert not lint.MACHINE_PATH.search(text)
