"""Every method of our models that can be called remotely is in docs/security.md, with who may call it."""

import ast
import re

import pytest
from vigor import paths

PAGE = paths.ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| `([\w.]+)` \| ((?:`\w+`(?:, )?)+) \| (.+) \|$", re.M)
# What every model has from Odoo, which checks rights and rules in it, or calls it itself
OF_EVERY_MODEL = {"create", "write", "unlink", "init", "copy_data", "default_get", "onchange"}


def callable_methods():
    """{(model, method)} of all classes that have a model, by their source: what decorators or mixins add is Odoo's."""
    found = set()
    for file in paths.ADDONS.glob("*/*/**/*.py"):
        if not {"tests", "domain"} & set(file.relative_to(paths.ADDONS).parts):
            for node in ast.parse(file.read_text()).body:
                if isinstance(node, ast.ClassDef):
                    found |= {(model, name) for model in model_of(node) for name in public_names(node)}
    return found


def model_of(node):
    """The model that a class makes or extends; none for a class that is no model."""
    known = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") in ("_name", "_inherit"):
            known[statement.targets[0].id] = ast.literal_eval(statement.value)
    name = known.get("_name", known.get("_inherit"))
    return [name] if isinstance(name, str) else name or []


def public_names(node):
    functions = (one for one in node.body if isinstance(one, ast.FunctionDef))
    return {one.name for one in functions if not one.name.startswith("_") and not is_private(one)} - OF_EVERY_MODEL


def is_private(function):
    """Whether Odoo refuses to call it from outside whatever its name is; a property is no method."""
    return bool({ast.unparse(decorator) for decorator in function.decorator_list} & {"api.private", "property"})


CALLABLE = callable_methods()
LISTED = {
    (model, name) for model, names, _who in ROW.findall(PAGE.read_text()) for name in re.findall(r"`(\w+)`", names)
}


@pytest.mark.parametrize(("model", "name"), sorted(CALLABLE))
def test_every_public_method_is_listed(model, name):
    assert (model, name) in LISTED, f"{model}.{name} can be called remotely and is not in docs/security.md"


def test_nothing_is_listed_that_is_not_there():
    assert not LISTED - CALLABLE


def test_the_methods_are_found():
    assert ("gym.subscription", "action_freeze") in CALLABLE
    assert ("gym.cfdi.overview", "get_overview") in CALLABLE
    assert len(CALLABLE) > 100
