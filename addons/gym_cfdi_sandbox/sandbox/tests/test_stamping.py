"""What both PACs of the sandbox do with a document."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from gym_cfdi.domain import tfd
from gym_cfdi.domain.reader import read
from gym_cfdi.domain.report import report
from gym_cfdi.domain.tests.certificates import csd
from gym_cfdi.domain.tests.documents import invoice, payment

from gym_cfdi_sandbox.sandbox import Control
from gym_cfdi_sandbox.sandbox.tests.callers import ZONE, Caller, sealed, with_concept


def finkok(caller, data):
    """Return (UUID, stamped XML, codes)."""
    answer = caller.finkok("stamp", "stamp", xml=data)
    return answer.get("UUID"), (answer.get("xml") or "").encode(), answer["codes"]


def sw(caller, data):
    _status, answer = caller.sw_stamp(data)
    found = answer["data"] or {}
    code = answer.get("message", "").partition(" - ")[0].partition(".")[0]
    return found.get("uuid"), found.get("cfdi", "").encode(), [code] if code else []


both = pytest.mark.parametrize("stamp", [finkok, sw])


@both
def test_a_good_document_gets_a_stamp_that_verifies_and_says_it_is_worth_nothing(caller, stamp):
    document = sealed()
    uuid, xml, codes = stamp(caller, document)
    accepted = tfd.accept(document, xml)
    assert codes == []
    assert accepted.timbre.uuid == uuid
    assert "SIN VALIDEZ FISCAL" in accepted.timbre.leyenda
    verdict = tfd.verify(accepted)
    assert (verdict.is_signed, verdict.is_test) == (True, True)
    found = report(xml)
    assert found["clean"], found["failures"]


@both
def test_a_document_with_a_complement_of_its_own_keeps_it(caller, stamp):
    fecha = (datetime.now(ZONE) - timedelta(minutes=1)).replace(tzinfo=None, microsecond=0)
    paid = payment(fecha=fecha)
    inside = replace(paid.pagos, pagos=tuple(replace(item, fecha_pago=fecha) for item in paid.pagos.pagos))
    document = replace(paid, complementos=(inside,))
    data = sealed(**{name: getattr(document, name) for name in document.__slots__})
    _uuid, xml, codes = stamp(caller, data)
    assert codes == []
    assert tfd.accept(data, xml).pagos == inside


@both
def test_the_same_bytes_again_give_the_same_stamp_and_307(caller, control, stamp):
    document = sealed()
    first = stamp(caller, document)
    again = stamp(caller, document)
    assert again == (first[0], first[1], ["307"])
    assert len(control.stamps()) == 1


@both
def test_the_same_document_written_otherwise_is_the_same_document(caller, control, stamp):
    document = sealed()
    first = stamp(caller, document)
    again = stamp(caller, document.replace(b"><cfdi:Emisor", b">\n  <cfdi:Emisor"))
    assert (again[0], again[2]) == (first[0], ["307"])
    assert len(control.stamps()) == 1


def test_one_pac_does_not_know_what_the_other_stamped(caller, control):
    document = sealed()
    first, second = finkok(caller, document), sw(caller, document)
    assert first[0] != second[0]
    assert [stamp["pac"] for stamp in control.stamps()] == ["finkok", "sw_sapien"]


def test_the_same_bytes_from_twenty_threads_are_stamped_once(server, control):
    document = sealed()
    barrier, answers = threading.Barrier(20), []

    def send(stamp):
        caller = Caller(server.url)
        barrier.wait()
        answers.append(stamp(caller, document))

    threads = [threading.Thread(target=send, args=(finkok,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({uuid for uuid, _xml, _codes in answers}) == 1
    assert sorted(codes for _uuid, _xml, codes in answers) == [[]] + [["307"]] * 19
    assert len(control.stamps()) == 1


REFUSALS = {
    "no XML": (lambda: b"<a", "301"),
    "another XML": (lambda: b"<a/>", "301"),
    "a value outside the schema": (lambda: sealed().replace(b'MetodoPago="PUE"', b'MetodoPago="XXX"'), "705"),
    "no seal": (lambda: sealed().replace(b' Sello="', b' X="'), "705"),
    "altered after sealing": (lambda: sealed().replace(b"Membres", b"MEMBRES"), "CFDI40102"),
    "an e.firma": (lambda: sealed(sealer=csd(is_fiel=True)), "306"),
    "of another issuer": (lambda: sealed(sealer=csd(rfc="IVD920810GU2")), "303"),
    "with an expired CSD": (lambda: sealed(sealer=csd(years=1)), "305"),
    "older than 72 hours": (lambda: sealed(datetime.now(ZONE) - timedelta(hours=72, minutes=1)), "401"),
    "in the future": (lambda: sealed(datetime.now(ZONE) + timedelta(minutes=6)), "401"),
    "with a wrong total": (lambda: sealed(total=Decimal("600.00")), "CFDI40119"),
    "with a use that the regime forbids": (
        lambda: sealed(receptor=replace(invoice().receptor, uso_cfdi="D01")),
        "CFDI40161",
    ),
    "with a wrong amount": (
        lambda: sealed(conceptos=with_concept(invoice(), valor_unitario=Decimal("1.00")).conceptos),
        "CFDI40167",
    ),
}


@both
@pytest.mark.parametrize("name", REFUSALS)
def test_what_a_pac_refuses_is_refused_with_its_code_and_not_remembered(caller, control, stamp, name):
    make, code = REFUSALS[name]
    uuid, xml, codes = stamp(caller, make())
    assert (uuid, xml) == (None, b"")
    assert code in codes
    assert control.stamps() == []


@both
def test_just_inside_the_72_hours(caller, stamp):
    uuid, _xml, codes = stamp(caller, sealed(datetime.now(ZONE) - timedelta(hours=71, minutes=59)))
    assert uuid
    assert codes == []


@both
def test_what_was_stamped_in_time_is_still_recovered_afterwards(caller, control, stamp):
    document = sealed()
    first = stamp(caller, document)
    control.advance(4 * 24 * 3600)
    assert stamp(caller, document)[::2] == (first[0], ["307"])
    assert stamp(caller, sealed())[2] == ["401"]


@both
def test_a_stamped_document_is_refused(caller, control, stamp):
    _uuid, xml, _codes = stamp(caller, sealed())
    assert stamp(caller, xml)[2] == ["707"]
    assert len(control.stamps()) == 1


@both
def test_stamps_run_out(caller, control, stamp):
    control.set_balance(1)
    assert stamp(caller, sealed())[2] == []
    assert stamp(caller, sealed())[2] == ["718"]
    assert control.state()["balance"] == 0
    control.set_balance(None)
    assert stamp(caller, sealed())[2] == []


@both
def test_an_issuer_that_the_pac_does_not_know(caller, control, stamp):
    control.set_registered("EKU9003173C9", False)
    assert stamp(caller, sealed())[2] == ["702"]
    control.set_registered("EKU9003173C9", True)
    assert stamp(caller, sealed())[2] == []


def test_reset_forgets(server, caller):
    control = Control(server.url)
    document = sealed()
    first = finkok(caller, document)
    control.advance(3600)
    control.set_balance(0)
    control.reset()
    assert control.stamps() == []
    again = finkok(caller, document)
    assert again[2] == []
    assert again[0] != first[0]
    assert read(again[1]).timbre.uuid == again[0]
