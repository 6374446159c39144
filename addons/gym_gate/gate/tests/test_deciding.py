"""A gate decides as the server does: proven for generated members, then told for the cases that people know."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.gym_access.domain import pass_code
from odoo.addons.gym_access.domain.decision import decide
from odoo.addons.gym_access.domain.facts import Bar, Facts, Policy
from odoo.addons.gym_access.domain.reasons import reason
from odoo.addons.gym_access.domain.tests.test_decision import START as BEGIN
from odoo.addons.gym_access.domain.tests.test_decision import contexts, facts_of_members

from ..store import Store
from .world import CODE, MEMBER, START, World


@settings(max_examples=150)
@given(facts_of_members, contexts, st.integers(0, 72 * 3600 - 1), st.sampled_from([None, "expired_code"]))
def test_what_a_gate_decides_is_what_the_server_decides_at_that_instant(facts, context, second, problem):
    at = BEGIN + timedelta(seconds=second)
    entered = context.entered_at if context.entered_at and context.entered_at <= at else None
    is_guarded = context.is_guardian_inside and context.inside_count > 1
    context = replace(
        context, at=at, code_problem=problem, entered_at=entered, is_guardian_inside=is_guarded, zone=None
    )
    world = World()
    world.time.now = at - timedelta(hours=1 if context.is_stale else 0)
    world.branch = _branch_of(world, facts, context)
    world.sync._server = world.branch
    assert world.sync.run_once()
    answer = world.people.decide(MEMBER, problem, at)
    assert answer.decision == decide(facts, context)


def _branch_of(world, facts, context):
    """A server at which all is as a context says."""
    branch = world.branch
    branch.policy = context.policy
    branch.put(MEMBER, facts, guardians=["member:77"])
    told = branch.poll
    inside, count = {}, context.inside_count
    if context.inside_since:
        inside[MEMBER] = [context.inside_since.isoformat(), count > 0]
        count -= count > 0
    if context.is_guardian_inside:
        inside["member:77"] = [context.at.isoformat(), True]
        count -= 1
    inside |= {f"member:{100 + number}": [context.at.isoformat(), True] for number in range(count)}
    if context.is_guardian_inside and context.inside_since is None:
        assert len(inside) == context.inside_count
    entered = {MEMBER: context.entered_at.isoformat()} if context.entered_at else {}
    branch.poll = lambda since, report: told(since, report) | {"presence": {"inside": inside, "entered": entered}}
    return branch


def test_who_may_enter_enters_without_the_server_being_asked():
    world = World()
    world.member()
    world.sync.run_once()
    assert world.scan().outcome == "allow"
    assert world.branch.asked == 0


def test_a_refusal_is_asked_of_the_server_before_anybody_hears_it():
    world = World()
    world.branch.put(MEMBER, Facts(START + timedelta(days=9), (Bar(reason("owes")),)), CODE)
    world.sync.run_once()
    assert world.scan().codes == ("no_plan", "owes")
    world.member()  # paid at the desk a moment ago
    world.time.go(seconds=10)
    assert world.scan().outcome == "allow"
    assert world.device.opened == [True]


def test_without_the_server_the_rules_hold_for_72_hours_and_then_nobody_is_let_in():
    world = World()
    world.member(hours=72)
    world.sync.run_once()
    world.branch.is_down = True
    for hours in (1, 30, 40):
        world.time.go(hours=hours)
        verdict = world.scan()
        assert verdict.lets_in and verdict.is_offline
        assert "stale_snapshot" in verdict.codes
    world.time.go(hours=2)
    assert world.scan().codes == ("unknown_offline", "stale_snapshot")


def test_visits_that_a_gate_lets_in_alone_use_the_allowance_up():
    world = World()
    world.member(visits=2, free_minutes=60)
    world.sync.run_once()
    world.branch.is_down = True
    world.time.go(minutes=20)
    outcomes = []
    for _visit in range(3):
        outcomes.append(world.scan().outcome)
        world.time.go(minutes=30)
        assert world.scan().outcome == outcomes[-1], "coming back within the hour takes no visit"
        world.time.go(hours=2)
    assert outcomes == ["warn", "warn", "refuse"]  # warned of the server that is away


def test_the_same_holds_after_a_restart():
    world = World()
    world.member(visits=1)
    world.sync.run_once()
    world.branch.is_down = True
    store = world.store
    assert world.scan().lets_in
    world.people = world.passage._people = type(world.people)(Store(":memory:"))  # a gate without its file knows nobody
    assert not world.passage.scan(world.exit, "x").reasons
    world.people = world.passage._people = type(world.people)(store)
    world.time.go(hours=1)
    assert "visits_used" in world.scan().codes


def test_nobody_is_locked_in():
    world = World()
    assert world.scan("nonsense", world.exit).outcome == "allow"
    assert world.device.opened == [True]


def test_entering_twice_is_kept_out_and_leaving_makes_it_good():
    world = World(policy=Policy("block"))
    world.member()
    world.sync.run_once()
    assert world.scan().lets_in
    world.time.go(seconds=20)
    assert "already_inside" in world.scan().codes
    world.scan(door=world.exit)
    world.time.go(seconds=20)
    assert world.scan().lets_in


def test_a_reader_that_reads_twice_means_one_act():
    world = World()
    world.member()
    world.sync.run_once()
    assert [world.scan().seq for _time in range(3)] == [1, 0, 0]
    assert world.device.opened == [True]


# --- the code on the phone

PHONE, SECRET = 7, bytes(range(16))
DAY = pass_code.step_of(START) // pass_code.STEPS
CHAIN = pass_code.make_chain(PHONE, DAY, SECRET)


def _phone_world(**values):
    world = World()
    phone = {"id": PHONE, "anchors": {str(DAY): CHAIN[0].hex()}, "used": 0, "revoked": False} | values
    facts = Facts(START + timedelta(days=9))
    world.member()
    world.branch.put(MEMBER, world.branch.facts[MEMBER] or facts, CODE, phones=[phone])
    world.sync.run_once()
    return world


def _shown(world, steps=0):
    step = pass_code.step_of(world.time.now) % pass_code.STEPS + steps
    return pass_code.write(PHONE, DAY, step, CHAIN[step + 1])


def test_a_code_of_the_phone_opens_once_by_its_anchor_alone():
    world = _phone_world()
    code = _shown(world)
    assert world.scan(code).lets_in
    other = replace(world.door, id=9)
    assert world.scan(code, other).codes == ("replayed_code",)
    world.time.go(seconds=6)
    assert world.scan(code).codes == ("replayed_code",)
    world.time.go(seconds=10)
    assert world.scan(_shown(world)).lets_in


def test_a_code_stays_taken_when_the_gate_restarts(tmp_path):
    world = _phone_world()
    code = _shown(world)
    world.scan(code)
    world.passage._last.clear()  # as after a restart: only the file remembers
    assert world.scan(code).codes == ("replayed_code",)


def test_codes_of_other_times_of_others_and_of_lost_phones_open_nothing():
    world = _phone_world()
    late = _shown(world, -3)
    assert world.scan(late).codes == ("expired_code",)
    forged = pass_code.write(PHONE, DAY, pass_code.step_of(START) % pass_code.STEPS, bytes(16))
    assert world.scan(forged).codes == ("unknown_code",)
    world = _phone_world(revoked=True)
    assert world.scan(_shown(world)).codes == ("revoked_credential",)
    world = _phone_world(used=pass_code.step_of(START))
    assert world.scan(_shown(world)).codes == ("replayed_code",)


def test_the_same_card_at_two_doors_at_once_is_one_person():
    world = World(policy=Policy("block"))
    world.member(visits=1)
    world.sync.run_once()
    other, codes = replace(world.door, id=9, device=None), []

    def meanwhile():
        codes.extend(world.passage.judge(other, CODE).codes)
        return True

    world.device.on_open = meanwhile
    assert world.scan().lets_in
    assert set(codes) == {"already_inside", "visits_used"}


def test_times_are_those_of_the_branch_whatever_the_zone_of_the_computer():
    world = World()
    world.member()
    world.sync.run_once()
    assert world.people.get_clock(START) == "12:00"  # days of the branch end at 06:00 UTC
    assert world.people.get_clock(START.replace(hour=5)) == "23:00"
    assert world.people.get_clock(START - timedelta(days=3)) == "18:00", "UTC for a day that nothing is known of"
