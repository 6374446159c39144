"""A Mexican company with a seal, for the tests of what needs one."""

import base64
import os
from unittest.mock import patch

from odoo.tests import freeze_time, new_test_user

from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.vigor_vault.domain.cipher import new_key

from ..domain.tests import certificates

NOW = "2026-11-21 18:00:00"  # within the validity of the test certificates, 2025-01-01 to 2028-12-31
RFC = "EKU9003173C9"


@freeze_time(NOW)
class CfdiSetupCommon(BaseCommon):
    """One company that has all it needs but the seal, one user of each role and a vault with a key."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vault = patch.dict(os.environ, {"VIGOR_VAULT_KEYS": new_key()})
        vault.start()
        cls.addClassCleanup(vault.stop)
        cls.company = cls._create_company(name="Escuela Kemper Urgate")
        cls.manager = cls._create_user("manager")
        cls.user = cls._create_user("user")

    @classmethod
    def _create_company(cls, **values):
        defaults = {
            "vat": RFC,
            "zip": "42501",
            "country_id": cls.env.ref("base.mx").id,
            "cfdi_name": "ESCUELA KEMPER URGATE",
            "cfdi_regime": "601",
        }
        return cls.env["res.company"].create(defaults | values)

    @classmethod
    def _create_user(cls, role, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"cfdi_{role}_{company.id}",
            groups=f"base.group_user,gym_cfdi.group_cfdi_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def _create_csd(cls, company=None, which=0, **options):
        """Keep a seal without the checks of an upload on its dates."""
        return cls.env["certificate.certificate"]._create_csd(
            company or cls.company,
            certificates.cer_file(which=which, **options),
            certificates.key_file(which),
            certificates.PASSWORD,
        )

    def _upload(self, cer=None, key=None, password=certificates.PASSWORD, user=None, **values):
        """Upload through the wizard, in the two calls of the web client."""
        vals = {
            "cer_file": base64.b64encode(cer or certificates.cer_file()),
            "key_file": base64.b64encode(key or certificates.key_file()),
            "password": password,
            "company_id": self.company.id,
        }
        wizards = self.env["gym.cfdi.csd.upload"].with_user(user or self.manager)
        upload = wizards.with_context(allowed_company_ids=self.company.ids).create(vals | values)
        self.env.invalidate_all()
        upload.action_upload()
        return self.env["certificate.certificate"].search(
            [("scope", "=", "cfdi"), ("company_id", "=", self.company.id)]
        )
