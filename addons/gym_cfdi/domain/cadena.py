"""The cadena original: the text that a seal signs.

SAT publishes it as XSLT. Its stylesheets do one thing, namely visit elements in a fixed order and write their
attributes, so here they are a table: a :class:`Template` lists attributes and child elements in the order of
``cadenaoriginal_4_0.xslt`` and of the stylesheets it includes. No XSLT runs.
"""

import re
from functools import cache
from typing import NamedTuple

from lxml import etree

from .complements import outlines
from .errors import UnsupportedComplement
from .schema_names import qualified


class Attribute(NamedTuple):
    """An attribute; a ``required`` one leaves an empty field in the cadena when absent, another leaves nothing."""

    name: str
    required: bool


class Children(NamedTuple):
    """Descendants at ``path``, as lxml writes it, each written with ``template``."""

    path: str
    template: "Template"


class Complements(NamedTuple):
    """Every element at ``path``, as lxml writes it, each written with the template of its own name."""

    path: str


class Template(NamedTuple):
    """What one element contributes, in order."""

    steps: tuple[Attribute | Children | Complements, ...]


def template(*steps):
    """Read the table's notation: ``"Rfc! Serie"`` is a required and an optional attribute.

    A pair is a path of child elements, as in ``cfdi:Traslados/cfdi:Traslado``, with their template.
    """
    parsed = []
    for step in steps:
        if isinstance(step, str):
            parsed += [Attribute(name.rstrip("!"), name.endswith("!")) for name in step.split()]
        elif isinstance(step, Complements):
            parsed.append(step)
        else:
            path, content = step
            parsed.append(Children(_xpath(path), content))
    return Template(tuple(parsed))


def _xpath(path):
    """``cfdi:Traslados/cfdi:Traslado`` as lxml writes it; paths of lxml stay as they are."""
    return path if path.startswith("{") else "/".join(map(qualified, path.split("/")))


_TRASLADO = template("Base! Impuesto! TipoFactor! TasaOCuota Importe")
_INFORMACION_ADUANERA = ("cfdi:InformacionAduanera", template("NumeroPedimento!"))

_CONCEPTO = template(
    "ClaveProdServ! NoIdentificacion Cantidad! ClaveUnidad! Unidad Descripcion! ValorUnitario! Importe! Descuento",
    "ObjetoImp!",
    (
        "cfdi:Impuestos",
        template(
            ("cfdi:Traslados/cfdi:Traslado", _TRASLADO),
            ("cfdi:Retenciones/cfdi:Retencion", template("Base! Impuesto! TipoFactor! TasaOCuota! Importe!")),
        ),
    ),
    (
        "cfdi:ACuentaTerceros",
        template(
            "RfcACuentaTerceros! NombreACuentaTerceros! RegimenFiscalACuentaTerceros! DomicilioFiscalACuentaTerceros!"
        ),
    ),
    _INFORMACION_ADUANERA,
    ("cfdi:CuentaPredial", template("Numero!")),
    Complements(f"{qualified('cfdi:ComplementoConcepto')}/*"),
    (
        "cfdi:Parte",
        template(
            "ClaveProdServ! NoIdentificacion Cantidad! Unidad Descripcion! ValorUnitario Importe",
            _INFORMACION_ADUANERA,
        ),
    ),
)

COMPROBANTE = template(
    "Version! Serie Folio Fecha! FormaPago NoCertificado! CondicionesDePago SubTotal! Descuento Moneda! TipoCambio",
    "Total! TipoDeComprobante! Exportacion! MetodoPago LugarExpedicion! Confirmacion",
    ("cfdi:InformacionGlobal", template("Periodicidad! Meses! Año!")),
    ("cfdi:CfdiRelacionados", template("TipoRelacion!", ("cfdi:CfdiRelacionado", template("UUID!")))),
    ("cfdi:Emisor", template("Rfc! Nombre! RegimenFiscal! FacAtrAdquirente")),
    (
        "cfdi:Receptor",
        template("Rfc! Nombre! DomicilioFiscalReceptor! ResidenciaFiscal NumRegIdTrib RegimenFiscalReceptor! UsoCFDI!"),
    ),
    ("cfdi:Conceptos/cfdi:Concepto", _CONCEPTO),
    (
        "cfdi:Impuestos",
        template(
            ("cfdi:Retenciones/cfdi:Retencion", template("Impuesto! Importe!")),
            "TotalImpuestosRetenidos",
            ("cfdi:Traslados/cfdi:Traslado", _TRASLADO),
            "TotalImpuestosTrasladados",
        ),
    ),
    Complements(f"{qualified('cfdi:Complemento')}/*"),
)

_DOCTO_RELACIONADO = template(
    "IdDocumento! Serie Folio MonedaDR! EquivalenciaDR NumParcialidad! ImpSaldoAnt! ImpPagado! ImpSaldoInsoluto!",
    "ObjetoImpDR!",
    (
        "pago20:ImpuestosDR",
        template(
            (
                "pago20:RetencionesDR/pago20:RetencionDR",
                template("BaseDR! ImpuestoDR! TipoFactorDR! TasaOCuotaDR! ImporteDR!"),
            ),
            (
                "pago20:TrasladosDR/pago20:TrasladoDR",
                template("BaseDR! ImpuestoDR! TipoFactorDR! TasaOCuotaDR ImporteDR"),
            ),
        ),
    ),
)

_PAGO = template(
    "FechaPago! FormaDePagoP! MonedaP! TipoCambioP Monto! NumOperacion RfcEmisorCtaOrd NomBancoOrdExt CtaOrdenante",
    "RfcEmisorCtaBen CtaBeneficiario TipoCadPago CertPago CadPago SelloPago",
    ("pago20:DoctoRelacionado", _DOCTO_RELACIONADO),
    (
        "pago20:ImpuestosP",
        template(
            ("pago20:RetencionesP/pago20:RetencionP", template("ImpuestoP! ImporteP!")),
            ("pago20:TrasladosP/pago20:TrasladoP", template("BaseP! ImpuestoP! TipoFactorP! TasaOCuotaP ImporteP")),
        ),
    ),
)

_PAGOS_TOTALES = template(
    "TotalRetencionesIVA TotalRetencionesISR TotalRetencionesIEPS TotalTrasladosBaseIVA16",
    "TotalTrasladosImpuestoIVA16 TotalTrasladosBaseIVA8 TotalTrasladosImpuestoIVA8 TotalTrasladosBaseIVA0",
    "TotalTrasladosImpuestoIVA0 TotalTrasladosBaseIVAExento MontoTotalPagos!",
)

COMPLEMENTS = {
    qualified(name): content
    for name, content in {
        "pago20:Pagos": template("Version!", ("pago20:Totales", _PAGOS_TOTALES), ("pago20:Pago", _PAGO)),
        # The stamp is put on after sealing: no stylesheet mentions it
        "tfd:TimbreFiscalDigital": template(),
        "implocal:ImpuestosLocales": template(
            "version! TotaldeRetenciones! TotaldeTraslados!",
            ("implocal:RetencionesLocales", template("ImpLocRetenido! TasadeRetencion! Importe!")),
            ("implocal:TrasladosLocales", template("ImpLocTrasladado! TasadeTraslado! Importe!")),
        ),
        "leyendasFisc:LeyendasFiscales": template(
            "version!", ("leyendasFisc:Leyenda", template("disposicionFiscal norma textoLeyenda!"))
        ),
        "donat:Donatarias": template("version! noAutorizacion! fechaAutorizacion! leyenda!"),
        "iedu:instEducativas": template("version! nombreAlumno! CURP! nivelEducativo! autRVOE! rfcPago"),
    }.items()
}

# XPath's normalize-space knows these four characters and no other Unicode space
_SPACES = re.compile(r"[ \t\r\n]+")


def collapse(text):
    """Trim and make every run of XML white space one space (XML Schema ``collapse``, XPath ``normalize-space``)."""
    return _SPACES.sub(" ", text).strip(" ")


def cadena_of_element(comprobante):
    """Return the cadena original of a parsed ``cfdi:Comprobante``.

    :param comprobante: lxml element
    :raise UnsupportedComplement: when it carries a complement that is not in the table
    """
    return _cadena(comprobante, COMPROBANTE)


def complement_fields(complement):
    """Return the fields that a parsed complement adds to the cadena of its document."""
    fields = []
    _collect(complement, _complement_template(complement), fields)
    return fields


def join_fields(fields):
    """Return the cadena of these fields, with white space collapsed."""
    cadena = f"||{'|'.join(fields)}||"
    if _is_loose(cadena):
        cadena = f"||{'|'.join(map(collapse, fields))}||"
    return cadena


def _is_loose(text):
    """Whether some field may hold white space to collapse; cheap, and may err towards yes."""
    return "  " in text or "| " in text or " |" in text or "\n" in text or "\t" in text or "\r" in text


def _cadena(element, content):
    fields = []
    _collect(element, content, fields)
    return join_fields(fields)


def _collect(element, content, fields):
    for step in content.steps:
        if type(step) is Attribute:
            value = element.get(step.name)
            if value is not None:
                fields.append(value)
            elif step.required:
                fields.append("")
        elif len(element):
            if type(step) is Children:
                for child in element.iterfind(step.path):
                    _collect(child, step.template, fields)
            else:
                for child in element.iterfind(step.path):
                    if isinstance(child.tag, str):
                        _collect(child, _complement_template(child), fields)


def _complement_template(element):
    content = COMPLEMENTS.get(element.tag) or _foreign_template(element.tag)
    if content is None:
        raise _unsupported(element)
    return content


@cache
def _foreign_template(tag):
    outline = outlines().get(tag)
    return None if outline is None else _template_of(outline)


def _template_of(outline):
    return template(*(step if isinstance(step, str) else (step[0], _template_of(step[1])) for step in outline))


def _unsupported(element):
    name = etree.QName(element)
    return UnsupportedComplement(
        es=(
            f"El complemento {name.localname} ({name.namespace}) no está soportado.",
            "Quítelo, o selle y verifique el documento con el programa que lo hizo.",
        ),
        en=(
            f"The complement {name.localname} ({name.namespace}) is not supported.",
            "Leave it out, or have the document sealed and verified by the program that made it.",
        ),
    )
