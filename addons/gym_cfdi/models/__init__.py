from . import (
    certificate_certificate,
    gym_cfdi_attempt,
    gym_cfdi_catalogs,
    gym_cfdi_document,
    gym_cfdi_document_print,
    gym_cfdi_pac,
    gym_cfdi_product_key,
    product,
    res_company,
    res_config_settings,
    uom_uom,
)
