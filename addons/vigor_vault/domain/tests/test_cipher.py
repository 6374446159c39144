import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigor_vault.domain.cipher import Cipher, MissingKeys, VaultError, WrongKeys, new_key

OLD, NEW = new_key(), new_key()


@given(st.text())
def test_what_goes_in_comes_out(text):
    assert Cipher(OLD).decrypt(Cipher(OLD).encrypt(text)) == text


@given(st.text(min_size=8, alphabet="abcdefghij"))
def test_ciphertext_does_not_show_the_text(text):
    assert text not in Cipher(OLD).encrypt(text)


def test_no_key_is_refused():
    for empty in (None, "", " , "):
        with pytest.raises(MissingKeys):
            Cipher(empty)


def test_a_word_that_is_no_key_is_refused():
    with pytest.raises(VaultError):
        Cipher("secret")


def test_another_key_does_not_open():
    with pytest.raises(WrongKeys):
        Cipher(NEW).decrypt(Cipher(OLD).encrypt("asma"))


def test_an_altered_ciphertext_does_not_open():
    token = Cipher(OLD).encrypt("asma")
    with pytest.raises(WrongKeys):
        Cipher(OLD).decrypt(token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1])


def test_rotation_lets_the_old_key_go():
    token = Cipher(OLD).encrypt("asma")
    rotated = Cipher(f"{NEW},{OLD}").rotate(token)
    assert Cipher(NEW).decrypt(rotated) == "asma"
    with pytest.raises(WrongKeys):
        Cipher(OLD).decrypt(rotated)
