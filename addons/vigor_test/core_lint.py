"""Runs the tests of Odoo's addon ``test_lint`` on one addon only.

They look at every addon on the path or in the registry, and some of the OCA's fail them; what others do is not ours.
"""

import contextlib
import importlib
import logging
from pathlib import Path
from types import SimpleNamespace
from unittest import SkipTest
from unittest.mock import patch

from odoo.modules import Manifest

import odoo.addons

# Module of test_lint, class, method. Left out: eslint (not installed with Odoo), the index test (ours is stricter),
# the tests of the linters themselves, and pylint, which scripts/lint runs over all addons at once.
FILE_TESTS = (
    ("test_manifests", "ManifestLinter", "test_manifests"),
    ("test_dunderinit", "TestDunderinit", "test_dunderinit"),
    ("test_markers", "TestConflictMarkers", "test_conflict_markers"),
    ("test_jstranslate", "TestJsTranslations", "test_js_translations"),
    ("test_l10n", "L10nLinter", "test_l10n_test_tags"),
    ("test_onchange_domains", "TestOnchangeDomains", "test_forbid_domains_in_onchanges"),
    ("test_orm_import", "TestDunderinit", "test_addons_orm_import"),
    ("test_pofile", "PotLinter", "test_pot_duplicate_entries"),
    ("test_test_holes", "TestTestHoles", "test_check_tests"),
)
REGISTRY_TESTS = (
    ("test_docstring", "TestDocstring", "test_docstring"),
    ("test_naming", "TestNaming", "test_parameter_rpc_compatible"),
    ("test_override_signatures", "TestLintOverrideSignatures", "test_lint_override_signature"),
)
# An addon for Mexico is named after what it does; Odoo's own are named after the country.
NAME_RULE = "should contain `l10n` in their name"


def addon_path(addon):
    """The folder of an addon."""
    return Path(Manifest.for_addon(addon).path)


def complaints(env, addon):
    """What the tests of ``test_lint`` find in an addon, as texts."""
    found = []
    manifest = Manifest.for_addon(addon)
    with (
        patch.object(Manifest, "all_addon_manifests", lambda: [manifest]),
        _logged(logging.getLogger("odoo.addons.test_lint"), found),
    ):
        for name, class_name, method in FILE_TESTS:
            module = _import(name)
            with contextlib.ExitStack() as stack:
                if hasattr(module, "get_modules"):
                    stack.enter_context(patch.object(module, "get_modules", lambda: [addon]))
                found += [text for _params, text in _run(env, getattr(module, class_name), method)]
        for name, class_name, method in REGISTRY_TESTS:
            module = _import(name)
            ours = {model: cls for model, cls in env.registry.items() if _classes(cls, addon)}
            with patch.object(module, "Registry", lambda _name, ours=ours: ours):
                case = getattr(module, class_name)
                found += [text for params, text in _run(env, case, method) if _is_ours(env, addon, params)]
    return found


def _import(name):
    return importlib.import_module(f"odoo.addons.test_lint.tests.{name}")


def _classes(model_class, addon):
    return [base for base in model_class.mro() if getattr(base, "_module", None) == addon and "_name" in vars(base)]


def _is_ours(env, addon, params):
    """Whether the method that a registry test complains about is of this addon."""
    if "module" in params:
        return params["module"] == addon
    return any(params["method"] in vars(base) for base in _classes(env.registry[params["model"]], addon))


def _run(env, case_class, method):
    """The failures of one test method, run outside a suite so that it shares our transaction.

    :return: pairs of the parameters of the subtest and the message
    """
    found = []

    @contextlib.contextmanager
    def sub_test(msg=None, **params):
        case._subtest = SimpleNamespace(params=params)  # what a test reads of the one it is in
        try:
            yield
        except (AssertionError, ValueError, case.failureException) as error:  # ValueError: no docstring it can read
            found.append((params, str(error)))

    case = case_class(method)
    case.env, case.registry, case.cr = env, env.registry, env.cr
    case.subTest = sub_test
    if method == "test_docstring":
        case_class.setUpClass()
    try:
        getattr(case, method)()
    except (AssertionError, case.failureException) as error:
        found.append(({"module": env.context.get("module")}, str(error)))
    except SkipTest as reason:
        found.append(({}, f"{case_class.__name__} was skipped: {reason}"))
    finally:
        case_class.doClassCleanups()
    return found


@contextlib.contextmanager
def _logged(logger, found):
    """Add warnings of a logger to ``found``: some of the tests only log."""
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: None if NAME_RULE in record.getMessage() else found.append(record.getMessage())
    logger.addHandler(handler)
    propagate, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


@contextlib.contextmanager
def only_files_of(addon):
    """Let the export of terms walk through one addon's files instead of all addons."""
    folder = str(addon_path(addon).parent)
    with patch.object(odoo.addons, "__path__", [folder]):
        yield
