import json
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from ..days import civil_day, day_bounds, days_of
from ..decision import ALLOW, REFUSE, WARNING, add_context, decide, look_up, take_visit, takes_visit, timeline
from ..facts import Allowance, Bar, Context, Facts, Policy, Right, bars_of_days, widen
from ..reasons import BLOCK, INFO, OVER, SEVERITIES, WARN, Reason, reason
from ..wire import dump, dump_facts, load, load_facts

MEXICO, TIJUANA = "America/Mexico_City", "America/Tijuana"
# The border left daylight saving on 1 November 2026 at 02:00; Mexico City knows none.
START = datetime(2026, 10, 31, 12)
FAR = START + timedelta(days=30)
HOURS = 72

instants = st.integers(-600, HOURS * 60 + 600).map(lambda minutes: START + timedelta(minutes=minutes))
maybe = st.none() | instants
spans = st.tuples(instants, instants).map(sorted).map(tuple)
zones = st.sampled_from([MEXICO, TIJUANA, "America/Cancun", "America/Hermosillo", "UTC"])
codes = st.sampled_from(sorted(SEVERITIES))
some_reasons = st.builds(reason, codes, st.sampled_from([BLOCK, WARN, INFO]))
bars = st.builds(lambda one, span: Bar(one, *span), some_reasons, spans) | st.builds(Bar, some_reasons, maybe, maybe)


@st.composite
def days_with_reasons(draw):
    zone = draw(zones)
    days = days_of(START, START + timedelta(hours=HOURS), zone)
    by_day = {day: draw(st.lists(some_reasons, max_size=2)) for day in days}
    return bars_of_days(by_day, zone)


allowances = st.builds(
    Allowance,
    st.sampled_from(["visits_used", "daily_limit", "pass_used_up"]),
    st.integers(0, 3),
    st.integers(0, 3),
    maybe,
    maybe,
    maybe,
)
hours = st.none() | st.lists(spans, max_size=4).map(tuple)
rights = st.builds(
    Right,
    st.sampled_from(["subscription:1", "subscription:2", "pass:3"]),
    st.just("Full"),
    st.lists(bars, max_size=3).map(tuple) | days_with_reasons(),
    hours,
    st.lists(allowances, max_size=2).map(tuple),
    st.none() | st.sets(st.sampled_from(["pool", "weights"])).map(frozenset),
    st.none() | st.integers(0, 180),
)
facts_of_members = st.builds(
    Facts,
    st.sampled_from([FAR, START + timedelta(hours=30)]),
    st.lists(bars, max_size=3).map(tuple),
    st.lists(rights, max_size=3).map(tuple),
    hours,
)
policies = st.builds(
    Policy,
    st.sampled_from(["off", "warn", "block", "timed"]),
    st.integers(0, 600),
    st.integers(0, 2),
    st.sampled_from([WARN, BLOCK]),
)
contexts = st.builds(
    Context,
    st.just(START),
    inside_since=maybe,
    entered_at=maybe,
    inside_count=st.integers(0, 3),
    is_guardian_inside=st.booleans(),
    is_stale=st.booleans(),
    policy=policies,
)


def _at(at, **values):
    return Context(at, **values)


def _codes(facts, at=START, **values):
    return decide(facts, _at(at, **values)).codes


@given(facts_of_members, contexts, st.integers(0, HOURS * 3600 - 1))
@example(  # the end of a civil day in Mexico City is 18:00 UTC of the same date at night: 06:00 UTC
    Facts(FAR, rights=(Right("subscription:1", bars=(Bar(reason("ended"), datetime(2026, 11, 1, 6)),)),)),
    Context(START),
    18 * 3600,
)
def test_the_timeline_says_at_any_instant_what_is_decided_then(facts, context, second):
    at = START + timedelta(seconds=second)
    expected = decide(facts, Context(**{**vars(context), "at": at}))
    assert look_up(timeline(facts, START, HOURS, context), at) == expected


@given(facts_of_members, contexts)
def test_the_timeline_agrees_at_and_just_before_each_of_its_edges(facts, context):
    segments = timeline(facts, START, HOURS, context)
    assert segments[0][0] == START and segments[-1][1] == START + timedelta(hours=HOURS)
    for start, end, decision in segments:
        for at in (start, end - timedelta.resolution):
            assert decide(facts, Context(**{**vars(context), "at": at})) == decision


@given(facts_of_members, contexts)
def test_a_timeline_survives_being_written_down(facts, context):
    segments = timeline(facts, START, HOURS, context)
    assert load(dump(segments)) == segments


@given(facts_of_members)
def test_facts_survive_being_written_down(facts):
    assert load_facts(json.loads(json.dumps(dump_facts(facts)))) == facts


@given(rights, instants, st.lists(instants, max_size=4))
def test_a_visit_takes_one_of_what_holds_then_and_coming_back_is_free(right, at, day_ends):
    other = Right("pass:9", allowances=(Allowance("pass_used_up", 5, 1),))
    after = take_visit(Facts(FAR, rights=(other, right)), right.key, at, day_ends)
    assert after.rights[0] == other
    used = after.rights[1].allowances
    assert [one.used for one in used] == [one.used + one.holds_at(at) for one in right.allowances]
    if right.free_minutes or (right.free_minutes is None and any(end > at for end in day_ends)):
        assert not takes_visit(after, right.key, at)
        assert not any(one.get_reason(at) for one in used)


@given(facts_of_members, contexts)
def test_a_refusal_always_has_a_reason_that_blocks_and_an_allowance_has_none(facts, context):
    decision = decide(facts, context)
    blocking = [one for one in decision.reasons if one.severity == BLOCK]
    assert bool(blocking) == (decision.outcome == REFUSE)
    assert decision.until is None or decision.until > context.at


@given(facts_of_members, contexts)
def test_nobody_is_locked_in(facts, context):
    leaving = Context(**{**vars(context), "is_exit": True})
    assert decide(facts, leaving).outcome == ALLOW


def test_who_has_no_right_hears_so():
    assert _codes(Facts(FAR)) == ("no_plan",)
    assert _codes(Facts(FAR), code_problem="unknown_code") == ("unknown_code",)


def test_the_right_with_the_least_against_it_opens():
    owing = Right("subscription:1", bars=(Bar(reason("owes", amount=Decimal("499.00"))),))
    grace = Right("subscription:2", bars=(Bar(reason("owes_in_grace")),))
    decision = decide(Facts(FAR, rights=(owing, grace)), _at(START))
    assert (decision.outcome, decision.right, decision.codes) == (WARNING, "subscription:2", ("owes_in_grace",))


def test_all_reasons_are_said_at_once_and_the_heaviest_first():
    late = START + timedelta(hours=2)
    right = Right("subscription:1", hours=((late, late + timedelta(hours=1)),), bars=(Bar(reason("owes_in_grace")),))
    facts = Facts(FAR, bars=(Bar(reason("birthday")), Bar(reason("waiver_missing"))), rights=(right,))
    decision = decide(facts, _at(START))
    assert decision.codes == ("outside_hours", "waiver_missing", "owes_in_grace", "birthday")
    assert decision.reasons[0].values == {"at": late}
    assert decision.until == late


def test_what_is_over_says_nothing_of_hours():
    for code in OVER:
        right = Right("subscription:1", bars=(Bar(reason(code)),), hours=())
        assert _codes(Facts(FAR, rights=(right,))) == (code,)


def test_an_allowance_blocks_when_used_up_until_it_begins_again():
    reset = START + timedelta(hours=5)
    right = Right("subscription:1", allowances=(Allowance("visits_used", 8, 8, None, reset),))
    decision = decide(Facts(FAR, rights=(right,)), _at(START))
    assert decision.reasons == (reason("visits_used", used=8, limit=8, at=reset),)
    assert decision.until == reset


def test_coming_back_within_the_free_minutes_takes_no_visit():
    free = START + timedelta(minutes=10)
    right = Right("subscription:1", allowances=(Allowance("visits_used", 8, 8, None, None, free),))
    facts = Facts(FAR, rights=(right,))
    assert decide(facts, _at(START)).until == free
    assert _codes(facts, START) == () and _codes(facts, free) == ("visits_used",)


def test_anti_passback():
    facts = Facts(FAR, rights=(Right("subscription:1"),))
    for kind, outcome in (("off", ALLOW), ("warn", WARNING), ("block", REFUSE)):
        inside = _at(START, inside_since=START - timedelta(hours=1), policy=Policy(kind))
        assert decide(facts, inside).outcome == outcome, kind
    timed = _at(START, entered_at=START - timedelta(minutes=5), policy=Policy("timed", 15))
    assert decide(facts, timed).codes == ("too_soon",)
    assert decide(facts, timed).until == START + timedelta(minutes=10)


def test_a_full_house_keeps_nobody_out_who_is_in():
    facts = Facts(FAR, rights=(Right("subscription:1"),))
    policy = Policy(capacity=80, capacity_severity=BLOCK)
    full = reason("full", BLOCK, count=80, capacity=80)
    assert decide(facts, _at(START, inside_count=80, policy=policy)).reasons == (full,)
    assert _codes(facts, inside_count=79, policy=policy) == ()
    assert _codes(facts, inside_count=80, inside_since=START, policy=policy) == ()


def test_a_zone_opens_to_the_rights_that_have_it():
    right = Right("subscription:1", zones=frozenset({"pool"}))
    assert _codes(Facts(FAR, rights=(right,)), zone="pool") == ()
    assert _codes(Facts(FAR, rights=(right,)), zone="spa") == ("wrong_zone",)


def test_beyond_what_is_known_nobody_is_let_in():
    facts = Facts(START + timedelta(hours=1), rights=(Right("subscription:1"),))
    assert decide(facts, _at(START)).until == START + timedelta(hours=1)
    assert _codes(facts, START + timedelta(hours=1)) == ("unknown_offline",)


def test_days_begin_at_midnight_of_the_branch():
    day = START.date()
    assert day_bounds(day, MEXICO) == (datetime(2026, 10, 31, 6), datetime(2026, 11, 1, 6))
    first, last = day_bounds(day + timedelta(days=1), TIJUANA)
    assert last - first == timedelta(hours=25)
    assert civil_day(datetime(2026, 11, 1, 5, 59), MEXICO) == day


def test_reasons_of_days_in_a_row_are_one_bar():
    days = days_of(START, START + timedelta(hours=48), MEXICO)
    frozen = Reason("frozen", BLOCK)
    [bar] = bars_of_days({day: (frozen,) for day in days}, MEXICO)
    assert (bar.start, bar.end) == (day_bounds(days[0], MEXICO)[0], day_bounds(days[-1], MEXICO)[1])


def test_hours_are_widened_and_joined():
    hour = timedelta(hours=1)
    assert widen([(START, START + hour), (START + 2 * hour, START + 3 * hour)], hour / 2, hour / 2) == (
        (START - hour / 2, START + 3.5 * hour),
    )


@given(facts_of_members, st.sampled_from(["off", "warn", "block"]), st.integers(0, 3))
def test_a_timeline_with_the_context_says_what_is_decided_with_it(facts, kind, count):
    context = Context(START, inside_since=START, inside_count=count, policy=Policy(kind, 0, 2, BLOCK))
    known = look_up(timeline(facts, START, HOURS), START)
    found, expected = add_context(known, context), decide(facts, context)
    assert (found.outcome, sorted(found.codes)) == (expected.outcome, sorted(expected.codes))
