from dataclasses import replace
from datetime import datetime

import pytest

from gym_cfdi.domain import builder, catalogs, issuer, model, rules, seal, trial
from gym_cfdi.domain.tests import certificates

COMPLETE = ("EKU9003173C9", "ESCUELA KEMPER URGATE", "601", "42501")


def test_a_complete_issuer_has_no_problem():
    assert issuer.problems(*COMPLETE) == []


@pytest.mark.parametrize(
    "position, value, word",
    [
        (0, "", "RFC"),
        (0, None, "RFC"),
        (0, "XAXX010101000", "RFC"),
        (1, " ", "name"),
        (1, "Escuela Kemper Urgate SA de CV", "“ESCUELA KEMPER URGATE”"),
        (2, None, "regime is missing"),
        (2, "605", "not for companies"),
        (3, "4250", "postal code"),
        (3, None, "postal code"),
    ],
)
def test_what_is_wrong_is_told_with_a_remedy(position, value, word):
    data = list(COMPLETE)
    data[position] = value
    found = [problem for problem in issuer.problems(*data) if word in " ".join(problem.en)]
    assert len(found) == 1
    assert all(found[0].es) and all(found[0].en)


@pytest.mark.parametrize("regime", [entry.key for entry in catalogs.regimes()])
def test_the_trial_document_breaks_no_rule_whatever_the_regime(regime):
    person = next(iter(catalogs.regimes().get(regime).persons)).value
    rfc, name = {"moral": COMPLETE[:2], "fisica": ("CACX7605101P8", "XOCHILT CASAS CHAVEZ")}[person]
    document = trial.trial_document(
        model.Emisor(rfc=rfc, nombre=name, regimen_fiscal=regime), "42501", datetime(2026, 11, 21, 12)
    )
    failures = [f for f in rules.check(document) if f.severity == rules.ERROR]
    assert failures == []
    assert builder.build(replace(document, sello="x", no_certificado="1", certificado="x"))


def test_the_trial_document_can_be_sealed():
    document = trial.trial_document(
        model.Emisor(rfc=COMPLETE[0], nombre=COMPLETE[1], regimen_fiscal="601"), "42501", datetime(2026, 11, 21, 12)
    )
    assert seal.seal(document, certificates.csd()).xml
