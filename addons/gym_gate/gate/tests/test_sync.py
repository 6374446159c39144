"""Events reach the server once and in order, whatever is lost, repeated or killed."""

import random

import pytest

from ..store import UNKNOWN, Store
from .world import CODE, MEMBER, World


def _codes(number):
    return [f"91{index:016d}" for index in range(number)]


def test_every_event_arrives_once_and_in_order_through_outages_lost_answers_and_restarts(tmp_path):
    draw = random.Random(7)
    world = World(tmp_path / "gate.sqlite")
    cards = _codes(20)
    for number, code in enumerate(cards):
        world.member(f"member:{number + 1}", code)
    world.sync.run_once()
    written = 0
    for _round in range(150):
        world.branch.is_down = draw.random() < 0.5
        world.branch.lost_answers = draw.choice([0, 0, 1, 2])
        world.time.go(seconds=draw.randrange(6, 600))
        written += bool(world.scan(draw.choice(cards)).seq)
        if draw.random() < 0.1:
            world.restart()
        world.sync.run_once()
    world.branch.is_down, world.branch.lost_answers = False, 0
    assert world.sync.run_once()
    assert [event.seq for event in world.branch.events] == list(range(1, written + 1))
    instants = [event.at for event in world.branch.events]
    assert instants == sorted(instants)
    assert world.store.count_waiting() == 0


def test_72_hours_without_the_server_are_handed_over_whole():
    world = World()
    cards = _codes(30)
    for number, code in enumerate(cards):
        world.member(f"member:{number + 1}", code, hours=72)
    world.sync.run_once()
    world.branch.is_down = True
    for hour in range(71):
        world.time.go(hours=1)
        for code in cards[hour % 20 : hour % 20 + 10]:
            assert world.scan(code).lets_in
        assert not world.sync.run_once()
    assert world.store.count_waiting() == 710
    world.branch.is_down = False
    assert world.sync.run_once()
    assert len(world.branch.events) == 710
    assert all(event.is_offline for event in world.branch.events)


def test_an_event_is_written_before_the_door_opens():
    world = World()
    world.member()
    world.sync.run_once()
    seen = []
    world.device.on_open = lambda: seen.append(world.store.get_last_events(1)[0]["who"]) or True
    world.scan()
    assert seen == [MEMBER]


def test_death_between_writing_and_opening_leaves_one_event_of_a_door_that_nobody_knows_of(tmp_path):
    world = World(tmp_path / "gate.sqlite")
    world.member(visits=1)
    world.sync.run_once()

    def die():
        raise KeyboardInterrupt  # not an Exception: nothing of the gate catches it, as nothing catches kill -9

    world.device.on_open = die
    with pytest.raises(KeyboardInterrupt):
        world.scan()
    assert world.store.get_waiting() == [], "not handed over while nobody knows about the door"
    world.restart()
    assert [event["door"] for event in world.store.get_last_events()] == [UNKNOWN]
    world.sync.run_once()
    assert [(event.who, event.opened) for event in world.branch.events] == [(MEMBER, None)]
    world.device.on_open = lambda: True
    world.time.go(seconds=10)
    assert world.scan().lets_in, "who did not get in takes the same visit"


def test_a_door_that_does_not_answer_lets_nobody_count_as_inside():
    world = World()
    world.member()
    world.sync.run_once()
    world.device.on_open = lambda: False
    assert world.scan().lets_in
    assert world.people.get_presence()["inside"] == {}
    world.sync.run_once()
    assert [event.opened for event in world.branch.events] == [False]


def test_a_key_that_is_no_good_any_more_lets_nobody_in_after_some_tries():
    world = World()
    world.member()
    world.sync.run_once()
    world.branch.is_revoked = True
    for _try in range(2):
        world.sync.run_once()
        assert world.store.get_entry(MEMBER), "one refusal may be a mistake on the way"
    world.sync.run_once()
    assert world.sync.is_revoked
    assert world.scan().codes == ("unknown_code",)
    assert world.device.opened == []


def test_a_gate_that_misses_somebody_gets_everything_again():
    world = World()
    world.member()
    world.member("member:2", "91" + "2" * 16)
    world.sync.run_once()
    world.branch.forget("member:2")
    world.sync.run_once()
    assert [key for key, _version in world.store.get_versions()] == [MEMBER]
    assert world.scan().lets_in
    assert not world.scan("91" + "2" * 16).lets_in


def test_many_people_come_page_by_page_and_a_power_cut_in_between_does_no_harm(tmp_path):
    world = World(tmp_path / "gate.sqlite")
    for number in range(700):
        world.member(f"member:{number + 1}", f"91{number:016d}")
    told, calls = world.branch.poll, []

    def poll(since, report):
        calls.append(since)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return told(since, report)

    world.branch.poll = poll
    with pytest.raises(KeyboardInterrupt):
        world.sync.poll()
    world.restart()
    world.sync.poll()
    assert len(world.store.get_versions()) == 700
    assert calls == [0, 300, 300, 600]


def test_a_clock_that_goes_back_is_noticed_and_time_does_not(tmp_path):
    world = World(tmp_path / "gate.sqlite")
    world.member()
    world.sync.run_once()
    world.time.go(hours=5)
    world.scan()
    last = world.clock.now()
    world.time.wall_off = -(last - last.replace(year=2020))
    assert "moved" in world.clock.get_problem()
    assert world.clock.now() == last
    world.restart()
    assert world.clock.now() >= last
    assert "went back" in world.clock.get_problem()
    world.sync.run_once()
    assert world.clock.now() == world.time.now
    assert world.clock.get_problem() is None


def test_a_damaged_answer_changes_nothing(tmp_path):
    world = World(tmp_path / "gate.sqlite")
    world.member()
    world.sync.run_once()
    before = world.store.get_versions()
    answer = world.branch.poll(0, {})
    answer["entries"] = [["member:1", 99, {"name": "torn"}]]
    with pytest.raises(KeyError):
        world.store.apply(answer)
    assert world.store.get_versions() == before
    assert world.scan(CODE).lets_in


def test_two_readers_of_one_file_see_the_same(tmp_path):
    first, second = Store(tmp_path / "a"), Store(tmp_path / "a")
    first.put(name="Entrance")
    assert second.get("name") == "Entrance"
