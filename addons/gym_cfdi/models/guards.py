"""Triggers that keep stamped documents as they are, whoever asks: also the superuser, also plain SQL.

Removing the addon drops them first; nothing else in the product goes around them.
"""

# What may no longer change once a document has its UUID; the rest (state, problems, links) lives on
_FROZEN = (
    "company_id",
    "kind",
    "document_type",
    "series",
    "folio",
    "receptor_rfc",
    "receptor_name",
    "currency_id",
    "amount_total",
    "place_zip",
    "issued_at",
    "fecha",
    "request_id",
    "certificate_number",
    "sealed_xml",
    "sealed_sha256",
    "pac_id",
    "xml_sha256",
    "uuid",
    "stamped_at",
    "is_test",
)
# Of the attachment; its access token, for one, may change
_FROZEN_FILE = ("res_model", "res_field", "res_id", "type", "store_fname", "db_datas", "checksum", "file_size")

_FUNCTION = """
    CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';
    END $$"""
_TRIGGER = (
    "CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {level} {when} EXECUTE FUNCTION {call}()"
)
_MESSAGES = {
    "gym_cfdi_document_guard": "A stamped CFDI cannot be changed, and no CFDI can be deleted",
    "gym_cfdi_file_guard": "The XML of a stamped CFDI and the receipt of its cancellation cannot be changed or deleted",
    "gym_cfdi_attempt_guard": "What was tried with a CFDI cannot be changed or deleted",
}


def _changed(columns):
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"({old}) IS DISTINCT FROM ({new})"


def _triggers():
    """Tuples of name, event, table, level, condition and function."""
    document, file, attempt = _MESSAGES
    of_cfdi = "OLD.res_model = 'gym.cfdi.document' AND OLD.res_field IN ('xml', 'cancel_acuse')"
    yield document, "UPDATE", "gym_cfdi_document", "ROW", f"WHEN (OLD.uuid IS NOT NULL AND {_changed(_FROZEN)})"
    yield document, "DELETE", "gym_cfdi_document", "ROW", ""
    yield document, "TRUNCATE", "gym_cfdi_document", "STATEMENT", ""
    yield file, "UPDATE", "ir_attachment", "ROW", f"WHEN ({of_cfdi} AND {_changed(_FROZEN_FILE)})"
    yield file, "DELETE", "ir_attachment", "ROW", f"WHEN ({of_cfdi})"
    yield attempt, "UPDATE OR DELETE", "gym_cfdi_attempt", "ROW", ""
    yield attempt, "TRUNCATE", "gym_cfdi_attempt", "STATEMENT", ""


def create_guards(cr):
    """Make the triggers, or make them anew."""
    for name, message in _MESSAGES.items():
        cr.execute(_FUNCTION.format(name=name, message=message))
    for call, event, table, level, when in _triggers():
        name = f"{call}_{event.split()[0].lower()}"
        cr.execute(_TRIGGER.format(name=name, event=event, table=table, level=level, when=when, call=call))


def drop_guards(cr):
    """Remove the triggers with their functions."""
    for name in _MESSAGES:
        cr.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
