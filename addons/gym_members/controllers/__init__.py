from . import (
    portal,
)
