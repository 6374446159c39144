"""Tests that each addon inherits; see README.md."""

import contextlib
import importlib
import inspect
import re
from collections import defaultdict
from unittest.mock import patch

import polib
from lxml import etree

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.models import BaseModel
from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

from . import core_lint, menus

LANGUAGE = "es_MX"
# Groups that stand for everybody outside the staff.
OUTSIDERS = ("base.group_public", "base.group_portal")
# What views call without arguments
BUTTONS = ("action_", "button_")
MISSING_ID = 2**30
# Whose records one role may see and another not; every model named gym.* besides
SEEN_BY_SOME = {"res.partner", "res.users", "account.move", "account.payment", "payment.token", "payment.transaction"}
# Of these a name alone is a whole record, so a picker may make one.
MADE_BY_NAME = {"res.partner.category", "utm.source", "utm.medium", "utm.campaign"}
# A Python entry in code of XML: a button, a server action, a cron, a widget's option.
CALL_IN_XML = r"""(?:\bname=["']|\.|["']){method}\b(?:["']|\()"""


@tagged("post_install", "-at_install")
class StructureCase(TransactionCase):
    """What has to be true of any addon, checked for the one whose ``tests/`` subclasses it.

    :cvar roles: external ids of the groups, each of which a person of one role has and nothing else
    :cvar ignored_relations: ``model.field`` of those that a create leaves out, no matter who names them
    :cvar outsiders_may_write: models that the public or portal users may write to by their own rights
    :cvar subjects: names of files that extend several models for one subject which is better read in one place
    """

    allow_inherited_tests_method = True
    roles = ()
    outsiders_may_write = frozenset()
    ignored_relations = frozenset()
    subjects = frozenset()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addon = cls.test_module
        cls.const = cls._import_const()

    @classmethod
    def _import_const(cls):
        try:
            return importlib.import_module(f"odoo.addons.{cls.addon}.const")
        except ModuleNotFoundError:
            return None

    def _models(self):
        """The models with records of their own that this addon defines."""
        models = (self.env[name] for name in self.registry)
        return [model for model in models if model._original_module == self.addon and not model._abstract]

    def _own_classes(self):
        """Pairs of a model's name and each Python class by which this addon defines or extends it."""
        for name, model in self.registry.items():
            for base in model.mro():
                if getattr(base, "_module", None) == self.addon and base.__module__.startswith("odoo.addons."):
                    yield name, base

    def _fail_with(self, title, complaints):
        found = sorted(set(complaints))
        if found:
            self.fail(f"{title}:\n- " + "\n- ".join(found))

    # --- rights

    def test_every_model_has_access_rows_with_least_rights(self):
        """Each model has a row; none is for everybody; none lets every employee write, or outsiders."""
        complaints = []
        access = self.env["ir.model.access"].search([("model_id.model", "in", [m._name for m in self._models()])])
        rows_of = access.grouped(lambda row: row.model_id.model)
        for model in self._models():
            rows = rows_of.get(model._name, access.browse())
            if not rows and not model._table_query:
                complaints.append(f"{model._name} has no access row")
            complaints += [f"{row.name}: {why}" for row in rows if (why := self._too_much(row, model))]
        self._fail_with("Access rights", complaints)

    def _too_much(self, row, model):
        if not row.group_id:
            return "is for everybody, because it names no group"
        writes = row.perm_write or row.perm_create or row.perm_unlink
        if row.group_id == self.env.ref("base.group_user") and writes and not model._transient:
            return "lets every employee write, create or delete"
        outsiders = [self.env.ref(group) for group in OUTSIDERS]
        if row.group_id in outsiders and writes and model._name not in self.outsiders_may_write:
            return "lets people outside the staff write, create or delete"
        return None

    def test_every_model_of_a_company_has_a_global_company_rule(self):
        """A rule of groups would be OR-ed with others and let records of another company through."""
        complaints = []
        for model in self._models():
            if "company_id" not in model._fields or model._transient or not model._auto:
                continue
            rules = self.env["ir.rule"].search([("model_id.model", "=", model._name), ("groups", "=", False)])
            if not any("company_id" in (rule.domain_force or "") for rule in rules):
                complaints.append(f"{model._name} has company_id, but no rule without groups about it")
        self._fail_with("Company rules", complaints)

    def test_every_wizard_is_for_who_opened_it(self):
        """Odoo lets anyone who may open a wizard read and write those that others have open."""
        complaints = []
        for model in self._models():
            rules = self.env["ir.rule"].search([("model_id.model", "=", model._name), ("groups", "=", False)])
            if model._transient and not any("create_uid" in (rule.domain_force or "") for rule in rules):
                complaints.append(f"{model._name} has no rule without groups about create_uid")
        self._fail_with("Wizards of others", complaints)

    def test_every_field_of_a_model_has_a_label_of_its_own(self):
        """Odoo warns at each installation, and in lists, filters and exports nobody can tell two of one label apart."""
        complaints = []
        for name in {model for model, _base in self._own_classes()}:
            by_label = defaultdict(list)
            for field in self.env[name]._fields.values():
                by_label[field.string].append(field)
            for label, fields in by_label.items():
                if len(fields) > 1 and any(field._module == self.addon for field in fields):
                    names = ", ".join(sorted(field.name for field in fields))
                    complaints.append(f"{name}: {names} are all called “{label}”")
        self._fail_with("Labels of several fields", complaints)

    def test_every_public_method_is_a_declared_entry_point(self):
        """A method without underscore can be called remotely by any user who may log in."""
        declared = set(getattr(self.const, "ENTRY_POINTS", ()))
        complaints = []
        for model, base in self._own_classes():
            for name, method in vars(base).items():
                if name.startswith("_") or not inspect.isfunction(inspect.unwrap(getattr(method, "__func__", method))):
                    continue
                if getattr(method, "_api_private", False) or f"{model}.{name}" in declared:
                    continue
                if not self._overrides(model, base, name) and not self._is_called_by_a_view(name):
                    complaints.append(f"{model}.{name}")
        self._fail_with("Public methods that are neither called by a view nor in const.ENTRY_POINTS", complaints)

    def _overrides(self, model, base, name):
        """Whether a class of another addon or of the ORM already has the method."""
        mro = self.registry[model].mro()
        return any(name in vars(other) and other._module != self.addon for other in self._after(mro, base))

    @staticmethod
    def _after(mro, base):
        return [other for other in mro[mro.index(base) + 1 :] if hasattr(other, "_module")]

    def _is_called_by_a_view(self, method):
        """Only ``action_*`` methods may be called by views, server actions and crons of the addon."""
        if not method.startswith("action_"):
            return False
        call = re.compile(CALL_IN_XML.format(method=re.escape(method)))
        return any(call.search(file.read_text()) for file in core_lint.addon_path(self.addon).rglob("*.xml"))

    def test_strangers_change_nothing_by_public_methods(self):
        """Neither a user of the portal nor an employee without a role of the suite writes by calling a button.

        What is asked for is any record there is, else one that there is not: rights come before existence.
        """
        complaints = []
        for group in ("base.group_portal", "base.group_user"):
            user = self._user_of(group)
            for model, name in self._buttons():
                found = self.env[model].search([], limit=1) or self.env[model].browse(MISSING_ID)
                written = self._call_and_watch(getattr(found.with_user(user), name))
                complaints += [f"{model}.{name} as {group}: {what}" for what in written]
        self._fail_with("Buttons that strangers can press", complaints)

    def _buttons(self):
        """Pairs of a model and a method of this addon that a view may call without arguments."""
        found = set()
        for model, base in self._own_classes():
            names = [name for name in vars(base) if name.startswith(BUTTONS)]
            found |= {(model, name) for name in names if not self.env[model]._abstract}
        return sorted(found)

    def _call_and_watch(self, method):
        """Return what a call wrote, whether it was refused afterwards or not."""
        written = []

        def watching(name):
            original = getattr(BaseModel, name)

            def watched(records, *args, **kwargs):
                written.append(f"{name} on {records._name}")
                return original(records, *args, **kwargs)

            return patch.object(BaseModel, name, watched)

        # the savepoint first: it writes what earlier calls left to be computed
        with self.env.cr.savepoint() as savepoint, watching("create"), watching("write"), watching("unlink"):
            with contextlib.suppress(UserError, ValueError, KeyError):
                method()
            savepoint.rollback()
        self.env.invalidate_all()
        return written

    def test_what_a_role_may_not_see_goes_into_no_relation(self):
        """Neither a record nor a form of ours takes the id of what the user may not read: its name could be read back.

        Every writable relation is tried, as each role, with a contact that is hidden or with what there is not.
        """
        self.env["ir.rule"].create(
            {
                "name": "hidden",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('ref', '!=', 'hidden')]",
            }
        )
        hidden = self.env["res.partner"].create({"name": "Hidden", "ref": "hidden"})
        complaints = []
        for role in self.roles if self._knows_branches() else ():
            user = self._user_of(role)
            for model in self._models():
                if self.env[model._name].with_user(user).has_access("create"):
                    complaints += [f"{role}: {field}" for field in self._relations_that_take(model, user, hidden)]
        self._fail_with("Relations that take what may not be seen", complaints)

    def _knows_branches(self):
        modules = self.env["ir.module.module"].search([("name", "=", self.addon)])
        modules |= modules.upstream_dependencies(exclude_states=("none",))
        return "gym_members" in modules.mapped("name")

    def _relations_that_take(self, model, user, hidden):
        records = self.env[model._name].with_user(user)
        for name, field in model._fields.items():
            if not (field.relational and (field.store or field.inverse)) or name in ("create_uid", "write_uid"):
                continue
            if f"{model._name}.{name}" in self.ignored_relations:
                continue
            if not (field.comodel_name in SEEN_BY_SOME or field.comodel_name.startswith("gym.")):
                continue
            if not records._has_field_access(field, "write"):
                continue
            foreign = hidden.id if field.comodel_name == "res.partner" else MISSING_ID
            value = foreign if field.type == "many2one" else [(6, 0, [foreign])]
            calls = (
                lambda value=value, name=name: records.create([{name: value}]),
                lambda value=value, name=name: records.onchange({name: value}, [name], {name: {}}),
            )
            if not all(self._is_refused(call) for call in calls):
                yield field

    def _is_refused(self, call):
        with self.env.cr.savepoint() as savepoint:
            try:
                call()
            except (AccessError, MissingError):
                return True
            except Exception:  # noqa: BLE001 - it went past the guard and failed for another reason
                return False
            finally:
                savepoint.rollback()
                self.env.invalidate_all()
        return False

    # --- scheduled actions

    def test_every_cron_does_each_record_alone(self):
        """What fails with one record stops no other and is on a list: ``ir.cron._do_each`` of vigor_cron does it."""
        in_one_piece = set(getattr(self.const, "CRONS_IN_ONE_PIECE", ()))
        complaints = []
        for model, base in self._own_classes():
            crons = [name for name in vars(base) if name.startswith("_cron_") and f"{model}.{name}" not in in_one_piece]
            complaints += [f"{model}.{name}" for name in crons if not self._does_each(model, name)]
        self._fail_with("Crons that neither use _do_each nor are in const.CRONS_IN_ONE_PIECE", complaints)

    def _does_each(self, model, name):
        """Whether a method, or one of its model that it calls, hands its records to vigor_cron."""
        source = self._source(model, name)
        called = set(re.findall(r"\b(_\w+)\(", source)) - {name}
        sources = [source, *(self._source(model, other) for other in called if hasattr(self.env[model], other))]
        return any(re.search(r"\._do_(each|together)\(", text) for text in sources)

    def _source(self, model, name):
        return inspect.getsource(inspect.unwrap(getattr(self.registry[model], name)))

    # --- views

    def test_every_view_opens_for_each_role_that_can_open_its_menu(self):
        """The views of the actions behind the menus render with the rights of the role."""
        complaints = []
        for role in self.roles:
            user = self._user_of(role)
            for action in menus.actions_for(user, self.addon):
                complaints += [f"{role}: {why}" for why in self._open(action, user)]
        self._fail_with("Views that a role cannot open", complaints)

    def test_every_menu_shows_its_records_to_each_role_that_sees_it(self):
        """What the first view of each action asks the server for is answered with the rights of the role."""
        complaints = []
        for role in self.roles:
            complaints += [f"{role}: {why}" for why in menus.complaints(self._user_of(role), self.addon)]
        self._fail_with("Menus that a role cannot use", complaints)

    def test_no_picker_makes_half_a_record(self):
        """A relation in a form offers what exists. What is typed makes nothing that would lack all but its name."""
        complaints = []
        for view in self._own_forms():
            arch = etree.fromstring(view.get_combined_arch())
            for model, node in self._pickers(arch, self.env[view.model]):
                options = node.get("options") or ""
                if "'no_create'" not in options and "'no_quick_create'" not in options:
                    complaints.append(f"{view.xml_id}: {model._name}.{node.get('name')}")
        self._fail_with("Pickers without no_create or no_quick_create", complaints)

    def test_no_picker_waits_for_itself(self):
        """A relation that has to be of the record's company offers nothing while the company follows from it."""
        complaints = []
        for name, base in self._own_classes():
            company = self.env[name]._fields.get("company_id")
            first = company and company.related and company.related.split(".")[0]
            field = self.env[name]._fields.get(first) if first else None
            if field and field.check_company and first in vars(base):
                complaints.append(f"{name}.{first}")
        self._fail_with("check_company on the field from which the company is read", complaints)

    def _own_forms(self):
        names = self.env["ir.model.data"].search([("module", "=", self.addon), ("model", "=", "ir.ui.view")])
        views = self.env["ir.ui.view"].browse(names.mapped("res_id")).exists()
        return views.filtered(lambda view: view.type == "form" and view.mode == "primary" and view.model in self.env)

    def _pickers(self, arch, model):
        """Pairs of a model and each node of its form, or of one within, in which a person chooses records."""
        for node in arch.iterchildren(etree.Element):
            field = model._fields.get(node.get("name")) if node.tag == "field" else None
            if field is not None and field.relational:
                if self._is_picker(node, field):
                    yield model, node
                yield from self._pickers(node, self.env[field.comodel_name])
            else:
                yield from self._pickers(node, model)

    @staticmethod
    def _is_picker(node, field):
        hidden = any(node.get(name) in ("1", "True") for name in ("readonly", "invisible", "column_invisible"))
        chooses = field.type in ("many2one", "many2many") and not len(node) and node.get("can_create") != "false"
        return chooses and not hidden and not field.readonly and field.comodel_name not in MADE_BY_NAME

    def _user_of(self, role):
        login = f"structure-{role}"
        users = self.env["res.users"].with_context(no_reset_password=True)
        return users.create({"name": login, "login": login, "group_ids": [(6, 0, [self.env.ref(role).id])]})

    def _open(self, action, user):
        model = self.env[action.res_model].with_user(user)
        for view_id, view_type in [*action.views, (action.search_view_id.id, "search")]:
            where = f"{action.name}, {view_type} of {action.res_model}"
            try:
                arch = etree.fromstring(model.get_view(view_id or None, view_type)["arch"])
            except Exception as error:  # noqa: BLE001 - whatever stops a person is a complaint
                yield f"{where}: {error}"
            else:
                yield from (f"{where}: {why}" for why in self._unreadable_lines(model, arch))

    @staticmethod
    def _unreadable_lines(model, arch):
        """Lists in a form whose records the user may not read: the form opens with an error."""
        nested = "[not(ancestor::field)]"
        for name in arch.xpath(f"//field{nested}/@name"):
            field = model._fields.get(name)
            if not field or field.type not in ("one2many", "many2many"):
                continue
            if not model.env[field.comodel_name].has_access("read"):
                yield f"shows {name}, but {field.comodel_name} may not be read"

    def test_every_view_of_the_addon_renders(self):
        """Also those that no menu leads to, as the administrator."""
        complaints = []
        data = self.env["ir.model.data"].search([("module", "=", self.addon), ("model", "=", "ir.ui.view")])
        for view in self.env["ir.ui.view"].browse(data.mapped("res_id")).filtered("model"):
            base = view.inherit_id or view
            try:
                self.env[view.model].get_view((base if view.mode == "extension" else view).id, view.type)
            except Exception as error:  # noqa: BLE001 - whatever stops a person is a complaint
                complaints.append(f"{view.xml_id}: {error}")
        self._fail_with("Views that do not render", complaints)

    # --- language

    def test_every_term_has_its_spanish_translation(self):
        """Every term of Odoo's own export is in ``i18n/es_MX.po``; fix it with scripts/translate."""
        file = core_lint.addon_path(self.addon) / "i18n" / f"{LANGUAGE}.po"
        entries = polib.pofile(str(file)) if file.exists() else []
        translated = {entry.msgid for entry in entries if entry.msgstr and not entry.obsolete and not entry.fuzzy}
        terms = [(source, f"{kind} {name}") for _module, kind, name, _res_id, source, *_rest in self._terms()]
        complaints = [f"{source[:80]!r} ({where})" for source, where in terms if source not in translated]
        self._fail_with(f"Terms without {LANGUAGE}", complaints)

    def _terms(self):
        with core_lint.only_files_of(self.addon):
            return list(TranslationModuleReader(self.env.cr, modules=[self.addon], lang=LANGUAGE))

    # --- files

    def test_every_class_stands_in_a_file_of_its_model(self):
        """``gym.due`` stands in ``gym_due.py``, in ``gym_due_TOPIC.py``, or as a part with what it is a part of."""
        self._fail_with(
            "Classes in files of other models",
            [
                f"{base.__module__}: {base.__name__} is {base._name}"
                for _name, base in self._own_classes()
                if not self._is_at_home(base.__module__.rsplit(".", 1)[1], base._name.replace(".", "_"))
            ],
        )

    def _is_at_home(self, file, model):
        return file in self.subjects or f"{file}_".startswith(f"{model}_") or f"{model}_".startswith(f"{file}_")

    # --- speed

    def test_every_inverse_of_a_one2many_is_indexed(self):
        """Opening a record reads its lines by that column."""
        complaints = []
        for name in {name for name, _base in self._own_classes()}:
            for field in self.env[name]._fields.values():
                if field.type == "one2many" and field.inverse_name and self.addon in field._modules:
                    complaints += self._unindexed(field)
        self._fail_with("Inverse fields without index", complaints)

    def _unindexed(self, field):
        inverse = self.env[field.comodel_name]._fields[field.inverse_name].base_field
        lines = self.env[inverse.model_name]
        tableless = lines._abstract or lines._transient or not lines._auto
        if tableless or not (inverse.store and inverse.column_type) or self._leads_an_index(lines._table, inverse.name):
            return []
        return [f"{inverse} (inverse of {field})"]

    def _leads_an_index(self, table, column):
        self.env.cr.execute(
            """SELECT 1 FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
                WHERE indrelid = %s::regclass AND attname = %s""",
            (table, column),
        )
        return bool(self.env.cr.rowcount)

    # --- Odoo's own lint

    def test_core_lint_passes(self):
        """The tests of Odoo's addon test_lint, with this addon as the only one they look at."""
        self._fail_with("Odoo's test_lint", core_lint.complaints(self.env, self.addon))
