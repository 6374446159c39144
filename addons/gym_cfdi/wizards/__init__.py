from . import (
    gym_cfdi_cancel,
    gym_cfdi_csd_upload,
    gym_cfdi_export,
    gym_cfdi_global_make,
    gym_cfdi_nominative,
    gym_cfdi_release,
    gym_cfdi_setup,
)
