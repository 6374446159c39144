from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_collection.domain.consent_guard import (
    REASONS,
    Charge,
    Consent,
    Decision,
    Judged,
    Notice,
    Part,
    decide,
    earliest_charge,
    judge,
    notice_deadline,
    why_no_consent,
)

DAY = date(2026, 6, 1)
CHARGE = Charge("full", Decimal(499), DAY, DAY, is_renewal=True)
CONSENT = Consent("full", Decimal(499), date(2026, 5, 1))
NOTICE = Notice(DAY, Decimal(499), date(2026, 5, 26))

# few days and amounts, so that histories meet the limits
days = st.integers(0, 14).map(lambda offset: DAY + timedelta(days=offset))
cycles = st.sampled_from(["month", "week"])
prices = st.sampled_from([Decimal(399), Decimal(499), Decimal("499.01")])
optional_days = st.none() | days
payers = st.sampled_from(["ana", "otra"])
plans = st.sampled_from(["full", "basic"])
consents = st.builds(Consent, plans, prices, days, optional_days, optional_days, payers, cycles)
notices = st.builds(Notice, days, prices, optional_days, payers)
charges = st.builds(
    Charge, plans, prices, days, days, st.booleans(), payers, st.booleans(), cycles, st.just(Decimal(0)) | prices
)


def _codes(charge=CHARGE, consents=(CONSENT,), notices=(NOTICE,)):
    return [reason.code for reason in decide(charge, consents, notices).reasons]


def test_a_consent_and_a_notice_in_time_allow():
    decision = decide(CHARGE, [CONSENT], [NOTICE])
    assert decision.allow
    assert decision.remedies == ()


@pytest.mark.parametrize(
    ("consents", "code"),
    [
        ([], "consent_missing"),
        ([replace(CONSENT, payer="otra")], "consent_other_payer"),
        ([replace(CONSENT, plan="basic", cycle="week")], "consent_other_plan"),
        ([replace(CONSENT, plan="basic", amount=Decimal("498.99"))], "amount_above_consent"),
        ([replace(CONSENT, withdrawn_on=DAY)], "consent_withdrawn"),
        ([replace(CONSENT, expires_on=DAY)], "consent_expired"),
        ([replace(CONSENT, given_on=DAY + timedelta(days=1))], "consent_not_yet"),
        ([replace(CONSENT, amount=Decimal("498.99"))], "amount_above_consent"),
        ([replace(CONSENT, plan="basic"), replace(CONSENT, withdrawn_on=DAY)], "consent_withdrawn"),
    ],
)
def test_what_a_consent_lacks(consents, code):
    assert _codes(consents=consents) == [code]
    assert _codes(consents=[*consents, CONSENT]) == []


def test_a_consent_to_a_higher_amount_holds_for_a_cheaper_plan():
    """A planned downgrade from 499 to 399: the payer had said yes to more, as often."""
    dearer = Consent("full", Decimal(499), date(2026, 5, 1), payer="ana", cycle="month")
    cheaper = Charge("basic", Decimal(399), DAY, DAY, False, "ana", cycle="month", price=Decimal(399))
    assert decide(cheaper, [dearer], []).allow
    for consent, code in (
        (replace(dearer, payer="otra"), "consent_other_payer"),
        (replace(dearer, cycle="week"), "consent_other_plan"),
        (replace(dearer, amount=Decimal("398.99")), "consent_other_plan"),
        (replace(dearer, withdrawn_on=DAY), "consent_withdrawn"),
        (replace(dearer, expires_on=DAY), "consent_expired"),
    ):
        assert [reason.code for reason in decide(cheaper, [consent], []).reasons] == [code]


def test_the_difference_for_a_dearer_plan_is_not_charged_on_the_consent_to_the_cheaper_one():
    cheaper = Consent("basic", Decimal(399), date(2026, 5, 1))
    difference = Charge("full", Decimal(50), DAY, DAY, False, price=Decimal(499))
    assert why_no_consent(difference, [cheaper]).code == "consent_other_plan"
    assert why_no_consent(replace(difference, price=Decimal(399)), [cheaper]) is None


def test_who_took_a_consent_back_is_charged_on_none_given_before():
    first = Consent("full", Decimal(799), date(2026, 4, 1))
    second = Consent("middle", Decimal(599), date(2026, 5, 1), withdrawn_on=date(2026, 5, 20))
    cheapest = Charge("basic", Decimal(399), DAY, DAY, False)
    assert why_no_consent(cheapest, [first, second]).code == "consent_withdrawn"
    anew = replace(first, given_on=date(2026, 5, 20))
    assert why_no_consent(cheapest, [second, anew]) is None


@pytest.mark.parametrize(
    ("notices", "code"),
    [
        ([], "notice_missing"),
        ([replace(NOTICE, delivered_on=None)], "notice_missing"),
        ([replace(NOTICE, payer="otra")], "notice_missing"),
        ([replace(NOTICE, period_start=date(2026, 5, 1))], "notice_missing"),
        ([replace(NOTICE, delivered_on=date(2026, 5, 27))], "notice_too_late"),
        ([replace(NOTICE, amount=Decimal(399))], "notice_other_amount"),
        ([replace(NOTICE, amount=Decimal(399)), replace(NOTICE, delivered_on=DAY)], "notice_too_late"),
    ],
)
def test_what_a_notice_lacks(notices, code):
    assert _codes(notices=notices) == [code]
    assert _codes(replace(CHARGE, is_renewal=False), notices=notices) == []


def test_a_notice_sent_again_does_not_spoil_the_one_in_time():
    assert _codes(notices=[NOTICE, replace(NOTICE, delivered_on=DAY)]) == []


def test_the_reason_speaks_of_the_latest_consent_and_the_highest_amounts():
    older = replace(CONSENT, given_on=date(2026, 1, 1), expires_on=date(2026, 2, 1))
    latest = replace(CONSENT, withdrawn_on=DAY)
    for order in ([older, latest], [latest, older]):
        assert _codes(consents=order) == ["consent_withdrawn"]
    low, middle = replace(NOTICE, amount=Decimal(199)), replace(NOTICE, amount=Decimal(399))
    for order in ([low, middle], [middle, low]):
        assert decide(CHARGE, [CONSENT], order).reasons[0].values["announced"] == 399


def test_without_a_card_set_nothing_is_charged_whatever_was_agreed():
    assert _codes(replace(CHARGE, has_card=False)) == ["charges_off"]


ALLOWED, REFUSED = Decision(), Decision((REASONS("consent_missing"),))
WAITS = Decision((REASONS("notice_missing", days=5),))


def _judge(*decisions, owed=None, paid=0):
    parts = [Part(place, Decimal(499), decision) for place, decision in enumerate(decisions)]
    return judge(parts, Decimal(499 * len(parts) - paid if owed is None else owed), Decimal(paid))


def test_nothing_is_charged_that_was_not_judged():
    assert _judge(ALLOWED, owed=499).amount == 499
    assert _judge(ALLOWED, owed=399).amount == 399
    [reason] = _judge(ALLOWED, owed="499.01").reasons
    assert reason.code == "amount_not_dues"
    assert judge([], Decimal("0.01")).reasons[0].values == {"open": Decimal("0.01"), "judged": 0}


def test_one_without_consent_does_not_stop_the_others():
    judged = _judge(ALLOWED, REFUSED, ALLOWED)
    assert (judged.amount, judged.covered) == (998, (0, 2))
    assert [reason.code for reason in judged.reasons] == ["consent_missing"]


def test_the_part_that_was_charged_is_not_charged_for_the_rest():
    for paid, amount in ((0, 499), (200, 299), (499, 0), (600, 0)):
        assert _judge(ALLOWED, REFUSED, paid=paid).amount == amount


def test_who_only_lacks_a_notice_is_waited_for():
    assert _judge(ALLOWED, WAITS) == Judged(Decimal(0), waiting=(1,), reasons=WAITS.reasons)
    assert _judge(WAITS, REFUSED).waiting == (0,)
    assert _judge(ALLOWED, WAITS, REFUSED).covered == (0,)
    assert _judge(ALLOWED, WAITS, REFUSED, paid=499).waiting == (1,)
    assert _judge(ALLOWED, ALLOWED, REFUSED, paid=499).amount == 499
    assert _judge(REFUSED, REFUSED).waiting == ()


decisions = st.sampled_from([ALLOWED, REFUSED, WAITS])
cents = st.integers(1, 100_000).map(lambda number: Decimal(number) / 100)


@given(st.lists(st.tuples(cents, decisions), max_size=5), st.integers(0, 100))
def test_never_more_than_is_owed_or_consented(billed, percent):
    """Whatever came in before, charges and what was paid together stay within what was consented."""
    parts = [Part(place, amount, decision) for place, (amount, decision) in enumerate(billed)]
    total = sum((part.amount for part in parts), Decimal(0))
    paid = (total * percent / 100).quantize(Decimal("0.01"))
    consented = sum((part.amount for part in parts if part.decision.allow), Decimal(0))
    judged = judge(parts, total - paid, paid)
    assert 0 <= judged.amount <= total - paid
    assert not judged.amount or judged.amount + paid <= consented
    assert all(parts[key].decision is ALLOWED for key in judged.covered)
    assert all(parts[key].decision is WAITS for key in judged.waiting)


def test_limits_are_inclusive_where_the_law_says_so():
    assert _codes(consents=[replace(CONSENT, withdrawn_on=DAY + timedelta(days=1))]) == []
    assert _codes(consents=[replace(CONSENT, expires_on=DAY + timedelta(days=1))]) == []
    assert _codes(consents=[replace(CONSENT, given_on=DAY)]) == []
    assert earliest_charge(date(2026, 5, 26)) == DAY
    assert notice_deadline(DAY) == date(2026, 5, 26)


def test_every_reason_comes_with_its_values_and_remedies():
    decision = decide(replace(CHARGE, amount=Decimal("549.00")), [CONSENT], [replace(NOTICE, delivered_on=DAY)])
    amount = Decimal("549.00")
    assert [(reason.code, reason.values) for reason in decision.reasons] == [
        ("amount_above_consent", {"amount": amount, "consented": 499}),
        ("notice_other_amount", {"announced": 499, "amount": amount}),
    ]
    assert decision.remedies == ("ask_consent", "send_notice")
    late = decide(CHARGE, [CONSENT], [replace(NOTICE, delivered_on=DAY)])
    assert late.remedies == ("wait",)
    assert late.reasons[0].values["earliest"] == date(2026, 6, 7)


@pytest.mark.parametrize("zone", ["America/Mexico_City", "America/Tijuana", "America/Cancun"])
@pytest.mark.parametrize("first", [date(2026, 4, 5), date(2026, 3, 5), date(2026, 10, 29), date(2027, 12, 29)])
def test_five_days_are_whole_ones_whatever_the_hours(zone, first):
    """Late in the evening to right after midnight, over the change of the clocks of the border, too."""
    delivered = datetime.combine(first, time(23, 50), ZoneInfo(zone))
    charged = datetime.combine(earliest_charge(first), time(0, 30), ZoneInfo(zone))
    assert charged.replace(tzinfo=None) - delivered.replace(tzinfo=None) >= timedelta(days=5)
    between = [first + timedelta(days=number) for number in range(1, (charged.date() - first).days)]
    assert len(between) == 5
    too_early = replace(CHARGE, day=charged.date() - timedelta(days=1))
    sent, consent = replace(NOTICE, delivered_on=first), replace(CONSENT, given_on=first)
    assert _codes(too_early, [consent], [sent]) == ["notice_too_late"]
    assert _codes(replace(CHARGE, day=charged.date()), [consent], [sent]) == []


@given(days, days)
def test_the_deadline_is_the_last_day_whose_notice_is_in_time(delivered, charged):
    assert (delivered <= notice_deadline(charged)) == (earliest_charge(delivered) <= charged)


@given(charges, st.lists(consents, max_size=4), st.lists(notices, max_size=4))
def test_nothing_is_charged_without_a_live_consent_and_notice(charge, given_consents, sent):
    """The rule once more, as one sentence, against any history."""
    taken_back = [
        one.withdrawn_on
        for one in given_consents
        if one.payer == charge.payer and one.withdrawn_on and one.withdrawn_on <= charge.day
    ]
    has_consent = any(
        one.payer == charge.payer
        and (
            one.plan == charge.plan
            or (
                one.cycle == charge.cycle
                and one.amount >= charge.price
                and all(day <= one.given_on for day in taken_back)
            )
        )
        and one.amount >= charge.amount
        and one.given_on <= charge.day
        and (one.expires_on is None or charge.day < one.expires_on)
        and (one.withdrawn_on is None or charge.day < one.withdrawn_on)
        for one in given_consents
    )
    is_told = any(
        one.payer == charge.payer
        and one.period_start == charge.period_start
        and one.amount >= charge.amount
        and one.delivered_on
        and (charge.day - one.delivered_on).days > 5
        for one in sent
    )
    decision = decide(charge, given_consents, sent)
    assert decision.allow == (charge.has_card and has_consent and (is_told or not charge.is_renewal))
    assert bool(decision.remedies) != decision.allow
    assert {reason.code for reason in decision.reasons} <= REASONS.codes


@given(charges, st.lists(consents, max_size=4), st.lists(notices, max_size=4))
def test_a_smaller_charge_is_never_refused_where_a_larger_is_allowed(charge, given_consents, sent):
    if decide(charge, given_consents, sent).allow:
        assert decide(replace(charge, amount=charge.amount / 2), given_consents, sent).allow
