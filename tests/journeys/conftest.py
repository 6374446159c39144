"""The demo gym on a server of its own, with its PAC and its mails, and the browser of the people who look at it."""

import contextlib
import os
import re
import sys
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from playwright.sync_api import Error, expect

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(Path(__file__).parent))  # what journeys share lies beside them

import staff  # noqa: E402
from vigor import chromium, paths, prepared, server, system  # noqa: E402
from vigor.database import Databases  # noqa: E402

FIRST_PORT = 8269
# A busy machine shows late what it shows; five seconds, Playwright's own, tell only how busy it is
expect.set_options(timeout=chromium.WAIT_MS)
# Pictures are for docs/img only when somebody asks for them: a test leaves the checkout as it was
PICTURES = ROOT / "docs" / "img" if os.environ.get("VIGOR_PICTURES") else paths.STATE / "pictures"


@dataclass(frozen=True)
class Gym:
    """The running demo gym."""

    url: str
    database: str
    logins: list
    config: Path
    mails: Path

    @property
    def data_dir(self):
        """Odoo's own folder of files."""
        parser = ConfigParser(interpolation=None)
        parser.read(self.config)
        return Path(parser["options"]["data_dir"])

    def query(self, sql, database=None):
        """The rows of a query, in a transaction of its own."""
        connection = psycopg2.connect(dbname=database or self.database)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


@pytest.fixture(scope="session")
def database(store, odoo):
    """The name of a database with the demo gym."""
    name, databases = f"journeys_{paths.CLONE_ID}", Databases(odoo)
    databases.drop(name, f"{name}__new")
    try:
        prepared.gym(odoo, store, name)
        yield name
    finally:
        databases.drop(name)


@pytest.fixture(scope="session", autouse=True)
def gym(odoo, database, standing_in, tmp_path_factory):
    """The demo gym, served."""
    port, folder = system.free_port(FIRST_PORT), tmp_path_factory.mktemp("gym")
    prepared.tell_address(odoo.server, database, f"http://127.0.0.1:{port}")
    with contextlib.ExitStack() as stack:
        pac_log, log = paths.log_file("journeys-pac-sandbox"), paths.log_file("journeys-server")
        _process, pac_url = stack.enter_context(server.pac_sandbox(odoo.python, folder / "pac.sqlite", pac_log))
        smtp_port = stack.enter_context(server.mails_kept(folder / "mails"))
        pac = {server.PAC_VARIABLE: pac_url}
        running = stack.enter_context(server.serving(odoo, database, port, log, smtp_port=smtp_port, environment=pac))
        stack.enter_context(standing_in(odoo, **pac))
        staff.GYM = Gym(running.url, database, prepared.logins(), odoo.write_config(), folder / "mails")
        yield staff.GYM


@pytest.fixture(scope="module")
def new_gym(odoo, store, gym):
    """A gym that has nothing yet, served beside the demo gym and with its PAC."""
    name, databases, port = f"journeys_new_{paths.CLONE_ID}", Databases(odoo), system.free_port(FIRST_PORT)
    databases.drop(name, f"{name}__new")
    try:
        prepared.gym(odoo, store, name, demo="none")
        prepared.tell_address(odoo.server, name, f"http://127.0.0.1:{port}")
        pac = {server.PAC_VARIABLE: os.environ[server.PAC_VARIABLE]}
        log = paths.log_file("journeys-new-gym")
        with server.serving(odoo, name, port, log, environment=pac) as running:
            yield Gym(running.url, name, prepared.logins(demo=False), gym.config, gym.mails)
    finally:
        databases.drop(name)


# --- the browser


class People:
    """Who is looking at the gym: one session in the browser for each person and device, kept for a file of tests."""

    def __init__(self, browser, gym):
        self._browser, self._gym = browser, gym
        self._contexts = contextlib.ExitStack()
        self.pages = {}

    def __call__(self, login=None, device="phone"):
        """The page of somebody signed in with a demo login, or of a visitor when there is none.

        :param str device: ``phone``, ``tablet`` or ``desktop``
        """
        if (login, device) not in self.pages:
            context = chromium.context(self._browser, chromium.DEVICES[device], base_url=self._gym.url)
            self._contexts.callback(context.close)
            page = self.pages[login, device] = context.new_page()
            if login:
                passwords = {entry["login"]: entry["password"] for entry in self._gym.logins}
                assert chromium.sign_in(page, self._gym.url, login, passwords[login]), f"{login} cannot sign in"
                # Left half loaded, it and the next page write the same file of assets, and one of them stays blank.
                page.wait_for_load_state("load")
        return self.pages[login, device]

    def leave(self):
        self._contexts.close()

    def keep_evidence(self, test):
        """Write what each page shows, and its HTML, beside the logs."""
        for (login, device), page in self.pages.items():
            name = re.sub(r"\W+", "-", f"{test}-{login or 'visitor'}-{device}")
            with contextlib.suppress(Error):
                (paths.LOGS / f"{name}.html").write_text(f"<!-- {page.url} -->\n{page.content()}")
                page.screenshot(path=paths.LOGS / f"{name}.png")


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium."""
    if not chromium.program():
        pytest.skip("Chromium was not found. Debian: apt install chromium")
    with chromium.running() as running:
        yield running


@pytest.fixture(scope="module")
def page_of(browser, gym):
    """``page_of("recepcion", "desktop")`` is her page in the browser: see :class:`People`."""
    people = People(browser, gym)
    yield people
    people.leave()


@pytest.fixture(scope="module")
def page_of_new(browser, new_gym):
    """The same in the gym that has nothing yet: ``page_of_new("admin", "desktop")``."""
    people = People(browser, new_gym)
    yield people
    people.leave()


@pytest.fixture(scope="session")
def picture():
    """``picture(page, "name")`` keeps what a page shows: in docs/img if VIGOR_PICTURES is set, else in .vigor."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    def take(page, name, whole=True):
        (PICTURES / f"{name}.png").write_bytes(chromium.capture(page, whole))

    return take


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    for people in {"page_of", "page_of_new"} & item.funcargs.keys() if report.failed else ():
        item.funcargs[people].keep_evidence(item.name)
    return report
