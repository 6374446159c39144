"""Somebody of the gym at work, by the calls that the screens make."""

import time

import requests

GYM = None  # what ``conftest.py`` serves


class Person:
    """Somebody signed in, with a browser's cookies."""

    def __init__(self, login):
        self.http = requests.Session()
        [password] = [entry["password"] for entry in GYM.logins if entry["login"] == login]
        who = {"db": GYM.database, "login": login, "password": password}
        self.result = self.rpc("/web/session/authenticate", who)["result"]

    def rpc(self, path, params):
        payload = {"jsonrpc": "2.0", "method": "call", "params": params}
        return self.http.post(GYM.url + path, json=payload, timeout=120).json()

    def call(self, model, method, *args, **kwargs):
        """The whole answer, an error included."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, {"model": model, "method": method, "args": args, "kwargs": kwargs})

    def ask(self, model, method, *args, **kwargs):
        """The result in the person's language; an error fails the test with its message."""
        kwargs = {"context": self.result["user_context"]} | kwargs
        answer = self.call(model, method, *args, **kwargs)
        assert "error" not in answer, answer["error"]["data"]["message"]
        return answer.get("result")

    def download(self, path):
        """The bytes at an address."""
        answer = self.http.get(GYM.url + path, timeout=120)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content


def wait_until(holds, what, timeout_s=120):
    """Return the first true value of ``holds()``; fail with ``what`` when there is none in time."""
    until = time.monotonic() + timeout_s
    while not (value := holds()):
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.5)
    return value
