import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_start.domain.places import state_of_zip

CAPITALS = {
    "06000": "CMX",
    "20000": "AGU",
    "21000": "BCN",
    "23000": "BCS",
    "24000": "CAM",
    "25000": "COA",
    "28000": "COL",
    "29000": "CHP",
    "31000": "CHH",
    "34000": "DUR",
    "36000": "GUA",
    "39000": "GRO",
    "42000": "HID",
    "44100": "JAL",
    "50000": "MEX",
    "58000": "MIC",
    "62000": "MOR",
    "63000": "NAY",
    "64000": "NLE",
    "68000": "OAX",
    "72000": "PUE",
    "76000": "QUE",
    "77000": "ROO",
    "78000": "SLP",
    "80000": "SIN",
    "83000": "SON",
    "86000": "TAB",
    "87000": "TAM",
    "90000": "TLA",
    "91000": "VER",
    "97000": "YUC",
    "98000": "ZAC",
}


@pytest.mark.parametrize("zip_code", CAPITALS)
def test_each_capital_is_in_its_state(zip_code):
    assert state_of_zip(zip_code) == CAPITALS[zip_code]


def test_all_states_are_known():
    assert len(set(CAPITALS.values())) == 32


@given(st.text(max_size=6))
def test_any_text_has_a_state_or_none(text):
    state = state_of_zip(text)
    assert state is None or len(text) == 5
