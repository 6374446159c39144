"""Comparing what a stranger sends with a secret."""

import hmac


def is_same(secret, given):
    """Tell whether ``given`` is ``secret``, in a time that tells nothing, whatever text a stranger sends.

    Unlike Odoo's ``consteq`` it takes letters beyond ASCII. An empty secret is nobody's.
    """
    known, asked = (str(text or "").encode("utf-8", "surrogatepass") for text in (secret, given))
    return hmac.compare_digest(known, asked) and bool(known)
