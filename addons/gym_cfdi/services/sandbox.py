"""The PAC that comes with this product for trials and tests; it speaks Finkok's protocol."""

import os
from dataclasses import replace

from .finkok import Finkok
from .pac import Timeouts, provider

# The one account of the sandbox, known to everybody
_USERNAME, _PASSWORD = "sandbox@example.com", "sandbox"


@provider
class Sandbox(Finkok):
    """Client of the sandbox PAC, which also plays the SAT; what it stamps has no fiscal validity."""

    code = "sandbox"
    name = "Sandbox (no fiscal validity)"
    needs = ()
    is_sandbox = True
    domains = ()
    # scripts/run starts the server and says where; on its own it listens at the port below
    addresses = dict.fromkeys((True, False), os.environ.get("VIGOR_PAC_SANDBOX_URL", "http://127.0.0.1:8199"))

    def __init__(self, credentials, timeouts=Timeouts()):  # noqa: B008 (frozen)
        username, password = credentials.username or _USERNAME, credentials.password or _PASSWORD
        super().__init__(replace(credentials, username=username, password=password), timeouts)

    @property
    def status_url(self):
        return f"{self._address}/ConsultaCFDIService.svc"
