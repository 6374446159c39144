"""The files an operator copies parse, and keep what production must not lose."""

import re
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"


def read(name):
    parser = ConfigParser(interpolation=None)
    parser.read_string((CONFIG / name).read_text())
    return parser


@pytest.fixture
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.mark.parametrize("name", ["odoo.conf", "docker.conf"])
def test_production_hides_databases_and_trusts_the_proxy(name):
    options = read(name)["options"]
    assert options.getboolean("list_db") is False
    assert options.getboolean("proxy_mode") is True
    assert options.getint("workers") > 0
    assert "queue_job" in options["server_wide_modules"].split(",")
    assert read(name)["queue_job"]["channels"].startswith("root:")


def test_production_listens_on_the_loopback_only():
    assert read("odoo.conf")["options"]["http_interface"] == "127.0.0.1"


def test_no_configuration_carries_a_key_or_a_password():
    assert read("odoo.conf")["vigor_vault"]["keys"] == "KEY-FROM-ODOO-VAULT-NEW-KEY"
    assert read("odoo.conf")["options"]["db_password"] == "PASSWORD-OF-THE-ROLE"
    lines = (CONFIG / "docker.env.example").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == ["POSTGRES_PASSWORD=", "VIGOR_VAULT_KEYS="]


def test_compose_uses_the_official_images_and_mounts_the_addons(compose):
    services = compose["services"]
    assert services["db"]["image"] == "postgres:16"
    assert "FROM odoo:19.0" in (ROOT / "Dockerfile").read_text().splitlines()
    mounts = dict(volume.split(":")[:2] for volume in services["odoo"]["volumes"])
    assert mounts["./addons"] in read("docker.conf")["options"]["addons_path"].split(",")
    local = [Path(source) for source in mounts if source.startswith("./")]
    assert all((ROOT / source).exists() for source in local)


def test_compose_installs_before_it_serves(compose):
    services = compose["services"]
    assert services["odoo"]["depends_on"] == {"install": {"condition": "service_completed_successfully"}}
    assert services["install"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert "healthcheck" in services["db"]
    command = services["install"]["command"]
    assert command[command.index("--init") + 1] == compose["x-suite"]
    assert f"--database={read('docker.conf')['options']['db_name']}" in command
    assert "--stop-after-init" in command
    assert services["install"]["restart"] == "no", "it would be done again and again"
    shared = ("build", "environment", "volumes")
    assert [services["install"][name] for name in shared] == [services["odoo"][name] for name in shared]


def test_compose_asks_for_the_variables_that_the_example_has():
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    given = {line.partition("=")[0] for line in (CONFIG / "docker.env.example").read_text().splitlines() if "=" in line}
    assert asked == given - {line for line in given if line.startswith("#")}


def test_the_image_gets_files_that_exist_and_exact_pins():
    lines = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text()).splitlines()
    steps = [line.split() for line in lines if line and not line.startswith("#")]
    assert {step[0] for step in steps} <= {"FROM", "USER", "COPY", "RUN"}
    copied = [name for step in steps if step[0] == "COPY" for name in step[1:-1]]
    assert copied and all((ROOT / name).is_file() for name in copied)
    assert steps[-1] == ["USER", "odoo"], "Odoo does not run as root"
    [own] = [" ".join(step[1:]) for step in steps if step[:2] == ["RUN", "sed"]]
    chosen = own.partition(" > ")[0].replace("/opt/vigor-requirements/", "")
    done = subprocess.run(["sh", "-c", chosen], cwd=ROOT, capture_output=True, text=True, check=True)
    pins = [line for line in done.stdout.splitlines() if line and not line.startswith("#")]
    assert pins and all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)


def test_every_folder_of_addons_is_mounted_or_made_in_the_image(compose):
    mounts = {volume.split(":")[1] for volume in compose["services"]["odoo"]["volumes"]}
    dockerfile = (ROOT / "Dockerfile").read_text()
    for folder in read("docker.conf")["options"]["addons_path"].split(","):
        assert folder in mounts or f"--target {folder.removesuffix('/odoo/addons')} " in dockerfile, folder


def test_compose_opens_ports_on_the_loopback_only_and_names_every_volume(compose):
    services = compose["services"]
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    used = {volume.split(":")[0] for service in services.values() for volume in service["volumes"]}
    assert {name for name in used if not name.startswith("./")} == set(compose["volumes"])


def test_nginx_braces_match_and_the_websocket_and_the_static_files_have_their_places():
    text = (CONFIG / "nginx.conf").read_text()
    assert text.count("{") == text.count("}")
    websocket = text.split("location /websocket {")[1].split("}")[0]
    assert "proxy_pass http://vigor_websocket" in websocket
    assert "Upgrade $http_upgrade" in websocket
    # a location that sets a header of its own loses those of the server block
    inherited = [line.strip() for line in text.split("proxy_set_header Host")[1].splitlines()[1:5]]
    assert all(line in websocket for line in inherited)
    assert "/static/" in text
    assert "return 404" in text.split("web/(database")[1]


def test_pre_commit_runs_the_same_lint():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == ["scripts/lint"]
