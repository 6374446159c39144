"""Adapters to the outside: PACs and the SAT. Plain Python, no ``import odoo``; what they share is in :mod:`.pac`."""

import importlib
import pkgutil
from functools import cache

from .pac import registered


@cache
def clients():
    """Return {provider code: client class} of every PAC there is an adapter for.

    An adapter is one module of this folder (or of any addon, imported by it) whose class carries
    :func:`.pac.provider`.
    """
    for module in pkgutil.iter_modules(__path__):
        if not module.ispkg:
            importlib.import_module(f"{__name__}.{module.name}")
    return registered()
