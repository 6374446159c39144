"""Whether a file can be the scan of a signed paper."""

LEAST_BYTES = 4096  # the smallest page that can be read, scanned in black and white, has several times as much
# How each kind begins, and what stands near its end
_KINDS = {
    "application/pdf": (b"%PDF-", b"%%EOF"),
    "image/jpeg": (b"\xff\xd8\xff", b"\xff\xd9"),
    "image/png": (b"\x89PNG\r\n\x1a\n", b"IEND"),
}
_END_BYTES = 2048  # programs add some bytes after the end of a PDF or a picture


def kind_of(content):
    """Return the MIME type of ``content`` by what is in it, ``None`` when it is no PDF, JPEG or PNG.

    :param bytes content: whatever its name says
    """
    for kind, (start, end) in _KINDS.items():
        if content.startswith(start) and end in content[-_END_BYTES:]:
            return kind
    return None


def is_scan(content):
    """Tell whether ``content`` is a whole PDF, JPEG or PNG with room for a page."""
    return len(content) >= LEAST_BYTES and kind_of(content) is not None
