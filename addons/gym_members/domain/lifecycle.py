"""The stage of a member, derived from facts that the addons of the suite report."""

from dataclasses import dataclass

PROSPECT, TRIAL, ACTIVE, FROZEN, PAST_DUE, LAPSED, FORMER = STAGES = (
    "prospect",
    "trial",
    "active",
    "frozen",
    "past_due",
    "lapsed",
    "former",
)

# What decides when a member has several facts at once: someone who owes on one plan and is active on another owes.
_PRECEDENCE = (PAST_DUE, ACTIVE, TRIAL, FROZEN, LAPSED, FORMER, PROSPECT)


@dataclass(frozen=True)
class StageFact:
    """One reason for a stage.

    :param str stage: one of :data:`STAGES`
    :param str source: who says so, for the event that records the change (``"member"``, ``"subscription"``)
    """

    stage: str
    source: str

    def __post_init__(self):
        if self.stage not in STAGES:
            raise ValueError(f"unknown stage {self.stage!r}")


def derive_stage(facts):
    """Return the fact that decides a member's stage, or a prospect's when nothing is known.

    :param facts: iterable of :class:`StageFact`, in any order
    """
    return min(facts, key=lambda fact: _PRECEDENCE.index(fact.stage), default=StageFact(PROSPECT, "member"))
