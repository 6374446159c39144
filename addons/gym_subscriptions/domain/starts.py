"""When a subscription may begin, by the role of the user: a slip of the finger must not be a membership for years."""

from datetime import timedelta

from .reasons import Reasons

MANAGER_DAYS = 366  # how far back or ahead a branch manager may let a subscription begin
MAX_GIFT_PERIODS = 24  # what somebody pays for at once as a present

REASONS = Reasons(
    "start_too_early",
    "start_too_late",
)


def refusal(start, today, days_back, days_ahead, is_manager=False):
    """Return why nothing may begin on ``start``, or ``None`` when it may. Both limits are days that may be chosen.

    :param date today: civil date of the branch
    :param int days_back: how many days before today the desk may let it begin
    :param int days_ahead: how many days after
    """
    back, ahead = (max(days, MANAGER_DAYS) if is_manager else days for days in (days_back, days_ahead))
    first, last = today - timedelta(days=back), today + timedelta(days=ahead)
    if start < first:
        return REASONS("start_too_early", first=first)
    return REASONS("start_too_late", last=last) if start > last else None
