from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestTurnOfDay(GymSubscriptionsCommon):
    """The hour in which freezes and subscriptions begin and end: one that cannot stops nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.write({"freeze_days_per_year": 60, "freeze_min_days": 1})
        cls.quincena = cls._create_plan(
            name="Quincena", period_unit="fortnight", fortnight_kind="calendar", is_auto_renewing=False
        )
        cls.quincena.write({"freeze_days_per_year": 60, "freeze_min_days": 1})

    def _turn(self, day):
        with freeze_time(f"{day} 18:00:00"):
            self.env["gym.subscription"]._turn_day(self.roma)

    def _join(self, day, **values):
        with freeze_time(f"{day} 18:00:00"):
            subscription = self._create_subscription(**values)
            subscription._activate()
        return subscription

    def _freeze(self, subscription, day, start, end):
        with freeze_time(f"{day} 18:00:00"):
            return subscription._freeze(date.fromisoformat(start), date.fromisoformat(end))

    def test_who_leaves_while_frozen_has_no_freeze_left(self):
        subscription = self._join("2026-01-15")
        running = self._freeze(subscription, "2026-01-20", "2026-01-20", "2026-01-30")
        with freeze_time("2026-01-22 18:00:00"):
            subscription._cancel("now")
        self.assertEqual((subscription.state, running.state), ("cancelled", "done"))
        self.assertEqual((running.date_start, running.date_end), (date(2026, 1, 20), date(2026, 1, 22)))
        self._turn("2026-01-30")
        self.assertEqual(subscription.state, "cancelled")

    def test_who_owes_on_the_first_day_is_frozen_once_they_paid(self):
        subscription = self._join("2026-01-15")
        freeze = self._freeze(subscription, "2026-01-16", "2026-01-20", "2026-01-30")
        subscription._fall_due()
        self._turn("2026-01-20")
        self._turn("2026-01-21")
        self.assertEqual((subscription.state, freeze.state), ("past_due", "planned"))
        self.assertEqual(subscription.period_end, date(2026, 2, 15))
        self.assertEqual(len(subscription.activity_ids), 1, "somebody is told, once")
        with freeze_time("2026-01-22 18:00:00"):
            subscription._get_moves()._get_gym_subscriptions()._transition("settle")
        self._turn("2026-01-22")
        self.assertEqual((subscription.state, freeze.state), ("frozen", "running"))
        self.assertFalse(subscription.activity_ids)

    def test_a_freeze_whose_days_went_by_owing_is_dropped(self):
        subscription = self._join("2026-01-15")
        freeze = self._freeze(subscription, "2026-01-16", "2026-01-20", "2026-01-30")
        subscription._fall_due()
        self._turn("2026-01-20")
        self._turn("2026-01-30")
        self.assertEqual((subscription.state, freeze.state), ("past_due", "undone"))
        self.assertEqual(subscription.period_end, date(2026, 2, 15), "no day was given")

    def test_what_does_not_renew_ends_although_it_is_frozen(self):
        subscription = self._join("2026-01-01", plan_id=self.quincena.id)
        freeze = self._freeze(subscription, "2026-01-09", "2026-01-10", "2026-01-25")
        self._turn("2026-01-10")
        self.assertEqual((subscription.state, subscription.date_end), ("frozen", date(2026, 1, 16)))
        self._turn("2026-01-16")
        self.assertEqual((subscription.state, freeze.state, freeze.date_end), ("expired", "done", date(2026, 1, 16)))

    @mute_logger("odoo.addons.vigor_cron.models.ir_cron")
    def test_one_that_cannot_end_stops_no_other(self):
        first = self._join("2026-01-01", plan_id=self.quincena.id)
        member = self._create_member(name="Otra Persona")
        second = self._join("2026-01-01", plan_id=self.quincena.id, member_id=member.id)
        third = self._join("2026-01-15", member_id=member.id)
        freeze = self._freeze(third, "2026-01-16", "2026-01-16", "2026-01-17")
        end_today = type(first)._end_today

        def _fail_for_first(subscription):
            if subscription == first:
                subscription.write({"cancel_note": "half done"})
                raise UserError(subscription.name)
            return end_today(subscription)

        with patch.object(type(first), "_end_today", _fail_for_first):
            self._turn("2026-01-17")
        self.assertEqual((first.state, first.cancel_note, second.state), ("active", False, "expired"))
        self.assertEqual((third.state, freeze.state), ("active", "done"))
        self._turn("2026-01-18")
        self.assertEqual(first.state, "expired")
