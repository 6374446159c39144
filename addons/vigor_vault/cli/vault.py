"""``odoo vault``: make a key, rotate the encrypted fields of a database."""

import argparse
import sys

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config

# Odoo loads this file as ``odoo.cli.vault``: an import relative to the addon would find nothing.
from odoo.addons.vigor_vault.domain.cipher import new_key  # pylint: disable=odoo-addons-relative-import


class Vault(Command):
    """Make keys for encrypted fields and rotate them."""

    def run(self, args):
        parser = argparse.ArgumentParser(prog=self.prog, description=self.__doc__)
        parser.add_argument("action", choices=["new-key", "rotate"])
        options, server_args = parser.parse_known_args(args)
        if options.action == "new-key":
            sys.stdout.write(new_key() + "\n")
            return
        config.parse_config(server_args, setup_logging=True)
        if not config["db_name"]:
            parser.error("name the database to rotate with -d")
        for database in config["db_name"]:
            with Registry(database).cursor() as cr:
                changed = api.Environment(cr, SUPERUSER_ID, {})["vault.mixin"]._rotate_all()
            sys.stdout.write(f"{database}: {changed} values encrypted again\n")
