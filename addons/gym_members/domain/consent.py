"""What a consent is about, what text it was given to, who may give it and how long it holds."""

import hashlib
import re
import unicodedata
from datetime import date
from html.parser import HTMLParser

from dateutil.relativedelta import relativedelta

WAIVER = "waiver"
PRIVACY_NECESSARY = "privacy_necessary"
PRIVACY_VOLUNTARY = "privacy_voluntary"
RECURRING_CHARGE = "recurring_charge"
HEALTH = "health"
IMAGE = "image"
MARKETING_CHANNELS = ("email", "whatsapp", "sms", "phone")
MARKETING = tuple(f"marketing_{channel}" for channel in MARKETING_CHANNELS)
PURPOSES = (WAIVER, PRIVACY_NECESSARY, PRIVACY_VOLUNTARY, RECURRING_CHARGE, HEALTH, IMAGE, *MARKETING)

# Purposes that a tick alone cannot carry. Health data are sensitive: the LFPDPPP asks for express written consent, by
# autograph or electronic signature. The waiver is signed because its weight before a judge is that of a contract.
SIGNED_PURPOSES = frozenset({WAIVER, HEALTH})
# Nobody may be kept out of the gym for refusing these: consent to them would not be free.
OPTIONAL_PURPOSES = frozenset({PRIVACY_VOLUNTARY, HEALTH, IMAGE, *MARKETING})

ADULT_AGE = 18
PAPER_DAYS = 30  # how long ago a paper may have been signed that the front desk records; managers go further back

_BLOCKS = frozenset(
    {"address", "blockquote", "br", "div", "dl", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p"}
    | {"pre", "section", "table", "td", "th", "tr", "ul"}
)
_SPACES = re.compile(r"\s+")


class _TextOfHtml(HTMLParser):
    """Collects the readable lines of an HTML text; the address of a link counts as text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts = []

    def handle_starttag(self, tag, attrs):
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "a" and (href := dict(attrs).get("href")):
            self.parts.append(f"[{href}] ")

    def handle_endtag(self, tag):
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data):
        # a line break in the source of HTML is only a space
        self.parts.append(_SPACES.sub(" ", data))


def canonical_text(title, html):
    """Return what a person reads in a document, free of how it is laid out.

    Two texts that read alike give the same result whatever their markup, so a document's hash can be computed again
    from a printed copy. Unicode is composed (NFC), runs of white space are one space, empty lines are left out.

    :return: lines joined by a line feed, the title first
    """
    parser = _TextOfHtml()
    parser.feed(html or "")
    parser.close()
    lines = [title or "", *"".join(parser.parts).split("\n")]
    lines = [_SPACES.sub(" ", unicodedata.normalize("NFC", line)).strip() for line in lines]
    return "\n".join(line for line in lines if line)


def content_hash(title, html):
    """Return the SHA-256 of the canonical text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_text(title, html).encode()).hexdigest()


def expiry_date(given_on: date, validity_months: int, birthdate: date | None):
    """Return the first civil day on which a consent no longer holds, or ``None`` when it holds until withdrawn.

    What a guardian signed holds until the member comes of age: parental authority ends there (Código Civil Federal,
    art. 443 III) and the adult decides again.

    :param int validity_months: how long the document says that it holds; 0 means without limit
    """
    limits = []
    if validity_months:
        limits.append(given_on + relativedelta(months=validity_months))
    if birthdate:
        adult_on = birthdate + relativedelta(years=ADULT_AGE)
        if given_on < adult_on:
            limits.append(adult_on)
    return min(limits, default=None)


def paper_problem(signed_on: date, in_force_from: date, recorded_on: date, is_manager: bool):
    """Return why a paper signed on ``signed_on`` cannot be recorded, ``None`` when it can.

    All are civil days of the member's branch.

    :return: ``ahead``, ``before_version`` (that version of the text was not in force yet) or ``too_old``
    """
    if signed_on > recorded_on:
        return "ahead"
    if signed_on < in_force_from:
        return "before_version"
    if not is_manager and (recorded_on - signed_on).days > PAPER_DAYS:
        return "too_old"
    return None
