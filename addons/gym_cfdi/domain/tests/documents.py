"""Documents for tests: one membership invoice, its payment, and arbitrary ones drawn from the model's declarations."""

from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from types import UnionType
from typing import get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from .. import model

D = Decimal


def invoice(**changes):
    """A membership of 599.00 MXN with IVA, type I, neither sealed nor stamped."""
    tax = model.Traslado(
        base=D("516.38"), impuesto="002", tipo_factor="Tasa", tasa_o_cuota=D("0.160000"), importe=D("82.62")
    )
    concept = model.Concepto(
        clave_prod_serv="91101501",
        no_identificacion="MEM-M",
        cantidad=D("1"),
        clave_unidad="E48",
        descripcion="Membresía mensual",
        valor_unitario=D("516.38"),
        importe=D("516.38"),
        objeto_imp="02",
        impuestos=model.ConceptoImpuestos(traslados=(tax,)),
    )
    document = model.Comprobante(
        serie="GYM",
        folio="101",
        fecha=datetime(2026, 11, 2, 9, 30),
        forma_pago="04",
        no_certificado="30001000000500003416",
        sub_total=D("516.38"),
        moneda="MXN",
        total=D("599.00"),
        tipo_de_comprobante="I",
        exportacion="01",
        metodo_pago="PUE",
        lugar_expedicion="42501",
        emisor=model.Emisor(rfc="EKU9003173C9", nombre="ESCUELA KEMPER URGATE", regimen_fiscal="601"),
        receptor=model.Receptor(
            rfc="URE180429TM6",
            nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA",
            domicilio_fiscal_receptor="86991",
            regimen_fiscal_receptor="601",
            uso_cfdi="G03",
        ),
        conceptos=(concept,),
        impuestos=model.Impuestos(total_impuestos_trasladados=D("82.62"), traslados=(tax,)),
    )
    return replace(document, **changes)


def payment(**changes):
    """A payment (type P) of 599.00 MXN that settles :func:`invoice`."""
    tax = {"impuesto": "002", "tipo_factor": "Tasa", "tasa_o_cuota": D("0.160000")}
    settled = model.DoctoRelacionado(
        id_documento="6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
        moneda_dr="MXN",
        equivalencia_dr=D("1"),
        num_parcialidad=1,
        imp_saldo_ant=D("599.00"),
        imp_pagado=D("599.00"),
        imp_saldo_insoluto=D("0.00"),
        objeto_imp_dr="02",
        impuestos_dr=model.ImpuestosDR(
            traslados_dr=(
                model.TrasladoDR(base_dr=D("516.38"), importe_dr=D("82.62"), **{f"{k}_dr": v for k, v in tax.items()}),
            )
        ),
    )
    received = model.Pago(
        fecha_pago=datetime(2026, 11, 5, 12),
        forma_de_pago_p="03",
        moneda_p="MXN",
        tipo_cambio_p=D("1"),
        monto=D("599.00"),
        docto_relacionado=(settled,),
        impuestos_p=model.ImpuestosP(
            traslados_p=(
                model.TrasladoP(base_p=D("516.38"), importe_p=D("82.62"), **{f"{k}_p": v for k, v in tax.items()}),
            )
        ),
    )
    totals = model.PagosTotales(
        total_traslados_base_iva16=D("516.38"),
        total_traslados_impuesto_iva16=D("82.62"),
        monto_total_pagos=D("599.00"),
    )
    concept = model.Concepto(
        clave_prod_serv="84111506",
        cantidad=D("1"),
        clave_unidad="ACT",
        descripcion="Pago",
        valor_unitario=D("0"),
        importe=D("0"),
        objeto_imp="01",
    )
    changes = {"complementos": (model.Pagos(totales=totals, pagos=(received,)),)} | changes
    return invoice(
        tipo_de_comprobante="P",
        moneda="XXX",
        sub_total=D("0"),
        total=D("0"),
        forma_pago=None,
        metodo_pago=None,
        receptor=replace(invoice().receptor, uso_cfdi="CP01"),
        conceptos=(concept,),
        impuestos=None,
        **changes,
    )


# --- Arbitrary documents: well formed, not meant to be lawful --------------------------------------------------------

_TEXTS = st.text(st.sampled_from("AZaz09ñÑ&<>\"'|/ á€𝄞\u00a0-"), min_size=1, max_size=12).map(
    lambda text: " ".join(part for part in text.split(" ") if part) or "x"
)
_AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=6, allow_nan=False, allow_infinity=False).flatmap(
    lambda amount: st.sampled_from([amount, round(amount, 2), round(amount, 0)])
)
_RAW = st.sampled_from(
    [
        model.RawXml(
            tag="{http://www.sat.gob.mx/leyendasFiscales}LeyendasFiscales",
            xml='<leyendasFisc:LeyendasFiscales xmlns:leyendasFisc="http://www.sat.gob.mx/leyendasFiscales" '
            'version="1.0"><leyendasFisc:Leyenda textoLeyenda="A &amp;  B"></leyendasFisc:Leyenda>'
            "</leyendasFisc:LeyendasFiscales>",
        ),
        model.RawXml(
            tag="{http://www.sat.gob.mx/iedu}instEducativas",
            xml='<iedu:instEducativas xmlns:iedu="http://www.sat.gob.mx/iedu" CURP="XEXX010101HNEXXXA4" '
            'autRVOE="1" nivelEducativo="Primaria" nombreAlumno="Niño" version="1.0"></iedu:instEducativas>',
        ),
    ]
)
_BASES = {
    str: _TEXTS,
    Decimal: _AMOUNTS,
    int: st.integers(min_value=1, max_value=2100),
    datetime: st.datetimes(min_value=datetime(2022, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    model.RawXml: _RAW,
}


def _of_hint(hint, bases):
    if hint in bases:
        return bases[hint]
    if get_origin(hint) is tuple:
        item = _of_hint(get_args(hint)[0], bases)
        return st.just(()) if item.is_empty else st.lists(item, max_size=2).map(tuple)
    if isinstance(hint, UnionType):
        return st.one_of([st.none() if kind is type(None) else _of_hint(kind, bases) for kind in get_args(hint)])
    return arbitrary(hint, bases)


def arbitrary(cls, bases=_BASES, **fixed):  # pylint: disable=dangerous-default-value
    """Instances of a class of the model with any content its hints allow."""
    hints = get_type_hints(cls)
    drawn = {
        field.name: _of_hint(hints[field.name], bases)
        for field in fields(cls)
        if field.name != "version" and field.name not in fixed
    }
    return st.builds(cls, **(drawn | fixed))


def comprobantes(bases=_BASES, **fixed):  # pylint: disable=dangerous-default-value
    """Arbitrary documents of the types that are issued, with a certificate number."""
    return arbitrary(
        model.Comprobante,
        bases,
        tipo_de_comprobante=st.sampled_from("IEP"),
        no_certificado=st.just("30001000000500003416"),
        **fixed,
    )


def plain_comprobantes():
    """Arbitrary documents without a text to escape or to collapse, and without what comes as raw XML or stamp."""
    bases = _BASES | {
        str: st.text(st.sampled_from("AZaz09ñÑ|>'/á€𝄞-"), min_size=1, max_size=12),
        model.RawXml: st.nothing(),
    }
    complements = st.one_of(arbitrary(model.Pagos, bases), arbitrary(model.ImpuestosLocales, bases))
    return comprobantes(bases, complementos=st.lists(complements, max_size=2).map(tuple))
