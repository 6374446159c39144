from odoo.tests import tagged

from odoo.addons.gym_members.controllers import kiosk, portal, portal_privacy
from odoo.addons.gym_subscriptions.tests.portal_common import PortalDuesCommon
from odoo.addons.vigor_test.strangers import Person, StrangersCase

from ..controllers import join, join_common
from .join_common import JoinCommon

ADDONS = ("gym_members", "gym_subscriptions", "gym_collection", "gym_join")


@tagged("post_install", "-at_install")
class TestPortalMatrix(StrangersCase, JoinCommon, PortalDuesCommon):
    """Every address of the portal and of joining, asked for what is another member's.

    Ana and Beto train at the same branch, Carla in another company. A new address with a parameter that is not in
    ``things`` is an error until it is thought of.
    """

    limits = (
        (join, "BEGINNINGS"),
        (join_common, "REQUESTS"),
        (kiosk, "REQUESTS"),
        (portal, "CHANGES"),
        (portal_privacy, "REQUESTS"),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_chart_of_other_company()
        cls.token_ana.payment_details = "5151"
        cls.token_beto.payment_details = "9q37"  # no digits alone: those of a digest on a page may be the same
        cls.ana_things = cls._prepare_person(cls.ana, cls.member_ana, cls.sub_ana, cls.token_ana)
        price = cls._create_plan(613.37, name="Solo Beto")
        cls.sub_beto._cancel(at="now")
        sub_beto = cls._join(cls.member_beto, plan_id=price.id)
        sub_beto._cancel(by="member")
        beto = cls._prepare_person(cls.beto, cls.member_beto, sub_beto, cls.token_beto)
        beto.secrets += ("613.37", "Solo Beto", "9q37", sub_beto.cancel_folio)
        cls.beto_things = beto
        cls.carla_things = cls._prepare_carla()
        visitor = {name: 0 if isinstance(value, int) else "0.x" for name, value in beto.things.items()}
        cls.visitor = Person(None, None, visitor)

    @classmethod
    def _prepare_carla(cls):
        carla = cls._create_portal_user("dues_carla", "Carla Solís")
        member = cls._create_member(name="Carla Solís", partner_id=carla.partner_id.id, location_id=cls.tijuana.id)
        cls.tijuana.is_join_online = True
        for purpose in ("waiver", "marketing_email"):
            cls._publish_agreement(purpose=purpose, company_id=cls.other_company.id)
        cls._create_plan(name="Norte", company_id=cls.other_company.id, is_online=True)
        plan = cls._create_plan(722.11, name="Solo Carla", company_id=cls.other_company.id)
        subscription = cls._join(member, plan_id=plan.id)
        person = cls._prepare_person(carla, member, subscription, cls._create_token(carla.partner_id))
        person.secrets += ("722.11", "Solo Carla")
        return person

    @classmethod
    def _prepare_person(cls, user, member, subscription, token):
        """Return somebody with one of everything that an address can name."""
        documents = cls.env["gym.consent.document"].search([("company_id", "=", member.company_id.id)])
        member.partner_id.phone = f"+5255{member.id:08d}"
        given = {"member": member, "document": documents[0], "method": "import"}
        [consent] = cls.env["gym.consent"]._record([given])
        move = subscription._get_moves()
        move._portal_ensure_token()
        boxes = [("type", "=", "cash"), ("company_id", "=", member.company_id.id)]
        box = cls.env["account.journal"].search(boxes, limit=1)
        payment = box._receive_gym_payment(user.partner_id, 1, member.location_id._today(), move.browse())
        sold = member.location_id._get_join_plans()[0]
        registration = cls.env["gym.join"]._begin(member.location_id, sold, name=member.name)
        things = {
            "subscription_id": subscription.id,
            "move_id": move.id,
            "plan_id": sold.id,
            "token_id": token.id,
            "payer_id": user.partner_id.id,
            "company_id": member.company_id.id,
            "location_id": member.location_id.id,
            "document_id": documents[-1].id,
            "consent_id": consent.id,
            "payment_id": payment.id,
            "paper": "carta",
            "token /recibo": payment._get_gym_receipt_url().rpartition("/")[2],
            "token /join": registration._get_token(),
            "token /gym/kiosk": cls.env["gym.consent.tablet"]._open(member).rpartition("/")[2],
            "token /my/email": user._make_address_token(),
        }
        form = {
            "member": member.id,
            "payer": user.partner_id.id,
            "company": member.company_id.id,
            "plan": subscription.plan_id.id,
            "token": token.id,
            "document": documents[-1].id,
            "reason": cls.env["gym.cancel.reason"].search([], limit=1).id,
            "first": "2030-01-01",
            "last": "2030-01-10",
            "at": "period_end",
            "digest": "x",
            "answer": "accepted",
            "accept": "1",
            "agree": "yes",
            "kind": "access",
            "text": "A ver",
            "name": "Otro Nombre",
            "phone": "5500000000",
            "email": "otro@example.com",
            "code": "X",
            "key": "x",
        }
        secrets = (user.name, user.email, move.name, registration._get_token(), move.access_token)
        return Person(user, user.partner_id, things, form, secrets)

    def test_a_member_of_the_same_branch_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, self.ana_things, self.beto_things)

    def test_a_member_reaches_nothing_of_another_company(self):
        self._assert_nothing_is_reached(ADDONS, self.ana_things, self.carla_things)

    def test_a_member_of_another_company_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, self.carla_things, self.beto_things)

    def test_a_visitor_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, self.visitor, self.beto_things)

    def test_what_the_matrix_asks_for_is_there(self):
        needs_mail = ("/join/<string:token>/confirm",)
        self._assert_own_opens(ADDONS, self.beto_things, but=needs_mail)

    def test_nonsense_is_no_error_of_the_server(self):
        self._assert_nonsense_is_refused(ADDONS, self.beto_things)

    def test_forms_of_other_sites_are_refused(self):
        self._assert_forged_forms_are_refused(ADDONS, self.beto_things)
