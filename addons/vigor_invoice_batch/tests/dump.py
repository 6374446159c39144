"""All that a database holds of some invoices, in a form that does not depend on ids."""

from collections import defaultdict

from odoo.tools import SQL

BY_MODEL = {
    "mail_message": "model",
    "mail_followers": "res_model",
    "mail_activity": "res_model",
    "ir_attachment": "res_model",
}
# Written from the clock or drawn from a sequence of the database.
VOLATILE = {"id", "create_date", "write_date"}


def dump(env, moves):
    """Return everything stored of ``moves``: rows, lines, and rows of any table that refers to either.

    Ids become places: ``("account_move", 3)`` is the fourth of ``moves``, ``("account_move_line", 7)`` the eighth line.
    """
    env.flush_all()
    lines = env["account.move.line"].browse(
        row[0]
        for move in moves
        for row in env.execute_query(SQL("SELECT id FROM account_move_line WHERE move_id = %s ORDER BY id", move.id))
    )
    places = {("account_move", move.id): place for place, move in enumerate(moves)}
    places |= {("account_move_line", line.id): place for place, line in enumerate(lines)}
    ids = {"account_move": moves.ids, "account_move_line": lines.ids}
    found = {
        "account_move": _rows(env, "account_move", "id", moves.ids, places),
        "account_move_line": _rows(env, "account_move_line", "id", lines.ids, places),
        "ranks": moves.partner_id.sorted("id").mapped("customer_rank"),
    }
    for table, column, target in _references(env):
        if rows := _rows(env, table, column, ids[target], places):
            found[table, column] = sorted(rows, key=repr)
    for table, column in BY_MODEL.items():
        for model in ("account.move", "account.move.line"):
            query = SQL(
                "SELECT count(*) FROM %s WHERE %s = %s AND res_id = ANY(%s)",
                SQL.identifier(table), SQL.identifier(column), model, ids[model.replace(".", "_")],
            )  # fmt: skip
            found[table, model] = env.execute_query(query)[0][0]
    return found


def _rows(env, table, column, ids, places):
    env.cr.execute(SQL("SELECT * FROM %s WHERE %s = ANY(%s)", SQL.identifier(table), SQL.identifier(column), ids))
    targets = defaultdict(lambda: None, {own: target for owner, own, target in _references(env) if owner == table})
    order = {row_id: place for place, row_id in enumerate(ids)}
    rows = sorted(env.cr.dictfetchall(), key=lambda row: order[row[column]])
    return [
        {name: places.get((targets[name], value), value) for name, value in row.items() if name not in VOLATILE}
        for row in rows
    ]


def _references(env):
    """All foreign keys to invoices and their lines: [(table, column, "account_move" or "account_move_line")]."""
    env.cr.execute(
        """SELECT owner.relname, attribute.attname, target.relname
             FROM pg_constraint
             JOIN pg_class owner ON owner.oid = conrelid
             JOIN pg_class target ON target.oid = confrelid
             JOIN pg_attribute attribute ON attrelid = conrelid AND attnum = conkey[1]
            WHERE contype = 'f' AND target.relname IN ('account_move', 'account_move_line')"""
    )
    return env.cr.fetchall()
