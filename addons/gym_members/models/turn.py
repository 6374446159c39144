from odoo.tools import SQL


def take_turn(records):
    """Let one transaction at a time decide about these records: another that began before this one ends starts over.

    A lock is not enough: who waited for it goes on with what it saw before. A row that was written since cannot be
    written again under REPEATABLE READ, so the later transaction fails to serialize and Odoo repeats it from the start.
    """
    if records:
        records.flush_recordset()
        table = SQL.identifier(records._table)
        records.env.cr.execute(
            SQL("UPDATE %s SET write_date = write_date WHERE id = ANY(%s)", table, list(records._origin.ids))
        )
        records.invalidate_recordset()
