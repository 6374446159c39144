"""Just enough DER to read the holder's names in a SAT certificate.

Some certificates hold Latin-1 bytes where they promise UTF-8 (names with Ñ), or give x500UniqueIdentifier the wrong
type. Strict parsers refuse the whole name; the SAT and OpenSSL do not, and neither do we.
"""

_OIDS = {
    bytes.fromhex("550403"): "commonName",
    bytes.fromhex("55040a"): "organizationName",
    bytes.fromhex("55040b"): "organizationalUnitName",
    bytes.fromhex("550405"): "serialNumber",
    bytes.fromhex("55042d"): "x500UniqueIdentifier",
}
_VERSION, _OID, _BMP_STRING = 0xA0, 0x06, 0x1E
_SUBJECT = 4  # after serial number, algorithm, issuer and validity


def names_of_subject(tbs):
    """Return the names of the subject of a to-be-signed certificate, ``{"commonName": ...}``.

    :param bytes tbs: DER of TBSCertificate
    :raise ValueError: when it is cut short
    """
    parts = [part for part in _children(_content(tbs)) if part[0] != _VERSION]
    names = {}
    for _tag, relative_name in _children(parts[_SUBJECT][1]):
        for _tag, pair in _children(relative_name):
            (tag, oid), (kind, value) = _children(pair)
            if tag == _OID and oid in _OIDS:
                names[_OIDS[oid]] = _decode(kind, value)
    return names


def _content(data):
    return next(_children(data))[1]


def _children(data):
    """Yield (tag, content) of each element in ``data``."""
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if at + length > len(data):
            raise ValueError("DER cut short")
        yield tag, data[at : at + length]
        at += length


def _decode(kind, value):
    if kind == _BMP_STRING:
        return value.decode("utf-16-be")
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
