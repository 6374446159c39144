"""The CFDI 4.0 and its Pagos 2.0 complement as immutable values.

Names are those of Anexo 20 in snake case, so that law, XML and code can be compared without a dictionary. Every field
says which attribute or element it stands for: reader, builder and cadena original follow these declarations and hold
no list of their own. Fields are in the order of the schema.

Amounts and rates are ``Decimal`` with the decimals they are written with (``Decimal("1.50")`` is written ``1.50``).
``fecha`` and ``fecha_pago`` are local times without zone, as Anexo 20 wants them.
"""

from dataclasses import MISSING, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

RFC_PUBLICO_GENERAL = "XAXX010101000"
RFC_EXTRANJERO = "XEXX010101000"


def attribute(name, optional=False, signed=True, default=MISSING):
    """An XML attribute; ``optional`` ones are ``None`` when absent.

    ``signed`` ones enter the cadena original at their place among the fields.
    """
    metadata = {"attribute": name, "signed": signed}
    return field(default=None if optional else default, metadata=metadata)


def element(required=False):
    """A child element, ``None`` when absent."""
    return field(default=MISSING if required else None, metadata={"element": True})


def elements(within=None, before=None):
    """Repeated child elements.

    :param within: the element that wraps them, written only when there are some
    :param before: the field of the attribute that follows them in the cadena original
    """
    return field(default=(), metadata={"elements": True, "within": within, "before": before})


def values(child, name):
    """Repeated child elements that carry nothing but one attribute: kept as a tuple of its values."""
    return field(default=(), metadata={"values": (child, name)})


def raw(wrapper, signed=True):
    """The children of ``wrapper`` in document order: typed when known, else as :class:`RawXml`."""
    return field(default=(), metadata={"raw": wrapper, "signed": signed})


node = dataclass(frozen=True, slots=True, kw_only=True)


@node
class RawXml:
    """An element kept as it came: exclusive canonical XML, with ``tag`` as ``{namespace}name``."""

    tag: str
    xml: str


# --- Taxes -----------------------------------------------------------------------------------------------------------


@node
class Traslado:
    """A transferred tax, of a concept or of the whole document."""

    ELEMENT: ClassVar[str] = "cfdi:Traslado"
    base: Decimal = attribute("Base")
    impuesto: str = attribute("Impuesto")
    tipo_factor: str = attribute("TipoFactor")
    tasa_o_cuota: Decimal | None = attribute("TasaOCuota", optional=True)
    importe: Decimal | None = attribute("Importe", optional=True)


@node
class Retencion:
    """A tax withheld from a concept."""

    ELEMENT: ClassVar[str] = "cfdi:Retencion"
    base: Decimal = attribute("Base")
    impuesto: str = attribute("Impuesto")
    tipo_factor: str = attribute("TipoFactor")
    tasa_o_cuota: Decimal = attribute("TasaOCuota")
    importe: Decimal = attribute("Importe")


@node
class RetencionTotal:
    """The sum of a tax withheld in the whole document."""

    ELEMENT: ClassVar[str] = "cfdi:Retencion"
    impuesto: str = attribute("Impuesto")
    importe: Decimal = attribute("Importe")


@node
class ConceptoImpuestos:
    ELEMENT: ClassVar[str] = "cfdi:Impuestos"
    traslados: tuple[Traslado, ...] = elements(within="cfdi:Traslados")
    retenciones: tuple[Retencion, ...] = elements(within="cfdi:Retenciones")


@node
class Impuestos:
    """The tax summary of the document."""

    ELEMENT: ClassVar[str] = "cfdi:Impuestos"
    total_impuestos_retenidos: Decimal | None = attribute("TotalImpuestosRetenidos", optional=True, signed=False)
    total_impuestos_trasladados: Decimal | None = attribute("TotalImpuestosTrasladados", optional=True, signed=False)
    retenciones: tuple[RetencionTotal, ...] = elements(within="cfdi:Retenciones", before="total_impuestos_retenidos")
    traslados: tuple[Traslado, ...] = elements(within="cfdi:Traslados", before="total_impuestos_trasladados")


# --- Concepts --------------------------------------------------------------------------------------------------------


@node
class ACuentaTerceros:
    ELEMENT: ClassVar[str] = "cfdi:ACuentaTerceros"
    rfc_a_cuenta_terceros: str = attribute("RfcACuentaTerceros")
    nombre_a_cuenta_terceros: str = attribute("NombreACuentaTerceros")
    regimen_fiscal_a_cuenta_terceros: str = attribute("RegimenFiscalACuentaTerceros")
    domicilio_fiscal_a_cuenta_terceros: str = attribute("DomicilioFiscalACuentaTerceros")


@node
class Parte:
    ELEMENT: ClassVar[str] = "cfdi:Parte"
    clave_prod_serv: str = attribute("ClaveProdServ")
    no_identificacion: str | None = attribute("NoIdentificacion", optional=True)
    cantidad: Decimal = attribute("Cantidad")
    unidad: str | None = attribute("Unidad", optional=True)
    descripcion: str = attribute("Descripcion")
    valor_unitario: Decimal | None = attribute("ValorUnitario", optional=True)
    importe: Decimal | None = attribute("Importe", optional=True)
    informacion_aduanera: tuple[str, ...] = values("cfdi:InformacionAduanera", "NumeroPedimento")


@node
class Concepto:
    ELEMENT: ClassVar[str] = "cfdi:Concepto"
    clave_prod_serv: str = attribute("ClaveProdServ")
    no_identificacion: str | None = attribute("NoIdentificacion", optional=True)
    cantidad: Decimal = attribute("Cantidad")
    clave_unidad: str = attribute("ClaveUnidad")
    unidad: str | None = attribute("Unidad", optional=True)
    descripcion: str = attribute("Descripcion")
    valor_unitario: Decimal = attribute("ValorUnitario")
    importe: Decimal = attribute("Importe")
    descuento: Decimal | None = attribute("Descuento", optional=True)
    objeto_imp: str = attribute("ObjetoImp")
    impuestos: ConceptoImpuestos | None = element()
    a_cuenta_terceros: ACuentaTerceros | None = element()
    informacion_aduanera: tuple[str, ...] = values("cfdi:InformacionAduanera", "NumeroPedimento")
    cuenta_predial: tuple[str, ...] = values("cfdi:CuentaPredial", "Numero")
    complementos: tuple[RawXml, ...] = raw("cfdi:ComplementoConcepto")
    partes: tuple[Parte, ...] = elements()


# --- Pagos 2.0 -------------------------------------------------------------------------------------------------------


@node
class PagosTotales:
    """Totals of a payment complement, always in MXN."""

    ELEMENT: ClassVar[str] = "pago20:Totales"
    total_retenciones_iva: Decimal | None = attribute("TotalRetencionesIVA", optional=True)
    total_retenciones_isr: Decimal | None = attribute("TotalRetencionesISR", optional=True)
    total_retenciones_ieps: Decimal | None = attribute("TotalRetencionesIEPS", optional=True)
    total_traslados_base_iva16: Decimal | None = attribute("TotalTrasladosBaseIVA16", optional=True)
    total_traslados_impuesto_iva16: Decimal | None = attribute("TotalTrasladosImpuestoIVA16", optional=True)
    total_traslados_base_iva8: Decimal | None = attribute("TotalTrasladosBaseIVA8", optional=True)
    total_traslados_impuesto_iva8: Decimal | None = attribute("TotalTrasladosImpuestoIVA8", optional=True)
    total_traslados_base_iva0: Decimal | None = attribute("TotalTrasladosBaseIVA0", optional=True)
    total_traslados_impuesto_iva0: Decimal | None = attribute("TotalTrasladosImpuestoIVA0", optional=True)
    total_traslados_base_iva_exento: Decimal | None = attribute("TotalTrasladosBaseIVAExento", optional=True)
    monto_total_pagos: Decimal = attribute("MontoTotalPagos")


@node
class TrasladoDR:
    ELEMENT: ClassVar[str] = "pago20:TrasladoDR"
    base_dr: Decimal = attribute("BaseDR")
    impuesto_dr: str = attribute("ImpuestoDR")
    tipo_factor_dr: str = attribute("TipoFactorDR")
    tasa_o_cuota_dr: Decimal | None = attribute("TasaOCuotaDR", optional=True)
    importe_dr: Decimal | None = attribute("ImporteDR", optional=True)


@node
class RetencionDR:
    ELEMENT: ClassVar[str] = "pago20:RetencionDR"
    base_dr: Decimal = attribute("BaseDR")
    impuesto_dr: str = attribute("ImpuestoDR")
    tipo_factor_dr: str = attribute("TipoFactorDR")
    tasa_o_cuota_dr: Decimal = attribute("TasaOCuotaDR")
    importe_dr: Decimal = attribute("ImporteDR")


@node
class ImpuestosDR:
    ELEMENT: ClassVar[str] = "pago20:ImpuestosDR"
    retenciones_dr: tuple[RetencionDR, ...] = elements(within="pago20:RetencionesDR")
    traslados_dr: tuple[TrasladoDR, ...] = elements(within="pago20:TrasladosDR")


@node
class DoctoRelacionado:
    """What a payment settles of one invoice, in the currency of that invoice."""

    ELEMENT: ClassVar[str] = "pago20:DoctoRelacionado"
    id_documento: str = attribute("IdDocumento")
    serie: str | None = attribute("Serie", optional=True)
    folio: str | None = attribute("Folio", optional=True)
    moneda_dr: str = attribute("MonedaDR")
    equivalencia_dr: Decimal | None = attribute("EquivalenciaDR", optional=True)
    num_parcialidad: int = attribute("NumParcialidad")
    imp_saldo_ant: Decimal = attribute("ImpSaldoAnt")
    imp_pagado: Decimal = attribute("ImpPagado")
    imp_saldo_insoluto: Decimal = attribute("ImpSaldoInsoluto")
    objeto_imp_dr: str = attribute("ObjetoImpDR")
    impuestos_dr: ImpuestosDR | None = element()


@node
class RetencionP:
    ELEMENT: ClassVar[str] = "pago20:RetencionP"
    impuesto_p: str = attribute("ImpuestoP")
    importe_p: Decimal = attribute("ImporteP")


@node
class TrasladoP:
    ELEMENT: ClassVar[str] = "pago20:TrasladoP"
    base_p: Decimal = attribute("BaseP")
    impuesto_p: str = attribute("ImpuestoP")
    tipo_factor_p: str = attribute("TipoFactorP")
    tasa_o_cuota_p: Decimal | None = attribute("TasaOCuotaP", optional=True)
    importe_p: Decimal | None = attribute("ImporteP", optional=True)


@node
class ImpuestosP:
    ELEMENT: ClassVar[str] = "pago20:ImpuestosP"
    retenciones_p: tuple[RetencionP, ...] = elements(within="pago20:RetencionesP")
    traslados_p: tuple[TrasladoP, ...] = elements(within="pago20:TrasladosP")


@node
class Pago:
    """One payment received, in ``moneda_p``."""

    ELEMENT: ClassVar[str] = "pago20:Pago"
    fecha_pago: datetime = attribute("FechaPago")
    forma_de_pago_p: str = attribute("FormaDePagoP")
    moneda_p: str = attribute("MonedaP")
    tipo_cambio_p: Decimal | None = attribute("TipoCambioP", optional=True)
    monto: Decimal = attribute("Monto")
    num_operacion: str | None = attribute("NumOperacion", optional=True)
    rfc_emisor_cta_ord: str | None = attribute("RfcEmisorCtaOrd", optional=True)
    nom_banco_ord_ext: str | None = attribute("NomBancoOrdExt", optional=True)
    cta_ordenante: str | None = attribute("CtaOrdenante", optional=True)
    rfc_emisor_cta_ben: str | None = attribute("RfcEmisorCtaBen", optional=True)
    cta_beneficiario: str | None = attribute("CtaBeneficiario", optional=True)
    tipo_cad_pago: str | None = attribute("TipoCadPago", optional=True)
    cert_pago: str | None = attribute("CertPago", optional=True)
    cad_pago: str | None = attribute("CadPago", optional=True)
    sello_pago: str | None = attribute("SelloPago", optional=True)
    docto_relacionado: tuple[DoctoRelacionado, ...] = elements()
    impuestos_p: ImpuestosP | None = element()


@node
class Pagos:
    """The payment complement (REP) of a document of type P."""

    ELEMENT: ClassVar[str] = "pago20:Pagos"
    version: str = attribute("Version", default="2.0")
    totales: PagosTotales = element(required=True)
    pagos: tuple[Pago, ...] = elements()


# --- Other complements that the rules need to see --------------------------------------------------------------------


@node
class RetencionLocal:
    ELEMENT: ClassVar[str] = "implocal:RetencionesLocales"
    imp_loc_retenido: str = attribute("ImpLocRetenido")
    tasade_retencion: Decimal = attribute("TasadeRetencion")
    importe: Decimal = attribute("Importe")


@node
class TrasladoLocal:
    ELEMENT: ClassVar[str] = "implocal:TrasladosLocales"
    imp_loc_trasladado: str = attribute("ImpLocTrasladado")
    tasade_traslado: Decimal = attribute("TasadeTraslado")
    importe: Decimal = attribute("Importe")


@node
class ImpuestosLocales:
    """State and municipal taxes: they count in the Total of the document (CFDI40119)."""

    ELEMENT: ClassVar[str] = "implocal:ImpuestosLocales"
    version: str = attribute("version", default="1.0")
    totalde_retenciones: Decimal = attribute("TotaldeRetenciones")
    totalde_traslados: Decimal = attribute("TotaldeTraslados")
    retenciones_locales: tuple[RetencionLocal, ...] = elements()
    traslados_locales: tuple[TrasladoLocal, ...] = elements()


@node
class TimbreFiscalDigital:
    """The stamp of the PAC, TFD 1.1.

    Its ``signed`` fields make its own cadena, not that of the document. ``fecha_timbrado`` is local time of central
    Mexico, wherever the document was issued.
    """

    ELEMENT: ClassVar[str] = "tfd:TimbreFiscalDigital"
    version: str = attribute("Version", default="1.1")
    uuid: str = attribute("UUID")
    fecha_timbrado: datetime = attribute("FechaTimbrado")
    rfc_prov_certif: str = attribute("RfcProvCertif")
    leyenda: str | None = attribute("Leyenda", optional=True)
    sello_cfd: str = attribute("SelloCFD")
    no_certificado_sat: str = attribute("NoCertificadoSAT")
    sello_sat: str = attribute("SelloSAT", signed=False)


Complemento = Pagos | ImpuestosLocales | TimbreFiscalDigital | RawXml


# --- The document ----------------------------------------------------------------------------------------------------


@node
class InformacionGlobal:
    """The period that a global invoice covers."""

    ELEMENT: ClassVar[str] = "cfdi:InformacionGlobal"
    periodicidad: str = attribute("Periodicidad")
    meses: str = attribute("Meses")
    anio: int = attribute("Año")


@node
class CfdiRelacionados:
    ELEMENT: ClassVar[str] = "cfdi:CfdiRelacionados"
    tipo_relacion: str = attribute("TipoRelacion")
    uuids: tuple[str, ...] = values("cfdi:CfdiRelacionado", "UUID")


@node
class Emisor:
    ELEMENT: ClassVar[str] = "cfdi:Emisor"
    rfc: str = attribute("Rfc")
    nombre: str = attribute("Nombre")
    regimen_fiscal: str = attribute("RegimenFiscal")
    fac_atr_adquirente: str | None = attribute("FacAtrAdquirente", optional=True)


@node
class Receptor:
    ELEMENT: ClassVar[str] = "cfdi:Receptor"
    rfc: str = attribute("Rfc")
    nombre: str = attribute("Nombre")
    domicilio_fiscal_receptor: str = attribute("DomicilioFiscalReceptor")
    residencia_fiscal: str | None = attribute("ResidenciaFiscal", optional=True)
    num_reg_id_trib: str | None = attribute("NumRegIdTrib", optional=True)
    regimen_fiscal_receptor: str = attribute("RegimenFiscalReceptor")
    uso_cfdi: str = attribute("UsoCFDI")


@node
class Comprobante:
    """A CFDI 4.0 of any type, sealed or not, stamped or not.

    Types I, E and P can be issued (:mod:`.builder` refuses the others); all types can be read and checked.
    """

    ELEMENT: ClassVar[str] = "cfdi:Comprobante"
    version: str = attribute("Version", default="4.0")
    serie: str | None = attribute("Serie", optional=True)
    folio: str | None = attribute("Folio", optional=True)
    fecha: datetime = attribute("Fecha")
    sello: str | None = attribute("Sello", optional=True, signed=False)
    forma_pago: str | None = attribute("FormaPago", optional=True)
    no_certificado: str | None = attribute("NoCertificado", optional=True)
    certificado: str | None = attribute("Certificado", optional=True, signed=False)
    condiciones_de_pago: str | None = attribute("CondicionesDePago", optional=True)
    sub_total: Decimal = attribute("SubTotal")
    descuento: Decimal | None = attribute("Descuento", optional=True)
    moneda: str = attribute("Moneda")
    tipo_cambio: Decimal | None = attribute("TipoCambio", optional=True)
    total: Decimal = attribute("Total")
    tipo_de_comprobante: str = attribute("TipoDeComprobante")
    exportacion: str = attribute("Exportacion")
    metodo_pago: str | None = attribute("MetodoPago", optional=True)
    lugar_expedicion: str = attribute("LugarExpedicion")
    confirmacion: str | None = attribute("Confirmacion", optional=True)
    informacion_global: InformacionGlobal | None = element()
    cfdi_relacionados: tuple[CfdiRelacionados, ...] = elements()
    emisor: Emisor = element(required=True)
    receptor: Receptor = element(required=True)
    conceptos: tuple[Concepto, ...] = elements(within="cfdi:Conceptos")
    impuestos: Impuestos | None = element()
    complementos: tuple[Complemento, ...] = raw("cfdi:Complemento")
    addenda: tuple[RawXml, ...] = raw("cfdi:Addenda", signed=False)

    @property
    def pagos(self):
        """The payment complement, or ``None``."""
        return self._complemento(Pagos)

    @property
    def impuestos_locales(self):
        """The local taxes complement, or ``None``."""
        return self._complemento(ImpuestosLocales)

    @property
    def timbre(self):
        """The stamp, or ``None`` while the document is not stamped."""
        return self._complemento(TimbreFiscalDigital)

    def _complemento(self, kind):
        return next((complemento for complemento in self.complementos if type(complemento) is kind), None)
