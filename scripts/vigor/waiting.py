"""The page that a browser shows at the gym's address until the gym is there: what is being done, and how far it is."""

import contextlib
import html
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from vigor import console

PAGE = Path(__file__).with_suffix(".html")
STATE = "/vigor-waiting.json"
# What a first start does: the name of a stage, what people read, and its share of the whole, in hundredths
STAGES = (
    ("get", "Traer Odoo, Python y PostgreSQL", 30),
    ("install", "Instalar los módulos", 30),
    ("live", "Vivir el año pasado del gimnasio, día por día", 35),
    ("open", "Abrir las puertas", 5),
)
COUNT = re.compile(rb"\((\d+)/(\d+)\)")
TAIL_BYTES = 20_000
HALF_OF_UNCOUNTED_S = 30


def state(steps):
    """What the page shows of the steps that were begun: ``percent``, and ``stages`` with their state."""
    names = [name for name, _title, _share in STAGES]
    now = max((names.index(step.stage) for step in steps if step.stage), default=0)
    share = _fraction([step for step in steps if (step.stage or names[0]) == names[now]])
    percent = sum(part for _name, _title, part in STAGES[:now]) + STAGES[now][2] * share
    stages = [
        {"title": title, "state": "done" if number < now else "now" if number == now else "later"}
        for number, (_name, title, _share) in enumerate(STAGES)
    ]
    return {"percent": round(percent), "stages": stages}


def _fraction(steps):
    """How much of a stage is done: as its log counts, like Odoo's "(12/95)", or guessed from the time it has taken."""
    counts = COUNT.findall(_tail(steps[-1].log)) if steps else []
    if counts:
        return min(1, int(counts[-1][0]) / max(1, int(counts[-1][1])))
    taken = time.monotonic() - steps[0].started if steps else 0
    return taken / (taken + HALF_OF_UNCOUNTED_S)


def _tail(log):
    if not log or not log.exists():
        return b""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL_BYTES))
        return file.read()


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == STATE:
            self._answer(200, "application/json", json.dumps(state(console.steps)))
        else:
            rows = "".join(f"<li>{html.escape(title)}</li>" for _name, title, _share in STAGES)
            self._answer(503, "text/html", PAGE.read_text().replace("{stages}", rows).replace("{state}", STATE))

    do_HEAD = do_POST = do_GET

    def _answer(self, status, kind, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if status == 503:
            self.send_header("Retry-After", "5")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_words):
        """Nobody reads who has asked how far it is."""


@contextlib.contextmanager
def page(port):
    """Answer on ``port`` until the ``with`` ends, which leaves the port to Odoo."""
    with ThreadingHTTPServer(("", port), _Answer) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
