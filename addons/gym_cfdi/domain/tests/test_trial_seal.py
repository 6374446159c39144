from datetime import UTC, datetime

from gym_cfdi.domain import trial_seal
from gym_cfdi.domain.csd import CSD, Csd

NOW = datetime(2026, 11, 30, 18, 30, 15, 7)


def test_it_is_a_seal_of_the_company_valid_now():
    made = trial_seal.make("FRO150203JO9", "FUERZA ROMA", NOW)
    csd = Csd.load(made.cer, made.key, made.password)
    assert csd.certificate.kind == CSD
    assert csd.certificate.number == trial_seal.NUMBER
    assert csd.certificate.holder == "FUERZA ROMA"
    assert csd.certificate.problems("FRO150203JO9", NOW.replace(tzinfo=UTC)) == []


def test_each_one_has_a_key_of_its_own():
    one, other = (trial_seal.make("FRO150203JO9", "FUERZA ROMA", NOW) for _ in range(2))
    assert one.cer != other.cer
