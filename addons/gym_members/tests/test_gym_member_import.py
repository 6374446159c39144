import base64
import io
from contextlib import ExitStack
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from ..models import gym_member_import_check, gym_member_import_run
from ..services import table_reader
from .import_common import ROWS, ImportCommon


@tagged("post_install", "-at_install")
class TestGymMemberImport(ImportCommon):
    def _import_book(self, book):
        stream = io.BytesIO()
        book.save(stream)
        return self._import(name="socios.xlsx", file=base64.b64encode(stream.getvalue()))

    # === DRY RUN === #

    def test_the_check_says_what_would_happen_and_writes_nothing(self):
        members, partners = self.members.search_count([]), self.env["res.partner"].search_count([])
        job = self._check()
        self.assertRecordValues(
            job,
            [{"state": "checked", "source": "mindbody", "date_order": "dmy", "line_count": 5, "create_count": 4,
              "update_count": 0, "skip_count": 0, "error_count": 1}],
        )  # fmt: skip
        self.assertEqual(self.members.search_count([]), members)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_an_error_names_the_line_the_value_and_the_remedy(self):
        line = self._line(self._check(), 5)
        self.assertEqual(line.action, "error")
        self.assertEqual(
            self._codes(line), ["email_invalid", "phone_invalid", "date_impossible", "no_contact", "branch_unknown"]
        )
        self.assertIn("HomeLocation “Mérida”: You have no branch of this name.", line.messages)
        self.assertIn("Write the name or code of a branch", line.messages)

    def test_a_day_that_does_not_exist_keeps_nobody_out(self):
        job = self._run(self._check(ROWS.replace("Mérida", "Roma Norte")))
        line = self._line(job, 5)
        self.assertIn("BirthDate “31/02/1990”: There is no such day in the calendar; it is left out.", line.messages)
        self.assertRecordValues(line.member_id, [{"name": "Beto Sánchez", "birthdate": False}])

    def test_marketing_consent_and_unmapped_columns_stay_in_the_file(self):
        line = self._line(self._check(), 2)
        self.assertNotIn("Send Promotional Emails", line.raw)
        self.assertNotIn("IsProspect", line.raw)

    def test_ambiguous_dates_are_asked_for(self):
        job = self._import("1,Ana,López,ana@correo.mx,5512345678,03/04/1990,,Active,05/06/2024,false,true")
        job.action_read()
        self.assertFalse(job.date_order)
        self.assertIn("03/04/1990", job.date_hint)
        with self.assertRaisesRegex(UserError, "day or the month"):
            job.action_check()
        self.assertFalse(job.line_ids)
        job.date_order = "mdy"
        job.action_check()
        self.assertEqual(str(job.line_ids.birthdate), "1990-03-04")

    def test_one_file_of_a_company_is_read_at_a_time(self):
        job = self._import()
        with self.registry.cursor() as other:
            take = "SELECT pg_advisory_xact_lock(hashtext('gym.member.import.read'), %s)"
            other.execute(take, [self.env.company.id + 1])
            other.execute(take, [job.company_id.id])
            with self.assertRaisesRegex(UserError, "is being read"):
                job.action_read()
            self.assertRecordValues(job, [{"state": "draft", "column_ids": []}])
        job.action_read()
        self.assertEqual(job.state, "mapping")

    def test_a_file_that_is_too_much_is_told_and_changes_nothing(self):
        job = self._import()
        with (
            patch.object(table_reader, "CHILD", table_reader.CHILD.with_name("no_such_file.py")),
            self.assertRaisesRegex(UserError, "180 seconds or 1024 MB of memory"),
        ):
            job.action_read()
        self.assertRecordValues(job, [{"state": "draft", "column_ids": []}])

    def test_changing_the_mapping_asks_for_a_new_check(self):
        job = self._check()
        job.column_ids.filtered(lambda column: column.header == "Email").field_code = False
        self.assertEqual(job.state, "mapping")
        with self.assertRaises(UserError):
            job.action_run()
        self.assertFalse(self._mine())

    def test_two_columns_cannot_be_one_field(self):
        job = self._import()
        job.action_read()
        job.column_ids.filtered(lambda column: column.header == "Status").field_code = "email"
        with self.assertRaisesRegex(UserError, "Keep one of them"):
            job.action_check()

    def test_a_file_that_cannot_be_read_says_so(self):
        job = self._import()
        job.file = base64.b64encode(b"\xd0\xcf\x11\xe0old")
        with self.assertRaisesRegex(UserError, "save it as .xlsx"):
            job.action_read()
        self.assertEqual(job.state, "draft")

    def test_another_sheet_is_chosen_on_the_form(self):
        book = openpyxl.Workbook()
        book.active.title = "Socios"
        for title, name in (("Socios", "Ana"), ("Invitados", "Leo")):
            sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
            sheet.append(["Nombre", "Apellidos", "Correo"])
            sheet.append([name, "Ruiz", f"{name}@correo.mx"])
        book.create_sheet("Vacía")
        job = self._import_book(book)
        with Form(job) as form:
            with self.assertRaisesRegex(AssertionError, "invisible"):
                form.sheet = "Invitados"  # there is nothing to choose from before the file is read
        job.action_read()
        self.assertRecordValues(job, [{"state": "mapping", "sheet": "Socios", "sheet_names": "Socios, Invitados"}])
        self.assertIn("Ana", job.column_ids.mapped("sample"))
        with Form(job) as form:
            form.sheet = "Invitados"
        self.assertEqual(job.state, "draft")
        job.action_read()
        self.assertRecordValues(job, [{"state": "mapping", "sheet": "Invitados"}])
        job.action_check()
        self.assertEqual(job.line_ids.mapped("name"), ["Leo Ruiz"])

    def test_a_sheet_that_is_not_there_names_those_that_are(self):
        book = openpyxl.Workbook()
        book.active.title = "Socios"
        book.active.append(["Nombre", "Correo"])
        book.active.append(["Ana Ruiz", "ana@correo.mx"])
        job = self._import_book(book)
        job.sheet = "Bajas"
        with self.assertRaisesRegex(UserError, "“Bajas” with rows. It has: Socios"):
            job.action_read()
        self.assertEqual((job.state, job.column_ids), ("draft", self.env["gym.member.import.column"]))

    def test_a_sheet_of_those_who_left_says_so_on_each_row(self):
        book = openpyxl.Workbook()
        book.active.title = "Bajas 2025"
        book.active.append(["Nombre", "Correo"])
        book.active.append(["Ana Ruiz", "ana@correo.mx"])
        job = self._import_book(book)
        job.action_read()
        job.action_check()
        self.assertEqual(self._codes(job.line_ids), ["section_left"])
        self.assertIn("“Bajas 2025”", job.line_ids.messages)

    # === RUN === #

    def test_rows_become_members_of_their_branches(self):
        job = self._run(self._check())
        self.assertEqual(job.state, "done")
        ana = self._line(job, 2).member_id
        self.assertRecordValues(
            ana,
            [{"name": "Ana Sofía López Ruiz", "email": "ana@correo.mx", "phone": "+52 55 1234 5678", "stage": "active",
              "location_id": self.roma.id, "import_key": "mindbody:1", "country_id": self.env.ref("base.mx").id}],
        )  # fmt: skip
        self.assertEqual((str(ana.birthdate), str(ana.date_joined)), ("1990-12-25", "2024-01-15"))
        carla = self._line(job, 6).member_id
        self.assertEqual((carla.location_id, carla.stage, str(carla.date_left)), (self.gdl, "former", "2026-03-15"))
        self.assertEqual(len(self._mine()), 4)
        self.assertFalse(self._line(job, 5).member_id)

    def test_each_member_s_history_says_where_they_came_from(self):
        job = self._run(self._check())
        events = self.env["gym.event"].search([("type", "=", "member.imported")])
        self.assertEqual(events.member_id, job.line_ids.member_id)
        self.assertEqual(len(events), 4)
        self.assertEqual(events[0].payload, {"source": "mindbody"})

    def test_nobody_who_is_imported_has_consented_to_anything(self):
        job = self._run(self._check())
        self.assertFalse(self.env["gym.consent"].sudo().search([("member_id", "in", job.line_ids.member_id.ids)]))

    def test_a_family_with_one_address_stays_three_people(self):
        job = self._run(self._check())
        mother, son = self._line(job, 3).member_id, self._line(job, 4).member_id
        self.assertNotEqual(mother, son)
        self.assertEqual(mother.email, son.email)
        self.assertIn("minor_without_guardian", self._codes(self._line(job, 4)))

    def test_the_same_file_again_changes_nothing(self):
        self._run(self._check())
        again = self._check()
        self.assertRecordValues(again, [{"create_count": 0, "update_count": 0, "skip_count": 4, "error_count": 1}])
        self.assertEqual(set(again.line_ids.filtered(lambda line: line.action == "skip").mapped("matched_by")), {"key"})
        with self.assertRaisesRegex(UserError, "Nothing to import"):
            again.action_run()

    def test_a_spreadsheet_without_ids_is_recognised_again(self):
        header = "Nombre,Celular,Fecha de nacimiento"
        rows = "Ana López,5512345678,25/12/1990\nLeo López,,13/01/2016"
        self._run(self._check(rows, header))
        again = self._check(rows, header)
        self.assertRecordValues(again, [{"create_count": 0, "skip_count": 2}])

    def test_existing_members_get_what_they_lack(self):
        ana = self._create_member(name="Ana Sofia Lopez", email="ANA@correo.mx", phone="+52 55 0000 1111")
        job = self._check()
        line = self._line(job, 2)
        self.assertEqual((line.action, line.member_id, line.matched_by), ("update", ana, "email"))
        self.assertEqual(set(line.changes), {"birthdate", "date_joined", "import_key"})
        self._run(job)
        self.assertEqual((ana.phone, str(ana.birthdate)), ("+52 55 0000 1111", "1990-12-25"))

    def test_existing_members_are_overwritten_or_left_alone_on_demand(self):
        ana = self._create_member(name="Ana Sofia Lopez", email="ana@correo.mx", phone="+52 55 0000 1111")
        self.assertEqual(self._line(self._check(update_mode="skip"), 2).action, "skip")
        self._run(self._check(update_mode="overwrite"))
        self.assertEqual((ana.name, ana.phone), ("Ana Sofía López Ruiz", "+52 55 1234 5678"))

    def test_two_possible_people_are_an_error_not_a_guess(self):
        self._create_member(name="Ana López", email="ana@correo.mx")
        self._create_member(name="Sofía Ruiz", email="ana@correo.mx")
        line = self._line(self._check(), 2)
        self.assertEqual((line.action, self._codes(line)), ("error", ["several_people"]))

    def test_a_family_with_one_number_comes_in_whole_and_is_known_again(self):
        header = "No. de socio,Nombre,Celular"
        rows = "100,Ana López Ruiz,5512345678\n100,Luis López Ruiz,5512345678\n100,Eva López Ruiz,"
        job = self._run(self._check(rows, header))
        self.assertEqual(len(job.line_ids.member_id), 3)
        self.assertTrue(all("id_shared" in self._codes(line) for line in job.line_ids))
        again = self._check("\n".join(reversed(rows.splitlines())), header)
        self.assertRecordValues(again, [{"create_count": 0, "update_count": 0, "skip_count": 3}])

    def test_titles_among_the_rows_hold_for_the_chunks_below(self):
        header = "Nombre,Celular,Ciudad"
        rows = "Ana Ruiz,5512345678,A\nDADOS DE BAJA,,\nLeo Paz,5512345679,A\nEva Sol,5512345670,A\nSucursal: Roma,,"
        with patch.object(gym_member_import_check, "CHECK_CHUNK", 2):
            job = self._check(rows, header)
        told = [self._codes(line) for line in job.line_ids]
        self.assertEqual(told, [[], ["not_a_person"], ["section_left"], ["section_left"], ["not_a_person"]])

    def test_a_repeated_person_comes_in_once(self):
        rows = ROWS + ROWS.split("\n")[1].replace("1,", "9,", 1)
        job = self._check(rows)
        line = self._line(job, 7)
        self.assertEqual((line.action, line.same_as_line), ("skip", 2))
        self._run(job)
        self.assertEqual(line.member_id, self._line(job, 2).member_id)
        self.assertEqual(len(self._mine()), 4)

    def test_chunks_see_the_rows_before_them(self):
        rows = ROWS + ROWS.split("\n")[1]
        chunks = {gym_member_import_check: "CHECK_CHUNK", gym_member_import_run: "RUN_CHUNK"}
        with ExitStack() as stack:
            for module, constant in chunks.items():
                stack.enter_context(patch.object(module, constant, 2))
            job = self._check(rows)
            self.assertEqual(self._line(job, 7).same_as_line, 2)
            self._run(job)
        self.assertEqual(len(self._mine()), 4)

    def test_a_merged_person_is_found_again_as_whom_they_became(self):
        self._run(self._check())
        ana = self._mine().filtered(lambda member: member.import_key == "mindbody:1")
        winner = self._create_member(name="Ana L")
        ana.write({"active": False, "merged_into_id": winner.id})
        line = self._line(self._check(), 2)
        self.assertEqual((line.matched_by, line.member_id), ("key", winner))

    def test_who_had_their_data_blocked_does_not_come_back_by_a_file(self):
        self._run(self._check())
        ana = self._mine().filtered(lambda member: member.import_key == "mindbody:1")
        ana._block_personal_data("asked for it")
        line = self._line(self._check(), 2)
        self.assertEqual((line.action, self._codes(line), line.member_id.id), ("error", ["person_blocked"], False))

    def test_somebody_added_after_the_check_is_not_doubled(self):
        job = self._check()
        self._create_member(name="Ana Sofía López Ruiz", email="ana@correo.mx")
        self._run(job)
        self.assertEqual(self._codes(self._line(job, 2)), ["changed_since_check"])
        self.assertEqual(self.members.search_count([("email_normalized", "=", "ana@correo.mx")]), 1)

    def test_a_row_that_fails_stays_out_and_the_others_come_in(self):
        importer = type(self.env["gym.member.import"])

        def refuse_leo(job, lines):
            if lines.filtered(lambda line: line.name.startswith("Leo")):
                raise UserError("no Leos")  # pylint: disable=translation-required

        job = self._check()
        with patch.object(importer, "_apply_extras", refuse_leo):
            self._run(job)
        leo = self._line(job, 4)
        self.assertEqual((leo.state, leo.action, leo.member_id.id), ("failed", "error", False))
        self.assertIn("no Leos", leo.messages)
        self.assertEqual(self._keys(), ["mindbody:1", "mindbody:2", "mindbody:5"])
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Leo Ruiz Peña")]))

    # === INTERRUPTIONS === #

    def test_a_killed_chunk_leaves_nothing_and_is_repeated(self):
        job = self._check()
        importer = type(job)
        with patch.object(gym_member_import_run, "RUN_CHUNK", 2), trap_jobs() as trap:
            job.action_run()
            job._run_chunk()
            self.assertEqual(len(self._mine()), 2)
            savepoint = self.env.cr.savepoint()
            with patch.object(importer, "_plan_next", side_effect=KeyboardInterrupt):
                self.assertRaises(KeyboardInterrupt, job._run_chunk)
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()
            self.assertEqual(len(self._mine()), 2)
            self._work(job)
            self.assertGreaterEqual(len(trap.enqueued_jobs), 2)
        self.assertEqual(self._keys(), ["mindbody:1", "mindbody:2", "mindbody:3", "mindbody:5"])
        self.assertEqual(job.state, "done")

    def test_a_job_that_comes_late_does_nothing(self):
        job = self._run(self._check())
        before = self._mine()
        with trap_jobs() as trap:
            job._run_chunk()
            trap.assert_jobs_count(0)
        self.assertEqual(self._mine(), before)

    def test_stopping_keeps_what_is_done_and_continuing_does_the_rest(self):
        job = self._check()
        with patch.object(gym_member_import_run, "RUN_CHUNK", 2), trap_jobs():
            job.action_run()
            job._run_chunk()
            job.action_cancel()
            job._run_chunk()
            self.assertEqual((job.state, len(self._mine())), ("cancelled", 2))
            job.action_resume()
        self._work(job)
        self.assertEqual((job.state, len(self._mine())), ("done", 4))

    @mute_logger("odoo.addons.gym_members.models.gym_member_import")
    def test_a_failure_outside_the_rows_is_told_and_can_be_continued(self):
        job = self._check()
        with patch.object(type(job), "_finish", side_effect=RuntimeError("disk full")):
            self._run(job)
        self.assertEqual((job.state, job.error_message), ("failed", "disk full"))
        with trap_jobs():
            job.action_resume()
        self._work(job)
        self.assertEqual((job.state, len(self._mine())), ("done", 4))

    # === FAMILIES === #

    def test_guardian_and_payer_are_found_wherever_they_are_in_the_file(self):
        header = "First Name,Last Name,Email,Date of Birth,Client Status,Default Location,Is Dependent,Group"
        rows = """
Leo,Ruiz,,05/14/2016,Active,Roma Norte,TRUE,laura@correo.mx
Eva,Ruiz,,07/20/2018,Active,Roma Norte,TRUE,nadie@correo.mx
Laura,Ruiz,laura@correo.mx,03/25/1985,Active,Roma Norte,FALSE,"""
        job = self._check(rows, header)
        self.assertEqual((job.source, job.date_order), ("wodify", "mdy"))
        self.assertIn("guardian_unknown", self._codes(self._line(job, 3)))
        self._run(job)
        leo, laura = self._line(job, 2).member_id, self._line(job, 4).member_id
        self.assertEqual((leo.guardian_id, leo.payer_id), (laura.partner_id, laura.partner_id))
        self.assertFalse(self._line(job, 3).member_id.guardian_id)
        self.assertFalse(laura.payer_id)

    def test_a_guardian_who_is_no_member_becomes_one_contact_for_all_children(self):
        header = "Nombre,Celular,Fecha de nacimiento,Tutor,Celular del tutor"
        rows = "Leo Ruiz,,14/05/2016,Laura Ruiz,5512345678\nEva Ruiz,,20/07/2018,Laura Ruiz,5512345678"
        job = self._run(self._check(rows, header))
        guardians = job.line_ids.member_id.guardian_id
        self.assertEqual((guardians.name, len(guardians)), ("Laura Ruiz", 1))
        with trap_jobs():
            job.action_undo()
        self._work(job)
        self.assertFalse(guardians.exists())

    # === WHO MAY === #

    def test_a_manager_imports_only_into_their_branches(self):
        job = self._check(user=self.manager)
        line = self._line(job, 6)
        self.assertEqual((line.action, self._codes(line)), ("error", ["left_unknown", "branch_unknown"]))
        self.assertIn("Roma Norte", line.messages)
        self.assertNotIn("Guadalajara.", line.messages)
        with self.assertRaises(AccessError):
            self._import(user=self.manager, location_id=self.gdl.id)

    def test_a_manager_neither_sees_nor_changes_people_of_another_branch(self):
        far = self._create_member(name="Ana Sofía López Ruiz", email="ana@correo.mx", location_id=self.gdl.id)
        self._run(self._check(user=self.manager))
        self.assertFalse(far.birthdate)
        far.import_key = "mindbody:77"
        rows = "77,Ana,López,ana@correo.mx,5512345678,25/12/1990,,Active,15/01/2024,false,true"
        line = self._check(rows, user=self.manager).line_ids
        self.assertEqual((line.action, self._codes(line), line.member_id.id), ("error", ["known_elsewhere"], False))

    def test_managers_do_not_see_each_others_imports(self):
        other = self.env["res.users"].create(
            {"name": "Other", "login": "other_manager", "gym_location_ids": [(6, 0, self.roma.ids)],
             "group_ids": [(6, 0, [self.env.ref("gym_members.group_gym_manager").id])]}
        )  # fmt: skip
        job = self._check(user=self.manager)
        self.assertFalse(self.env["gym.member.import"].with_user(other).search([("id", "=", job.id)]))
        for call in (job.with_user(other).action_check, job.with_user(other).line_ids.read):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(job.with_user(self.owner).state, "checked")

    def test_front_desk_and_accountant_cannot_import(self):
        job = self._check()
        for user in (self.frontdesk, self.trainer, self.accountant):
            with self.assertRaises(AccessError):
                self._import(user=user)
            with self.assertRaises(AccessError):
                job.with_user(user).read(["state"])
            with self.assertRaises(AccessError):
                job.with_user(user).action_run()
        self.assertEqual(job.state, "checked")

    def test_companies_are_apart(self):
        boss = self._create_staff("owner", company=self.other_company)
        self._run(self._check())
        job = self._check(user=boss, location_id=self.tijuana.id)
        self.assertEqual(job.create_count, 0)
        self.assertTrue(all("branch_unknown" in self._codes(line) for line in job.line_ids))
        rows = "1,Ana Sofía,López Ruiz,ana@correo.mx,5512345678,25/12/1990,,Active,15/01/2024,false,true"
        self.assertEqual(self._check(rows, user=boss, location_id=self.tijuana.id).create_count, 1)

    def test_nobody_writes_rows_or_states_by_hand(self):
        job = self._check()
        with self.assertRaises(AccessError):
            job.state = "done"
        with self.assertRaises(AccessError):
            job.line_ids.with_user(self.owner).write({"values": {"name": "Eve"}})
        self.assertEqual(job.state, "checked")

    # === PAPER === #

    def test_the_report_has_a_line_for_each_reason(self):
        job = self._run(self._check())
        sheet = openpyxl.load_workbook(io.BytesIO(base64.b64decode(job.report_file))).active
        rows = [row for row in sheet.iter_rows(values_only=True)]
        bad = [row for row in rows if row[0] == 5]
        self.assertEqual([row[5] for row in bad], ["Email", "MobilePhone", "BirthDate", "", "HomeLocation"])
        self.assertTrue(all(row[7] and row[8] for row in bad))

    def test_formulas_in_a_file_stay_text_in_the_report(self):
        job = self._check("1,=1+1,López,ana@correo.mx,5512345678,25/12/1990,,Active,15/01/2024,false,true")
        sheet = openpyxl.load_workbook(io.BytesIO(base64.b64decode(job.report_file))).active
        self.assertEqual((sheet["B2"].value, sheet["B2"].data_type), ("=1+1 López", "s"))

    def test_the_template_can_be_imported(self):
        job = self._import()
        template = base64.b64decode(job.template_file)
        job.file = base64.b64encode(template)
        job.action_read()
        self.assertTrue(all(job.column_ids.mapped("field_code")))
        job.action_check()
        self.assertRecordValues(job, [{"create_count": 1, "error_count": 0}])
        self.assertFalse(job.line_ids.issues)

    # === SIZE === #

    def test_matching_costs_the_same_for_few_and_for_many(self):
        row = "{0},Ana{0},López,a{0}@correo.mx,55{0:08},25/12/1990,,Active,15/01/2024,false,true"
        rows = [row.format(number) for number in range(10, 90)]
        counts = []
        for size in (10, 80):
            job = self._import("\n".join(rows[:size]))
            job.action_read()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            job.action_check()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5)
