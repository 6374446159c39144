"""Documents without a fault, for tests to spoil one attribute at a time."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal as D

from gym_cfdi.domain import model as m

FOREIGN_TRADE = m.RawXml(tag="{http://www.sat.gob.mx/ComercioExterior20}ComercioExterior", xml="<x/>")
STAMP = m.TimbreFiscalDigital(
    uuid="2E34BDB7-6C7B-4F00-AF13-586F700B3C8D",
    fecha_timbrado=datetime(2026, 11, 2, 9, 31),
    rfc_prov_certif="SPR190613I52",
    sello_cfd="x",
    no_certificado_sat="3" * 20,
    sello_sat="x",
)


def spoiled(node, path, **changes):
    """Return ``node`` with the fields of what lies at ``path`` changed: ``"conceptos.0.impuestos"``."""
    if not path:
        return replace(node, **changes)
    step, _, rest = path.partition(".")
    if isinstance(node, tuple):
        index = int(step)
        return (*node[:index], spoiled(node[index], rest, **changes), *node[index + 1 :])
    return replace(node, **{step: spoiled(getattr(node, step), rest, **changes)})


def transfer(base="100.00", rate="0.160000", amount="16.00", factor="Tasa", tax="002"):
    exempt = factor == "Exento"
    return m.Traslado(
        base=D(base),
        impuesto=tax,
        tipo_factor=factor,
        tasa_o_cuota=None if exempt else D(rate),
        importe=None if exempt else D(amount),
    )


def withholding(base="100.00", rate="0.100000", amount="10.00", tax="001"):
    return m.Retencion(base=D(base), impuesto=tax, tipo_factor="Tasa", tasa_o_cuota=D(rate), importe=D(amount))


ISSUER = m.Emisor(rfc="EKU9003173C9", nombre="ESCUELA KEMPER URGATE", regimen_fiscal="601")
CUSTOMER = m.Receptor(
    rfc="URE180429TM6",
    nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA",
    domicilio_fiscal_receptor="86991",
    regimen_fiscal_receptor="601",
    uso_cfdi="G03",
)
PUBLIC = m.Receptor(
    rfc="XAXX010101000",
    nombre="PUBLICO EN GENERAL",
    domicilio_fiscal_receptor="42501",
    regimen_fiscal_receptor="616",
    uso_cfdi="S01",
)
FOREIGNER = m.Receptor(
    rfc="XEXX010101000",
    nombre="JOHN SMITH",
    domicilio_fiscal_receptor="42501",
    residencia_fiscal="USA",
    num_reg_id_trib="123456789",
    regimen_fiscal_receptor="616",
    uso_cfdi="S01",
)
CONCEPT = m.Concepto(
    clave_prod_serv="91101501",
    cantidad=D("1"),
    clave_unidad="E48",
    descripcion="Mensualidad",
    valor_unitario=D("100.00"),
    importe=D("100.00"),
    objeto_imp="02",
    impuestos=m.ConceptoImpuestos(traslados=(transfer(),), retenciones=(withholding(),)),
    partes=(
        m.Parte(
            clave_prod_serv="91101501",
            cantidad=D("2"),
            descripcion="Toalla",
            valor_unitario=D("5.00"),
            importe=D("10.00"),
            informacion_aduanera=("21 24 1772 3000244",),
        ),
    ),
    informacion_aduanera=("21  24  1772  3000244",),
    a_cuenta_terceros=m.ACuentaTerceros(
        rfc_a_cuenta_terceros="KIJ0906199R1",
        nombre_a_cuenta_terceros="KERNEL INDUSTIA JUGUETERA",
        regimen_fiscal_a_cuenta_terceros="601",
        domicilio_fiscal_a_cuenta_terceros="59820",
    ),
)
INVOICE = m.Comprobante(
    fecha=datetime(2026, 11, 2, 9, 30),
    forma_pago="03",
    sub_total=D("100.00"),
    moneda="MXN",
    total=D("106.00"),
    tipo_de_comprobante="I",
    exportacion="01",
    metodo_pago="PUE",
    lugar_expedicion="42501",
    cfdi_relacionados=(m.CfdiRelacionados(tipo_relacion="04", uuids=("2E34BDB7-6C7B-4F00-AF13-586F700B3C8D",)),),
    emisor=ISSUER,
    receptor=CUSTOMER,
    conceptos=(CONCEPT,),
    impuestos=m.Impuestos(
        total_impuestos_retenidos=D("10.00"),
        total_impuestos_trasladados=D("16.00"),
        retenciones=(m.RetencionTotal(impuesto="001", importe=D("10.00")),),
        traslados=(transfer(),),
    ),
)
DISCOUNTED = replace(
    INVOICE,
    sub_total=D("120.00"),
    descuento=D("20.00"),
    conceptos=(replace(CONCEPT, valor_unitario=D("120.00"), importe=D("120.00"), descuento=D("20.00")),),
)
EXEMPT = replace(
    INVOICE,
    total=D("100.00"),
    conceptos=(replace(CONCEPT, impuestos=m.ConceptoImpuestos(traslados=(transfer(factor="Exento"),))),),
    impuestos=m.Impuestos(traslados=(transfer(factor="Exento"),)),
)
REDUCED = transfer(rate="0.080000", amount="8.00")
AT_THE_BORDER = replace(
    INVOICE,
    total=D("108.00"),
    lugar_expedicion="22000",
    conceptos=(replace(CONCEPT, impuestos=m.ConceptoImpuestos(traslados=(REDUCED,))),),
    impuestos=m.Impuestos(total_impuestos_trasladados=D("8.00"), traslados=(REDUCED,)),
)
GLOBAL = replace(
    INVOICE, receptor=PUBLIC, informacion_global=m.InformacionGlobal(periodicidad="04", meses="11", anio=2026)
)
DOLLARS = replace(INVOICE, moneda="USD", tipo_cambio=D("18.50"), receptor=FOREIGNER)
DELIVERY = m.Comprobante(
    fecha=datetime(2026, 11, 2, 9, 30),
    sub_total=D("0"),
    moneda="XXX",
    total=D("0"),
    tipo_de_comprobante="T",
    exportacion="01",
    lugar_expedicion="42501",
    emisor=ISSUER,
    receptor=replace(CUSTOMER, uso_cfdi="S01"),
    conceptos=(
        replace(
            CONCEPT,
            valor_unitario=D("0"),
            importe=D("0"),
            objeto_imp="01",
            impuestos=None,
            partes=(),
        ),
    ),
)


def related(**changes):
    """A document paid in full, with 16 % transferred and 10 % of ISR withheld."""
    values = {
        "id_documento": "2E34BDB7-6C7B-4F00-AF13-586F700B3C8D",
        "moneda_dr": "MXN",
        "equivalencia_dr": D("1"),
        "num_parcialidad": 1,
        "imp_saldo_ant": D("111.00"),
        "imp_pagado": D("111.00"),
        "imp_saldo_insoluto": D("0.00"),
        "objeto_imp_dr": "02",
        "impuestos_dr": m.ImpuestosDR(
            retenciones_dr=(
                m.RetencionDR(
                    base_dr=D("100.00"),
                    impuesto_dr="001",
                    tipo_factor_dr="Tasa",
                    tasa_o_cuota_dr=D("0.100000"),
                    importe_dr=D("10.00"),
                ),
            ),
            traslados_dr=(
                m.TrasladoDR(
                    base_dr=D("100.00"),
                    impuesto_dr="002",
                    tipo_factor_dr="Tasa",
                    tasa_o_cuota_dr=D("0.160000"),
                    importe_dr=D("16.00"),
                ),
                m.TrasladoDR(base_dr=D("5.00"), impuesto_dr="002", tipo_factor_dr="Exento"),
            ),
        ),
    }
    return m.DoctoRelacionado(**(values | changes))


PAYMENT = m.Comprobante(
    fecha=datetime(2026, 11, 10, 12, 0),
    sub_total=D("0"),
    moneda="XXX",
    total=D("0"),
    tipo_de_comprobante="P",
    exportacion="01",
    lugar_expedicion="42501",
    emisor=ISSUER,
    receptor=replace(CUSTOMER, uso_cfdi="CP01"),
    conceptos=(
        m.Concepto(
            clave_prod_serv="84111506",
            cantidad=D("1"),
            clave_unidad="ACT",
            descripcion="Pago",
            valor_unitario=D("0"),
            importe=D("0"),
            objeto_imp="01",
        ),
    ),
    complementos=(
        m.Pagos(
            totales=m.PagosTotales(
                total_retenciones_isr=D("10.00"),
                total_traslados_base_iva16=D("100.00"),
                total_traslados_impuesto_iva16=D("16.00"),
                total_traslados_base_iva_exento=D("5.00"),
                monto_total_pagos=D("111.00"),
            ),
            pagos=(
                m.Pago(
                    fecha_pago=datetime(2026, 11, 9, 12, 0),
                    forma_de_pago_p="03",
                    moneda_p="MXN",
                    tipo_cambio_p=D("1"),
                    monto=D("111.00"),
                    rfc_emisor_cta_ord="BBA830831LJ2",
                    cta_ordenante="012345678901234567",
                    rfc_emisor_cta_ben="BBA830831LJ2",
                    cta_beneficiario="012345678901234567",
                    tipo_cad_pago="01",
                    cert_pago="x",
                    cad_pago="x",
                    sello_pago="x",
                    docto_relacionado=(related(),),
                    impuestos_p=m.ImpuestosP(
                        retenciones_p=(m.RetencionP(impuesto_p="001", importe_p=D("10.00")),),
                        traslados_p=(
                            m.TrasladoP(
                                base_p=D("100.00"),
                                impuesto_p="002",
                                tipo_factor_p="Tasa",
                                tasa_o_cuota_p=D("0.160000"),
                                importe_p=D("16.00"),
                            ),
                            m.TrasladoP(base_p=D("5.00"), impuesto_p="002", tipo_factor_p="Exento"),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
CLEAN = {
    "invoice": INVOICE,
    "discounted": DISCOUNTED,
    "exempt": EXEMPT,
    "at the border": AT_THE_BORDER,
    "global": GLOBAL,
    "dollars": DOLLARS,
    "delivery": DELIVERY,
    "payment": PAYMENT,
    "stamped": replace(INVOICE, complementos=(STAMP,)),
}
