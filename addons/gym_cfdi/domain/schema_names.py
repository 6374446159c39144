"""Namespaces of CFDI 4.0 and of the complements this product knows, with where the SAT publishes their schemas."""

from functools import cache
from typing import NamedTuple

XSI = "http://www.w3.org/2001/XMLSchema-instance"


class Namespace(NamedTuple):
    """An XML namespace: its prescribed prefix, its URI and the public address of its schema."""

    prefix: str
    uri: str
    xsd: str


_SITE = "http://www.sat.gob.mx/sitio_internet/cfd"
NAMESPACES = {
    prefix: Namespace(prefix, uri, f"{_SITE}/{path}")
    for prefix, uri, path in (
        ("cfdi", "http://www.sat.gob.mx/cfd/4", "4/cfdv40.xsd"),
        ("pago20", "http://www.sat.gob.mx/Pagos20", "Pagos/Pagos20.xsd"),
        ("tfd", "http://www.sat.gob.mx/TimbreFiscalDigital", "TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd"),
        ("implocal", "http://www.sat.gob.mx/implocal", "implocal/implocal.xsd"),
        ("leyendasFisc", "http://www.sat.gob.mx/leyendasFiscales", "leyendasFiscales/leyendasFisc.xsd"),
        ("donat", "http://www.sat.gob.mx/donat", "donat/donat11.xsd"),
        ("iedu", "http://www.sat.gob.mx/iedu", "iedu/iedu.xsd"),
    )
}

# Complements that are only read, or not even that, with the prefixes of their stylesheets for the cadena original
_OF_OTHERS = {
    "CartaPorte20": "cartaporte20",
    "CartaPorte30": "cartaporte30",
    "CartaPorte31": "cartaporte31",
    "ComercioExterior11": "cce11",
    "ComercioExterior20": "cce20",
    "ConsumoDeCombustibles11": "consumodecombustibles11",
    "EstadoDeCuentaCombustible12": "ecc12",
    "GastosHidrocarburos10": "gceh",
    "IngresosHidrocarburos10": "ieeh",
    "TuristaPasajeroExtranjero": "tpe",
    "aerolineas": "aerolineas",
    "arteantiguedades": "obrasarte",
    "certificadodestruccion": "destruccion",
    "detallista": "detallista",
    "divisas": "divisas",
    "hidrocarburospetroliferos": "hidroypetro",
    "ine": "ine",
    "nomina12": "nomina12",
    "notariospublicos": "notariospublicos",
    "pagoenespecie": "pagoenespecie",
    "pfic": "pfic",
    "registrofiscal": "registrofiscal",
    "renovacionysustitucionvehiculos": "decreto",
    "servicioparcialconstruccion": "servicioparcial",
    "valesdedespensa": "valesdedespensa",
    "vehiculousado": "vehiculousado",
    "ventavehiculos": "ventavehiculos",
}
PREFIX_OF_URI = {namespace.uri: namespace.prefix for namespace in NAMESPACES.values()} | {
    f"http://www.sat.gob.mx/{name}": prefix for name, prefix in _OF_OTHERS.items()
}


@cache
def qualified(name):
    """``cfdi:Emisor`` as lxml names it: ``{http://www.sat.gob.mx/cfd/4}Emisor``."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix].uri}}}{local}"
