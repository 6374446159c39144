import base64
import io
import json
from datetime import timedelta
from unittest.mock import patch

from lxml import html
from PIL import Image, ImageDraw

from odoo.fields import Command
from odoo.tests import HttpCase

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon

from ..controllers import join, join_common
from ..models import gym_join_mail

PERSON = {"name": "Ana Núñez", "birthdate": "1990-05-05", "email": "ana@example.com", "phone": "55 1234 5678"}


def drawn():
    """Return a PNG as a browser sends it, with a stroke on it."""
    image = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(20, 80), (150, 20), (280, 70)], fill=(0, 0, 80, 255), width=3)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


class JoinCommon(GymSubscriptionsCommon, HttpCase):
    """A branch that takes online registrations, a plan sold online, the documents, and the demo provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        english = cls.env["res.lang"]._activate_lang("en_US")
        cls.env["website"].search([]).write({"language_ids": [Command.link(english.id)], "default_lang_id": english.id})
        cls.env["gym.location"].search([("is_join_online", "=", True)]).is_join_online = False
        cls.roma.write({"is_join_online": True, "is_join_paid_at_desk": True})
        cls.plan.write({"is_online": True, "enrolment_fee": 200})
        cls.documents = {
            purpose: cls._publish(purpose, sequence)
            for sequence, purpose in enumerate(("waiver", "privacy_necessary", "recurring_charge", "marketing_email"))
        }
        bank = cls.env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1)
        cls.provider = cls.env.ref("payment.payment_provider_demo").copy(
            {"state": "test", "is_published": True, "company_id": cls.company.id, "allow_tokenization": True}
        )
        cls.provider.journal_id = bank
        cls.method = cls.env.ref("payment_demo.payment_method_demo")
        cls.method.active = True
        cls.provider.payment_method_ids |= cls.method

    @classmethod
    def _publish(cls, purpose, sequence):
        values = {"name": f"Documento {purpose}", "purpose": purpose, "company_id": cls.company.id}
        document = cls.env["gym.consent.document"].create(values | {"body": "<p>Texto.</p>", "sequence": sequence})
        document._set_published()
        return document

    def setUp(self):
        super().setUp()
        # limits of requests are kept by the process, over all tests
        kept = ((join_common, "REQUESTS"), (join, "BEGINNINGS"), (gym_join_mail, "MAILS_PER_ADDRESS"))
        for module, name in kept:
            limit = getattr(module, name)
            self.startPatcher(patch.object(module, name, type(limit)(limit.limit, limit.window_s)))

    # === A BROWSER === #

    def _get(self, path):
        """Return the page at ``path``, after redirections, as a tree; ``url`` says where it ended."""
        response = self.url_open(path)
        page = html.fromstring(response.text)
        page.set("data-url", response.url)
        return page

    def _token(self, page):
        return page.xpath("//main//input[@name='csrf_token']/@value")[0]

    def _post(self, path, page, **values):
        return self.url_open(path, data={"csrf_token": self._token(self._get(page)), **values})

    def _rpc(self, path, **params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return self.url_open(path, data=body, headers={"Content-Type": "application/json"}).json()

    # === A JOIN === #

    def _begin(self, **values):
        """Choose the plan by the page; returns the join, begun a minute ago."""
        before = self.env["gym.join"].search([])
        self._post(f"/join/at/{self.roma.id}", f"/join/at/{self.roma.id}", plan=(values.get("plan") or self.plan).id)
        found = self.env["gym.join"].search([]) - before
        if found:
            self._age(found)
        return found

    def _age(self, found, **delta):
        """Let a join have begun earlier: a minute ago unless said otherwise."""
        found.flush_recordset()
        began = found.create_date - timedelta(**(delta or {"minutes": 1}))
        self.env.cr.execute("UPDATE gym_join SET create_date = %s WHERE id = %s", (began, found.id))
        found.invalidate_recordset(["create_date"])

    def _type(self, found, **values):
        path = found._get_path("data")
        return self._post(path, path, **(PERSON | values))

    def _accept(self, found, *purposes):
        path = found._get_path("sign")
        ticks = {f"document_{self.documents[purpose].id}": "1" for purpose in purposes}
        return self._post(path, path, **ticks)

    def _draw(self, found, signature=None):
        path = found._get_path("draw")
        return self._rpc(path, name="Ana Núñez", signature=signature or drawn())["result"]

    def _fill_in(self, *more_purposes, plan=None, **person):
        """Return a join that only lacks its payment."""
        found = self._begin(plan=plan)
        self._type(found, **person)
        self._accept(found, "privacy_necessary", *more_purposes)
        self._draw(found)
        found.invalidate_recordset()
        return found

    def _pay(self, found, state="done"):
        """Pay with the demo provider as its page does; returns the payment, not processed further.

        :param state: of the payment as the provider tells it; ``None`` before it tells anything
        """
        path = found._get_path("pay")
        form = self._get(path).xpath("//form[@id='o_payment_form']")[0]
        answer = self._rpc(
            form.get("data-transaction-route"),
            provider_id=self.provider.id,
            payment_method_id=self.method.id,
            token_id=None,
            amount=float(form.get("data-amount") or 0),
            flow="direct",
            tokenization_requested=False,
            landing_route=form.get("data-landing-route"),
            is_validation=form.get("data-mode") == "validation",
            access_token=form.get("data-access-token"),
            csrf_token=self._token(self._get(path)),
        )
        self.assertIn("result", answer, answer)
        tx = self.env["payment.transaction"].search([("gym_join_id", "=", found.id)], order="id desc", limit=1)
        if state:
            self._notify(tx, state)
        found.invalidate_recordset()
        return tx

    def _notify(self, tx, state):
        """Let the provider tell of a payment."""
        data = {"reference": tx.reference, "payment_details": "1234", "simulated_state": state}
        self.env["payment.transaction"].sudo()._process("demo", data)

    def _get_traces(self, email=None):
        """Return what joining left behind: members, contacts, subscriptions and consents with an address."""
        email = email or PERSON["email"]
        partners = self.env["res.partner"].with_context(active_test=False).search([("email", "=", email)])
        members = self.env["gym.member"].search([("partner_id", "in", partners.ids)])
        return {
            "contacts": len(partners),
            "members": len(members),
            "subscriptions": len(members.subscription_ids),
            "invoices": self.env["account.move"].search_count(
                [("partner_id", "in", partners.ids), ("move_type", "=", "out_invoice")]
            ),
        }

    def _trap_mails(self, trap):
        """Run the trapped jobs that send a mail of a join; returns the mails by subject."""
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        for job in trap.enqueued_jobs:
            if job.method_name in ("_send", "_recognise", "_welcome"):
                # the cursor of the request that enqueued it is closed
                joins = self.env["gym.join"].browse(job.recordset.ids)
                getattr(joins, job.method_name)(*job.args)
        return self.env["mail.mail"].search([("id", ">", last)])
