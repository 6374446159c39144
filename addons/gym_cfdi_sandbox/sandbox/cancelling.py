"""Requests to cancel and the receptors' answers, as the SAT takes them: signed documents, one code for each UUID."""

from datetime import datetime, time
from typing import NamedTuple

from lxml import etree

from odoo.addons.gym_cfdi.domain import cancellation
from odoo.addons.gym_cfdi.domain.csd import Certificate
from odoo.addons.gym_cfdi.domain.errors import CertificateError
from odoo.addons.gym_cfdi.domain.rfc import PersonType, person_type

from .clock import CENTRAL, end_of_working_day
from .judging import Problem, Rejected, certificate_problems
from .sat import ACCEPT, REJECT, State, is_uuid
from .timbre import LEGEND, signer

# What the receptor has to answer, in working days (RMF 2.7.1.34)
TERM_DAYS = 3

REQUESTED, REQUESTED_BEFORE, NOT_OF_ISSUER, NOT_CANCELLABLE, UNKNOWN = "201", "202", "203", "204", "205"
BAD_MOTIVE, BAD_SUBSTITUTE, NO_SUBSTITUTE_WANTED = "207", "208", "209"
TOO_LATE, TOO_LATE_FOR_GLOBAL, NOT_RELATED = "210", "211", "212"

ANSWERED, NOTHING_TO_ANSWER, ANSWERED_BEFORE = "1000", "1001", "1002"
_ANSWERS = {"Aceptacion": ACCEPT, "Rechazo": REJECT}

# CFF 29-A: the month of the annual return of the year of issue
_LAST_DAY = {PersonType.LEGAL: (3, 31), PersonType.NATURAL: (4, 30)}

_NS = f"{{{cancellation.NAMESPACE}}}"
_DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
_PARSER = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True)


class FolioAnswer(NamedTuple):
    """What becomes of one UUID: the SAT's code, and EstatusCancelacion when it was taken."""

    uuid: str
    code: str
    status: str = ""


class Acknowledged(NamedTuple):
    """The answer to a request: who asked, one :class:`FolioAnswer` for each UUID, and the receipt as XML text."""

    rfc: str
    folios: list[FolioAnswer]
    acuse: str


class ReceptorAnswer(NamedTuple):
    uuid: str
    answer: str
    code: str


class CancelDesk:
    """Where signed documents are handed in."""

    def __init__(self, register, clock, sat):
        self._register = register
        self._clock = clock
        self._sat = sat

    # --- requests to cancel

    def request(self, signed):
        """Take a signed ``Cancelacion``.

        :param bytes signed: the XML
        :return: :class:`Acknowledged`, remembered already
        :raise Rejected: when the request itself is wrong: codes 301 to 306
        """
        root = _parse(signed, "Cancelacion")
        rfc = root.get("RfcEmisor", "")
        self._check_signature(signed, root, rfc)
        with self._register.transaction():
            folios = [self._folio(rfc, node) for node in root.iter(f"{_NS}Folio")]
            acuse = self._acuse(rfc, folios)
            for folio in folios:
                query = "UPDATE cancellation SET acuse = ? WHERE uuid = ? AND acuse = ''"
                self._register.change(query, acuse, folio.uuid)
        return Acknowledged(rfc, folios, acuse)

    def receipt(self, rfc, uuid):
        """Return the receipt of an issuer's request as XML text, or ``None``."""
        document = self._sat.document(uuid)
        if document is None or document.issuer != rfc:
            return None
        row = self._register.row("SELECT acuse FROM cancellation WHERE uuid = ?", document.uuid)
        return row and row["acuse"]

    def _folio(self, rfc, node):
        uuid = node.get("UUID", "").upper()
        motive, substitute = node.get("Motivo", ""), node.get("FolioSustitucion", "").upper()
        document = self._sat.document(uuid)
        code = self._objection(rfc, document, motive, substitute)
        if code is None:
            self._write_down(document, motive, substitute)
            code = REQUESTED
        is_taken = code in (REQUESTED, REQUESTED_BEFORE)
        return FolioAnswer(uuid, code, self._sat.state(uuid).value[1] if is_taken else "")

    def _objection(self, rfc, document, motive, substitute):
        """Return the code with which the SAT refuses, or ``None``."""
        if document is None:
            return UNKNOWN
        if document.issuer != rfc:
            return NOT_OF_ISSUER
        if self._sat.state(document.uuid) not in (State.LIVE, State.REJECTED):
            return REQUESTED_BEFORE
        return (
            self._objection_to_motive(document, motive, substitute)
            or self._objection_to_date(document)
            or (NOT_CANCELLABLE if self._sat.has_live_relations(document.uuid) else None)
        )

    def _objection_to_motive(self, document, motive, substitute):
        if motive not in {item.value for item in cancellation.Motive}:
            return BAD_MOTIVE
        if motive != cancellation.Motive.ERRORS_WITH_RELATION.value:
            return NO_SUBSTITUTE_WANTED if substitute else None
        replacement = self._sat.document(substitute) if is_uuid(substitute) else None
        is_good = replacement and replacement.issuer == document.issuer and self._sat.state(substitute).is_live
        if not is_good:
            return BAD_SUBSTITUTE
        return None if self._sat.substitutes(substitute, document.uuid) else NOT_RELATED

    def _objection_to_date(self, document):
        month, day = _LAST_DAY[person_type(document.issuer)]
        issued = document.issued_at.astimezone(CENTRAL)
        last = datetime.combine(datetime(issued.year + 1, month, day), time.max, CENTRAL)
        if self._clock.now() <= last:
            return None
        return TOO_LATE_FOR_GLOBAL if document.is_global else TOO_LATE

    def _write_down(self, document, motive, substitute):
        now = self._clock.now()
        self._register.insert(
            "cancellation",
            {
                "uuid": document.uuid,
                "motive": motive,
                "substitute": substitute,
                "needs_acceptance": self._sat.needs_acceptance(document),
                "requested_at": now.timestamp(),
                "term_ends_at": end_of_working_day(now, TERM_DAYS).timestamp(),
                "acuse": "",
            },
            replace=True,
        )

    def _acuse(self, rfc, folios):
        root = etree.Element(f"{_NS}Acuse", nsmap={None: cancellation.NAMESPACE})
        root.set("Fecha", self._clock.local().isoformat())
        root.set("RfcEmisor", rfc)
        root.set("Leyenda", LEGEND)
        for folio in folios:
            node = etree.SubElement(root, f"{_NS}Folios")
            etree.SubElement(node, f"{_NS}UUID").text = folio.uuid
            etree.SubElement(node, f"{_NS}EstatusUUID").text = folio.code
        signature = etree.SubElement(root, f"{_DSIG}Signature", nsmap={None: _DSIG[1:-1]}, Id="SelloSAT")
        signed = "|".join((root.get("Fecha"), rfc, *(f"{folio.uuid}|{folio.code}" for folio in folios)))
        etree.SubElement(signature, f"{_DSIG}SignatureValue").text = signer().sign(signed)
        return etree.tostring(root, encoding="unicode")

    # --- the receptor

    def pending(self, rfc):
        """Return the UUIDs that wait for the answer of this receptor."""
        query = "SELECT uuid FROM cancellation JOIN stamp USING (uuid) WHERE receptor = ? ORDER BY requested_at, uuid"
        rows = self._register.rows(query, rfc)
        return [row["uuid"] for row in rows if self._sat.state(row["uuid"]) is State.IN_PROCESS]

    def answer(self, uuid, answer, rfc=None):
        """Write down a receptor's answer and return the SAT's code.

        :param str answer: ``ACCEPT`` or ``REJECT``
        :param str rfc: of who answers; ``None`` for the receptor, whoever that is
        """
        uuid = uuid.upper()
        with self._register.transaction():
            document = self._sat.document(uuid)
            state = self._sat.state(uuid)
            if document is None or (rfc and document.receptor != rfc) or state in (State.LIVE, State.CANCELLED):
                return NOTHING_TO_ANSWER
            if state is not State.IN_PROCESS:
                return ANSWERED_BEFORE
            query = "UPDATE cancellation SET answer = ?, answered_at = ? WHERE uuid = ?"
            self._register.change(query, answer, self._clock.now().timestamp(), uuid)
        return ANSWERED

    def signed_answer(self, signed):
        """Take a signed ``SolicitudAceptacionRechazo``.

        :return: list of :class:`ReceptorAnswer`
        :raise Rejected: when the request itself is wrong
        """
        root = _parse(signed, "SolicitudAceptacionRechazo")
        rfc = root.get("RfcReceptor", "")
        self._check_signature(signed, root, rfc)
        answers = []
        for node in root.iter(f"{_NS}Folios"):
            answer = _ANSWERS.get(node.findtext(f"{_NS}Respuesta", ""))
            if answer is None:
                raise Rejected(Problem("301", "Respuesta debe ser Aceptacion o Rechazo."))
            uuid = node.findtext(f"{_NS}UUID", "")
            answers.append(ReceptorAnswer(uuid, answer, self.answer(uuid, answer, rfc)))
        return answers

    def _check_signature(self, signed, root, rfc):
        try:
            certificate = Certificate.from_base64(root.findtext(f".//{_DSIG}X509Certificate", ""))
        except CertificateError as error:
            raise Rejected(Problem("302", error.text("es"))) from error
        for problem in certificate_problems(certificate, rfc, self._clock.now()):
            raise Rejected(problem)
        if not cancellation.verifies(signed, certificate):
            raise Rejected(Problem("302", "El sello de la solicitud no corresponde a su contenido."))


def _parse(data, name):
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Rejected(Problem("301", f"XML mal formado: {error}")) from error
    if root.getroottree().docinfo.doctype:
        raise Rejected(Problem("301", "Una solicitud no lleva DOCTYPE."))
    if root.tag != f"{_NS}{name}":
        raise Rejected(Problem("301", f"Se espera {name} y llegó {etree.QName(root).localname}."))
    return root
