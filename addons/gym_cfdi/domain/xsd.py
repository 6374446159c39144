"""Validation against the SAT's schemas, fast enough to do before every seal.

The schemas are slim (see ``data/xsd/README.md``): their three enormous enumerations are looked up in the catalogues.
"""

import re
import threading
from copy import deepcopy
from pathlib import Path

from lxml import etree

from . import catalogs
from .addenda import ADDENDA
from .cadena import collapse
from .errors import SchemaError
from .schema_names import qualified

SCHEMA = Path(__file__).parent / "data" / "xsd" / "cfdi40_with_complements.xsd"

# A document may be checked before it is sealed: these stand for what the seal will bring
_UNSEALED = {"Sello": "AAAA", "Certificado": "AAAA", "NoCertificado": "0" * 20}
_NAMESPACE = re.compile(r"\{[^}]*\}")

_CONCEPTS = f"{qualified('cfdi:Conceptos')}/{qualified('cfdi:Concepto')}"
_PARTS = qualified("cfdi:Parte")


_of_thread = threading.local()


def _schema():
    """The compiled schema of this thread: its log of errors must not be shared."""
    if not hasattr(_of_thread, "schema"):
        _of_thread.schema = etree.XMLSchema(file=str(SCHEMA))
    return _of_thread.schema


def violations(root):
    """Tell where a document departs from the SAT's schemas.

    :param root: parsed XML, from :func:`~.reader.parse`; not changed. What only the seal brings may be missing;
        what an addenda holds is nobody's business.
    :return: list of :class:`~.errors.SchemaError`, empty when it is valid
    """
    schema = _schema()
    is_whole = all(root.get(name) for name in _UNSEALED) and root.find(ADDENDA) is None
    document = root if is_whole else _to_judge(root)
    found = [] if schema.validate(document) else [_violation(entry.message) for entry in schema.error_log]
    found.extend(_unknown_keys(root))
    return found


def _to_judge(root):
    """Return a copy with stand-ins for what the seal brings and for what an addenda holds."""
    document = deepcopy(root)
    for addenda in document.iterfind(ADDENDA):
        addenda.clear()
        etree.SubElement(addenda, "any")
    for name, value in _UNSEALED.items():
        if not document.get(name):
            document.set(name, value)
    return document


def _unknown_keys(root):
    yield from _look_up(root, "LugarExpedicion", catalogs.is_postal_code)
    for concept in root.iterfind(_CONCEPTS):
        yield from _look_up(concept, "ClaveUnidad", catalogs.units().__contains__)
        for element in (concept, *concept.iterfind(_PARTS)):
            yield from _look_up(element, "ClaveProdServ", catalogs.product_keys().__contains__)


def _look_up(element, name, is_known):
    value = element.get(name)
    if value is not None and not is_known(value) and not is_known(collapse(value)):
        owner = etree.QName(element).localname
        yield _violation(f"Element '{owner}', attribute '{name}': The value '{value}' is not in the catalogue.")


def _violation(message):
    plain = _NAMESPACE.sub("", message)
    return SchemaError(
        es=(f"El XML no sigue el esquema del SAT: {plain}", "Corrija ese dato y selle de nuevo el documento."),
        en=(f"The XML does not follow the SAT's schema: {plain}", "Correct that value and seal the document again."),
    )
