"""Why somebody may not enter, or enters with a word: stable codes with their severity. Texts stand in models/.

Codes of subscriptions and debts are those of the gate for entering (``gym_subscriptions``, ``gym_collection``), which
brings severity and values itself; they are listed here so that every code has a place.
"""

from dataclasses import dataclass, field

BLOCK, WARN, INFO = "block", "warn", "info"
_WEIGHT = {INFO: 0, WARN: 1, BLOCK: 2}

# Severity of each code unless the branch's policy or the gate says otherwise.
SEVERITIES = {
    # the code that was shown
    "unknown_code": BLOCK,
    "expired_code": BLOCK,
    "replayed_code": BLOCK,
    "revoked_credential": BLOCK,
    # the right
    "no_plan": BLOCK,
    "not_begun": BLOCK,
    "not_started": BLOCK,
    "ended": BLOCK,
    "trial_ended": BLOCK,
    "frozen": BLOCK,
    "wrong_branch": BLOCK,
    "wrong_zone": BLOCK,
    "other_company": BLOCK,
    "seat_removed": BLOCK,
    "company_ended": BLOCK,
    # money
    "suspended": BLOCK,
    "owes": BLOCK,
    "owes_in_grace": WARN,
    "promised": WARN,
    "disputed": BLOCK,
    # hours and allowances
    "outside_hours": BLOCK,
    "branch_closed": BLOCK,
    "visits_used": BLOCK,
    "pass_used_up": BLOCK,
    "pass_expired": BLOCK,
    "daily_limit": BLOCK,
    # the person
    "blocked": BLOCK,
    "banned": BLOCK,
    "waiver_missing": BLOCK,
    "consent_lapsed": BLOCK,
    "guardian_missing": WARN,
    "minor_alone": WARN,
    "photo_missing": WARN,
    "birthday": INFO,
    # the place now
    "already_inside": WARN,
    "too_soon": WARN,
    "full": WARN,
    # wellness programs
    "aggregator_not_checked_in": BLOCK,
    "aggregator_expired": BLOCK,
    "aggregator_used_today": BLOCK,
    "aggregator_down": WARN,
    # a door that decides alone
    "stale_snapshot": WARN,
    "unknown_offline": BLOCK,
    "not_opened": WARN,
}
# Said of a right that does not run: then its hours and allowances matter to nobody.
OVER = frozenset(
    {
        "not_begun",
        "not_started",
        "ended",
        "trial_ended",
        "seat_removed",
        "company_ended",
        "pass_expired",
        "pass_used_up",
    }
)


@dataclass(frozen=True)
class Reason:
    """One reason.

    :param str code: of :data:`SEVERITIES`
    :param str severity: :data:`BLOCK` keeps out, :data:`WARN` is said and lets in, :data:`INFO` is only said
    :param dict values: names to dates, naive UTC instants, numbers or texts that the sentence needs
    """

    code: str
    severity: str
    values: dict = field(default_factory=dict)


def reason(code, severity=None, **values):
    """Return the reason ``code``, of its usual severity unless another is given.

    :raise KeyError: for a code that is not in :data:`SEVERITIES`
    """
    usual = SEVERITIES[code]
    return Reason(code, severity or usual, values)


def worst(reasons):
    """Return the heaviest severity of these reasons, :data:`INFO` when there is none."""
    return max((one.severity for one in reasons), key=_WEIGHT.__getitem__, default=INFO)


def sort_reasons(reasons):
    """Return reasons, the heaviest first; those of one severity keep their order."""
    return tuple(sorted(reasons, key=lambda one: -_WEIGHT[one.severity]))
