"""Debian's mirror is found in both formats of apt's configuration, and nothing else is taken for it."""

import pytest
from vigor import system
from vigor.console import Problem

DEB822 = """\
# made by the installer
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""
INLINE_KEY = """\
Types: deb
URIs: http://mirror.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----
"""
ONE_LINE = """\
# deb http://commented.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/apt/keyrings/own.gpg] https://mirror.example/debian bookworm main contrib # comment
deb http://mirror.example/debian-security bookworm-security main
"""


def write(folder, name, text):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_deb822_gives_the_archive_and_not_its_security_suite(tmp_path):
    write(tmp_path, "sources.list.d/debian.sources", DEB822)
    [stanza] = system.debian_sources(tmp_path)
    assert stanza["URIs"] == "http://mirror.example/debian"
    assert stanza["Signed-By"] == "/usr/share/keyrings/debian-archive-keyring.gpg"


def test_a_key_written_into_the_sources_file_is_kept_whole(tmp_path):
    write(tmp_path, "sources.list.d/debian.sources", INLINE_KEY)
    [stanza] = system.debian_sources(tmp_path)
    assert stanza["Signed-By"].count("\n") == 4


def test_one_line_format_keeps_its_options(tmp_path):
    write(tmp_path, "sources.list", ONE_LINE)
    [stanza] = system.debian_sources(tmp_path)
    assert stanza == {
        "Types": "deb",
        "URIs": "https://mirror.example/debian",
        "Suites": "bookworm",
        "Components": "main contrib",
        "Architectures": "amd64",
        "Signed-By": "/etc/apt/keyrings/own.gpg",
    }


@pytest.mark.parametrize(
    "line",
    [
        "deb http://archive.example/ubuntu noble main universe",
        "deb https://packages.example/apt cloud-sdk-bookworm main",
        "deb https://download.example/linux/debian bookworm stable",
    ],
)
def test_other_archives_are_not_debian(tmp_path, line):
    write(tmp_path, "sources.list", line)
    assert system.debian_sources(tmp_path) == []


def test_a_disabled_source_is_not_used(tmp_path):
    write(tmp_path, "sources.list.d/debian.sources", "Enabled: no\n" + DEB822.split("\n", 1)[1].split("\n\n")[0])
    assert system.debian_sources(tmp_path) == []


def test_debians_own_keyring_goes_before_a_strange_one(tmp_path):
    strange = "deb [signed-by=/etc/apt/keyrings/other.gpg] https://other.example/debian bookworm main"
    write(tmp_path, "sources.list", f"{strange}\ndeb http://mirror.example/debian bookworm main")
    found = [stanza["URIs"] for stanza in system.debian_sources(tmp_path)]
    assert found == ["http://mirror.example/debian", "https://other.example/debian"]


def test_a_machine_without_debian_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(system, "debian_sources", list)
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(Problem, match="No Debian mirror"):
        system.PrivateApt(tmp_path, tmp_path / "log").update("sid")
