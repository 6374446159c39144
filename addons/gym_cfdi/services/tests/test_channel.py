"""After every failure of HTTP it is known whether the request may have been carried out."""

import logging
import traceback

import pytest

from gym_cfdi.services.channel import RAW_CHARACTERS, Channel, redact
from gym_cfdi.services.pac import Credentials, InDoubt, Refused, Timeouts, TryAgain
from gym_cfdi.services.tests.loopback import Answer, free_port, serving

SHORT = Timeouts(connect=0.5, read=0.4)
SECRET = "p<a>ss&w\"o'rd"


def send(url, **request):
    return Channel(SHORT, (SECRET,)).send("POST", url, data=SECRET, **request)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (f"http://127.0.0.1:{free_port()}/", "connection"),
        ("http://no-such-host.invalid/", "connection"),
    ],
)
def test_nobody_took_it(address, code):
    with pytest.raises(TryAgain) as caught:
        send(address)
    assert caught.value.code == code


def test_a_connection_that_is_never_accepted_was_not_taken():
    # TEST-NET-1 (RFC 5737) leads nowhere: a silence, or an immediate "no route"
    with pytest.raises(TryAgain) as caught:
        send("http://192.0.2.1:9/")
    assert caught.value.code in ("connection_timeout", "connection")


def test_a_counterpart_whose_certificate_is_not_trusted_gets_nothing():
    with serving(Answer()) as server, pytest.raises((TryAgain, InDoubt)):
        send(server.url.replace("http:", "https:"))
    assert server.received == []


@pytest.mark.parametrize(("fault", "code"), [("hang", "timeout"), ("drop", "broken"), ("cut", "broken")])
def test_it_may_have_been_carried_out(fault, code):
    with serving(Answer("x", fault=fault)) as server:
        with pytest.raises(InDoubt) as caught:
            send(server.url)
        assert caught.value.code == code
        assert len(server.received) == 1, "never sent twice by itself"


@pytest.mark.parametrize(
    ("status", "headers", "error", "scope"),
    [
        (500, {}, InDoubt, None),
        (502, {}, InDoubt, None),
        (503, {}, InDoubt, None),
        (504, {}, InDoubt, None),
        (200, {}, InDoubt, None),
        (400, {}, InDoubt, None),
        (503, {"Retry-After": "30"}, TryAgain, None),
        (429, {}, TryAgain, None),
        (401, {}, Refused, "account"),
        (403, {}, Refused, "account"),
        (404, {}, Refused, "account"),
        (301, {"Location": "http://127.0.0.1:9/"}, Refused, "account"),
        (413, {}, Refused, "document"),
    ],
)
def test_what_a_status_without_an_answer_means(status, headers, error, scope):
    with serving(Answer(f"<html>{SECRET}</html>", status, headers)) as server:
        channel = Channel(SHORT, (SECRET,))
        response = channel.send("POST", server.url)
        with pytest.raises(error) as caught:
            channel.fail(response)
    assert getattr(caught.value, "scope", None) == scope
    assert caught.value.raw == "<html>***</html>"


@pytest.mark.parametrize("url", ["nowhere", "ftp://127.0.0.1/", "http://"])
def test_an_address_that_is_none_is_for_who_keeps_the_account(url):
    with pytest.raises(Refused) as caught:
        send(url)
    assert caught.value.scope == "account"


def test_connections_are_kept_and_cookies_are_not():
    with serving(Answer("x", headers={"Set-Cookie": "a=b"})) as server:
        for _time in range(3):
            send(server.url)
        assert not any("Cookie" in request.headers for request in server.received)


def test_a_netrc_of_the_server_does_not_change_who_we_are(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(Answer("x")) as server:
        send(server.url, headers={"Authorization": "Bearer mine"})
        assert server.received[0].headers["Authorization"] == "Bearer mine"


def test_no_secret_is_told_by_an_error_its_trace_or_the_log(caplog):
    token = "tok\nen"
    channel = Channel(SHORT, (token, SECRET))
    with caplog.at_level(logging.DEBUG):
        with pytest.raises(Refused) as unsendable:
            channel.send("POST", "http://127.0.0.1:9/", headers={"Authorization": f"Bearer {token}"})
        with pytest.raises(TryAgain) as unsent:
            channel.send("POST", f"http://127.0.0.1:{free_port()}/", data=SECRET)
    told = caplog.text + "".join("".join(traceback.format_exception(c.value)) for c in (unsendable, unsent))
    assert "***" in str(unsendable.value)
    assert SECRET not in told and "tok\\nen" not in told and token not in told


def test_secrets_are_hidden_as_xml_and_json_write_them():
    text = f"{SECRET} p&lt;a&gt;ss&amp;w&quot;o&#x27;rd p&lt;a&gt;ss&amp;w\"o'rd p<a>ss&w\\\"o'rd"
    assert redact(text, (SECRET,)) == "*** *** *** ***"


def test_a_long_answer_is_kept_in_part():
    kept = Channel(SHORT).raw("a" * (RAW_CHARACTERS + 1))
    assert len(kept) < RAW_CHARACTERS + 50
    assert "20001 characters" in kept


def test_credentials_do_not_show():
    shown = repr(Credentials("user", "secret-password", "secret-token"))
    assert "secret" not in shown
