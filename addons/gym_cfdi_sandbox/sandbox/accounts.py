"""Who may use the sandbox: one account, known to everybody, the same for every protocol."""

import hashlib
import hmac

USERNAME = "sandbox@example.com"
PASSWORD = "sandbox"
# Lasts for ever, as SW Sapien's infinite tokens do
TOKEN = "sandbox-permanent-token"
TOKEN_LASTS_S = 7200


def is_known(username, password):
    return (username, password) == (USERNAME, PASSWORD)


def token_at(now):
    """Return a token that lasts two hours from the aware instant ``now``."""
    expires = str(int(now.timestamp()) + TOKEN_LASTS_S)
    return f"sandbox.{expires}.{_signature(expires)}"


def admits(token, now):
    """Tell whether a token is one of ours and not expired."""
    if token == TOKEN:
        return True
    prefix, _, rest = token.partition(".")
    expires, _, signature = rest.partition(".")
    is_ours = prefix == "sandbox" and hmac.compare_digest(signature.encode(), _signature(expires).encode())
    return is_ours and expires.isdigit() and now.timestamp() < int(expires)


def _signature(text):
    return hmac.new(PASSWORD.encode(), text.encode(), hashlib.sha256).hexdigest()
