"""What a person can put right: said in words, without a traceback."""


class ChurnError(Exception):
    """A file, date or option that cannot be used; the text names it and the way out."""
