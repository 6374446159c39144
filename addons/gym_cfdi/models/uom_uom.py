from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..domain import catalogs

# Keys of the units that come with Odoo. "Units" has none on purpose: see _get_cfdi_unit_key.
UNIT_KEYS = {
    "product_uom_dozen": "DZN",
    "product_uom_hour": "HUR",
    "product_uom_day": "DAY",
    "product_uom_minute": "MIN",
    "product_uom_millimeter": "MMT",
    "product_uom_cm": "CMT",
    "product_uom_meter": "MTR",
    "product_uom_km": "KMT",
    "product_uom_square_meter": "MTK",
    "product_uom_milliliter": "MLT",
    "product_uom_litre": "LTR",
    "product_uom_cubic_meter": "MTQ",
    "product_uom_gram": "GRM",
    "product_uom_kgm": "KGM",
    "product_uom_ton": "TNE",
    "product_uom_oz": "ONZ",
    "product_uom_lb": "LBR",
    "product_uom_inch": "INH",
    "product_uom_foot": "FOT",
    "product_uom_yard": "YRD",
    "product_uom_mile": "SMI",
    "product_uom_square_foot": "FTK",
    "product_uom_floz": "OZA",
    "product_uom_qt": "QT",
    "product_uom_gal": "GLL",
    "product_uom_cubic_inch": "INQ",
    "product_uom_cubic_foot": "FTQ",
    "product_uom_kwh": "KWH",
}
SERVICE, PIECE = "E48", "H87"


class UomUom(models.Model):
    _name = "uom.uom"
    _inherit = "uom.uom"

    cfdi_unit_key = fields.Char(
        "SAT Unit Key", help="ClaveUnidad in CFDI. When empty: E48 (service unit) for services, H87 (piece) for goods."
    )

    @api.constrains("cfdi_unit_key")
    def _check_cfdi_unit_key(self):
        for unit in self.filtered("cfdi_unit_key"):
            if unit.cfdi_unit_key not in catalogs.units():
                raise ValidationError(
                    self.env._(
                        "“%(key)s” is not a unit of the SAT's catalogue. Common ones: E48 service unit, H87 piece, "
                        "MON month, DAY day, ACT activity.",
                        key=unit.cfdi_unit_key,
                    )
                )

    def _get_cfdi_unit_key(self, product):
        """Return the ClaveUnidad of a line in this unit (which may be empty) that sells ``product`` (likewise)."""
        return self.cfdi_unit_key or (PIECE if product and product.type != "service" else SERVICE)

    @api.model
    def _set_cfdi_unit_keys(self):
        """Give Odoo's own units their key, unless somebody did."""
        for name, key in UNIT_KEYS.items():
            unit = self.env.ref(f"uom.{name}", raise_if_not_found=False)
            if unit and not unit.cfdi_unit_key:
                unit.cfdi_unit_key = key
