"""The demo gym as each of its people meets it, on a running server."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

URL = os.environ["VIGOR_URL"]
DATABASE = os.environ["VIGOR_DATABASE"]
LOGINS = {entry["login"]: entry["password"] for entry in json.loads(os.environ["VIGOR_LOGINS"])}
LOADER = Path(__file__).parents[2] / "data" / "demo" / "load.py"


class Person:
    """Somebody signed in, with a browser's cookies."""

    def __init__(self, login):
        self.http = requests.Session()
        self.result = self.rpc(
            "/web/session/authenticate", {"db": DATABASE, "login": login, "password": LOGINS[login]}
        )["result"]

    def rpc(self, path, params):
        payload = {"jsonrpc": "2.0", "method": "call", "params": params}
        return self.http.post(URL + path, json=payload, timeout=60).json()

    def call(self, model, method, *args, **kwargs):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, {"model": model, "method": method, "args": args, "kwargs": kwargs})


@pytest.mark.parametrize(
    ("login", "branches"),
    [
        ("propietaria", {"ROMA", "GDL", "TIJ"}),
        ("contadora", {"ROMA", "GDL", "TIJ"}),
        ("gerente", {"ROMA"}),
        ("recepcion", {"ROMA"}),
    ],
)
def test_staff_sees_the_members_of_their_branches(login, branches):
    person = Person(login)
    seen = person.call("gym.location", "search_read", [], ["code"])["result"]
    assert {branch["code"] for branch in seen} == branches
    total = person.call("gym.member", "search_count", [])["result"]
    assert total >= 300 if len(branches) == 3 else 100 < total < 200
    assert person.result["user_context"]["lang"] == "es_MX"


def test_member_meets_her_card_and_no_table():
    member = Person("miembro")
    assert "error" in member.call("gym.member", "search_read", [], ["name"])
    page = member.http.get(URL + "/my/gym", timeout=60)
    assert page.status_code == 200
    assert "Mariana Peña Núñez" in page.text
    assert "Roma Norte" in page.text


def test_loading_the_gym_again_changes_nothing():
    script = f"""
import runpy
tables = ("gym_member", "gym_location", "res_users", "res_partner", "resource_calendar", "utm_source", "ir_model_data")
def counts():
    env.flush_all()
    return [env.execute_query_dict(__import__("odoo").tools.SQL("SELECT count(*), max(write_date) FROM %s",
        __import__("odoo").tools.SQL.identifier(table))) for table in tables]
before = counts()
runpy.run_path({str(LOADER)!r})["main"](env)
print("SAME" if counts() == before else "CHANGED")
"""
    command = [sys.executable, "-m", "odoo", "shell", "-c", os.environ["VIGOR_ODOO_CONF"], "-d", DATABASE, "--no-http"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split()[-1] == "SAME"
