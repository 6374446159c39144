from . import vault_mixin
