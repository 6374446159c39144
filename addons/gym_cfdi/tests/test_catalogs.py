import pickle
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..domain import catalog_source, catalogs

CATALOGS = "odoo.addons.gym_cfdi.models.gym_cfdi_catalogs.GymCfdiCatalogs"


@tagged("post_install", "-at_install")
class TestCatalogs(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.enterClassContext(patch(f"{CATALOGS}._get_folder", lambda self: cls.folder / "catalogs"))
        cls.enterClassContext(patch.object(catalog_source, "LEAST_ROWS", dict.fromkeys(catalog_source.LEAST_ROWS, 1)))
        cls.addClassCleanup(catalogs.use, None)
        cls.renewal = cls.env["gym.cfdi.catalogs"]

    def setUp(self):
        super().setUp()
        catalogs.use(None)
        self.renewal._refresh_product_keys()
        self.addCleanup(setattr, self.env.registry, "registry_invalidated", False)

    def _installed(self, version, **tables):
        """The package in that version, with one new product key."""
        tables = {
            "UsoCFDI": {"G01": "x"},
            "CodigoPostal": {"01000": ["CMX", "010", "01", "0", "Tiempo del Centro"]},
            "ClaveProdServ": {"91101501": "Gimnasios", "99990000": "Clase nueva"},
            "ClaveUnidad": {"ZZ9": "Unidad nueva"},
            "Moneda": {"MXN": ["Peso Mexicano", 2]},
        } | tables
        path = self.folder / f"{version}.db"
        with closing(sqlite3.connect(path)) as connection, connection:
            for name, rows in tables.items():
                connection.execute(f'CREATE TABLE "C1_c_{name}" (key BLOB, value BLOB)')
                rows = [(pickle.dumps(key), pickle.dumps(value)) for key, value in rows.items()]
                connection.executemany(f'INSERT INTO "C1_c_{name}" VALUES (?, ?)', rows)
        return patch(f"{CATALOGS}._get_source", lambda self: (version, path))

    def test_without_the_package_nothing_happens(self):
        with patch(f"{CATALOGS}._get_source", lambda self: None):
            self.assertEqual(self.renewal._renew(), 0)
        self.assertEqual(catalogs.folder_in_use(), catalogs.FOLDER)

    def test_a_newer_package_is_taken_over_by_this_worker_and_the_others(self):
        self.env.registry.registry_invalidated = False
        with self._installed("99.1.1"):
            self.assertEqual(self.renewal._renew(), 2)
            self.assertTrue(self.env.registry.registry_invalidated, "the other workers reload")
            self.assertIn("ZZ9", catalogs.units())
            keys = self.env["gym.cfdi.product.key"]
            self.assertEqual(keys._from_code("99990000").name, "Clase nueva")
            self.assertEqual(keys._from_code("91101501").name, "Gimnasios")
            self.assertTrue(keys._from_code("84111506"), "keys that the SAT dropped stay")
            self.env.registry.registry_invalidated = False
            self.assertEqual(self.renewal._renew(), 0, "once is enough")
            self.assertFalse(self.env.registry.registry_invalidated)
        catalogs.use(None)
        self.renewal._register_hook()
        self.assertIn("99990000", catalogs.product_keys(), "a worker that starts later reads them too")

    def test_an_older_package_is_not_taken_over(self):
        with self._installed("25.1.1"):
            self.assertEqual(self.renewal._renew(), 0)
        self.assertNotIn("99990000", catalogs.product_keys())

    def test_a_package_of_another_form_changes_nothing_and_the_cron_goes_on(self):
        with self._installed("99.2.2", CodigoPostal={"1": ["X", "1", "1", "0", "Tiempo de Marte"]}):
            with self.assertLogs(level="WARNING"):
                self.renewal._cron_renew()
            with self.assertRaisesRegex(UserError, "Marte"):
                self.env["res.config.settings"].create({}).action_renew_cfdi_catalogs()
        self.assertEqual(list((self.folder / "catalogs").glob("*99.2.2*")), [])
        self.assertEqual(catalogs.folder_in_use(), catalogs.FOLDER)

    def test_only_managers_renew(self):
        user = new_test_user(self.env, "cfdi_reader", "base.group_user,gym_cfdi.group_cfdi_user")
        with self._installed("99.3.3"), self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(user).new({}).action_renew_cfdi_catalogs()
        self.assertNotIn("99990000", catalogs.product_keys())
