import base64
import io

from freezegun import freeze_time
from PIL import Image

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.vigor_test import menus

from .test_charging import JOINED
from .test_refunds import RefundCommon

ADDONS = ("gym_members", "gym_subscriptions", "gym_collection")
NAME = "Ana de la Roma"
PHOTOS = ("image_1920", "avatar_128")


def photo():
    """Return a photo that no placeholder resembles, as base64."""
    stream = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


@tagged("post_install", "-at_install")
class TestDownloads(HttpCase, RefundCommon):
    """Odoo's own addresses of files, images and reports, asked for records of another branch.

    A new file, photo or report of the addons has to get a record here.
    """

    def _prepare(self):
        """Return a record of the branch Roma for each model with something to download."""
        self.member.write({"name": NAME, "image_1920": photo()})
        self.roma.image_1920 = photo()
        subscription, _move, charge = self._join_paid()
        chargeback = self.env["gym.chargeback"]._record(charge.transaction_id, reference="CB-1")
        cancelled = self._create_subscription()
        cancelled._activate()
        cancelled._cancel(at="now")
        consent = self.env["gym.consent"].search([("member_id", "=", self.member.id)], limit=1)
        imported = self.env["gym.member.import"].create(
            {"name": "Lista", "location_id": self.roma.id, "file": base64.b64encode(f"Nombre\n{NAME}\n".encode())}
        )
        agreement = self.env["gym.corporate.agreement"].create(
            {"name": NAME, "partner_id": self.member.partner_id.id, "share_percent": 60, "company_id": self.company.id}
        )
        request = self.env["gym.privacy.request"].create({"member_id": self.member.id, "kind": "access"})
        request.sudo().export_file = request.sudo().health_export_file = base64.b64encode(NAME.encode())
        records = (self.member, self.roma, cancelled, chargeback, consent, imported, request)
        usage = self.env["gym.corporate.usage"].with_user(self.owner).create({"agreement_id": agreement.id})
        return {record._name: record for record in (*records, usage)}

    def _paths(self, records):
        """Return the addresses of all files, photos and reports of the addons."""
        paths = []
        for name, model in sorted(self.env.items()):
            if model._original_module in ADDONS and not model._transient and not model._abstract:
                files = [one for one in model._fields.values() if one.type == "binary" and one.store]
                names = [one.name for one in files if one.groups != fields.NO_ACCESS]
                photos = [one for one in PHOTOS if one in model._fields]
                paths += [f"/web/content/{name}/{self._id(records, name)}/{field}" for field in names]
                paths += [f"/web/image/{name}/{self._id(records, name)}/{field}" for field in photos]
        for report in self.env["ir.actions.report"].search([("model", "=like", "gym.%")]):
            if report.get_external_id()[report.id].split(".")[0] in ADDONS:
                record_id = self._id(records, report.model)
                paths += [f"/report/{kind}/{report.report_name}/{record_id}" for kind in ("html", "pdf")]
        return paths

    def _id(self, records, model):
        self.assertIn(model, records, f"{model} has something to download and no record here")
        return records[model].id

    def _get(self, path, login):
        self.authenticate(login, login)
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"):
            return self.url_open(path, allow_redirects=False)

    @freeze_time(JOINED)
    def test_nothing_of_another_branch_is_downloaded(self):
        records = self._prepare()
        portal = new_test_user(self.env, "downloads_portal", groups="base.group_portal")
        employee = new_test_user(self.env, "downloads_employee", groups="base.group_user")
        strangers = [
            *(
                new_test_user(
                    self.env,
                    f"downloads_{role}",
                    groups=f"gym_members.group_gym_{role}",
                    company_id=self.company.id,
                    company_ids=[(6, 0, self.company.ids)],
                    gym_location_ids=[(6, 0, self.gdl.ids)],
                )
                for role in ("frontdesk", "manager")
            ),
            portal,
            employee,
        ]
        own = {path: self._get(path, self.owner.login) for path in self._paths(records)}
        self.assertGreater(len(own), 10)
        for stranger in strangers:
            for path, answer in own.items():
                with self.subTest(user=stranger.login, path=path):
                    response = self._get(path, stranger.login)
                    self.assertNotIn(NAME, response.text)
                    if response.status_code == 200:  # a photo that is not shown has a placeholder
                        self.assertIn("/image/", path)
                        self.assertNotEqual(answer.content, response.content)

    @freeze_time(JOINED)
    def test_whoever_handles_them_gets_the_reports(self):
        """Chargebacks, cancellations and the usage of an agreement, with nothing but the rights of the role."""
        records = self._prepare()
        for user in (self.owner, self.manager, self.accountant):
            usage = (
                self.env["gym.corporate.usage"]
                .with_user(user)
                .create({"agreement_id": records["gym.corporate.usage"].agreement_id.id})
            )
            for report, record in (
                ("gym_collection.chargeback_report", records["gym.chargeback"]),
                ("gym_subscriptions.cancellation_report", records["gym.subscription"]),
                ("gym_subscriptions.corporate_usage_report", usage),
            ):
                with self.subTest(user=user.login, report=report):
                    response = self._get(f"/report/html/{report}/{record.id}", user.login)
                    self.assertEqual(200, response.status_code)
                    self.assertIn(NAME, response.text)

    @freeze_time(JOINED)
    def test_the_menus_show_these_records(self):
        """Names and lines that only records have are read with the rights of each role, too."""
        self._prepare()
        self.env.flush_all()
        for user in (self.owner, self.manager, self.accountant, self.frontdesk, self.trainer):
            self.env.invalidate_all()
            for addon in ADDONS:
                with self.subTest(user=user.login, addon=addon):
                    self.assertFalse(list(menus.complaints(user, addon)))
