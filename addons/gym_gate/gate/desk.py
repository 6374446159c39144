"""The page of the front desk for when the server is away, on this computer alone: ``http://127.0.0.1:8471``."""

import secrets
import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from odoo.addons.gym_access.domain import codes, pass_code

from . import kiosk
from .desk_colors import COLORS
from .passage import Door

DESK = Door(0, "Desk")
LONGEST = 10_000
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body{{font:18px/1.4 system-ui,sans-serif;margin:0;background:#111;color:#eee}}
main{{max-width:44rem;margin:auto;padding:1rem}}
input,select,button{{font:inherit;padding:.5rem;border-radius:.4rem;border:1px solid #666}}button{{background:#eee}}
.state{{padding:.4rem 1rem;background:{state_color}}}
.verdict{{padding:1rem;border-radius:.5rem;background:{color};margin:1rem 0}}
td{{padding:.2rem .6rem}}</style></head><body><div class="state">{state}</div><main><h2>{title}</h2>
<form method="post" action="/find"><input type="hidden" name="token" value="{token}">
<input name="text" autofocus autocomplete="off" size="34" placeholder="{search}"> <button>{find}</button></form>
{body}</main></body></html>"""


class DeskPage(ThreadingHTTPServer):
    """Serves the page on the loopback; forms carry a token that only the page has."""

    daemon_threads = True

    def __init__(self, gate, port):
        self.gate = gate
        self.token = secrets.token_urlsafe(16)
        super().__init__(("127.0.0.1", port), _Request)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def start(self):
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, name="desk", daemon=True).start()
        return self

    def word(self, name):
        """Return a word of the page in the language of the branch, as HTML."""
        return escape(self.gate.people.get_word(name))

    # --- what was asked

    def find(self, text):
        """Return what the page shows for a code, a name or a number."""
        if codes.read_code(text) or pass_code.read(text):
            verdict = self.gate.passage.judge(DESK, text, "desk")
            self.gate.passage.end(verdict, verdict.lets_in)
            return self.show_verdict(verdict)
        people = self.gate.store.find_people(text)
        rows = "".join(
            f'<tr><td><a style="color:#8cf" href="/person?key={escape(key)}">{escape(name)}</a></td>'
            f"<td>{escape(number)}</td></tr>"
            for key, name, number in people
        )
        return (f"<table>{rows}</table>" if people else f"<p>{self.word('nobody')}</p>"), None

    def show_person(self, key):
        """Return the verdict about somebody, nothing written, with what the desk can do."""
        answer = self.gate.passage.look(key)
        said = [self.gate.people.say(one) for one in answer.decision.reasons]
        shown, outcome = self._show(answer.decision.outcome, answer.name, said)
        doors = "".join(f'<option value="{id_}">{escape(door.name)}</option>' for id_, door in self.gate.doors.items())
        form = (
            f'<form method="post" action="/enter"><input type="hidden" name="token" value="{self.token}">'
            f'<input type="hidden" name="key" value="{escape(key)}">{self.word("open")} '
            f'<select name="door"><option value="0">{self.word("none")}</option>{doors}</select> '
        )
        if answer.decision.lets_in:
            return f"{shown}{form}<button>{self.word('let_in')}</button></form>", outcome
        reasons = "".join(
            f'<option value="{int(id_)}">{escape(name)}</option>'
            for id_, name in (self.gate.store.get("branch") or {}).get("overrides", [])
        )
        anyway = f'<select name="override">{reasons}</select> <button>{self.word("anyway")}</button>'
        return (f"{shown}{form}{anyway}</form>" if reasons else shown), outcome

    def enter(self, key, door_id, override):
        """Let somebody in at the desk, through a door when one is named, and return the verdict."""
        door = self.gate.doors.get(door_id)
        verdict = self.gate.passage.judge_person(door or DESK, key, "desk", override)
        if door:
            self.gate.passage.open(door, verdict)
        else:
            self.gate.passage.end(verdict, verdict.lets_in)
        return self.show_verdict(verdict)

    def show_verdict(self, verdict):
        """Return what was decided and written down."""
        return self._show(verdict.outcome, verdict.name, verdict.said)

    def _show(self, outcome, name, said):
        """Return a pair of what the page shows of a verdict and its outcome."""
        word = self.word("to_desk" if outcome == "refuse" else "welcome")
        lines = "".join(f"<div>{escape(reason)} <small>{escape(remedy)}</small></div>" for reason, remedy in said)
        title = f"<b>{word} {escape(name)}</b>"
        return f'<div class="verdict" data-outcome="{outcome}">{title}{lines}</div>', outcome

    def render(self, body):
        """Return the page around a pair of what is shown and the outcome that gives it its color."""
        shown, outcome = body
        store, sync = self.gate.store, self.gate.sync
        branch = store.get("branch") or {"gate": "Gate", "name": ""}
        is_well = sync.problem is None
        state = self.word("revoked" if sync.is_revoked else "reached" if is_well else "alone")
        inside = sum(1 for _at, is_here in self.gate.people.get_presence()["inside"].values() if is_here)
        counts = f"{inside} {self.word('inside')} · {store.count_waiting()} {self.word('waiting')}"
        return PAGE.format(
            title=escape(f"{branch['name']} · {branch['gate']}"),
            state=f"{state} {counts}",
            state_color="#157347" if is_well else "#b02a37",
            token=self.token,
            search=self.word("search"),
            find=self.word("find"),
            color=COLORS.get(outcome, "#333"),
            body=shown + self._show_last(),
        )

    def _show_last(self):
        rows = []
        for event in self.gate.store.get_last_events(10):
            known = self.gate.store.get_entry(event["who"]) if event["who"] else None
            name = known[0]["name"] if known else ""
            rows.append(
                f"<tr><td>{self.gate.people.get_clock(event['at'])}</td><td>{escape(name)}</td><td>{event['outcome']}</td></tr>"
            )
        return f"<h3>{self.word('last')}</h3><table>{''.join(rows)}</table>"


class _Request(BaseHTTPRequestHandler):
    timeout = 30

    def do_GET(self):
        parts = urlsplit(self.path)
        if not self._is_ours():
            return
        if parts.path == "/":
            self._answer(self.server.render(("", None)))
        elif parts.path == "/kiosk":
            self._show_kiosk(parse_qs(parts.query).get("door", [""])[0])
        elif parts.path == "/person":
            self._answer(self.server.render(self.server.show_person(parse_qs(parts.query).get("key", [""])[0])))
        else:
            self.send_error(404)

    def do_POST(self):
        size = self.headers.get("Content-Length", "0")
        if not self._is_ours() or not size.isdecimal() or int(size) > LONGEST:
            return
        fields = parse_qs(self.rfile.read(int(size)).decode("utf-8", "replace"))
        form = {name: values[0] for name, values in fields.items()}
        if not secrets.compare_digest(form.get("token", "").encode(), self.server.token.encode()):
            self.send_error(403)
        elif self.path == "/kiosk":
            self._show_kiosk(form.get("door", ""), form.get("text", ""))
        elif self.path == "/find":
            self._answer(self.server.render(self.server.find(form.get("text", ""))))
        elif self.path == "/enter":
            numbers = (int(form[name]) if form.get(name, "").isdecimal() else 0 for name in ("door", "override"))
            self._answer(self.server.render(self.server.enter(form.get("key", ""), *numbers)))
        else:
            self.send_error(404)

    def _show_kiosk(self, door, text=None):
        """Show self check-in at a door, and handle a code that was held before it."""
        id_, nonce = int(door) if door.isdecimal() else 0, secrets.token_urlsafe(16)
        if id_ not in self.server.gate.doors:
            self.send_error(404)
            return
        verdict = self.server.gate.take(id_, text) if text else None
        page = kiosk.render(self.server.gate, id_, self.server.token, nonce, verdict)
        self._answer(page, f"{POLICY}; script-src 'nonce-{nonce}'; media-src blob: mediastream:")

    def _is_ours(self):
        """Refuse a name that another site has made lead here."""
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host in ("127.0.0.1", "localhost"):
            return True
        self.send_error(403)
        return False

    def _answer(self, text, policy=POLICY):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Names of people go into no log."""
