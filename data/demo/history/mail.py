"""A mail server that takes everything and sends nothing."""

import contextlib
from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server


@contextlib.contextmanager
def accepted():
    """Let every mail be accepted meanwhile, and none leave."""

    def send_email(server, message, *_arguments, **_options):
        return message["Message-Id"]

    with (
        patch.object(IrMail_Server, "send_email", send_email),
        patch.object(IrMail_Server, "_connect__", lambda server, *_arguments, **_options: None),
    ):
        yield


def send_waiting(env):
    """Hand over what is on its way out, as the cron of mails does."""
    env["mail.mail"].search([("state", "=", "outgoing")]).send()
