from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .import_common import ImportCommon


@tagged("post_install", "-at_install")
class TestGymMemberImportUndo(ImportCommon):
    """An import is taken back: what it made goes, what it changed is as before, what people touched stays."""

    def _undo(self, job):
        with trap_jobs():
            job.action_undo()
        self._work(job)

    def test_undo_removes_the_new_and_restores_the_changed(self):
        ana = self._create_member(name="Ana Sofia Lopez", email="ana@correo.mx", phone="+52 55 0000 1111")
        job = self._run(self._check(update_mode="overwrite"))
        partners = (self._mine() - ana).partner_id
        self.assertEqual(len(partners), 3)
        self._undo(job)
        self.assertEqual((job.state, job.kept_count), ("undone", 0))
        self.assertFalse(partners.exists())
        self.assertFalse(self._mine())
        self.assertRecordValues(
            ana, [{"name": "Ana Sofia Lopez", "phone": "+52 55 0000 1111", "birthdate": False, "date_joined": False}]
        )

    def test_undo_keeps_who_is_in_use_and_says_where(self):
        job = self._run(self._check())
        ana = self._line(job, 2).member_id
        self.env["res.users"].create({"name": "Ana", "login": "ana@correo.mx", "partner_id": ana.partner_id.id})
        self._undo(job)
        self.assertEqual(self._mine(), ana)
        self.assertEqual(job.kept_count, 1)
        self.assertIn("User", self._line(job, 2).messages)

    def test_undo_leaves_what_somebody_corrected_since(self):
        ana = self._create_member(name="Ana Sofia Lopez", email="ana@correo.mx")
        job = self._run(self._check())
        ana.phone = "+52 55 2222 3333"
        self._undo(job)
        self.assertEqual(ana.phone, "+52 55 2222 3333")
        self.assertFalse(ana.birthdate)
        self.assertIn("undo_changed", self._codes(self._line(job, 2)))

    def test_undo_removes_nobody_who_was_merged_with_an_import(self):
        job = self._run(self._check())
        ana, laura = self._line(job, 2).member_id, self._line(job, 3).member_id
        older, other = self._create_member(name="Ana"), self._create_member(name="Laura")
        ana._merge_into(older, {})
        other._merge_into(laura, {})
        self._undo(job)
        self.assertTrue(older.exists() and laura.exists() and other.exists())
        self.assertEqual(job.kept_count, 2)
        self.assertEqual(self._codes(self._line(job, 2))[-1], "undo_merged")

    def test_a_branch_manager_undoes_their_own_import(self):
        rows = "1,Ana,López,ana@correo.mx,5512345678,25/12/1990,,Active,15/01/2024,false,true"
        job = self._run(self._check(rows, user=self.manager))
        self.assertEqual(len(self._mine()), 1)
        self._undo(job)
        self.assertFalse(self._mine())
