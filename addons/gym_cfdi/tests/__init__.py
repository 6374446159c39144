from . import (
    test_catalogs,
    test_company,
    test_csd,
    test_csd_alerts,
    test_gym_cfdi_cancel,
    test_gym_cfdi_document,
    test_gym_cfdi_outbox,
    test_pac,
    test_product_key,
    test_setup,
    test_structure,
)
