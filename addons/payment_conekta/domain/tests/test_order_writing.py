import pytest

from payment_conekta.domain import order_writing as w

PAYER = {"name": "Fulano Perez", "email": "fulano@example.com", "phone": "+525522997233"}


def order():
    return w.prepare_order(
        49900, "Dues 1", "Dues 1", "key-1", w.prepare_customer("Fulano Perez", "fulano@example.com", "5522997233")
    )


def test_what_all_orders_have():
    assert order() == {
        "currency": "MXN",
        "customer_info": PAYER,
        "line_items": [{"name": "Dues 1", "unit_price": 49900, "quantity": 1}],
        "metadata": {"odoo_reference": "Dues 1", "odoo_key": "key-1"},
    }


def test_a_voucher():
    [charge] = w.as_voucher(order(), "cash", 1683053729)["charges"]
    assert charge == {
        "amount": 49900,
        "payment_method": {"type": "cash", "expires_at": 1683053729},
        "reference_id": "Dues 1",
    }


def test_a_saved_card_is_charged_without_its_holder_unless_they_can_confirm():
    alone = w.with_saved_card(order(), "src_2tLkkyfMPh6v7pFry")
    [charge] = alone["charges"]
    assert charge["payment_method"] == {"type": "card", "payment_source_id": "src_2tLkkyfMPh6v7pFry"}
    assert (alone["processing_mode"], alone.get("return_url")) == ("recurrent", None)
    there = w.with_saved_card(order(), "src_1", "https://gym.example.com/back")
    assert (there["processing_mode"], there["return_url"]) == ("ecommerce", "https://gym.example.com/back")


def test_a_page_saves_a_card_only_when_asked_to():
    page = w.on_page(order(), ["card"], "https://gym.example.com/back", 1683053729)
    assert "force_save_card" not in page["checkout"]
    assert page["checkout"]["allowed_payment_methods"] == ["card"]
    assert "three_ds_mode" not in page
    saving = w.on_page(order(), ["card"], "https://gym.example.com/back", 1, is_saving=True, three_ds="strict")
    assert saving["checkout"]["force_save_card"] is True
    assert saving["three_ds_mode"] == "strict"


def test_no_request_has_a_place_for_the_number_of_a_card():
    made = [w.as_voucher(order(), "spei", 1), w.with_saved_card(order(), "src_1"), w.on_page(order(), ["card"], "", 1)]
    assert not any(word in str(made) for word in ("number", "cvc", "exp_month", "token_id"))


@pytest.mark.parametrize(
    ("phone", "normal"),
    [
        ("5522997233", "+525522997233"),
        ("+52 55 2299-7233", "+525522997233"),
        ("(55) 2299 7233", "+525522997233"),
        ("229972", ""),
        ("", ""),
        (None, ""),
        ("1" * 16, ""),
    ],
)
def test_telephone_numbers(phone, normal):
    assert w.normalize_phone(phone) == normal


def test_what_is_missing_of_a_payer_is_named():
    with pytest.raises(w.MissingContact) as caught:
        w.prepare_customer("Fulano", "", "12")
    assert caught.value.fields == ("email", "phone")
