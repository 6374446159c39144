import logging
import shutil
import tempfile
from importlib import metadata
from pathlib import Path

from odoo import api, models
from odoo.tools import config

from ..domain import catalog_source, catalogs

_logger = logging.getLogger(__name__)

VERSION_PARAMETER = "gym_cfdi.catalogs_version"  # that of the product keys in this database
DATABASE = "satcfdi/catalogs/catalogs.db"


class GymCfdiCatalogs(models.AbstractModel):
    """Keeps the long catalogues of the SAT as new as the installed package ``satcfdi``, without any network.

    Newer ones are written beside the filestore, one folder for each version of the package, which all databases and
    workers of the server share. Anyone who upgrades the package (it is optional) upgrades the catalogues.
    """

    _name = "gym.cfdi.catalogs"
    _description = "Renewal of the SAT Catalogues"

    def _register_hook(self):
        """Have every worker read the newest catalogues of this server from its start."""
        super()._register_hook()
        self._use_newest()

    @api.model
    def _use_newest(self):
        folders = [folder for folder in self._get_folder().glob("[!.]*") if catalog_source.version_of(folder)]
        newest = max(folders, key=catalog_source.version_of, default=None)
        is_newer = newest and catalog_source.version_of(newest) > catalog_source.version_of(catalogs.FOLDER)
        catalogs.use(newest if is_newer else None)

    @api.model
    def _cron_renew(self):
        """May run as often as one likes; does nothing when nothing is newer."""
        try:
            self._renew()
        except catalog_source.SourceError as error:
            _logger.warning("The SAT catalogues were not renewed: %s", error)

    @api.model
    def _renew(self):
        """Take over the catalogues of the installed package when they are newer than those in use.

        :return: how many product keys of this database changed
        :raise SourceError: when the package is not as expected; nothing has changed then
        """
        source = self._get_source()
        if source and catalog_source.numbers_of(source[0]) > catalog_source.version_of(catalogs.folder_in_use()):
            self._write_catalogues(*source)
            self._use_newest()
            # Every worker reloads its registry, and with it the catalogues
            self.env.registry.registry_invalidated = True
        return self._refresh_product_keys()

    def _refresh_product_keys(self):
        parameters = self.env["ir.config_parameter"].sudo()
        version = ".".join(map(str, catalog_source.version_of(catalogs.folder_in_use())))
        if parameters.get_param(VERSION_PARAMETER) == version:
            return 0
        changed = self.env["gym.cfdi.product.key"]._load_catalogue()
        parameters.set_param(VERSION_PARAMETER, version)
        _logger.info("SAT catalogues of satcfdi %s in use: %s product keys changed", version, changed)
        return changed

    def _write_catalogues(self, version, database):
        """Write the catalogues in one step, so that no worker ever reads half of them."""
        folder = self._get_folder()
        folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=folder, prefix="."))
        try:
            catalog_source.renew(database, scratch, version)
            scratch.rename(folder / version)
        except OSError:
            if not (folder / version).exists():  # else another database of this server was faster
                raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    @api.model
    def _get_folder(self):
        return Path(config["data_dir"]) / "gym_cfdi" / "catalogs"

    @api.model
    def _get_source(self):
        """Return version and database of the installed package, or ``None``. It is not imported."""
        try:
            package = metadata.distribution("satcfdi")
        except metadata.PackageNotFoundError:
            return None
        return package.version, package.locate_file(DATABASE)
