"""The document of type P around a payment complement, and what it needs to know of the invoices that were paid."""

from decimal import Decimal

from . import model
from .amounts import NOT_SUBJECT, TRANSFERRED, WITHHELD
from .payment_amounts import InvoiceTax, payment_complement

USE_OF_PAYMENTS = "CP01"
_NO_CURRENCY = "XXX"
_ZERO = Decimal(0)
_CONCEPT = model.Concepto(
    clave_prod_serv="84111506",
    cantidad=Decimal(1),
    clave_unidad="ACT",
    descripcion="Pago",
    valor_unitario=_ZERO,
    importe=_ZERO,
    objeto_imp=NOT_SUBJECT,
)


def payment_document(*, fecha, place, issuer, receptor, payments, series=None, folio=None, replaced=()):
    """Return the :class:`~.model.Comprobante` of one or several payments of one customer.

    :param datetime fecha: by the clock of ``place``
    :param receptor: with the use CP01
    :param payments: non-empty iterable of :class:`~.payment_amounts.Payment`
    :param replaced: UUIDs of the complements that this one substitutes
    """
    relations = (model.CfdiRelacionados(tipo_relacion="04", uuids=tuple(replaced)),) if replaced else ()
    return model.Comprobante(
        serie=series,
        folio=folio,
        fecha=fecha,
        sub_total=_ZERO,
        moneda=_NO_CURRENCY,
        total=_ZERO,
        tipo_de_comprobante="P",
        exportacion="01",
        lugar_expedicion=place,
        cfdi_relacionados=relations,
        emisor=issuer,
        receptor=receptor,
        conceptos=(_CONCEPT,),
        complementos=(payment_complement(payments),),
    )


def invoice_taxes(comprobante):
    """Return the taxes of an invoice with their bases, as its concepts state them.

    The summary of the document does not tell the bases of what was withheld.

    :return: tuple of :class:`~.payment_amounts.InvoiceTax`
    """
    bases = {}
    for concept in comprobante.conceptos:
        if concept.impuestos is None:
            continue
        for kind, taxes in ((TRANSFERRED, concept.impuestos.traslados), (WITHHELD, concept.impuestos.retenciones)):
            for tax in taxes:
                key = kind, tax.impuesto, tax.tipo_factor, tax.tasa_o_cuota
                bases[key] = bases.get(key, _ZERO) + tax.base
    return tuple(InvoiceTax(*key, base=base) for key, base in bases.items())
