"""A matrix over the addresses of an addon: strangers who ask for somebody else's data read and change none."""

import inspect
import itertools
import json
from dataclasses import dataclass, field
from unittest.mock import patch
from urllib.parse import quote, urlencode

from odoo import http
from odoo.tests import HttpCase
from odoo.tools import mute_logger

# What no field means: too many digits, other letters, a NUL, half a letter, an infinite number
NONSENSE = ("9" * 5000, "é日𐍈", "\0x", "\ud800", "1e400")
LONGEST_QUERY = 60_000  # characters: a longer one is refused before Odoo


@dataclass
class Person:
    """Somebody whose things others must not reach.

    :ivar user: whose session it is; ``None`` for a visitor
    :ivar partner: with whom what is theirs begins: rows that refer to it, rows that refer to those, and so on
    :ivar things: {parameter of an address: value} of what is theirs; ``{"token /join": ...}`` for one address only
    :ivar form: {name: value} of what queries and forms may name: their records
    :ivar secrets: texts that only they and the staff may read
    """

    user: object
    partner: object
    things: dict = field(default_factory=dict)
    form: dict = field(default_factory=dict)
    secrets: tuple = ()

    def get(self, parameter, address):
        """Return what this person would put for a parameter of an address.

        :raise KeyError: for a parameter that nobody thought of
        """
        of_address = [key for key in self.things if key.startswith(f"{parameter} /")]
        special = [key for key in of_address if address.startswith(key.split()[1])]
        name = special[0] if special else parameter
        if name not in self.things:
            raise KeyError(f"{address} is new to the matrix: say in things what {parameter} is")
        return self.things[name]


class StrangersCase(HttpCase):
    """Subclasses say who the people are and call the methods under "what must be true".

    :cvar limits: limits of requests, (module, name), that would answer before the addresses do
    """

    limits = ()

    def setUp(self):
        super().setUp()
        for module, name in self.limits:
            self.startPatcher(patch.object(getattr(module, name), "allows", lambda key, now_s: True))

    # === ADDRESSES === #

    def _addresses(self, addons):
        """Return the rules of the routing map whose address a controller of ``addons`` introduces, by address."""
        rules = {}
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if self._owner(rule) in addons:
                rules.setdefault(rule.rule, []).append(rule)
        self.assertTrue(rules)
        return rules

    @staticmethod
    def _owner(rule):
        """Return the addon that introduces an address; those that only extend it have no ``routes`` of their own."""
        bound = rule.endpoint.func
        for base in reversed(type(bound.__self__).mro()):
            method = vars(base).get(bound.__name__)
            if rule.rule in getattr(method, "original_routing", {}).get("routes", ()):
                return base.__module__.split(".")[2]
        return None

    # === ATTEMPTS === #

    def _paths(self, rule, asker, owner):
        """Return the addresses where at least one parameter is the owner's; the asker's own one when there is none.

        A token is a right by itself, so what is tried of a foreign one is all that is nearly right.
        """
        parameters = sorted(rule.arguments)
        choices = []
        for parameter in parameters:
            own, foreign = asker.get(parameter, rule.rule), owner.get(parameter, rule.rule)
            foreign = self._nearly(foreign, own) if parameter == "token" else [foreign]
            choices.append(list(dict.fromkeys([(own, False), *((value, True) for value in foreign if value != own)])))
        for choice in itertools.product(*choices):
            if not parameters or any(is_foreign for _value, is_foreign in choice):
                yield self._fill_in(rule, dict(zip(parameters, (value for value, _is in choice), strict=True)))

    @staticmethod
    def _nearly(token, own):
        """Return wrong tokens: of that record with another's secret, cut, changed, and of nothing."""
        number, _dot, secret = str(token).partition(".")
        foreign_secret = str(own).partition(".")[2] or "x"
        return [f"{number}.{foreign_secret}", f"{number}.", f"{number}.{secret[:-1]}", f"{number}.{secret.swapcase()}"]

    @staticmethod
    def _fill_in(rule, values):
        path = rule.rule
        for name, value in values.items():
            for converter in ("int", "string"):
                path = path.replace(f"<{converter}:{name}>", str(value))
        return path

    def _ask(self, rule, path, form):
        """Ask in each way that the address knows, with a valid token against forgery; yields (what, response)."""
        kind = rule.endpoint.routing["type"]
        if kind == "jsonrpc":
            body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": form})
            query = "&".join(f"{name}={value}" for name, value in form.items() if isinstance(value, int))
            headers = {"Content-Type": "application/json"}
            yield "JSON", self.url_open(f"{path}?{query}", data=body, headers=headers, allow_redirects=False)
            return
        methods = rule.methods or {"GET", "POST"}
        if "GET" in methods:
            query = urlencode(form, errors="surrogatepass")
            yield "GET", self.url_open(f"{path}?{query}", allow_redirects=False)
        if "POST" in methods:
            data = urlencode(form | {"csrf_token": http.Request.csrf_token(self)}, errors="surrogatepass")
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            yield "POST", self.url_open(path, data=data, headers=headers, allow_redirects=False)

    def _authenticate(self, person):
        login = person.user.login if person.user else None
        self.authenticate(login, login)

    # === WHAT MUST BE TRUE === #

    def _assert_nothing_is_reached(self, addons, asker, owner):
        """Try every address; each answer holds no secret of ``owner``, and no row of theirs has changed."""
        self._authenticate(asker)
        before, written = self._rows(owner), self._count_written()
        self.assertGreater(len(before), 1)
        for address, rules in sorted(self._addresses(addons).items()):
            for rule in rules:
                for path in self._paths(rule, asker, owner):
                    for how, response in self._ask(rule, path, self._form(owner)):
                        with self.subTest(how=how, path=path):
                            self._assert_silent(response, owner, path)
            earlier, written = written, self._count_written()
            if written != earlier:
                with self.subTest(changes=address):
                    after = self._rows(owner)
                    self.assertEqual(before, after, [table for table in before if before[table] != after.get(table)])

    def _form(self, owner):
        return {name: value for name, value in owner.form.items() if value}

    def _assert_silent(self, response, owner, path):
        """What the address itself says in other letters, or in groups, an answer may repeat: it tells nothing new."""
        self.assertLess(response.status_code, 500)
        told, asked = self._told(response), path.lower().replace("-", "")
        secrets = [secret.lower() for secret in owner.secrets]
        self.assertEqual([], [one for one in secrets if one in told and one.replace("-", "") not in asked])
        self.assertNotIn(response.headers.get("Content-Type", ""), ("application/pdf", "application/zip"))

    @staticmethod
    def _told(response):
        return f"{response.headers} {response.text}".lower()

    def _assert_own_opens(self, addons, owner, but=()):
        """Open what is one's own: without this, the matrix might ask for what there is not.

        :param but: addresses that lead elsewhere as things are
        """
        self._authenticate(owner)
        told = ""
        for address, rules in sorted(self._addresses(addons).items()):
            for rule in rules:
                routing = rule.endpoint.routing
                if routing["type"] != "http" or "GET" not in (rule.methods or {"GET"}) or address in but:
                    continue
                values = {name: owner.get(name, address) for name in rule.arguments}
                with self.subTest(address=address):
                    response = self.url_open(self._fill_in(rule, values))
                    self.assertEqual(200, response.status_code)
                    told += self._told(response)
        self.assertEqual([], [secret for secret in owner.secrets if secret.lower() not in told])

    def _assert_forged_forms_are_refused(self, addons, owner):
        """Post every form of one's own without the token that only our pages have: another site's form is refused."""
        self._authenticate(owner)
        before = self._rows(owner)
        for address, rules in sorted(self._addresses(addons).items()):
            for rule in rules:
                is_form = rule.endpoint.routing["type"] == "http" and "POST" in (rule.methods or {"POST"})
                if is_form:
                    path = self._fill_in(rule, {name: owner.get(name, address) for name in rule.arguments})
                    with self.subTest(address=address), mute_logger("odoo.http"):
                        response = self.url_open(path, data=self._form(owner) | {"x": "x"}, allow_redirects=False)
                        self.assertEqual(400, response.status_code)
        self.assertEqual(before, self._rows(owner))

    def _assert_nonsense_is_refused(self, addons, person):
        """Put nonsense into every parameter of every address: no answer is an error of the server or tells of one.

        An address whose limit of requests is one of ``limits`` is asked all the same.
        """
        self._authenticate(person)
        for address, rules in sorted(self._addresses(addons).items()):
            for rule, text in itertools.product(rules, NONSENSE):
                for path, form in self._nonsense(rule, person, text):
                    for how, response in self._ask(rule, path, form):
                        with self.subTest(how=how, address=address, text=text[:20], form=list(form)):
                            self.assertLess(response.status_code, 500)
                            self.assertNotIn("Traceback", response.text)

    def _nonsense(self, rule, person, text):
        """Return pairs of a path and a form in which ``text`` stands for one parameter, or for all of a form."""
        own = {name: person.get(name, rule.rule) for name in rule.arguments}
        named = set(inspect.signature(rule.endpoint).parameters) - {"kw", "kwargs", "form", *own}
        path, form = self._fill_in(rule, own), self._form(person)
        for name, value in own.items():
            wrong = f"{str(value).partition('.')[0]}.{text}" if name == "token" else text
            wrong = quote(wrong, errors="surrogatepass").replace("%3D", "=")
            yield self._fill_in(rule, own | {name: wrong}), form
        if len(text) * len(form.keys() | named) < LONGEST_QUERY:
            yield path, dict.fromkeys(form.keys() | named, text)
        if text in NONSENSE[:2]:
            yield from ((path, form | {name: text}) for name in sorted(named))

    # === ROWS === #

    def _rows(self, person):
        """Return {table: digest} of all rows that hang on a person by foreign keys, however far away."""
        self.env.flush_all()
        keys = self._foreign_keys()
        owned, todo = {"res_partner": {person.partner.id}}, ["res_partner"]
        while todo:
            parent = todo.pop()
            for child, column in keys.get(parent, ()):
                new = self._ids(child, column, owned[parent]) - owned.get(child, set())
                if new:
                    owned.setdefault(child, set()).update(new)
                    todo.append(child)
        return {table: self._digest(table, ids) for table, ids in owned.items()}

    def _count_written(self):
        """Return how often this transaction, which the requests share, has written a row, also where it was undone."""
        self.env.flush_all()
        self.env.cr.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return self.env.cr.fetchone()[0]

    def _foreign_keys(self):
        """Return {table: [(table that refers to it, column)]}; who wrote a row last is not what it hangs on."""
        self.env.cr.execute(
            """SELECT parent.relname, child.relname, attname
                 FROM pg_constraint JOIN pg_class parent ON parent.oid = confrelid
                 JOIN pg_class child ON child.oid = conrelid
                 JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
                WHERE contype = 'f' AND attname NOT IN ('create_uid', 'write_uid')
                  AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = child.oid AND attname = 'id')"""
        )
        keys = {}
        for parent, child, column in self.env.cr.fetchall():
            keys.setdefault(parent, []).append((child, column))
        return keys

    def _ids(self, table, column, parents):
        self.env.cr.execute(f'SELECT id FROM "{table}" WHERE "{column}" = ANY(%s)', [list(parents)])
        return {row_id for (row_id,) in self.env.cr.fetchall()}

    def _digest(self, table, ids):
        self.env.cr.execute(
            f"""SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM "{table}" t WHERE id = ANY(%s)""", [list(ids)]
        )
        return self.env.cr.fetchone()[0]
