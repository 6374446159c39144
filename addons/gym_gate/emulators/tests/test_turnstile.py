"""The turnstile of the demo: enter, be refused with the reason, pay, enter."""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta

import pytest

from odoo.addons.gym_access.domain.facts import Bar, Facts, Right
from odoo.addons.gym_access.domain.reasons import reason

from ...gate.clock import utc_now
from .. import turnstile
from ..server import Branch, BranchServer
from ..shelly import Shelly

TEXTS = dict.fromkeys(("title", "help", "button", "opened", "closed", "desk"), "…")
CODES = ["91" + "1" * 16, "91" + "2" * 16]


def _facts(*bars):
    return Facts(utc_now() + timedelta(hours=72), bars, (Right("subscription:1"),))


@pytest.fixture
def demo(tmp_path):
    relay = Shelly().start()
    door = {"id": 5, "name": "In", "kind": "shelly", "direction": "in", "address": relay.address, "channel": 0}
    more = {"seconds": 2, "reader": "", "serial": "", "username": "", "password": ""}
    branch = Branch(points=[door | more])
    branch.put("member:1", _facts(), CODES[0])
    branch.put("member:2", _facts(Bar(reason("owes"))), CODES[1], name="Beto L.")
    server = BranchServer(branch).start()
    people = [{"name": "María", "code": CODES[0], "hint": ""}, {"name": "Beto", "code": CODES[1], "hint": "owes"}]
    prepared = {"code": branch.code, "people": people, "texts": TEXTS}
    page = turnstile.build(server.url, prepared, tmp_path / "gate.sqlite", relay, 0)
    threading.Thread(target=page.serve_forever, daemon=True).start()
    page.branch = branch
    yield page
    page.gate.stop()
    for one in (page, server, relay):
        one.shutdown()
        one.server_close()


def _ask(page, who=None, token=None):
    data = urllib.parse.urlencode({"who": who, "token": token or page.token}).encode() if who is not None else None
    with urllib.request.urlopen(page.url, data, timeout=30) as response:
        text = response.read().decode()
    return re.search(r'data-outcome="(\w*)" data-open="(\d)"', text).groups()


def test_a_visitor_sees_one_enter_one_refused_who_pays_and_enters(demo):
    assert _ask(demo) == ("", "0")
    assert _ask(demo, 0) == ("allow", "1")
    demo.relay.on_until = 0
    assert _ask(demo, 1) == ("refuse", "0")
    demo.branch.put("member:2", _facts(), name="Beto L.")  # paid at the desk
    demo.gate.passage._last.clear()  # as if five seconds had gone
    assert _ask(demo, 1) == ("allow", "1")


def test_pages_of_others_hold_no_code_before_it(demo):
    with pytest.raises(urllib.error.HTTPError, match="403"):
        _ask(demo, 0, "x")
    assert not demo.relay.openings
