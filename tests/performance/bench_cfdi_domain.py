"""What it costs to issue and to check a CFDI, in CPU time, against one RSA-2048 signature and against satcfdi.

    scripts/bench cfdi_domain

Issuing is build + rules + cadena + seal of an invoice of one line; the goal is 1.25 times the bare signature. The line
of satcfdi appears when that package is installed; it is no requirement.
"""

import datetime as dt
import importlib.util
import sys
import tempfile
import time
import types
from decimal import Decimal
from pathlib import Path

ADDONS_FOLDER = Path(__file__).parents[2] / "addons"
GOAL_RATIO = 1.25
GOAL_RULES_MS = 0.3
GOAL_DOCUMENTS_PER_S = 300
ROUNDS, REPEATS = 200, 10
CHECKED = 2000


def load_domain():
    """Enter the addon without its models, which need Odoo."""
    if "gym_cfdi" not in sys.modules:
        addon = types.ModuleType("gym_cfdi")
        addon.__path__ = [str(ADDONS_FOLDER / "gym_cfdi")]
        sys.modules["gym_cfdi"] = addon


def cpu_us(actions):
    """Return the least CPU time of each action in microseconds, over rounds in which the actions take turns.

    The least, because whatever else runs on the machine can only add (caches it empties, clocks it slows).
    """
    samples = {name: [] for name in actions}
    for _round in range(ROUNDS):
        for name, action in actions.items():
            start = time.process_time()
            for _repeat in range(REPEATS):
                action()
            samples[name].append((time.process_time() - start) / REPEATS)
    return {name: min(taken) * 1e6 for name, taken in samples.items()}


def satcfdi_action(csd_files):
    """The same invoice by satcfdi as its documentation issues one, without any validation."""
    from satcfdi.create.cfd import cfdi40
    from satcfdi.models import Signer

    signer = Signer.load(**csd_files)

    def issue():
        invoice = cfdi40.Comprobante(
            emisor=cfdi40.Emisor(rfc="EKU9003173C9", nombre="ESCUELA KEMPER URGATE", regimen_fiscal="601"),
            lugar_expedicion="42501",
            fecha=dt.datetime(2026, 11, 2, 9, 30),
            receptor=cfdi40.Receptor(
                rfc="URE180429TM6",
                nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA",
                uso_cfdi="G03",
                domicilio_fiscal_receptor="86991",
                regimen_fiscal_receptor="601",
            ),
            metodo_pago="PUE",
            forma_pago="04",
            serie="GYM",
            folio="101",
            conceptos=cfdi40.Concepto(
                clave_prod_serv="91101501",
                cantidad=1,
                clave_unidad="E48",
                descripcion="Membresía mensual",
                valor_unitario=Decimal("516.38"),
                impuestos=cfdi40.Impuestos(
                    traslados=cfdi40.Traslado(impuesto="002", tipo_factor="Tasa", tasa_o_cuota=Decimal("0.16"))
                ),
            ),
        )
        invoice.sign(signer)
        invoice.process().xml_bytes()

    return issue


def issuing():
    """Compare issuing with the bare signature."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from gym_cfdi.domain import reader, rules, seal, xsd
    from gym_cfdi.domain.tests import certificates, documents

    document = documents.invoice()
    csd = certificates.csd()
    sealed = seal.seal(document, csd)
    root = reader.parse(sealed.xml)
    key, signed = certificates.private_key(), sealed.cadena.encode()

    def issue():
        rules.check(document)
        seal.seal(document, csd)

    actions = {
        "one RSA-2048 signature": lambda: key.sign(signed, padding.PKCS1v15(), hashes.SHA256()),
        "build + cadena + seal": lambda: seal.seal(document, csd),
        "rules": lambda: rules.check(document),
        "schema": lambda: xsd.violations(root),
        "build + rules + cadena + seal": issue,
    }
    if importlib.util.find_spec("satcfdi"):
        files = {
            "certificate": certificates.cer_file(),
            "key": certificates.key_file(),
            "password": certificates.PASSWORD,
        }
        actions["satcfdi, no rules"] = satcfdi_action(files)
    else:
        print("satcfdi is not installed: no comparison with it (pip install satcfdi)")
    taken = cpu_us(actions)
    signature = taken["one RSA-2048 signature"]
    for name, microseconds in taken.items():
        print(f"{name:<34} {microseconds:8.1f} µs   {microseconds / signature:5.2f} signatures")
    ratio = taken["build + rules + cadena + seal"] / signature
    rules_ms = (taken["rules"] + taken["schema"]) / 1000
    print(f"issuing: {ratio:.2f} signatures (goal {GOAL_RATIO})")
    print(f"rules and schema: {rules_ms:.3f} ms (goal {GOAL_RULES_MS})")


def checking():
    """Count the documents that ``scripts/cfdi check`` judges per second of CPU, reading included."""
    from gym_cfdi.domain import report, seal
    from gym_cfdi.domain.tests import certificates, documents

    csd = certificates.csd()
    contents = [seal.seal(documents.invoice(folio=str(number)), csd).xml for number in range(20)]
    contents += [seal.seal(documents.payment(folio=str(number)), csd).xml for number in range(20)]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.xml" for number in range(CHECKED)]
        for number, path in enumerate(paths):
            path.write_bytes(contents[number % len(contents)])
        report.report_file(paths[0])
        start = time.process_time()
        assert all(report.report_file(path)["clean"] for path in paths)
        rate = CHECKED / (time.process_time() - start)
    print(f"check: {rate:.0f} documents per second of one core (goal {GOAL_DOCUMENTS_PER_S})")


def main():
    load_domain()
    issuing()
    checking()


if __name__ == "__main__":
    main()
