"""The document with which a company tries its seal and its PAC before it issues anything."""

from decimal import Decimal

from . import model

_VALUE, _RATE, _TAX, _TOTAL = Decimal("1.00"), Decimal("0.160000"), Decimal("0.16"), Decimal("1.16")
_DESCRIPTION = "Timbrado de prueba, sin validez fiscal"


def trial_document(issuer, place, fecha, product_key="91101501"):
    """Return an invoice of 1.16 pesos from a company to itself, neither sealed nor stamped.

    Issuer and receptor being the same, the PAC judges RFC, name, regime and postal code of the company twice, and no
    customer is needed.

    :param issuer: :class:`~.model.Emisor`
    :param str place: postal code of the fiscal address
    :param datetime fecha: what the clock says there, naive
    """
    tax = model.Traslado(base=_VALUE, impuesto="002", tipo_factor="Tasa", tasa_o_cuota=_RATE, importe=_TAX)
    return model.Comprobante(
        serie="PRUEBA",
        fecha=fecha,
        forma_pago="01",
        sub_total=_VALUE,
        moneda="MXN",
        total=_TOTAL,
        tipo_de_comprobante="I",
        exportacion="01",
        metodo_pago="PUE",
        lugar_expedicion=place,
        emisor=issuer,
        receptor=model.Receptor(
            rfc=issuer.rfc,
            nombre=issuer.nombre,
            domicilio_fiscal_receptor=place,
            regimen_fiscal_receptor=issuer.regimen_fiscal,
            uso_cfdi="S01",
        ),
        conceptos=(
            model.Concepto(
                clave_prod_serv=product_key,
                cantidad=Decimal("1"),
                clave_unidad="E48",
                descripcion=_DESCRIPTION,
                valor_unitario=_VALUE,
                importe=_VALUE,
                objeto_imp="02",
                impuestos=model.ConceptoImpuestos(traslados=(tax,)),
            ),
        ),
        impuestos=model.Impuestos(total_impuestos_trasladados=_TAX, traslados=(tax,)),
    )
