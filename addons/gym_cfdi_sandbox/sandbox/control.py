"""The sandbox's own door, for tests and for the curious: JSON under ``/sandbox``."""

from dataclasses import fields
from datetime import datetime, timezone
from urllib.parse import urlsplit

from . import accounts, stamping
from .faults import Fault
from .messages import Response
from .sat import ACCEPT, DELAY, REJECT

ROOT = "/sandbox"
# Where this door opens, whatever address the services are heard at
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_STAMP_COLUMNS = "uuid, pac, sha256, custom_id, kind, issuer, receptor, total, stamped_at"


class ControlApi:
    """What is served is listed at ``GET /sandbox``; no fault ever meets it."""

    protocol = ""

    def __init__(self, register, clock, faults, sat, desk):
        self._register = register
        self._clock = clock
        self._faults = faults
        self._sat = sat
        self._desk = desk
        self._routes = {
            ("GET", ""): self._state,
            ("GET", "/faults"): self._listed_faults,
            ("POST", "/faults"): self._add_fault,
            ("DELETE", "/faults"): self._clear_faults,
            ("GET", "/stamps"): self._stamps,
            ("POST", "/balance"): self._set_balance,
            ("POST", "/registered"): self._set_registered,
            ("POST", "/clock"): self._move_clock,
            ("POST", "/answers"): self._answer_cancellation,
            ("POST", "/sat"): self._delay_sat,
            ("POST", "/reset"): self._reset,
        }

    def serves(self, path):
        return path == ROOT or path.startswith(f"{ROOT}/")

    def operation(self, request):
        return request.path.removeprefix(ROOT).rstrip("/")

    def answer(self, request, operation, _failing):
        """Answer a request; what is wrong with it is told with status 400.

        A web page that somebody has open reaches this machine's addresses too: by a name of its own, or with a form.
        """
        if _host_of(request) not in LOOPBACK:
            return Response.of_json({"error": f"Host must be one of {', '.join(LOOPBACK)}"}, 403)
        if request.method != "GET" and _content_type_of(request) != "application/json":
            return Response.of_json({"error": "Content-Type must be application/json"}, 415)
        answer = self._routes.get((request.method, operation))
        if answer is None:
            return Response.of_json({"error": f"there is no {request.method} {request.path}"}, 404)
        try:
            return Response.of_json(answer(request))
        except (ValueError, TypeError, KeyError) as error:
            return Response.of_json({"error": f"{type(error).__name__}: {error}"}, 400)

    def _state(self, _request):
        return {
            "name": "PAC sandbox: SIN VALIDEZ FISCAL",
            "username": accounts.USERNAME,
            "password": accounts.PASSWORD,
            "token": accounts.TOKEN,
            "now": self._clock.now().isoformat(),
            "balance": self._register.setting(stamping.BALANCE),
            "stamps": self._register.row("SELECT count(*) AS number FROM stamp")["number"],
            "faults": self._faults.listed(),
            "doors": sorted(f"{method} {ROOT}{path}" for method, path in self._routes),
        }

    # --- faults

    def _listed_faults(self, _request=None):
        return {"faults": self._faults.listed()}

    def _add_fault(self, request):
        values = request.json()
        if unknown := values.keys() - {field.name for field in fields(Fault)}:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        self._faults.add(Fault(**values))
        return self._listed_faults()

    def _clear_faults(self, _request):
        self._faults.clear()
        return self._listed_faults()

    # --- memory

    def _stamps(self, request):
        """Every stamp, oldest first, or those of ``sha256=``, ``uuid=``, ``pac=``, ``custom_id=``, ``issuer=``."""
        allowed = ("sha256", "uuid", "pac", "custom_id", "issuer")
        chosen = {name: value for name, value in request.query.items() if name in allowed}
        where = " AND ".join(f"{name} = ?" for name in chosen) or "1"
        query = f"SELECT {_STAMP_COLUMNS} FROM stamp WHERE {where} ORDER BY id"
        return {"stamps": [self._plain(row) for row in self._register.rows(query, *chosen.values())]}

    def _plain(self, row):
        state, cancellation = self._sat.state(row["uuid"]).value
        stamped_at = datetime.fromtimestamp(row["stamped_at"], timezone.utc).isoformat()
        return dict(row) | {"stamped_at": stamped_at, "state": state, "cancellation": cancellation}

    def _set_balance(self, request):
        """``{"stamps": 10}``; ``null`` takes the limit away."""
        stamps = request.json()["stamps"]
        if stamps is not None and (not isinstance(stamps, int) or stamps < 0):
            raise ValueError("stamps is a number from 0, or null")
        self._register.set(stamping.BALANCE, stamps)
        return {"balance": stamps}

    def _set_registered(self, request):
        """``{"rfc": "...", "registered": false}``: whether the PACs take an issuer (code 702)."""
        values = request.json()
        refused = set(self._register.setting(stamping.UNREGISTERED, [])) - {values["rfc"]}
        if not values["registered"]:
            refused.add(values["rfc"])
        self._register.set(stamping.UNREGISTERED, sorted(refused))
        return {"unregistered": sorted(refused)}

    def _move_clock(self, request):
        """``{"seconds": 3600}`` moves it forward; ``{"seconds": null}`` returns to real time."""
        self._clock.advance(request.json()["seconds"])
        return {"now": self._clock.now().isoformat()}

    def _answer_cancellation(self, request):
        """``{"uuid": "...", "answer": "accept"}``, or ``"reject"``: as the receptor; returns the SAT's code."""
        values = request.json()
        if values["answer"] not in (ACCEPT, REJECT):
            raise ValueError(f"answer is {ACCEPT} or {REJECT}")
        return {"code": self._desk.answer(values["uuid"], values["answer"])}

    def _delay_sat(self, request):
        """``{"delay_s": 600}``: how long a stamp takes to reach the SAT; until then it is not found there."""
        delay = float(request.json()["delay_s"])
        self._register.set(DELAY, delay)
        return {"delay_s": delay}

    def _reset(self, _request):
        """Forget stamps, cancellations, balance, clock and faults."""
        self._register.forget()
        self._clock.reload()
        self._faults.clear()
        return {}


def _host_of(request):
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return None


def _content_type_of(request):
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
