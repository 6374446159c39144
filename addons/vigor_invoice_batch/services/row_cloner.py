"""Copies invoices row by row, and tells whether a copy would equal what the ORM makes."""

from collections import defaultdict

from odoo.tools import SQL

MOVE, LINE = "account_move", "account_move_line"
# Columns that a copy does not take from its prototype.
OWN_OF_MOVE = {
    "partner_id": "int",
    "commercial_partner_id": "int",
    "partner_shipping_id": "int",
    "invoice_partner_display_name": "varchar",
    "ref": "varchar",
    "invoice_origin": "varchar",
}
OWN_OF_LINE = ("id", "move_id", "partner_id", "ref", "name")
# What is given when an invoice is created, so that nothing may compute it again.
GIVEN_TO_MOVE = (
    "partner_id",
    "journal_id",
    "company_id",
    "currency_id",
    "move_type",
    "invoice_date",
    "date",
    "fiscal_position_id",  # part of the pattern
)
GIVEN_TO_LINE = ("product_id", "price_unit", "quantity", "discount", "tax_ids", "name", "account_id", "partner_id")


class RowCloner:
    """Works in the transaction of ``env``, on invoices that are flushed.

    :param dict doubtful: by model, the stored computed fields of which nobody knows for sure what they depend on
    """

    def __init__(self, env, doubtful):
        self.env, self.cr, self.doubtful = env, env.cr, doubtful
        self.moves, self.lines = env["account.move"], env["account.move.line"]

    # === WHAT CREATING AN INVOICE WRITES === #

    def count_writes(self):
        """Return how many rows of each table this transaction has inserted, updated and deleted so far."""
        self.env.flush_all()
        self.cr.execute(
            """SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables
                WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"""
        )
        return {table: counts for table, *counts in self.cr.fetchall()}

    def get_strangers(self, before):
        """Return the tables written since ``before`` whose rows :meth:`clone` does not copy."""
        after = self.count_writes()
        changed = {table for table, counts in after.items() if counts != before.get(table)}
        copied = {table for model in (self.moves, self.lines) for table, *_ in self._relations(model)}
        return changed - {MOVE, LINE} - copied

    @staticmethod
    def _relations(model):
        """The many2many tables of ``model``: {(table, column of the model, other column)}."""
        fields = model._fields.values()
        return {
            (field.relation, field.column1, field.column2)
            for field in fields
            if field.type == "many2many" and field.store
        }

    def _columns(self, table):
        query = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        self.cr.execute(query, [table])
        return [name for (name,) in self.cr.fetchall()]

    # === PROOF === #

    def prove(self, pairs):
        """Tell of which prototypes a copy would equal the ORM's own work in every column and relation.

        :param pairs: [(prototype, witness, Invoice of the witness)], moves of one pattern made by the ORM
        :return: the ids of the prototypes whose copies may be trusted
        """
        ids = [move.id for pair in pairs for move in pair[:2]]
        self.cr.execute(SQL("SELECT * FROM account_move WHERE id = ANY(%s)", ids))
        moves = {row["id"]: row for row in self.cr.dictfetchall()}
        lines = defaultdict(list)
        self.cr.execute(SQL("SELECT * FROM account_move_line WHERE move_id = ANY(%s) ORDER BY id", ids))
        for row in self.cr.dictfetchall():
            lines[row["move_id"]].append(row)
        links = self._get_links(ids, [line["id"] for rows in lines.values() for line in rows])
        return {
            prototype.id
            for prototype, witness, invoice in pairs
            if self._copy_of_move(moves[prototype.id], witness, invoice, links)
            == (moves[witness.id], links[MOVE, witness.id])
            and self._copies_of_lines(lines[prototype.id], lines[witness.id], witness, invoice, links)
            == [(line, links[LINE, line["id"]]) for line in lines[witness.id]]
        }

    def _get_links(self, move_ids, line_ids):
        """Return the many2many links as {(table, id): {(relation, other id)}}."""
        links = defaultdict(set)
        for table, model, ids in ((MOVE, self.moves, move_ids), (LINE, self.lines, line_ids)):
            for relation, column, other in self._relations(model):
                query = SQL(
                    "SELECT %(own)s, %(other)s FROM %(relation)s WHERE %(own)s = ANY(%(ids)s)",
                    own=SQL.identifier(column),
                    other=SQL.identifier(other),
                    relation=SQL.identifier(relation),
                    ids=ids,
                )
                for row_id, other_id in self.env.execute_query(query):
                    links[table, row_id].add((relation, column, other_id))
        return links

    def _copy_of_move(self, row, witness, invoice, links):
        return {**row, "id": witness.id, **self._own_values(invoice)}, links[MOVE, row["id"]]

    def _copies_of_lines(self, rows, targets, witness, invoice, links):
        """The rows that copying would give, with the ids of ``targets``, which it cannot know."""
        names = self._names(rows, invoice)
        partner = self._own_values(invoice)["commercial_partner_id"]
        own = {"move_id": witness.id, "partner_id": partner, "ref": invoice.ref or None}
        return [
            ({**row, **own, "id": target["id"], "name": names.get(row["id"], row["name"])}, links[LINE, row["id"]])
            for row, target in zip(rows, targets, strict=False)
        ]

    @staticmethod
    def _names(rows, invoice):
        """The texts that ``invoice`` gives to the lines of a prototype: {id of the prototype's line: text}."""
        products = [row["id"] for row in rows if row["display_type"] == "product"]
        return {
            row_id: line.name for row_id, line in zip(products, invoice.lines, strict=True) if line.name is not None
        }

    def _own_values(self, invoice):
        """What a copy for ``invoice`` does not take from its prototype: {column of the move: value}."""
        partner = self.env["res.partner"].browse(invoice.partner_id)
        return {
            "partner_id": partner.id,
            "commercial_partner_id": partner.commercial_partner_id.id,
            "partner_shipping_id": partner.address_get(["delivery"])["delivery"] or None,
            "invoice_partner_display_name": partner.display_name,
            "ref": invoice.ref or None,
            "invoice_origin": invoice.origin or None,
        }

    # === COPYING === #

    def clone(self, copies, invoices):
        """Insert a copy of a prototype's rows for each place of ``copies``.

        :param dict copies: {place in ``invoices``: prototype}
        :return: {place: move} of the copies in which recomputing changed nothing; the others are gone again
        """
        if not copies:
            return {}
        self.cr.execute(
            "SELECT nextval(pg_get_serial_sequence('account_move', 'id')) FROM generate_series(1, %s)", [len(copies)]
        )
        places = dict(zip((row[0] for row in self.cr.fetchall()), copies, strict=True))
        own = [self._own_values(invoices[place]) for place in places.values()]
        arrays = [list(places), [copies[place].id for place in places.values()]]
        arrays += [[values[column] for values in own] for column in OWN_OF_MOVE]
        types = ["int", "int", *OWN_OF_MOVE.values()]
        copy = SQL(
            "unnest(%s) AS copy(id, prototype_id, %s)",
            SQL(", ").join(SQL("%s::%s[]", array, SQL(kind)) for array, kind in zip(arrays, types, strict=True)),
            SQL(", ").join(map(SQL.identifier, OWN_OF_MOVE)),
        )
        self._insert_moves(copy)
        self._insert_lines(copy, places, copies, invoices)
        self._recompute(places, copies, invoices)
        wrong = self._get_changed(copy)
        if wrong:
            self.cr.execute("DELETE FROM account_move WHERE id = ANY(%s)", [list(wrong)])
            self.env.invalidate_all(flush=False)
        return {place: self.moves.browse(move_id) for move_id, place in places.items() if move_id not in wrong}

    def _insert_moves(self, copy):
        columns = self._columns(MOVE)
        own = {"id", *OWN_OF_MOVE}
        self.cr.execute(
            SQL(
                """INSERT INTO account_move (%s)
                   SELECT %s FROM %s JOIN account_move move ON move.id = copy.prototype_id ORDER BY copy.id""",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(SQL.identifier("copy" if column in own else "move", column) for column in columns),
                copy,
            )
        )
        for relation, column, other in self._relations(self.moves):
            self.cr.execute(
                SQL(
                    "INSERT INTO %(table)s (%(column)s, %(other)s) SELECT copy.id, link.%(other)s"
                    " FROM %(copy)s JOIN %(table)s link ON link.%(column)s = copy.prototype_id",
                    table=SQL.identifier(relation),
                    column=SQL.identifier(column),
                    other=SQL.identifier(other),
                    copy=copy,
                )
            )

    def _insert_lines(self, copy, places, copies, invoices):
        columns = self._columns(LINE)
        values = {
            "id": SQL("source.new_id"),
            "name": SQL("COALESCE(text.name, line.name)"),
            **{column: SQL.identifier("source", column) for column in ("move_id", "partner_id", "ref")},
        }
        texts = self._get_texts(places, copies, invoices)
        self.cr.execute(
            SQL(
                """
                WITH source AS MATERIALIZED (
                    SELECT nextval(pg_get_serial_sequence('account_move_line', 'id')) AS new_id, pair.*
                      FROM (SELECT line.id AS line_id, copy.id AS move_id,
                                   copy.commercial_partner_id AS partner_id, copy.ref
                              FROM %(copy)s JOIN account_move_line line ON line.move_id = copy.prototype_id
                             ORDER BY copy.id, line.id) pair
                ), inserted AS (
                    INSERT INTO account_move_line (%(columns)s)
                    SELECT %(values)s
                      FROM source
                      JOIN account_move_line line ON line.id = source.line_id
                      LEFT JOIN unnest(%(moves)s::int[], %(lines)s::int[], %(names)s::varchar[])
                                AS text(move_id, line_id, name)
                             ON text.move_id = source.move_id AND text.line_id = source.line_id
                     ORDER BY source.new_id
                ) %(links)s
                SELECT 1
                """,
                copy=copy,
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                values=SQL(", ").join(values.get(column, SQL.identifier("line", column)) for column in columns),
                moves=[text[0] for text in texts],
                lines=[text[1] for text in texts],
                names=[text[2] for text in texts],
                links=SQL("").join(map(self._insert_links, sorted(self._relations(self.lines)))),
            )
        )

    @staticmethod
    def _insert_links(relation):
        table, column, other = map(SQL.identifier, relation)
        return SQL(
            ", %(name)s AS (INSERT INTO %(table)s (%(column)s, %(other)s) SELECT source.new_id, link.%(other)s"
            " FROM source JOIN %(table)s link ON link.%(column)s = source.line_id)",
            name=SQL.identifier(f"linked_{relation[0]}"),
            table=table,
            column=column,
            other=other,
        )

    def _get_texts(self, places, copies, invoices):
        """The texts of lines that are not their prototype's: [(id of the copy, id of the prototype's line, text)]."""
        prototypes = self.moves.union(*copies.values())
        self.cr.execute(
            "SELECT id, move_id, display_type, name FROM account_move_line WHERE move_id = ANY(%s) ORDER BY id",
            [prototypes.ids],
        )
        rows = defaultdict(list)
        for row in self.cr.dictfetchall():
            rows[row["move_id"]].append(row)
        return [
            (move_id, line_id, name)
            for move_id, place in places.items()
            for line_id, name in self._names(rows[copies[place].id], invoices[place]).items()
        ]

    # === CHECKING THE COPIES === #

    def _recompute(self, places, copies, invoices):
        """Have the ORM compute again, in the copies, all that depends, or may depend, on what is their own."""
        # Recomputing is a write: without these it would be taken for a change by hand and derive the lines again.
        quietly = {"skip_is_manually_modified": True, "skip_invoice_sync": True}
        moves = self.moves.with_context(**quietly).browse(places)
        self._forget_inverses()
        by_pattern = defaultdict(list)
        for move_id, place in places.items():
            by_pattern[copies[place]].append(move_id)
        protected = []
        for prototype, ids in by_pattern.items():
            invoice = next(invoices[place] for place, move in copies.items() if move == prototype)
            given = {*GIVEN_TO_MOVE, *dict(invoice.values)}
            given |= {"invoice_payment_term_id"} if invoice.payment_term_id is not None else set()
            protected.append(([self.moves._fields[name] for name in given], moves.browse(ids)))
        protected.append(([self.lines._fields[name] for name in GIVEN_TO_LINE], moves.line_ids))
        with self.env.protecting(protected):
            moves.modified(["partner_id", "ref", "invoice_origin"])
            for records in (moves, moves.line_ids):
                for name in self.doubtful[records._name]:
                    field = records._fields[name]
                    self.env.add_to_compute(field, records - self.env.protected(field))
            self.env.flush_all()

    def _forget_inverses(self):
        """Drop what the cache believes to be all invoices or lines of something."""
        for model in (self.moves, self.lines):
            for field in model._fields.values():
                if field.type in ("many2one", "many2many"):
                    for inverse in self.env.registry.field_inverses[field]:
                        self.env[inverse.model_name].invalidate_model([inverse.name], flush=False)

    def _get_changed(self, copy):
        """Return the ids of copies that differ from their prototypes in more than they may."""
        self.cr.execute(SQL("SELECT copy.id FROM %s %s", copy, self._compare_moves()))
        wrong = {row[0] for row in self.cr.fetchall()}
        same = [column for column in self._columns(LINE) if column not in OWN_OF_LINE]
        self.cr.execute(
            SQL(
                """
                WITH line AS (
                    SELECT *, row_number() OVER (PARTITION BY move_id ORDER BY id) AS place FROM account_move_line
                     WHERE move_id IN (SELECT unnest(ARRAY[copy.id, copy.prototype_id]) FROM %(copy)s)
                )
                SELECT DISTINCT copy.id
                  FROM %(copy)s
                  JOIN line old ON old.move_id = copy.prototype_id
                  LEFT JOIN line new ON new.move_id = copy.id AND new.place = old.place
                 WHERE %(differ)s OR (new.partner_id, new.ref) IS DISTINCT FROM (copy.commercial_partner_id, copy.ref)
                """,
                copy=copy,
                differ=self._differ("new", "old", same),
            )
        )
        return wrong | {row[0] for row in self.cr.fetchall()}

    def _compare_moves(self):
        same = [column for column in self._columns(MOVE) if column != "id" and column not in OWN_OF_MOVE]
        return SQL(
            """JOIN account_move old ON old.id = copy.prototype_id
               JOIN account_move new ON new.id = copy.id WHERE %s OR %s""",
            self._differ("new", "old", same),
            self._differ("new", "copy", OWN_OF_MOVE),
        )

    @staticmethod
    def _differ(left, right, columns):
        pairs = [
            SQL("%s IS DISTINCT FROM %s", SQL.identifier(left, name), SQL.identifier(right, name)) for name in columns
        ]
        return SQL("(%s)", SQL(" OR ").join(pairs))
