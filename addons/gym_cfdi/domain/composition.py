"""From the amounts of an invoice to the nodes of its CFDI; texts and keys come from the caller."""

from . import model


def compose_concept(concept, **values):
    """Return the :class:`~.model.Concepto` of a :class:`~.amounts.Concept`.

    :param values: clave_prod_serv, clave_unidad, descripcion and what else the concept carries besides amounts
    """
    taxes = None
    if concept.transferred or concept.withheld:
        taxes = model.ConceptoImpuestos(
            traslados=tuple(_transfer(tax) for tax in concept.transferred),
            retenciones=tuple(
                model.Retencion(
                    base=tax.base,
                    impuesto=tax.tax,
                    tipo_factor=tax.factor,
                    tasa_o_cuota=tax.rate,
                    importe=tax.amount,
                )
                for tax in concept.withheld
            ),
        )
    return model.Concepto(
        cantidad=concept.quantity,
        valor_unitario=concept.unit_value,
        importe=concept.amount,
        descuento=concept.discount,
        objeto_imp=concept.tax_object,
        impuestos=taxes,
        **values,
    )


def compose_totals(amounts):
    """Return the fields of :class:`~.model.Comprobante` that :class:`~.amounts.Amounts` decides, by name."""
    taxes = None
    if amounts.transferred or amounts.withheld:
        taxes = model.Impuestos(
            total_impuestos_retenidos=amounts.total_withheld,
            total_impuestos_trasladados=amounts.total_transferred,
            retenciones=tuple(model.RetencionTotal(impuesto=tax, importe=amount) for tax, amount in amounts.withheld),
            traslados=tuple(_transfer(tax) for tax in amounts.transferred),
        )
    return {
        "sub_total": amounts.subtotal,
        "descuento": amounts.discount,
        "total": amounts.total,
        "impuestos": taxes,
    }


def _transfer(tax):
    return model.Traslado(
        base=tax.base, impuesto=tax.tax, tipo_factor=tax.factor, tasa_o_cuota=tax.rate, importe=tax.amount
    )
