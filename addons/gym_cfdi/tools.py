"""What models and wizards share: selections made of the catalogues, and errors in the user's language."""

from odoo.exceptions import UserError


def selection_of(catalog):
    """Return a catalogue of ``domain/catalogs.py`` as the choices of a selection field, ``("601", "601 General…")``."""
    return [(entry.key, f"{entry.key} {entry.name}") for entry in catalog]


def language_of(env):
    """Return the language in which ``domain/`` speaks to the user of ``env``: ``"es"`` or ``"en"``."""
    return "es" if (env.lang or "").startswith("es") else "en"


def user_error(env, errors):
    """Return a :class:`UserError` that says what is wrong and what to do.

    :param errors: list of :class:`~.domain.errors.CfdiError`, at least one
    """
    language = language_of(env)
    return UserError("\n".join(f"{error.text(language)} {error.remedy(language)}" for error in errors))
