"""Opens what is behind the menus as the web client does: loads the views, asks for what the first one shows, and opens
the first record."""

from lxml import etree

from odoo import fields
from odoo.tools.safe_eval import datetime, dateutil, safe_eval, time

LIMIT = 80


def actions_for(user, addon):
    """Return the window actions of an addon behind the menus that a user sees."""
    menus = user.env["ir.ui.menu"].with_user(user)
    visible = menus.browse(menus._visible_menu_ids()).sudo()
    actions = [menu.action for menu in visible if menu.action and menu.action._name == "ir.actions.act_window"]
    return [action for action in actions if action.get_external_id()[action.id].startswith(f"{addon}.")]


def complaints(user, addon):
    """Yield what stops a user at each menu of an addon."""
    for action in actions_for(user, addon):
        try:
            show(action, user)
        except Exception as error:  # noqa: BLE001 - whatever stops a person is a complaint
            yield f"{action.name} ({action.xml_id}): {error}"


def show(action, user):
    """Ask for what the first view of an action shows, with all views loaded, and for the first record's form."""
    names = {
        "uid": user.id,
        "user": user,
        "time": time,
        "datetime": datetime,
        "relativedelta": dateutil.relativedelta.relativedelta,
        "context_today": lambda: fields.Date.context_today(user),
        "allowed_company_ids": user.company_ids.ids,
    }
    context = safe_eval(action.context or "{}", dict(names))
    model = user.env[action.res_model].with_user(user).with_context(lang=user.lang, **context)
    loaded = model.get_views([*action.views, (action.search_view_id.id, "search")])
    archs = {kind: etree.fromstring(view["arch"]) for kind, view in loaded["views"].items()}
    domain = safe_eval(action.domain or "[]", dict(names))
    first = action.views[0][1]
    ASKERS[first](model, archs[first], domain)
    if "form" in archs:
        model.search(domain, limit=1).web_read(_get_specification(model, archs["form"]))


def _ask_records(model, arch, domain):
    return model.web_search_read(domain, _get_specification(model, arch), limit=LIMIT)


def _ask_form(model, arch, _domain):
    """A form behind a menu begins a new record."""
    return model.onchange({}, [], _get_specification(model, arch))


def _ask_groups(model, arch, domain):
    """Rows and columns are grouped by, the rest of a pivot or graph is measured."""
    groups, measures = [], ["__count"]
    for node in arch.xpath("//field"):
        name = node.get("name")
        if node.get("type") == "measure":
            measures.append(f"{name}:{model._fields[name].aggregator}")
        else:
            groups.append(f"{name}:{node.get('interval', 'month')}" if _is_dated(model, name) else name)
    return model.formatted_read_grouping_sets(domain, [[], groups], measures)


def _is_dated(model, name):
    return model._fields[name].type in ("date", "datetime")


def _get_specification(model, arch):
    """Return the fields of a view as the web client asks for them: of other records their names, of lines the list."""
    specification = {}
    for node in arch.xpath("//field[not(ancestor::field)]"):
        field = model._fields[node.get("name")]
        specification[field.name] = {}
        if field.relational:
            specification[field.name]["fields"] = _get_shown(model.env[field.comodel_name], node)
    return specification


def _get_shown(lines, node):
    columns = {column.get("name"): {} for column in node.xpath("./list/field")}
    names = {name: {} for name in columns if not lines._fields[name].relational}
    return names | {name: {"fields": {"display_name": {}}} for name in columns.keys() - names.keys()} or {
        "display_name": {}
    }


ASKERS = {
    "list": _ask_records,
    "kanban": _ask_records,
    "calendar": _ask_records,
    "form": _ask_form,
    "pivot": _ask_groups,
    "graph": _ask_groups,
}
