"""What the SAT's list of RFCs (l_RFC) says of a customer, as far as a PAC tells: CFDI40143, 40145 and 40148."""

from .errors import CfdiError

NOT_LISTED, OTHER_NAME, OTHER_POSTAL_CODE = "CFDI40143", "CFDI40145", "CFDI40148"


class ListError(CfdiError):
    """A datum of the receptor that is not as the SAT's list has it."""

    def __init__(self, *, field, es, en, code):
        super().__init__(es=es, en=en, code=code)
        self.field = field

    def as_dict(self, language="es"):
        return super().as_dict(language) | {"field": self.field}


def key_of(receptor):
    """Return what a look-up was made with: when any of it changes, its result says nothing any more."""
    return "|".join((receptor.rfc, receptor.nombre, receptor.domicilio_fiscal_receptor))


def codes_of(answer):
    """Return the SAT's codes of what is not as in the list.

    :param answer: :class:`~..services.pac.Taxpayer`; what it does not tell is not doubted
    """
    if not answer.is_listed:
        return [NOT_LISTED]
    told = ((OTHER_NAME, answer.is_name_right), (OTHER_POSTAL_CODE, answer.is_postal_code_right))
    return [code for code, is_right in told if is_right is False]


def errors_of(codes, receptor):
    """Return the :class:`ListError` of each code, with the datum that has to be corrected."""
    return [_ERRORS[code](receptor) for code in codes]


def _not_listed(receptor):
    return ListError(
        code=NOT_LISTED,
        field="Rfc (Receptor)",
        es=(
            f"El RFC {receptor.rfc} no está en la lista de RFC inscritos del SAT.",
            "Pida al cliente su Constancia y copie el RFC; si acaba de inscribirse, reintente mañana.",
        ),
        en=(
            f"The RFC {receptor.rfc} is not in the SAT's list of registered RFCs.",
            "Ask the customer for the Constancia and copy the RFC; if it is a new one, try again tomorrow.",
        ),
    )


def _other_name(receptor):
    return ListError(
        code=OTHER_NAME,
        field="Nombre (Receptor)",
        es=(
            f"El nombre “{receptor.nombre}” no es el que el SAT tiene para {receptor.rfc}.",
            "Copie el nombre de la Constancia del cliente: mayúsculas y sin régimen societario (SA DE CV).",
        ),
        en=(
            f"The name “{receptor.nombre}” is not the one that the SAT has for {receptor.rfc}.",
            "Copy the name of the customer's Constancia: upper case, no corporate regime (SA DE CV).",
        ),
    )


def _other_postal_code(receptor):
    code = receptor.domicilio_fiscal_receptor
    return ListError(
        code=OTHER_POSTAL_CODE,
        field="DomicilioFiscalReceptor",
        es=(
            f"El código postal {code} no es el domicilio fiscal que el SAT tiene para {receptor.rfc}.",
            "Copie el código postal de la Constancia del cliente.",
        ),
        en=(
            f"The postal code {code} is not the fiscal domicile that the SAT has for {receptor.rfc}.",
            "Copy the postal code of the customer's Constancia.",
        ),
    )


_ERRORS = {NOT_LISTED: _not_listed, OTHER_NAME: _other_name, OTHER_POSTAL_CODE: _other_postal_code}
