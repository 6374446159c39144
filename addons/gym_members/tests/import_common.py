import base64

from freezegun import freeze_time

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import GymMembersCommon

HEADER = (
    "Id,FirstName,LastName,Email,MobilePhone,BirthDate,HomeLocation,Status,CreationDate,IsProspect,"
    "Send Promotional Emails"
)
ROWS = """
1,Ana Sofía,López Ruiz,ana@correo.mx,5512345678,25/12/1990,Roma Norte,Active,15/01/2024,false,true
2,Laura,Peña Soto,casa@correo.mx,5587654321,13/02/1985,Roma Norte,Active,15/01/2024,false,true
3,Leo,Ruiz Peña,casa@correo.mx,5587654321,01/02/2016,Roma Norte,Active,15/01/2024,false,true
4,Beto,Sánchez,beto@,123,31/02/1990,Mérida,Active,15/01/2024,false,true
5,Carla,Núñez,carla@correo.mx,3312345678,,Guadalajara,Terminated,15/01/2024,false,true
"""


class ImportCommon(GymMembersCommon):
    """Spreadsheets of Mindbody on their way in, on a frozen day; the queue works when it is told to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gym.location"].search([("company_id", "=", cls.company.id)]).filtered(
            lambda branch: branch not in cls.roma | cls.gdl
        ).active = False
        cls.members = cls.env["gym.member"].with_context(active_test=False)
        frozen = freeze_time("2026-03-15 18:00:00")
        frozen.start()
        cls.addClassCleanup(frozen.stop)

    def _import(self, rows=ROWS, header=HEADER, user=None, **values):
        content = "\n".join([header, *rows.strip().splitlines()]).encode()
        return (
            self.env["gym.member.import"]
            .with_user(user or self.owner)
            .create({"name": "members.csv", "file": base64.b64encode(content), "location_id": self.roma.id} | values)
        )

    def _check(self, *args, **values):
        job = self._import(*args, **values)
        job.action_read()
        job.action_check()
        return job

    def _run(self, job):
        with trap_jobs() as trap:
            job.action_run()
            trap.assert_jobs_count(1)
        self._work(job)
        return job

    def _work(self, job, chunks=100):
        """Do what the queue would do."""
        with trap_jobs():
            while chunks and job.state in ("checking", "running", "undoing"):
                job._run_chunk()
                chunks -= 1

    def _line(self, job, number):
        return job.line_ids.filtered(lambda line: line.line_number == number)

    def _codes(self, line):
        return [issue["code"] for issue in line.issues or ()]

    def _keys(self):
        return sorted(self._mine().mapped("import_key"))

    def _mine(self):
        return self.members.search([("import_key", "like", "mindbody:")])
