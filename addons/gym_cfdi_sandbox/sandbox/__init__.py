"""A PAC and a SAT to try things on: a real server on loopback whose stamps are worth nothing.

It speaks Finkok's SOAP, SW Sapien's REST and the SAT's status service, judges documents with the rules of
:mod:`gym_cfdi.domain`, remembers in a file what it stamped before it answers, and fails on demand
(``docs/pac-sandbox.md``).
Plain Python: neither Odoo nor a database server.

>>> with Server(state_file) as server:                # doctest: +SKIP
...     post(server.url + "/servicios/soap/stamp", ...)
"""

from .control_client import Control
from .process import Process
from .server import Server

__all__ = ["Control", "Process", "Server"]
