"""What ``scripts/test`` tells the journeys about the server that it has started for them, and their browser."""

import contextlib
import json
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
sys.path[:0] = [str(ROOT / "scripts"), str(Path(__file__).parent)]  # what journeys share lies beside them

from vigor import chromium, paths  # noqa: E402

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
def gym():
    """The demo gym; a journey cannot run without the server of ``scripts/test``."""
    if "VIGOR_URL" not in os.environ:
        pytest.skip("journeys run through scripts/test, which starts the server they need")
    return Gym(
        url=os.environ["VIGOR_URL"],
        database=os.environ["VIGOR_DATABASE"],
        logins=json.loads(os.environ["VIGOR_LOGINS"]),
        config=Path(os.environ["VIGOR_ODOO_CONF"]),
    )


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
    if report.failed and "page_of" in item.funcargs:
        item.funcargs["page_of"].keep_evidence(item.name)
    return report
