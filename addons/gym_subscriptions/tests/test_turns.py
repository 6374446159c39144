from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.gym_members.models.turn import take_turn

from .common import GymSubscriptionsCommon


class TurnsCommon(GymSubscriptionsCommon):
    def _get_places(self, *records):
        """Return where the rows lie in their tables: a row that is written moves."""
        self.env.flush_all()
        places = []
        for record in records:
            self.env.cr.execute(f'SELECT ctid FROM "{record._table}" WHERE id = %s', (record.id,))
            places.append((record._table, *self.env.cr.fetchone()))
        return places


@tagged("post_install", "-at_install")
class TestTurns(TurnsCommon):
    """The last use of a coupon, the last seat, the money of an invoice: two people cannot have it at the same time."""

    @mute_logger("odoo.sql_db")
    def test_who_began_before_the_other_ended_starts_over(self):
        country = self.env.ref("base.zw")
        connection = db_connect(self.env.cr.dbname)
        with connection.cursor() as first, connection.cursor() as second:
            second.execute("SELECT 1 FROM res_country LIMIT 1")
            take_turn(api.Environment(first, SUPERUSER_ID, {})["res.country"].browse(country.id))
            first.commit()
            with self.assertRaises(SerializationFailure):
                take_turn(api.Environment(second, SUPERUSER_ID, {})["res.country"].browse(country.id))
            second.rollback()

    def test_a_limited_coupon_and_promotion_are_taken_in_turn(self):
        promotion = self.env["gym.promotion"].create(
            {"name": "P", "company_id": self.company.id, "date_start": "2020-01-01", "effect": "free", "max_uses": 5}
        )
        coupon = self.env["gym.coupon"].create({"promotion_id": promotion.id, "code": "ONCE", "max_uses": 1})
        before = self._get_places(coupon, promotion)
        self._create_subscription()._preview_activate(code="once")
        self.assertEqual(self._get_places(coupon, promotion), before, "a preview takes nothing")
        self._create_subscription()._activate(code="once")
        self.assertFalse(set(self._get_places(coupon, promotion)) & set(before))

    def test_a_limited_promotion_without_a_coupon_too(self):
        promotion = self.env["gym.promotion"].create(
            {"name": "P", "company_id": self.company.id, "date_start": "2020-01-01", "effect": "free", "max_uses": 5}
        )
        before = self._get_places(promotion)
        subscription = self._create_subscription()
        subscription._activate()
        self.assertEqual(subscription.promotion_ids.promotion_id, promotion)
        self.assertNotEqual(self._get_places(promotion), before)

    def test_seats_are_taken_in_turn(self):
        agreement = self.env["gym.corporate.agreement"].create(
            {"name": "Acme", "partner_id": self.env["res.partner"].create({"name": "Acme"}).id, "seats": 5}
        )
        before = self._get_places(agreement)
        self._create_subscription(agreement_id=agreement.id)._activate()
        self.assertNotEqual(self._get_places(agreement), before)
