import itertools

import pytest

from gym_members.domain.lifecycle import STAGES, StageFact, derive_stage


def facts(*stages):
    return [StageFact(stage, "subscription") for stage in stages]


def test_nobody_knows_anything_of_a_prospect():
    assert derive_stage([]).stage == "prospect"


@pytest.mark.parametrize("stage", STAGES)
def test_a_single_fact_decides(stage):
    assert derive_stage(facts(stage)).stage == stage


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        (("active", "past_due"), "past_due"),
        (("frozen", "active"), "active"),
        (("former", "trial"), "trial"),
        (("lapsed", "frozen"), "frozen"),
        (("former", "lapsed"), "lapsed"),
        (("prospect", "former"), "former"),
    ],
)
def test_the_stronger_fact_wins(stages, expected):
    for order in itertools.permutations(stages):
        assert derive_stage(facts(*order)).stage == expected


def test_an_unknown_stage_is_refused():
    with pytest.raises(ValueError, match="vip"):
        StageFact("vip", "subscription")
