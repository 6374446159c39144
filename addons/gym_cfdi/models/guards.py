"""Triggers that keep stamped documents as they are, no matter who asks: also the superuser, also plain SQL.

Removing the addon drops them first; nothing else in the product goes around them.
"""

# Of a stamped document, state, problems and links live on; of its file, the access token may change.
_CREATE = """
    CREATE OR REPLACE FUNCTION gym_cfdi_document_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A stamped CFDI cannot be changed, and no CFDI can be deleted'
            USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE OR REPLACE FUNCTION gym_cfdi_file_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The XML of a stamped CFDI and the receipt of its cancellation cannot be changed or deleted'
            USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE OR REPLACE FUNCTION gym_cfdi_attempt_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'What was tried with a CFDI cannot be changed or deleted' USING ERRCODE = 'restrict_violation';
    END $$;

    CREATE OR REPLACE TRIGGER gym_cfdi_document_guard_update BEFORE UPDATE ON gym_cfdi_document FOR EACH ROW
    WHEN (
        OLD.uuid IS NOT NULL AND (
            OLD.company_id, OLD.kind, OLD.document_type, OLD.series, OLD.folio, OLD.receptor_rfc, OLD.receptor_name,
            OLD.currency_id, OLD.amount_total, OLD.place_zip, OLD.issued_at, OLD.fecha, OLD.request_id,
            OLD.certificate_number, OLD.sealed_xml, OLD.sealed_sha256, OLD.pac_id, OLD.xml_sha256, OLD.uuid,
            OLD.stamped_at, OLD.is_test
        ) IS DISTINCT FROM (
            NEW.company_id, NEW.kind, NEW.document_type, NEW.series, NEW.folio, NEW.receptor_rfc, NEW.receptor_name,
            NEW.currency_id, NEW.amount_total, NEW.place_zip, NEW.issued_at, NEW.fecha, NEW.request_id,
            NEW.certificate_number, NEW.sealed_xml, NEW.sealed_sha256, NEW.pac_id, NEW.xml_sha256, NEW.uuid,
            NEW.stamped_at, NEW.is_test
        )
    ) EXECUTE FUNCTION gym_cfdi_document_guard();
    CREATE OR REPLACE TRIGGER gym_cfdi_document_guard_delete BEFORE DELETE ON gym_cfdi_document FOR EACH ROW
    EXECUTE FUNCTION gym_cfdi_document_guard();
    CREATE OR REPLACE TRIGGER gym_cfdi_document_guard_truncate BEFORE TRUNCATE ON gym_cfdi_document
    EXECUTE FUNCTION gym_cfdi_document_guard();

    CREATE OR REPLACE TRIGGER gym_cfdi_file_guard_update BEFORE UPDATE ON ir_attachment FOR EACH ROW
    WHEN (
        OLD.res_model = 'gym.cfdi.document' AND OLD.res_field IN ('xml', 'cancel_acuse') AND (
            OLD.res_model, OLD.res_field, OLD.res_id, OLD.type, OLD.store_fname, OLD.db_datas, OLD.checksum,
            OLD.file_size
        ) IS DISTINCT FROM (
            NEW.res_model, NEW.res_field, NEW.res_id, NEW.type, NEW.store_fname, NEW.db_datas, NEW.checksum,
            NEW.file_size
        )
    ) EXECUTE FUNCTION gym_cfdi_file_guard();
    CREATE OR REPLACE TRIGGER gym_cfdi_file_guard_delete BEFORE DELETE ON ir_attachment FOR EACH ROW
    WHEN (OLD.res_model = 'gym.cfdi.document' AND OLD.res_field IN ('xml', 'cancel_acuse'))
    EXECUTE FUNCTION gym_cfdi_file_guard();

    CREATE OR REPLACE TRIGGER gym_cfdi_attempt_guard_update BEFORE UPDATE OR DELETE ON gym_cfdi_attempt FOR EACH ROW
    EXECUTE FUNCTION gym_cfdi_attempt_guard();
    CREATE OR REPLACE TRIGGER gym_cfdi_attempt_guard_truncate BEFORE TRUNCATE ON gym_cfdi_attempt
    EXECUTE FUNCTION gym_cfdi_attempt_guard()
"""
_DROP = """
    DROP FUNCTION IF EXISTS gym_cfdi_document_guard(), gym_cfdi_file_guard(), gym_cfdi_attempt_guard() CASCADE
"""


def create_guards(cr):
    """Make the triggers, or make them again."""
    cr.execute(_CREATE)


def drop_guards(cr):
    """Remove the triggers with their functions."""
    cr.execute(_DROP)
