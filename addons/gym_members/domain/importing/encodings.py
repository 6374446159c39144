"""Which encoding a CSV is in, when it does not say so: Windows, old Macs and DOS write the same letters differently."""

from .issues import UnreadableFile

_SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ")
# Best first when nothing speaks for another one; Latin-1 takes the few bytes that Windows' code page lacks.
_ONE_BYTE = ("cp1252", "mac_roman", "cp850", "cp860", "latin-1")
# The longer marks first: UTF-32 begins with that of UTF-16.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
_SAMPLE = 400_000


def decode(content):
    """Return the text of ``content`` and the name of the encoding it was in.

    UTF-8 is recognised by its own rules, which text in another encoding practically never meets, UTF-32 by its mark,
    UTF-16 by its mark or by its empty bytes. Among the others the one wins whose letters stand where Spanish has them.

    :raise UnreadableFile: ``file_binary`` when it is no text
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode_or_refuse(content, encoding), encoding
    if b"\x00" in content:
        encoding = _utf16_without_mark(content)
        return _decode_or_refuse(content, encoding), encoding
    content = content.rstrip(b"\x1a")  # by which DOS ends a file
    try:
        return content.decode(), "utf-8"
    except UnicodeDecodeError:
        return _decode_by_letters(content)


def _decode_or_refuse(content, encoding):
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile("file_binary") from error
    if "\0" in text:
        raise UnreadableFile("file_binary")
    return text


def _utf16_without_mark(content):
    sample = content[:2000]
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        empty, other = sample[place::2].count(0), sample[1 - place :: 2].count(0)
        if empty > len(sample) * 0.3 and not other:
            return encoding
    raise UnreadableFile("file_binary")


def _decode_by_letters(content):
    best = None
    for encoding in _ONE_BYTE:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = _likelihood(text[:_SAMPLE])
        if best is None or score > best[0]:
            best = (score, text, encoding)
    return best[1], best[2]


def _likelihood(text):
    """Return points for Spanish letters that fit their neighbours' case, less points for signs within words."""
    points = 0
    for place, sign in enumerate(text):
        if sign.isascii():
            continue
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if sign.isupper():
            fits = not before.islower()
        elif sign.islower():
            fits = not before.isupper() or not after.isupper()
        else:
            fits = not (before.isalpha() and after.isalpha())
        if not fits:
            points -= 2
        elif sign in _SPANISH:
            points += 2
        elif not sign.isalpha():
            points -= before.isalpha() or after.isalpha() or "\x80" <= sign < "\xa0"
    return points
