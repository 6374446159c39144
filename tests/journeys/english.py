"""English that somebody reads where Spanish is set."""

import re

# Words that no Spanish sentence has, and Odoo's own that were seen where they should not be
WORDS = """
    the and with your you this that these are not for from will been have has was were when which who can cannot must
    should please any only also into than then there here what how why
    account accounts address amount apply archived assets assign attachment bill bills billing button cancel card
    change check choose click company confirm contact create created credit currency customer customers date day days
    default delete details draft due edit email empty entry entries expense export field file filter first found
    group groups home import income invoice invoices item items journal journals label language last line lines list
    loading login logo month months name new number open order other page paid partner password pay payment payments
    pending phone posted price print product products purchase quantity read receipt record records reference refund
    remove report reports sales save search select send settings shortcuts show sign start status step subject submit
    success tax taxes text time title type unpaid untaxed update upload user users value view views website week weeks
    year years your
"""
# What is Spanish too, or a name
NAMES = re.compile(
    r"Google Maps|Apple Pay|Google Pay|Mercado Pago|Excel|Stripe|Conekta|WhatsApp|Facebook|Instagram|TikTok|YouTube|"
    r"LinkedIn|BIS Billing|with BOM|CONTPAQi|Aspel COI|Mindbody|PushPress|Glofox|Fitco|[\w.+-]+@[\w.-]+|https?://\S+|/[a-z]\S*"
)
ENGLISH = re.compile(rf"\b({'|'.join(WORDS.split())})\b", re.IGNORECASE)


def english_in(texts):
    """Return those of the texts that have an English word, each once, in order."""
    found = (" ".join(text.split()) for text in texts if text and ENGLISH.search(NAMES.sub(" ", text)))
    return list(dict.fromkeys(found))
