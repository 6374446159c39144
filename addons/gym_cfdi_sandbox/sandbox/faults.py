"""Failing on demand, so that tests can see what the product does about it."""

import threading
from dataclasses import asdict, dataclass

# Before anything is done with the request
DELAY, DROP_BEFORE, HTTP_500, HTTP_503 = "delay", "drop_before", "http_500", "http_503"
# Instead of it: the PAC refuses with the code and text of the fault
REFUSE = "refuse"
# It is done, but the answer never comes, or not whole
DROP_AFTER, HTTP_500_AFTER = "drop_after_stamping", "http_500_after_stamping"
MALFORMED, SLOW = "malformed", "slow"
# It is done, or done wrongly, and the answer is wrong
WRONG_TFD, WRONG_UUID, DUPLICATE = "wrong_tfd", "wrong_uuid", "duplicate"

KINDS = (
    DELAY,
    DROP_BEFORE,
    HTTP_500,
    HTTP_503,
    REFUSE,
    DROP_AFTER,
    HTTP_500_AFTER,
    MALFORMED,
    SLOW,
    WRONG_TFD,
    WRONG_UUID,
    DUPLICATE,
)
PROTOCOLS = ("finkok", "sw_sapien", "sat")
HEADER = "X-Sandbox-Fault"


@dataclass
class Fault:
    """How to fail, and when.

    :param str kind: one of :data:`KINDS`
    :param str protocol: one of :data:`PROTOCOLS`; empty for all
    :param str operation: its name in the protocol (``stamp``, ``cancel_signature``...); empty for all
    :param int calls: how many requests it meets; ``None`` until it is cleared
    :param float seconds: of a delay, or over which a slow answer is spread
    :param str code: with which the PAC refuses, and ``text`` its words
    """

    kind: str
    protocol: str = ""
    operation: str = ""
    calls: int | None = 1
    seconds: float = 1.0
    code: str = "709"
    text: str = "Error transitorio: intente más tarde."

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind!r}; there are {', '.join(KINDS)}")
        if self.protocol and self.protocol not in PROTOCOLS:
            raise ValueError(f"no such protocol: {self.protocol!r}; there are {', '.join(PROTOCOLS)}")


class Faults:
    """The faults to come; forgotten when the server ends."""

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting = []

    def add(self, fault):
        with self._lock:
            self._waiting.append(fault)

    def clear(self):
        with self._lock:
            self._waiting.clear()

    def listed(self):
        """Return the faults to come as plain values."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def take(self, protocol, operation):
        """Return the first fault that meets this request, or ``None``; it is used up by one call."""
        with self._lock:
            for fault in self._waiting:
                if fault.protocol in ("", protocol) and fault.operation in ("", operation):
                    self._use_up(fault)
                    return fault
        return None

    def _use_up(self, fault):
        if fault.calls is not None:
            fault.calls -= 1
            if fault.calls <= 0:
                self._waiting.remove(fault)


def of_header(text):
    """Read ``kind`` or ``kind; seconds=2; code=702`` of a request's own header; it meets that request only.

    :raise ValueError: when there is no such fault
    """
    kind, *rest = (part.strip() for part in text.split(";"))
    options = dict(part.split("=", 1) for part in rest)
    if "seconds" in options:
        options["seconds"] = float(options["seconds"])
    if options.keys() - {"seconds", "code", "text"}:
        raise ValueError(f"a fault in a header has seconds, code and text, not {', '.join(options)}")
    return Fault(kind, **options)
