import hashlib
import hmac

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from payment_mercado_pago_recurring.domain.signature import OLDEST_S, is_signed, sign

NOW = 1_742_505_638.683
TS = "1742505638683"

texts = st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=30)


def _hmac(secret, manifest):
    return hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("data_id", "request_id", "manifest"),
    [
        ("123456", "bb56a2f1", "id:123456;request-id:bb56a2f1;ts:1742505638683;"),
        ("ORD01JQ4S4KY8HWQ6NA5PXB65B3D3", "r", "id:ord01jq4s4ky8hwq6na5pxb65b3d3;request-id:r;ts:1742505638683;"),
        (None, "r", "request-id:r;ts:1742505638683;"),
        ("7", None, "id:7;ts:1742505638683;"),
    ],
)
def test_what_is_signed_is_the_documented_template(data_id, request_id, manifest):
    assert sign("secret", data_id, request_id, "1742505638683") == _hmac("secret", manifest)


@pytest.mark.parametrize(
    "header", ["ts={ts},v1={v1}", "v1={v1},ts={ts}", " ts = {ts} , v1 = {v1} ", "x,ts={ts},v1={v1}"]
)
def test_a_signed_notification_is_recognised_however_the_header_is_spaced(header):
    header = header.format(ts=TS, v1=_hmac("secret", f"id:9;request-id:r;ts:{TS};"))
    assert is_signed("secret", header, "9", "r", NOW)


@given(texts, texts, texts, texts, texts)
def test_nothing_but_the_secret_makes_a_signature(secret, other, data_id, request_id, noise):
    assume(secret != other)
    header = f"ts={TS},v1={sign(other, data_id, request_id, TS)}"
    assert not is_signed(secret, header, data_id, request_id, NOW)
    assert not is_signed(secret, noise, data_id, request_id, NOW)


@given(texts, texts, texts, st.integers(-OLDEST_S, OLDEST_S))
def test_no_part_can_be_exchanged(data_id, request_id, other, age_s):
    assume(other.lower() not in (data_id.lower(), request_id.lower()))
    timestamp = round((NOW - age_s) * 1000)
    signature = sign("secret", data_id, request_id, str(timestamp))
    header = f"ts={timestamp},v1={signature}"
    assert is_signed("secret", header, data_id, request_id, NOW)
    assert not is_signed("secret", header, other, request_id, NOW)
    assert not is_signed("secret", header, data_id, other, NOW)
    assert not is_signed("secret", f"ts={timestamp + 1},v1={signature}", data_id, request_id, NOW)


@pytest.mark.parametrize("header", [None, "", "ts=17", "v1=abc", "ts=,v1=", "ts=17,v1=ñ"])
def test_a_header_that_lacks_a_part_is_no_signature(header):
    assert not is_signed("secret", header, "9", "r", NOW)


def test_without_a_secret_nothing_is_signed():
    header = f"ts={TS},v1={_hmac('', f'id:9;ts:{TS};')}"
    assert not is_signed("", header, "9", None, NOW)
    assert not is_signed(None, header, "9", None, NOW)


@given(st.integers(-(10**9), 10**9))
def test_a_signature_is_good_for_ten_minutes(age_s):
    for timestamp in (str(round((NOW - age_s) * 1000)), str(round(NOW - age_s))):
        header = f"ts={timestamp},v1={sign('secret', '9', 'r', timestamp)}"
        assume(abs(abs(age_s) - OLDEST_S) > 1)
        assert is_signed("secret", header, "9", "r", NOW) == (abs(age_s) < OLDEST_S)


@pytest.mark.parametrize("timestamp", ["-1", "1e3", "²", "٣", "9" * 5000, "1742505638683x"])
def test_a_time_that_is_none_is_no_signature(timestamp):
    header = f"ts={timestamp},v1={sign('secret', '9', 'r', timestamp)}"
    assert not is_signed("secret", header, "9", "r", NOW)
