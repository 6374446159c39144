import io

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain import catalogs
from ..domain.names import fold


class GymCfdiProductKey(models.Model):
    """c_ClaveProdServ as records, so that products can point at a key and people can find it by words.

    Nobody writes it: :meth:`_load_catalogue` fills it from the catalogue files and keeps keys that the SAT retires.
    """

    _name = "gym.cfdi.product.key"
    _description = "SAT Product or Service Key"
    _order = "code"
    _rec_names_search = ["code", "folded"]
    _log_access = False

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(readonly=True)
    date_start = fields.Date("In Force From", readonly=True, help="First day on which the key may be used, included.")
    date_end = fields.Date("In Force Until", readonly=True, help="Last day on which the key may be used, included.")
    folded = fields.Char("Words", readonly=True, index="trigram", help="Key and name without accents, for searching.")

    _code_unique = models.UniqueIndex("(code)", "The SAT has every key once.")

    def init(self):
        """Fill the table when the addon is installed or updated."""
        self._load_catalogue()

    # --- compute and search

    @api.depends("code", "name")
    def _compute_display_name(self):
        for key in self:
            key.display_name = f"{key.code} {key.name or ''}".strip()

    @api.model
    def _search_display_name(self, operator, value):
        """Find the keys that begin with what was typed, or that have all its words, accents or not."""
        if operator in Domain.NEGATIVE_OPERATORS or not isinstance(value, str) or operator not in ("ilike", "like"):
            return super()._search_display_name(operator, value)
        return Domain.AND(Domain("folded", "like", word) for word in fold(value).split())

    # --- business methods

    @api.model
    def _load_catalogue(self):
        """Make the table equal to the catalogue in use; return how many keys were added or changed. About a second."""
        self.env.cr.execute(
            "CREATE TEMPORARY TABLE cfdi_new_key (code varchar, name varchar, date_start date, date_end date,"
            " folded varchar) ON COMMIT DROP"
        )
        self.env.cr.copy_expert("COPY cfdi_new_key FROM STDIN", self._get_rows())
        self.env.cr.execute(
            SQL(
                """INSERT INTO %(table)s AS old (code, name, date_start, date_end, folded)
                   SELECT code, name, date_start, date_end, folded FROM cfdi_new_key
                   ON CONFLICT (code) DO UPDATE
                      SET name = EXCLUDED.name, date_start = EXCLUDED.date_start,
                          date_end = EXCLUDED.date_end, folded = EXCLUDED.folded
                    WHERE (old.name, old.date_start, old.date_end, old.folded)
                          IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.date_start, EXCLUDED.date_end, EXCLUDED.folded)""",
                table=SQL.identifier(self._table),
            )
        )
        changed = self.env.cr.rowcount
        self.env.cr.execute("DROP TABLE cfdi_new_key")
        self.invalidate_model()
        return changed

    def _get_rows(self):
        """The catalogue in the text format of COPY."""
        rows = io.StringIO()
        for entry in catalogs.products():
            values = (entry.key, entry.name, entry.since, entry.until, fold(f"{entry.key} {entry.name}"))
            rows.write("\t".join(_escape(value) for value in values) + "\n")
        rows.seek(0)
        return rows

    @api.model
    def _from_code(self, code):
        """Return the key with that code, or an empty recordset."""
        return self.search([("code", "=", code)], limit=1)

    def _is_in_force(self, on):
        """Tell whether the key may be used on the date ``on``."""
        self.ensure_one()
        return (not self.date_start or self.date_start <= on) and (not self.date_end or on <= self.date_end)


def _escape(value):
    if value is None or value == "":
        return r"\N"
    return str(value).replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")
