"""The machine's own packages and ports: what is there, and installing what is missing where that is allowed.

Packages of another Debian suite come from the mirror that this machine already uses. Nothing of its apt is changed: the
sources file, the lists and the archives are private.
"""

import os
import re
import shutil
import socket
import threading
from pathlib import Path

from vigor import console, paths

RELEASES = {"bookworm", "trixie", "forky", "duke", "bullseye", "stable", "testing", "unstable", "sid", "oldstable"}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

_port_lock = threading.Lock()
_apt_lock = threading.Lock()
_given_ports = set()


def is_root():
    """Whether we may install packages and have to run PostgreSQL under another account."""
    return os.geteuid() == 0


def can_install():
    """Whether a missing package can be had without asking anybody."""
    return is_root() and bool(shutil.which("apt-get"))


def install(packages, purpose):
    """Install packages of the distribution with apt.

    :raise Problem: when apt fails, with the end of its output
    """
    log = paths.log_file(f"apt-{packages[0]}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _apt_lock, console.step(f"Installing {', '.join(packages)} ({purpose})", log):
        console.run_logged(["apt-get", "-q", "update"], log, env=environment)
        console.must(
            ["apt-get", "-q", "-y", "--no-install-recommends", "install", *packages],
            log,
            f"apt could not install {', '.join(packages)}.",
            f"Look at {paths.shown(log)}; try: apt-get update && apt-get install {' '.join(packages)}",
            env=environment,
        )


def want_program(names, package, lost):
    """Have a program that is useful but not necessary: install it when we may, else say what is lost.

    :param names: the names under which the program may be found
    :param lost: what does not work without it, as the end of a sentence
    :return: whether it is there now
    """
    if any(shutil.which(name) for name in names):
        return True
    if can_install():
        install([package], lost)
        return any(shutil.which(name) for name in names)
    console.say(f"  Note: {names[0]} is missing, so {lost}. To fix it: install the package {package}.")
    return False


def port_is_free(port, host="127.0.0.1"):
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(first):
    """The first free port from ``first``, on all interfaces; never one that this program was given before."""
    with _port_lock:
        for port in range(first, first + 500):
            if port not in _given_ports and port_is_free(port, "0.0.0.0"):
                _given_ports.add(port)
                return port
    raise console.Problem(f"No free port from {first} to {first + 499}.", "End some servers, or choose with --port.")


# --- packages of another suite. ``apt-get indextargets`` tells the mirrors too, but not the key that a source names


def debian_sources(etc_apt=Path("/etc/apt")):
    """The stanzas of Debian's main archive in the machine's apt configuration, as dicts of deb822 fields.

    Both formats are read. Those that name Debian's own keyring, or none, come first.
    """
    stanzas = []
    for file in [etc_apt / "sources.list", *sorted((etc_apt / "sources.list.d").glob("*"))]:
        if file.suffix == ".sources" and file.is_file():
            stanzas += _parse_deb822(file.read_text())
        elif file.suffix == ".list" and file.is_file():
            stanzas += [found for line in file.read_text().splitlines() if (found := _parse_line(line))]
    wanted = [stanza for stanza in stanzas if _is_debian_main(stanza)]
    return sorted(wanted, key=lambda stanza: "debian-archive" not in stanza.get("Signed-By", "debian-archive"))


def _parse_deb822(text):
    stanzas = []
    for block in re.split(r"\n\s*\n", text):
        fields, name = {}, None
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if line[:1].isspace() and name:
                fields[name] += "\n" + line
            elif ":" in line:
                name, value = line.split(":", 1)
                name = name.strip().title().replace("Uris", "URIs")
                fields[name] = value.strip()
        if fields:
            stanzas.append(fields)
    return stanzas


def _parse_line(line):
    """One ``deb [options] uri suite component...`` line as deb822 fields, or None."""
    found = re.match(r"deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<parts>[^#]+)", line)
    if not found:
        return None
    fields = {"Types": "deb", "URIs": found["uri"], "Suites": found["suite"], "Components": found["parts"].strip()}
    names = {"signed-by": "Signed-By", "trusted": "Trusted", "arch": "Architectures"}
    for option in (found["options"] or "").split():
        name, _, value = option.partition("=")
        if name.lower() in names:
            fields[names[name.lower()]] = value.replace(",", " ")
    return fields


def _is_debian_main(stanza):
    return (
        stanza.get("Enabled", "yes").lower() != "no"
        and "deb" in stanza.get("Types", "").split()
        and bool(RELEASES & set(stanza.get("Suites", "").split()))
        and "main" in stanza.get("Components", "").split()
    )


class PrivateApt:
    """apt with its own sources, lists and archives below one folder."""

    def __init__(self, folder, log):
        self.folder = folder
        self.log = log

    def _command(self, *arguments):
        options = {
            "Dir::Etc::SourceList": "/dev/null",
            "Dir::Etc::SourceParts": self.folder / "sources",
            "Dir::State::Lists": self.folder / "lists",
            "Dir::Cache": self.folder / "cache",
            "Acquire::Retries": "3",
        }
        if is_root():
            # apt's own account cannot reach a folder below /root
            options["APT::Sandbox::User"] = "root"
        flags = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        return ["apt-get", "-q", *flags, *arguments]

    def update(self, *suites):
        """Point to the first mirror of this machine that has the suites.

        :raise Problem: when the machine has no apt, no Debian mirror, or none that answers
        """
        if not shutil.which("apt-get") or not shutil.which("dpkg"):
            raise console.Problem("This machine has no apt, so Debian's odoo-19 cannot be had.", "Use Debian.")
        sources = debian_sources()
        if not sources:
            raise console.Problem(
                "No Debian mirror is in this machine's apt configuration (Ubuntu has its own archive without Odoo 19).",
                "Add a Debian mirror to apt.",
            )
        for stanza in sources:
            self._write_sources(stanza, suites)
            if not console.run_logged(self._command("update", "--error-on=any"), self.log):
                return
        raise console.Problem(
            f"The Debian mirror of this machine's apt did not give suite {suites[0]}.\n{console.tail(self.log, 8)}",
            "See whether `apt-get update` works here, and the network or proxy it uses.",
        )

    def _write_sources(self, stanza, suites):
        fields = {name: stanza[name] for name in ("URIs", "Signed-By", "Trusted", "Architectures") if name in stanza}
        if "Signed-By" not in fields and KEYRING.exists():
            fields["Signed-By"] = str(KEYRING)
        fields |= {"Types": "deb", "Suites": " ".join(suites), "Components": "main"}
        text = "".join(f"{name}: {value}\n" for name, value in fields.items())
        (self.folder / "sources" / "debian.sources").write_text(text)

    def download(self, packages):
        """Download packages, named as apt does (``name`` or ``name/suite``).

        :return: the files
        """
        debs = self.folder / "debs"
        console.must(
            self._command("download", *packages),
            self.log,
            "apt could not download Odoo 19 or a package it links to.",
            cwd=debs,
            env={**os.environ, "LC_ALL": "C"},
        )
        return sorted(debs.glob("*.deb"))
