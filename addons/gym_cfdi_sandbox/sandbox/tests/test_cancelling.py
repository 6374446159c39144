"""Cancellation and the SAT's status, by both PACs."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from gym_cfdi.domain import cancellation, model, qr
from gym_cfdi.domain.cancellation import Folio
from gym_cfdi.domain.reader import read
from gym_cfdi.domain.rfc import GENERIC_NATIONAL
from gym_cfdi.domain.tests.certificates import csd
from gym_cfdi.domain.tests.documents import invoice, payment
from lxml import etree

from gym_cfdi_sandbox.sandbox.tests.callers import ZONE, local_now, sealed

DAY_S = 24 * 3600
RFC = "EKU9003173C9"
RECEPTOR = invoice().receptor.rfc
UNKNOWN = "00000000-0000-4000-8000-000000000000"

FOUND = "S - Comprobante obtenido satisfactoriamente."


def by_finkok(caller, signed, uuid):
    """Return the code of the folio, or of the request when that was refused."""
    answer = caller.finkok("cancel", "cancel_signature", xml=signed)
    return answer["folio"].get("EstatusUUID") or answer["CodEstatus"].partition(" ")[0]


def by_sw(caller, signed, uuid):
    _status, answer = caller.sw_upload("/cfdi33/cancel/xml", signed)
    return answer["data"]["uuid"][uuid] if answer["data"] else answer["message"].partition(" ")[0]


@pytest.fixture(params=[by_finkok, by_sw], ids=["finkok", "sw"])
def cancel(request, caller):
    """Return a function that asks to cancel and gives the code."""

    def send(uuid, motive="02", substitute="", rfc=RFC, sealer=None):
        signed = cancellation.request(rfc, local_now(), [Folio(uuid, motive, substitute)], sealer or csd())
        return request.param(caller, signed, uuid)

    return send


@pytest.fixture
def stamp(caller):
    """Return a function that stamps a document and returns it."""

    def make(amount=None, /, **changes):
        _status, answer = caller.sw_stamp(sealed(**(_of_total(amount) if amount else {}), **changes))
        assert answer["status"] == "success", answer
        return read(answer["data"]["cfdi"].encode())

    return make


def _of_total(total):
    """An invoice of this total, MXN, without taxes."""
    (concept,) = invoice().conceptos
    amount = Decimal(total)
    untaxed = replace(concept, valor_unitario=amount, importe=amount, objeto_imp="01", impuestos=None)
    return {"sub_total": amount, "total": amount, "conceptos": (untaxed,), "impuestos": None}


@pytest.fixture
def ask(caller):
    """Return a function that asks the SAT about a stamped document: (Estado, EsCancelable, EstatusCancelacion)."""

    def status(document, expression=None):
        text = etree.Element("{http://tempuri.org/}expresionImpresa")
        text.text = expression or qr.expression_of(document)
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            f'<t:Consulta xmlns:t="http://tempuri.org/">{etree.tostring(text).decode()}</t:Consulta>'
            "</e:Body></e:Envelope>"
        )
        headers = {"SOAPAction": "http://tempuri.org/IConsultaCFDIService/Consulta"}
        _status, answer = caller.request("POST", "/ConsultaCFDIService.svc", body.encode(), headers)
        result = etree.fromstring(answer).find(".//{*}ConsultaResult")
        found = {etree.QName(node).localname: node.text or "" for node in result}
        if found["CodigoEstatus"] != FOUND:
            return found["CodigoEstatus"][:7]
        return found["Estado"], found["EsCancelable"], found["EstatusCancelacion"]

    return status


FREE, WITH, NONE = "Cancelable sin aceptación", "Cancelable con aceptación", "No cancelable"
GENERAL_PUBLIC = replace(
    invoice().receptor,
    rfc=GENERIC_NATIONAL,
    nombre="VENTA DE MOSTRADOR",
    domicilio_fiscal_receptor="42501",
    regimen_fiscal_receptor="616",
    uso_cfdi="S01",
)


def test_the_sat_knows_what_was_stamped(stamp, ask):
    document = stamp("5000")
    assert ask(document) == ("Vigente", FREE, "")


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("?id={uuid}&re=EKU9003173C9&rr=URE180429TM6&tt=599.01&fe={tail}", "N - 602"),
        ("?id={uuid}&re=EKU9003173C9&rr=URE180429TM6&tt=599.0&fe=AAAAAAA=", "N - 602"),
        ("?id={uuid}&re=EKU9003173C9&rr=IVD920810GU2&tt=599&fe={tail}", "N - 602"),
        ("?id=00000000-0000-4000-8000-000000000000&re=EKU9003173C9&rr=URE180429TM6&tt=599&fe={tail}", "N - 602"),
        ("?id={uuid}&re=EKU9003173C9&rr=URE180429TM6", "N - 601"),
        ("?id=no&re=EKU9003173C9&rr=URE180429TM6&tt=599", "N - 601"),
        ("?id={uuid}&re=EKU9003173C9&rr=URE180429TM6&tt=000000599.000000&fe={tail}", ("Vigente", FREE, "")),
    ],
)
def test_the_expression_must_be_that_of_the_document(stamp, ask, expression, expected):
    document = stamp()
    text = expression.format(uuid=document.timbre.uuid, tail=document.sello[-8:])
    assert ask(document, text) == expected


def test_an_ampersand_in_an_rfc(stamp, ask):
    receptor = replace(invoice().receptor, rfc="H&E951128469", nombre="HERRERIA & ELECTRICOS")
    assert ask(stamp(receptor=receptor)) == ("Vigente", FREE, "")


def test_a_stamp_may_take_a_while_to_reach_the_sat(stamp, ask, cancel, control):
    control.delay_sat(600)
    document = stamp()
    assert ask(document) == "N - 602"
    assert cancel(document.timbre.uuid) == "205"
    control.advance(601)
    assert ask(document) == ("Vigente", FREE, "")
    assert cancel(document.timbre.uuid) == "201"


@pytest.mark.parametrize(
    "total, changes, days, expected",
    [
        ("1000.00", {}, 10, FREE),
        ("1000.01", {}, 10, WITH),
        ("1000.01", {}, 0, FREE),
        ("5000.00", {"receptor": GENERAL_PUBLIC}, 10, FREE),
        ("60.00", {"moneda": "USD", "tipo_cambio": Decimal("18.5")}, 10, WITH),
    ],
)
def test_who_has_to_accept(stamp, ask, control, total, changes, days, expected):
    document = stamp(total, **changes)
    control.advance(days * DAY_S)
    assert ask(document)[1] == expected


def test_without_acceptance_it_is_cancelled_at_once(stamp, ask, cancel):
    document = stamp("500")
    assert cancel(document.timbre.uuid) == "201"
    assert ask(document) == ("Cancelado", FREE, "Cancelado sin aceptación")
    assert cancel(document.timbre.uuid) == "202"


@pytest.fixture
def waiting(stamp, cancel, control, ask):
    """A document whose cancellation waits for its receptor."""
    document = stamp("5000")
    control.advance(10 * DAY_S)
    assert cancel(document.timbre.uuid) == "201"
    assert ask(document) == ("Vigente", WITH, "En proceso")
    return document


def test_accepted_by_the_receptor(waiting, control, ask, cancel):
    assert cancel(waiting.timbre.uuid) == "202"
    assert control.answer(waiting.timbre.uuid, "accept") == "1000"
    assert ask(waiting) == ("Cancelado", WITH, "Cancelado con aceptación")
    assert control.answer(waiting.timbre.uuid, "reject") == "1002"
    assert ask(waiting)[0] == "Cancelado"


def test_refused_by_the_receptor_and_asked_again(waiting, control, ask, cancel):
    assert control.answer(waiting.timbre.uuid, "reject") == "1000"
    assert ask(waiting) == ("Vigente", WITH, "Solicitud rechazada")
    assert cancel(waiting.timbre.uuid) == "201"
    assert ask(waiting) == ("Vigente", WITH, "En proceso")


def test_silence_is_consent(waiting, control, ask):
    control.advance(2 * DAY_S)
    assert ask(waiting)[2] == "En proceso"
    control.advance(5 * DAY_S)
    assert ask(waiting) == ("Cancelado", WITH, "Plazo vencido")
    assert control.answer(waiting.timbre.uuid, "reject") == "1002"


def _receptor_answer(uuid, answer, rfc=RECEPTOR, sealer=None):
    """A signed SolicitudAceptacionRechazo, by the way that signs requests to cancel."""
    document = (
        f'<SolicitudAceptacionRechazo xmlns="{cancellation.NAMESPACE}" {cancellation._SCOPE} '
        f'Fecha="2026-11-20T10:00:00" RfcPacEnviaSolicitud="SVF260101AA6" RfcReceptor="{rfc}">'
        f"<Folios><UUID>{uuid}</UUID><Respuesta>{answer}</Respuesta></Folios></SolicitudAceptacionRechazo>"
    )
    digest = cancellation.base64.b64encode(cancellation.hashlib.sha1(cancellation._canonical(document)).digest())
    signed_info = cancellation._SIGNED_INFO.format(digest=digest.decode())
    signature = cancellation._signature(signed_info, sealer or csd(rfc=rfc))
    return document.replace("</Solicitud", f"{signature}</Solicitud").encode()


def test_the_receptor_answers_by_finkok(waiting, caller, ask):
    uuid = waiting.timbre.uuid
    assert caller.finkok("cancel", "get_pending", rtaxpayer_id=RECEPTOR)["strings"] == [uuid]
    answer = caller.finkok("cancel", "accept_reject_signature", xml=_receptor_answer(uuid, "Aceptacion"))
    assert answer["answered"] == [("1000", uuid)]
    assert ask(waiting)[0] == "Cancelado"
    assert caller.finkok("cancel", "get_pending", rtaxpayer_id=RECEPTOR)["strings"] == []


def test_the_receptor_answers_by_sw(waiting, caller, ask):
    uuid = waiting.timbre.uuid
    assert caller.sw("GET", f"/pendings/{RECEPTOR}")[1]["data"]["uuid"] == [uuid]
    _status, answer = caller.sw_upload("/acceptreject/xml", _receptor_answer(uuid, "Rechazo"))
    assert answer["data"]["folios"] == [{"uuid": uuid, "estatusUUID": "1000", "respuesta": "Rechazo"}]
    assert ask(waiting)[2] == "Solicitud rechazada"
    assert caller.sw("GET", f"/pendings/{RECEPTOR}")[1]["codStatus"] == "1101"


@pytest.mark.parametrize(
    "rfc, sealer, expected",
    [
        ("IVD920810GU2", None, "1001"),
        (RECEPTOR, csd(), "303"),
        (RECEPTOR, csd(rfc=RECEPTOR, which=1), "1000"),
    ],
)
def test_only_the_receptor_answers(waiting, caller, ask, rfc, sealer, expected):
    signed = _receptor_answer(waiting.timbre.uuid, "Aceptacion", rfc, sealer)
    _status, answer = caller.sw_upload("/acceptreject/xml", signed)
    code = answer["data"]["folios"][0]["estatusUUID"] if answer["data"] else answer["message"].partition(" ")[0]
    assert code == expected
    assert ask(waiting)[0] == ("Cancelado" if expected == "1000" else "Vigente")


def test_unknown_and_foreign_documents(stamp, cancel, ask):
    document = stamp("500")
    assert cancel(UNKNOWN) == "205"
    assert cancel(document.timbre.uuid, rfc="IVD920810GU2", sealer=csd(rfc="IVD920810GU2")) == "203"
    assert ask(document)[0] == "Vigente"


def test_a_request_signed_by_another_is_refused(stamp, cancel, ask):
    document = stamp("500")
    assert cancel(document.timbre.uuid, sealer=csd(rfc="IVD920810GU2")) == "303"
    assert cancel(document.timbre.uuid, sealer=csd(is_fiel=True)) == "306"
    assert cancel(document.timbre.uuid, sealer=csd(years=1)) == "305"
    assert ask(document)[0] == "Vigente"


def test_an_altered_request_is_refused(stamp, caller, ask):
    document, other = stamp("500"), stamp("600")
    signed = cancellation.request(RFC, local_now(), [Folio(document.timbre.uuid, "02")], csd())
    forged = signed.replace(document.timbre.uuid.encode(), other.timbre.uuid.encode())
    assert by_sw(caller, forged, other.timbre.uuid) == "302"
    assert by_finkok(caller, forged, other.timbre.uuid) == "302"
    assert (ask(document)[0], ask(other)[0]) == ("Vigente", "Vigente")


def test_motives(stamp, caller, ask):
    """Requests that :class:`~gym_cfdi.domain.cancellation.Folio` refuses to make are made by hand."""
    document, other = stamp("500"), stamp("500")

    def code(attributes):
        text = f'<Folios><Folio UUID="{document.timbre.uuid}" {attributes}></Folio></Folios></Cancelacion>'
        body = cancellation._document(RFC, local_now(), []).replace("</Cancelacion>", text)
        digest = cancellation.base64.b64encode(cancellation.hashlib.sha1(cancellation._canonical(body)).digest())
        info = cancellation._SIGNED_INFO.format(digest=digest.decode())
        signed = body.replace("</Cancelacion>", f"{cancellation._signature(info, csd())}</Cancelacion>").encode()
        return by_sw(caller, signed, document.timbre.uuid)

    assert code("") == "207"
    assert code('Motivo="05"') == "207"
    assert code('Motivo="01"') == "208"
    assert code(f'Motivo="01" FolioSustitucion="{UNKNOWN}"') == "208"
    assert code(f'Motivo="02" FolioSustitucion="{other.timbre.uuid}"') == "209"
    assert code(f'Motivo="01" FolioSustitucion="{other.timbre.uuid}"') == "212"
    assert ask(document)[0] == "Vigente"


def _related(kind, document):
    return (model.CfdiRelacionados(tipo_relacion=kind, uuids=(document.timbre.uuid,)),)


def test_a_substituted_document_is_cancelled_with_motive_01(stamp, cancel, ask):
    document = stamp("500")
    substitute = stamp("500", cfdi_relacionados=_related("04", document))
    assert ask(document)[1] == FREE
    assert cancel(document.timbre.uuid, "01", substitute.timbre.uuid) == "201"
    assert ask(document)[0] == "Cancelado"
    assert ask(substitute)[0] == "Vigente"


def test_related_documents_go_first(stamp, cancel, ask):
    document = stamp("500")
    note = stamp("100", tipo_de_comprobante="E", cfdi_relacionados=_related("01", document))
    assert ask(document)[1] == NONE
    assert cancel(document.timbre.uuid) in ("no_cancelable", "204")
    assert ask(document)[0] == "Vigente"
    assert cancel(note.timbre.uuid) == "201"
    assert ask(document)[1] == FREE
    assert cancel(document.timbre.uuid) == "201"


def test_payments_go_first_and_need_acceptance(stamp, cancel, control, ask):
    document = stamp("1500", metodo_pago="PPD", forma_pago="99")
    paid = payment()
    (received,) = paid.pagos.pagos
    (settled,) = received.docto_relacionado
    settled = replace(settled, id_documento=document.timbre.uuid.lower())
    moment = datetime.now(ZONE).replace(tzinfo=None, microsecond=0) - timedelta(minutes=5)
    received = replace(received, docto_relacionado=(settled,), fecha_pago=moment)
    names = (name for name in paid.__slots__ if name not in ("fecha", "folio", "complementos"))
    kept = {name: getattr(paid, name) for name in names}
    complement = stamp(complementos=(replace(paid.pagos, pagos=(received,)),), **kept)
    control.advance(10 * DAY_S)
    assert ask(document)[1] == NONE
    assert cancel(document.timbre.uuid) in ("no_cancelable", "204")
    assert ask(complement)[1] == WITH
    assert cancel(complement.timbre.uuid) == "201"
    control.answer(complement.timbre.uuid, "accept")
    assert cancel(document.timbre.uuid) == "201"


def test_the_deadline_is_the_annual_return_of_the_year_of_issue(stamp, cancel, control):
    document, late = stamp("500"), stamp("500")
    last = datetime(datetime.now(ZONE).year + 1, 3, 31, 23, 59, tzinfo=ZONE)
    control.advance((last - datetime.now(ZONE)).total_seconds())
    assert cancel(document.timbre.uuid) == "201"
    control.advance(120)
    assert cancel(late.timbre.uuid) == "210"


def test_the_receipt_is_kept(stamp, cancel, caller):
    document = stamp("500")
    uuid = document.timbre.uuid
    assert cancel(uuid) == "201"
    answer = caller.finkok("cancel", "get_receipt", taxpayer_id=RFC, uuid=uuid, type="C")
    acuse = etree.fromstring(answer["receipt"])
    assert (acuse.get("RfcEmisor"), acuse.findtext(".//{*}UUID")) == (RFC, uuid)
    assert acuse.findtext(".//{*}EstatusUUID") == "201"
    assert caller.finkok("cancel", "get_receipt", taxpayer_id="IVD920810GU2", uuid=uuid)["success"] == "false"


def test_finkok_asks_the_sat(stamp, caller):
    document = stamp()
    asked = {"taxpayer_id": RFC, "rtaxpayer_id": RECEPTOR, "uuid": document.timbre.uuid, "total": "599.00"}
    assert caller.finkok("cancel", "get_sat_status", **asked)["sat"]["Estado"] == "Vigente"
    asked["total"] = "1.00"
    assert caller.finkok("cancel", "get_sat_status", **asked)["sat"]["CodigoEstatus"][:7] == "N - 602"
