"""Many posted invoices in seconds: copies of a few that Odoo has posted, row by row in the database."""

from odoo.tools import SQL

# Of the copy: what names it, and what only its own document will say
OWN = {"id", "name", "sequence_number", "payment_reference", "cfdi_document_id", "cfdi_state", "access_token"}
OWN_OF_LINES = {"id", "move_id", "move_name"}
RELATIONS = ("account_move_line_account_tax_rel", "account_account_tag_account_move_line_rel")


def clone(env, moves, count):
    """Copy posted invoices, in turns, until there are ``count`` copies; return their ids."""
    env.flush_all()
    last = max(moves, key=lambda move: move.sequence_number)
    env.cr.execute(
        """CREATE TEMP TABLE cloned ON COMMIT DROP AS
           SELECT nextval('account_move_id_seq')::int AS id, original.id AS original, number,
                  %s || number AS name
             FROM generate_series(%s + 1, %s + %s) AS number
             JOIN unnest(%s) WITH ORDINALITY AS original(id, position) ON position = 1 + number %% %s""",
        (last.sequence_prefix, last.sequence_number, last.sequence_number, count, moves.ids, len(moves)),
    )
    copy(env, "account_move", OWN, {"id": "c.id", "name": "c.name", "sequence_number": "c.number"}, "t.id = c.original")
    env.cr.execute(
        """CREATE TEMP TABLE cloned_line ON COMMIT DROP AS
           SELECT nextval('account_move_line_id_seq')::int AS id, line.id AS original, cloned.id AS move_id, cloned.name
             FROM cloned JOIN account_move_line AS line ON line.move_id = cloned.original"""
    )
    own = {"id": "c.id", "move_id": "c.move_id", "move_name": "c.name"}
    copy(env, "account_move_line", OWN_OF_LINES, own, "t.id = c.original", "cloned_line")
    for table in RELATIONS:
        own = {"account_move_line_id": "c.id"}
        copy(env, table, set(own), own, "t.account_move_line_id = c.original", "cloned_line")
    env.cr.execute("SELECT id FROM cloned ORDER BY number")
    ids = [id_ for (id_,) in env.cr.fetchall()]
    env.cr.commit()
    env.cr.execute("ANALYZE account_move")
    env.cr.execute("ANALYZE account_move_line")
    env.cr.commit()
    env.invalidate_all()
    return ids


def copy(env, table, left_out, own, condition, clones="cloned"):
    """Copy rows of a table for each clone: all columns but ``left_out``, and ``own`` ones as expressions."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", (table,)
    )
    columns = [name for (name,) in env.cr.fetchall() if name not in left_out]
    values = [SQL.identifier("t", name) for name in columns] + [SQL(text) for text in own.values()]
    names = [SQL.identifier(name) for name in [*columns, *own]]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS c JOIN %s AS t ON %s",
            SQL.identifier(table),
            SQL(", ").join(names),
            SQL(", ").join(values),
            SQL.identifier(clones),
            SQL.identifier(table),
            SQL(condition),
        )
    )
