"""A Debian of its own to try an installation on: bare from debootstrap, booted with systemd in namespaces.

Its processes, mounts and network are in namespaces of its own, so they end with its first process, however that ends.
Only what it wrote is left, in the folder that it was given: it lies over layers of files that many machines share.
"""

import contextlib
import ctypes
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

from vigor import cache, console, paths, system

SUITE = "bookworm"
PROGRAMS = ("debootstrap", "unshare", "nsenter", "setpriv", "pivot_root")
BARE_MB = 500
PATIENCE_S = 90
MARK = "etc/vigor-machine"
CLONE_NEWNET = 0x40000000
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CERTIFICATES = "/etc/outside.pem"  # those by which this machine trusts its mirrors
# What it is told of the way out: pip's settings and proxies. Paths of this machine mean nothing there.
OUTWARD = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

# $1 is its folder, $2 the layers below, $3 its control group. What it must not touch of the kernel is read-only.
BOOT = r"""
set -e
echo 0 > "$3/cgroup.procs"
exec setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --net --uts --ipc --cgroup \
    --propagation private sh -euc '
        hostname gym
        ip link set lo up
        mount -t overlay -o "lowerdir=$2,upperdir=$1/changes,workdir=$1/work" overlay "$1/root"
        cd "$1/root"
        mount -t proc proc proc
        mount --bind proc/sys proc/sys
        mount -o remount,ro,bind proc/sys
        mount -t sysfs -o ro sysfs sys
        mount -t cgroup2 cgroup2 sys/fs/cgroup
        mount -t tmpfs -o mode=755 tmpfs run
        mount -t tmpfs -o mode=755 tmpfs dev
        for node in null zero full random urandom tty; do touch dev/$node; mount --bind /dev/$node dev/$node; done
        mkdir dev/pts dev/shm
        mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
        mount -t tmpfs tmpfs dev/shm
        ln -s pts/ptmx dev/ptmx
        ln -s /proc/self/fd dev/fd
        ln -s /proc/self/fd/0 dev/stdin
        ln -s /proc/self/fd/1 dev/stdout
        ln -s /proc/self/fd/2 dev/stderr
        mkdir -p .outside
        pivot_root . .outside
        umount -l .outside
        rmdir .outside
        exec setpriv --bounding-set=-sys_rawio,-sys_module,-sys_time,-syslog \
            env -i container=vigor PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init
    ' sh "$1" "$2"
"""


def why_not():
    """Why no machine can be booted here, as the end of a sentence; nothing when it can."""
    if not system.is_root():
        return "it takes root"
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        return f"{', '.join(missing)} is missing"
    if _control_groups() is None:
        return "this machine has no control groups of version 2"
    if not system.debian_sources():
        return "no Debian mirror is in this machine's apt configuration"
    return ""


def _control_groups():
    """Where control groups of version 2 are mounted, or None."""
    mounts = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    return next((Path(words[1]) for words in mounts if words[2] == "cgroup2"), None)


# --- its files


def bare(store):
    """The files of a bare Debian 12, from the cache or made with debootstrap."""
    key = cache.digest("bare", SUITE)
    if store.find("debian", key) is None:
        cache.require_space(store.root, BARE_MB, "a bare Debian")
    return store.entry("debian", key, _debootstrap) / "root"


def _debootstrap(folder):
    log = paths.log_file("debootstrap")
    source = system.debian_sources()[0]
    keyring = source.get("Signed-By", "")
    command = ["unshare", "--mount", "--propagation", "private", "debootstrap"]
    command += [f"--keyring={keyring}"] if keyring.startswith("/") else []
    with console.step("Making a bare Debian 12", log):
        what = "debootstrap could not make a Debian 12."
        console.must([*command, SUITE, folder / "root", source["URIs"].split()[0]], log, what)


def tell_the_way_out(root):
    """Write the files of a layer with which a machine's apt and pip reach this one's mirrors."""
    for folder in ("etc/apt/apt.conf.d", "etc/dpkg/dpkg.cfg.d"):
        (root / folder).mkdir(parents=True)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    # nobody needs these files after a crash
    (root / "etc/dpkg/dpkg.cfg.d/drill").write_text("force-unsafe-io\n")
    if Path("/etc/pip.conf").exists():
        shutil.copy("/etc/pip.conf", root / "etc/pip.conf")
    dump = subprocess.run(["apt-config", "dump", "Acquire"], capture_output=True, text=True).stdout
    proxies = "".join(f"{line}\n" for line in dump.splitlines() if "proxy" in line.lower())
    (root / "etc/apt/apt.conf.d/00outside").write_text(proxies)
    trusted = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE") or "/etc/ssl/certs/ca-certificates.crt"
    if Path(trusted).is_file():
        shutil.copy(trusted, root / CERTIFICATES[1:])


def _outward(root):
    told = {
        name: value
        for name, value in os.environ.items()
        if name.upper().startswith(OUTWARD) and not value.startswith("/")
    }
    return told | ({"PIP_CERT": CERTIFICATES} if (root / CERTIFICATES[1:]).exists() else {})


# --- the machine


class Machine:
    """A booted Debian.

    :param folder: where it keeps what it writes; it is made
    :param layers: folders of the files below that, the uppermost first; they are only read
    :param log: what its commands say
    """

    def __init__(self, folder, layers, log):
        self.name, self.log = folder.name, log
        self.layers = [folder / "changes", *layers]
        self._folder, self._below = folder, ":".join(map(str, layers))
        self._group = _control_groups() / f"vigor-{paths.CLONE_ID}-{folder.name}"
        self._process = self._pid = None
        for part in ("changes/etc", "work", "root"):
            (folder / part).mkdir(parents=True)
        (folder / "changes" / MARK).touch()
        (folder / "changes/etc/hostname").write_text("gym\n")
        (folder / "changes/etc/hosts").write_text("127.0.0.1 localhost gym\n::1 localhost\n")

    @property
    def root(self):
        """Its files as it sees them, while it runs."""
        return Path(f"/proc/{self._pid}/root")

    @contextlib.contextmanager
    def running(self):
        """Boot it; whatever happens then, nothing of it runs afterwards."""
        try:
            self.boot()
            yield self
        finally:
            self._end()

    def boot(self):
        """Start its systemd and wait until that has started what it should."""
        self._group.mkdir(exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                ["sh", "-c", BOOT, "sh", self._folder, self._below, self._group],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid = self._wait_for(self._find_init)
        self._wait_for(lambda: self._asked("systemctl", "is-system-running") in ("running", "degraded"))

    def shut_down(self):
        """Let its systemd stop everything, as when somebody switches it off."""
        self._asked("systemctl", "poweroff")
        self._process.wait(PATIENCE_S)
        self._end()

    def reboot(self):
        """Switch it off and on again."""
        self.shut_down()
        self.boot()

    def _end(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = self._pid = None
        if self._group.exists():
            (self._group / "cgroup.kill").write_text("1")
            _wait_until_empty(self._group)
            for group in sorted((path for path in self._group.rglob("*") if path.is_dir()), reverse=True):
                group.rmdir()
            self._group.rmdir()

    def _find_init(self):
        """The pid of its first process, once that is inside."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        found = [pid for pid in children if Path(f"/proc/{pid}/root/{MARK}").exists()]
        return int(found[0]) if found else None

    def _wait_for(self, find):
        until = time.monotonic() + PATIENCE_S
        while not (found := find()):
            if self._process.poll() is not None or time.monotonic() > until:
                raise console.Problem(f"The machine does not boot.\n{console.tail(self.log)}", f"See {self.log}.")
            time.sleep(0.2)
        return found

    def _command(self, words, with_internet=False):
        spaces = ["--mount", "--uts", "--ipc", "--pid", "--cgroup", "--root"]
        spaces += [] if with_internet else ["--net"]
        environment = {"PATH": PATH, "HOME": "/root", "TERM": "dumb", "DEBIAN_FRONTEND": "noninteractive"}
        environment |= _outward(self.root) if with_internet else {}
        told = [f"{name}={value}" for name, value in environment.items()]
        return ["nsenter", "-t", str(self._pid), *spaces, "--", "/usr/bin/env", "-i", *told, *words]

    def _asked(self, *words):
        return subprocess.run(self._command(words), capture_output=True, text=True).stdout.strip()

    def run(self, script, with_internet=False):
        """Run lines of bash as root, ending at the first that fails.

        :param with_internet: with the network of this machine in place of its own
        :return: what they wrote to standard output
        :raise AssertionError: when one failed, with the end of all that they wrote
        """
        with self.log.open("a") as log:
            log.write(f"\n--- {self.name}\n{script}\n")
            log.flush()
            command = self._command(["bash", "-euo", "pipefail", "-c", f"cd /root\n{script}"], with_internet)
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, errors="replace"
            )
            log.write(done.stdout)
        assert not done.returncode, f"{script}\nended with {done.returncode}:\n{console.tail(self.log, 40)}"
        return done.stdout

    @contextlib.contextmanager
    def network(self):
        """Sockets that this thread opens meanwhile are in the machine's network."""
        own, its = Path(f"/proc/self/task/{threading.get_native_id()}/ns/net"), Path(f"/proc/{self._pid}/ns/net")
        with own.open() as back, its.open() as there:
            _enter(there)
            try:
                yield
            finally:
                _enter(back)


def _wait_until_empty(group):
    """What was killed leaves its control group a little later."""
    until = time.monotonic() + PATIENCE_S
    while "populated 1" in (group / "cgroup.events").read_text() and time.monotonic() < until:
        time.sleep(0.05)


def _enter(network):
    if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "the network of the machine cannot be entered")
