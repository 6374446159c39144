"""Every address that the addons answer is in docs/security.md, with who may call it; nothing else is."""

import ast
import re

import pytest
from vigor import paths

PAGE = paths.ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| `(/[^`]*)` \| (\w+) \| (.+) \|$", re.M)


def answered(addon="*"):
    """{address: auth} of every ``@route`` with an address; one without only extends Odoo's own."""
    found = {}
    for file in paths.ADDONS.glob(f"{addon}/controllers/*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef):
                found |= {address: auth for call in node.decorator_list for address, auth in read(call)}
    return found


def read(call):
    name = getattr(call, "func", None)
    if getattr(name, "id", getattr(name, "attr", None)) != "route" or not call.args:
        return []
    addresses = ast.literal_eval(call.args[0])
    auth = {keyword.arg: keyword.value for keyword in call.keywords}.get("auth")
    names = [addresses] if isinstance(addresses, str) else addresses
    return [(address, ast.literal_eval(auth) if auth else "user") for address in names]


ANSWERED = answered()
LISTED = {address: auth for address, auth, _limits in ROW.findall(PAGE.read_text())}


@pytest.mark.parametrize("address", sorted(ANSWERED))
def test_every_address_is_listed(address):
    assert LISTED.get(address) == ANSWERED[address], f"{address} ({ANSWERED[address]}) is not so in docs/security.md"


def test_nothing_is_listed_that_is_not_there():
    assert not LISTED.keys() - ANSWERED.keys()


def test_strangers_try_the_addresses_of_every_addon():
    """The tests with ``StrangersCase`` name their addons and ask at every address of those that they find.

    Only where a provider's server calls is nothing of anybody's to be had: what counts there is its signature.
    """
    tried = set()
    for file in paths.ADDONS.glob("*/tests/test_portal_matrix.py"):
        [names] = re.findall(r"^ADDONS = (\(.*\))$", file.read_text(), re.M)
        tried |= set(ast.literal_eval(names))
    met = {addon.name: answered(addon.name) for addon in paths.ADDONS.iterdir()}
    assert {name for name, routes in met.items() if any(not path.startswith("/payment/") for path in routes)} == tried
