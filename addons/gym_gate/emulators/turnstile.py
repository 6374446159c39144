"""A turnstile to look at: a relay that is emulated, the gate that runs at branches, and a page to hold codes before it.

``python turnstile.py --server URL --people FILE``; ``scripts/run`` starts it beside the demo gym. It answers on the
loopback alone, because whoever reaches the page has the codes of those who are on it.
"""

import argparse
import json
import secrets
import signal
import sys
import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from ..gate.desk import DeskPage
from ..gate.desk_colors import COLORS
from ..gate.gate import Gate
from ..gate.server import Server
from ..gate.store import Store
from .shelly import Shelly

PAGE = """<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body{{font:18px/1.5 system-ui,sans-serif;max-width:52rem;margin:auto;padding:1rem}}
.door{{padding:2rem;border-radius:1rem;color:#fff;background:{color};text-align:center;font-size:1.6rem}}
td{{padding:.4rem;border-top:1px solid #ccc}}button{{font:inherit;padding:.4rem 1rem}}small{{color:#555}}</style></head>
<body><h2>{title}</h2><div class="door" data-outcome="{outcome}" data-open="{is_open}">{screen}<br>
<small style="color:#fff">{state}</small></div><p>{reasons}</p><table>{rows}</table><p><small>{help}</small></p>
<p><a href="{desk}">{desk_word}</a></p></body></html>"""


class Turnstile(ThreadingHTTPServer):
    """The page of one emulated turnstile.

    :param gate: running
    :param people: dicts of ``name``, ``code`` and ``hint``
    """

    daemon_threads = True

    def __init__(self, gate, relay, texts, people, desk_url, port=0):
        self.gate, self.relay, self.texts, self.people, self.desk_url = gate, relay, texts, people, desk_url
        self.token = secrets.token_urlsafe(16)
        super().__init__(("127.0.0.1", port), _Request)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def hold(self, number):
        """Hold the code of a person before the reader; return the verdict, or ``None`` while there is no door yet."""
        self.gate.refresh_doors()
        door = next(iter(self.gate.doors), None)
        return self.gate.take(door, self.people[number]["code"]) if door else None

    def render(self, verdict=None):
        """Return the page after a verdict."""
        words = self.gate.people.get_word
        screen = words("welcome" if verdict.lets_in else "to_desk") if verdict else ""
        said = (
            "".join(f"<div>{escape(one)} <small>{escape(other)}</small></div>" for one, other in verdict.said or ())
            if verdict
            else ""
        )
        return PAGE.format(
            title=escape(self.texts["title"]),
            color=COLORS.get(verdict.outcome, "#444") if verdict else "#444",
            outcome=verdict.outcome if verdict else "",
            is_open=int(self.relay.is_on),
            screen=f"{escape(screen)} {escape(verdict.name)}" if verdict and verdict.lets_in else escape(screen),
            state=escape(self.texts["opened" if self.relay.is_on else "closed"]),
            reasons=said,
            rows="".join(self._row(number, one) for number, one in enumerate(self.people)),
            help=escape(self.texts["help"]),
            desk=escape(self.desk_url),
            desk_word=escape(self.texts["desk"]),
        )

    def _row(self, number, one):
        return (
            f"<tr><td>{escape(one['name'])}<br><small>{escape(one['hint'])}</small></td><td><form method='post'>"
            f"<input type='hidden' name='token' value='{self.token}'><input type='hidden' name='who' value='{number}'>"
            f"<button>{escape(self.texts['button'])}</button></form></td></tr>"
        )


class _Request(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer(self.server.render())

    def do_POST(self):
        size = self.headers.get("Content-Length", "0")
        fields = parse_qs(self.rfile.read(min(int(size), 1000)).decode("utf-8", "replace")) if size.isdecimal() else {}
        form = {name: values[0] for name, values in fields.items()}
        who = form.get("who", "")
        if form.get("token") != self.server.token or not who.isdecimal() or int(who) >= len(self.server.people):
            self.send_error(403)
            return
        self._answer(self.server.render(self.server.hold(int(who))))

    def _answer(self, text):
        if self.headers.get("Host", "").rpartition(":")[0] not in ("127.0.0.1", "localhost"):
            self.send_error(403)
            return
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


def build(url, prepared, file, relay, port):
    """Pair a gate with the server, start it, and return the turnstile before it.

    :param dict prepared: ``code`` for pairing, ``people`` and ``texts``
    """
    key = Server(url).pair(prepared["code"], "turnstile")
    store = Store(file)
    store.begin_anew(url=url, key=key["key"], name=key["name"])
    gate = Gate(store, Server(url, key["key"]), "turnstile")
    gate.sync.run_once()
    gate.start()
    desk = DeskPage(gate, 0).start()
    return Turnstile(gate, relay, prepared["texts"], prepared["people"], desk.url, port)


def main(arguments=None):
    """Serve a turnstile until ended; its address is the first line that is printed."""
    parser = argparse.ArgumentParser(prog="turnstile", description=__doc__)
    parser.add_argument("--server", required=True, help="address of Odoo on this computer")
    parser.add_argument("--people", required=True, type=Path, help="what data/demo/turnstile.py wrote")
    parser.add_argument("--file", required=True, type=Path, help="where the gate keeps what it knows")
    parser.add_argument("--relay", type=int, default=0, help="port of the emulated relay")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args(arguments)
    relay = Shelly(options.relay).start()
    prepared = json.loads(options.people.read_text())
    turnstile = build(options.server, prepared, options.file, relay, options.port)
    sys.stdout.write(f"{turnstile.url}\n")
    sys.stdout.flush()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: threading.Thread(target=turnstile.shutdown).start())
    turnstile.serve_forever()
    return 0
