import base64
from pathlib import Path
from unittest import skipUnless

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import GymMembersCommon

SAMPLES = Path(__file__).parents[3] / "data" / "import_samples"
# What becomes of the rows of each sample: new, skipped, errors; and how many dependants find who pays for them.
EXPECTED = {
    "mindbody.csv": (26, 1, 0, 0),
    "glofox.csv": (26, 0, 0, 0),
    "gymmaster.xlsx": (24, 0, 0, 0),
    "wodify.csv": (27, 0, 0, 2),
    "pushpress.csv": (25, 0, 0, 1),
    "generic_mx.csv": (23, 0, 1, 2),
}


@skipUnless(SAMPLES.is_dir(), "the sample exports come with the repository, not with the addon")
@tagged("post_install", "-at_install")
class TestGymMemberImportSamples(GymMembersCommon):
    def test_each_sample_comes_in_and_goes_out_again(self):
        members = self.env["gym.member"].with_context(active_test=False)
        contacts = self.env["res.partner"].with_context(active_test=False)
        before = members.search_count([]), contacts.search_count([])
        for name, expected in EXPECTED.items():
            with self.subTest(sample=name), freeze_time("2026-03-15 18:00:00"):
                job = self._bring_in(name)
                paid_for = len(job.line_ids.member_id.filtered("payer_id"))
                self.assertEqual((job.create_count, job.skip_count, job.error_count, paid_for), expected)
                self.assertFalse(job.line_ids.member_id.filtered("message_partner_ids"))
                self._work(job, job.action_undo)
                self.assertEqual((job.state, job.kept_count), ("undone", 0))
                self.assertEqual((members.search_count([]), contacts.search_count([])), before)

    def _bring_in(self, name):
        content = base64.b64encode((SAMPLES / name).read_bytes())
        job = self.env["gym.member.import"].with_user(self.owner)
        job = job.create({"name": name, "file": content, "location_id": self.roma.id})
        job.action_read()
        job.date_order = job.date_order or "dmy"
        job.action_check()
        self._work(job, job.action_run)
        self.assertEqual(job.state, "done")
        return job

    def _work(self, job, action):
        with trap_jobs():
            action()
            while job.state in ("running", "undoing"):
                job._run_chunk()
