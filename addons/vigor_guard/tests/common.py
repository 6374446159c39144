import json

from odoo.tests import HttpCase, new_test_user

PASSWORD = "long enough to hold"


class GuardCase(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = new_test_user(
            cls.env, "member", "base.group_portal", password=PASSWORD, email="member@example.com"
        )
        cls.employee = new_test_user(
            cls.env, "employee", "base.group_user,base.group_allow_export", password=PASSWORD, email="staff@example.com"
        )

    def ask_json(self, path, **params):
        """POST ``params`` as JSON-RPC and return what came back."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return self.url_open(path, data=body, headers={"Content-Type": "application/json"}).json()
