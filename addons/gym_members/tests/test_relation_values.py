from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestRelationValues(GymMembersCommon):
    """What may not be seen is put into no relation, in whichever way a call writes its id."""

    def test_an_id_is_guarded_however_it_is_written(self):
        hidden = self._create_member(name="Beto", location_id=self.gdl.id).partner_id
        self.assertFalse(hidden.with_user(self.frontdesk).has_access("read"))
        members = self.env["gym.member"].with_user(self.frontdesk)
        mine = self._create_member(name="Cebo")
        count = members.search_count([])
        for value in (str(hidden.id), f" {hidden.id} ", float(hidden.id), [str(hidden.id)], {"id": float(hidden.id)}):
            for name in ("payer_id", "guardian_id"):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    members.create({"name": "Cebo", "location_id": self.roma.id, name: value})
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    mine.with_user(self.frontdesk).write({name: value})
        self.assertEqual(members.search_count([]), count)
        self.assertFalse(mine.payer_id | mine.guardian_id)
