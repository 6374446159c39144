"""The development key of the encrypted fields.

A prepared gym is shared by the clones of one user, so they share the key that it was encrypted with. Each clone keeps
its own copy, because its databases have to outlive the cache.
"""

import base64
import os
import secrets

from vigor import paths

CLONE_KEY = paths.STATE / "vault-key"


def development_key(store):
    """This clone's key; the user's other clones have the same one unless the cache was removed in between."""
    if not CLONE_KEY.exists():
        shared = store.root / "vault-key"
        if not shared.exists():
            _write_private(shared, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        _write_private(CLONE_KEY, shared.read_text())
    return CLONE_KEY.read_text()


def _write_private(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text)
    aside.rename(path)
