"""The PAC that comes with this product for trials and tests; it speaks Finkok's protocol."""

from .finkok import Finkok
from .pac import provider


@provider
class Sandbox(Finkok):
    """Client of the sandbox PAC, which also plays the SAT; what it stamps has no fiscal validity."""

    code = "sandbox"
    name = "Sandbox (no fiscal validity)"
    needs = ()
    is_sandbox = True
    addresses = dict.fromkeys((True, False), "http://127.0.0.1:8090")

    @property
    def status_url(self):
        return f"{self._address}/ConsultaCFDIService.svc"
