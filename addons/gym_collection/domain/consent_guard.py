"""The charge guard: may this be charged to a card without the person doing anything?

Sources: LFPC art. 76 Bis VIII (express informed consent to recurring charges, naming periodicity, amount and date;
notice of a renewal at least five calendar days before). A refusal carries every reason, each with its remedy. Days are
civil dates of the branch, amounts include IVA.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from odoo.addons.gym_subscriptions.domain.reasons import Reason, Reasons

# Whole calendar days between that of the notice and that of the charge, LFPC art. 76 Bis VIII. Told on the 5th at 23:50
# and charged on the 10th at 00:30 are four days and forty minutes, so neither day counts: it is charged on the 11th.
NOTICE_DAYS = 5
_CHARGED_AFTER = timedelta(days=NOTICE_DAYS + 1)

ASK_CONSENT, SEND_NOTICE, WAIT = REMEDIES = ("ask_consent", "send_notice", "wait")

_REMEDY = {
    "charges_off": ASK_CONSENT,
    "consent_missing": ASK_CONSENT,
    "consent_other_payer": ASK_CONSENT,
    "consent_other_plan": ASK_CONSENT,
    "consent_withdrawn": ASK_CONSENT,
    "consent_expired": ASK_CONSENT,
    "consent_not_yet": WAIT,
    "amount_above_consent": ASK_CONSENT,
    "notice_missing": SEND_NOTICE,
    "notice_too_late": WAIT,
    "notice_other_amount": SEND_NOTICE,
    "amount_not_dues": ASK_CONSENT,
}
REASONS = Reasons(*_REMEDY)
# What nothing but a notice and five days heal
NOTICE_REASONS = frozenset({"notice_missing", "notice_too_late", "notice_other_amount"})


@dataclass(frozen=True)
class Consent:
    """A consent to recurring charges, as given.

    :param plan: key of the plan that was shown
    :param Decimal amount: highest charge that it covers
    :param given_on: first day on which it holds
    :param expires_on: first day on which it no longer holds, or ``None``
    :param withdrawn_on: first day on which it no longer holds because the person said so, or ``None``
    :param payer: key of the person who consented
    :param cycle: key of how often the plan that was shown is charged
    """

    plan: object
    amount: Decimal
    given_on: date
    expires_on: date | None = None
    withdrawn_on: date | None = None
    payer: object = None
    cycle: object = None


@dataclass(frozen=True)
class Notice:
    """A notice of a renewal.

    :param date period_start: first day of the period that it announces
    :param Decimal amount: that it announces
    :param delivered_on: day of its delivery; ``None`` while nothing proves it, or when it bounced
    :param payer: key of the person who was told
    """

    period_start: date
    amount: Decimal
    delivered_on: date | None
    payer: object = None


@dataclass(frozen=True)
class Charge:
    """An automatic charge that somebody intends.

    :param date day: when
    :param date period_start: first day of the period that it pays; what a notice announces
    :param bool is_renewal: whether it pays for a renewal; the first charge on joining needs no notice
    :param payer: key of whom the invoice is made out to: nobody else's consent or notice counts
    :param bool has_card: whether a card of the payer is set for it; taking it off stops automatic charges
    :param cycle: key of how often the plan is charged
    :param Decimal price: what the payer pays for a whole period of the plan, before promotions
    """

    plan: object
    amount: Decimal
    day: date
    period_start: date
    is_renewal: bool
    payer: object = None
    has_card: bool = True
    cycle: object = None
    price: Decimal = Decimal(0)


@dataclass(frozen=True)
class Decision:
    """The answer; refused when it has reasons."""

    reasons: tuple[Reason, ...] = ()

    @property
    def allow(self):
        return not self.reasons

    @property
    def remedies(self):
        """What to do about the reasons, without repetition, in the order of :data:`REMEDIES`."""
        wanted = {_REMEDY[reason.code] for reason in self.reasons}
        return tuple(remedy for remedy in REMEDIES if remedy in wanted)


def decide(charge, consents, notices):
    """Return whether ``charge`` may be made, given everything the person consented to and was told.

    :param consents: every :class:`Consent` to recurring charges of the subscription, live or not, no matter who gave it
    :param notices: every :class:`Notice` sent for the subscription
    """
    reasons = [None if charge.has_card else REASONS("charges_off"), why_no_consent(charge, consents)]
    if charge.is_renewal:
        reasons.append(_notice_reason(charge, notices))
    return Decision(tuple(reason for reason in reasons if reason))


@dataclass(frozen=True)
class Part:
    """What one subscription has on an invoice.

    :param key: of the subscription
    :param Decimal amount: billed for it
    :param Decision decision: of the guard
    """

    key: object
    amount: Decimal
    decision: Decision


@dataclass(frozen=True)
class Judged:
    """What may be charged of an invoice now.

    :param Decimal amount: 0 when nothing may
    :param covered: keys of the subscriptions that it pays for
    :param waiting: keys of those for which only a notice lacks; the charge waits for them
    :param reasons: why the rest may not be charged, and why nothing is when ``amount`` is 0
    """

    amount: Decimal
    covered: tuple = ()
    waiting: tuple = ()
    reasons: tuple[Reason, ...] = ()

    def allows(self, amount):
        """Tell whether a charge of ``amount`` is no more than what may be charged."""
        return amount <= self.amount


def judge(parts, owed, paid=Decimal(0)):
    """Return what may be charged of an invoice that bills several subscriptions: those without consent hold up nobody.

    Who only lacks a notice is waited for, unless others can never be charged with them. What came in already counts as
    paid for those who consented, so that nobody's card pays twice, or for somebody who did not consent.

    :param parts: a :class:`Part` for each subscription
    :param Decimal owed: what is open of the invoice
    :param Decimal paid: what came in for it before
    """
    allowed = [part for part in parts if part.decision.allow]
    waiting = [part for part in parts if not part.decision.allow and _lacks_notice_only(part.decision)]
    refused = [part for part in parts if not part.decision.allow and part not in waiting]
    total = sum((part.amount for part in allowed), Decimal(0))
    reasons = tuple(reason for part in parts for reason in part.decision.reasons)
    if len(allowed) == len(parts):
        if owed <= total:
            return Judged(owed, tuple(part.key for part in allowed))
        return Judged(Decimal(0), reasons=(REASONS("amount_not_dues", open=owed, judged=total),))
    part_of_it = max(Decimal(0), min(owed, total - paid))
    if refused and part_of_it:
        return Judged(part_of_it, tuple(part.key for part in allowed), reasons=reasons)
    return Judged(Decimal(0), waiting=tuple(part.key for part in waiting), reasons=reasons)


def _lacks_notice_only(decision):
    return all(reason.code in NOTICE_REASONS for reason in decision.reasons)


def earliest_charge(delivered_on):
    """Return the first day on which a renewal may be charged after a notice delivered on ``delivered_on``."""
    return delivered_on + _CHARGED_AFTER


def notice_deadline(charge_day):
    """Return the last day on which a notice may be delivered for a charge on ``charge_day``."""
    return charge_day - _CHARGED_AFTER


def why_no_agreement(charge, consents):
    """Return why no notice lets ``charge`` be made: no card is set, or the consent lacks something. Else ``None``."""
    return why_no_consent(charge, consents) if charge.has_card else REASONS("charges_off")


def why_no_consent(charge, consents):
    """Return what the best consent to ``charge`` lacks as a :class:`Reason`, or ``None`` when one covers it."""
    if not consents:
        return REASONS("consent_missing")
    given = [consent for consent in consents if consent.payer == charge.payer]
    if not given:
        return REASONS("consent_other_payer")
    own = find_consents(charge, given)
    if not own:
        withdrawn = _get_withdrawn(charge, given)
        return REASONS("consent_withdrawn", day=withdrawn) if withdrawn else REASONS("consent_other_plan")
    live = [consent for consent in own if not _why_not_live(consent, charge.day)]
    if not live:
        latest = max(own, key=lambda consent: consent.given_on)
        return _why_not_live(latest, charge.day)
    highest = max(consent.amount for consent in live)
    if charge.amount > highest:
        return REASONS("amount_above_consent", amount=charge.amount, consented=highest)
    return None


def find_consents(charge, consents):
    """Return those of ``consents`` that the payer of ``charge`` gave to its plan, live or not.

    Who consented to as much, as often, for another plan has consented to a cheaper one, unless they took a consent back
    since. A dearer plan, or one that is charged on other days, needs a consent of its own.
    """
    given = [consent for consent in consents if consent.payer == charge.payer]
    withdrawn = _get_withdrawn(charge, given) or date.min
    return [
        one
        for one in given
        if one.plan == charge.plan
        or (one.cycle == charge.cycle and one.amount >= charge.price and one.given_on >= withdrawn)
    ]


def _get_withdrawn(charge, consents):
    """Return the last day, up to that of ``charge``, on which one of ``consents`` was withdrawn, or ``None``."""
    days = [one.withdrawn_on for one in consents if _is_withdrawn(one, charge.day)]
    return max(days, default=None)


def _is_withdrawn(consent, day):
    return consent.withdrawn_on is not None and consent.withdrawn_on <= day


def _why_not_live(consent, day):
    if _is_withdrawn(consent, day):
        return REASONS("consent_withdrawn", day=consent.withdrawn_on)
    if consent.expires_on and consent.expires_on <= day:
        return REASONS("consent_expired", day=consent.expires_on)
    if day < consent.given_on:
        return REASONS("consent_not_yet", day=consent.given_on)
    return None


def _notice_reason(charge, notices):
    """Return what is missing of a notice in time of this period and amount, or ``None``."""
    own = [one for one in notices if one.payer == charge.payer and one.period_start == charge.period_start]
    delivered = [one for one in own if one.delivered_on]
    if not delivered:
        return REASONS("notice_missing", days=NOTICE_DAYS)
    enough = [one for one in delivered if one.amount >= charge.amount]
    if not enough:
        announced = max(one.amount for one in delivered)
        return REASONS("notice_other_amount", announced=announced, amount=charge.amount)
    first = min(one.delivered_on for one in enough)
    if charge.day < earliest_charge(first):
        return REASONS("notice_too_late", delivered=first, earliest=earliest_charge(first))
    return None
