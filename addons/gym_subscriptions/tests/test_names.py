from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import GymSubscriptionsCommon

LANGUAGES = ("en_US", "es_MX")


@tagged("post_install", "-at_install")
class TestNames(GymSubscriptionsCommon):
    """Days in the names of records are written as the user's language writes them, the last one included."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in LANGUAGES:
            cls.env["res.lang"]._activate_lang(lang)
        cls.subscription = cls._create_subscription()
        with freeze_time("2026-03-01 18:00:00"):
            cls.subscription._activate()

    def test_days_are_written_as_the_reader_writes_them(self):
        linked = {"subscription_id": self.subscription.id}
        freeze = self.env["gym.subscription.freeze"].create(
            linked | {"date_start": date(2026, 4, 11), "date_end": date(2026, 4, 21)}
        )
        change = self.env["gym.subscription.change"].create(
            linked | {"kind": "upgrade", "date_effective": date(2026, 4, 1)}
        )
        period = self.subscription.period_ids[:1]
        closure = self.env["gym.location.closure"].create(
            {"location_id": self.roma.id, "date_start": "2026-05-01", "date_end": "2026-05-02", "reason": "Holiday"}
        )
        for record, ours, theirs in (
            (freeze, "04/11/2026 – 04/20/2026", "11/04/2026 – 20/04/2026"),
            (change, "04/01/2026", "01/04/2026"),
            (period, "03/01/2026 – 03/31/2026", "01/03/2026 – 31/03/2026"),
            (self.plan.price_ids, "01/01/2020", "01/01/2020"),
            (closure, "05/01/2026 – 05/02/2026", "01/05/2026 – 02/05/2026"),
        ):
            english, spanish = (record.with_context(lang=lang).display_name for lang in LANGUAGES)
            with self.subTest(record=record):
                self.assertIn(ours, english)
                self.assertIn(theirs, spanish)
