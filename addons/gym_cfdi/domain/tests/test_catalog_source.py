import pickle
import sqlite3
from datetime import date

import pytest

from gym_cfdi.domain import catalog_source, catalogs

TODAY = date(2026, 11, 2)


@pytest.fixture
def database(tmp_path, monkeypatch):
    """A small database in the form of satcfdi's, and limits to match; gives a function that writes it."""
    monkeypatch.setattr(catalog_source, "LEAST_ROWS", dict.fromkeys(catalog_source.LEAST_ROWS, 2))
    path = tmp_path / "catalogs.db"

    def write(**changes):
        tables = {
            "UsoCFDI": {"G01": "x"},
            "CodigoPostal": {
                "01000": ["CMX", "010", "01", "0", "Tiempo del Centro"],
                "22000": ["BCN", "004", "03", "1", "Tiempo del Noroeste"],
            },
            "ClaveProdServ": {"91101501": "Gimnasios", "99990000": "Clase nueva"},
            "ClaveUnidad": {"E48": "Unidad de servicio", "ZZ9": "Unidad nueva"},
            "Moneda": {"MXN": ["Peso Mexicano", 2], "JPY": ["Yen", 0]},
        } | changes
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as connection:
            for name, rows in tables.items():
                connection.execute(f'CREATE TABLE "C756_c_{name}" (key BLOB, value BLOB)')
                connection.executemany(
                    f'INSERT INTO "C756_c_{name}" VALUES (?, ?)',
                    [(pickle.dumps(key), pickle.dumps(value)) for key, value in rows.items()],
                )
        connection.close()
        return path

    yield write
    catalogs.use(None)


def test_newer_catalogues_are_read_before_those_of_the_product(database, tmp_path):
    folder = tmp_path / "newer"
    assert set(catalog_source.renew(database(), folder)) == set(catalog_source.LEAST_ROWS)
    assert "99990000" not in catalogs.product_keys()
    catalogs.use(folder)
    assert "99990000" in catalogs.product_keys()
    assert catalogs.products().get("91101501").name == "Gimnasios"
    assert catalogs.units().get("ZZ9").name == "Unidad nueva"
    assert catalogs.time_zone("22000") == "America/Tijuana"
    assert catalogs.currencies().get("JPY").decimals == 0
    assert catalogs.uses().is_valid("G03", TODAY), "what the folder lacks comes from the product"
    catalogs.use(None)
    assert "99990000" not in catalogs.product_keys()


def test_keys_that_the_schema_admits_are_kept(database, tmp_path):
    catalog_source.renew(database(), tmp_path / "newer")
    catalogs.use(tmp_path / "newer")
    assert len(catalogs.product_keys()) == 52747 + 1
    assert "84111506" in catalogs.product_keys()


def test_the_version_of_the_package_is_kept(database, tmp_path):
    catalog_source.renew(database(), tmp_path / "newer", "27.1.10")
    assert catalog_source.version_of(tmp_path / "newer") == (27, 1, 10)
    assert catalog_source.version_of(tmp_path / "newer") > catalog_source.version_of(catalogs.FOLDER) > ()
    assert catalog_source.version_of(tmp_path) == ()
    assert catalog_source.numbers_of("26.10.1.post2") == (26, 10, 1)


def test_nothing_changes_twice(database, tmp_path):
    path = database()
    catalog_source.renew(path, tmp_path / "newer")
    assert catalog_source.renew(path, tmp_path / "newer") == []


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"Moneda": {"MXN": ["Peso", 2]}}, "would have 1 rows"),
        ({"CodigoPostal": dict.fromkeys(["1", "2"], ["X", "1", "1", "0", "Tiempo de Marte"])}, "Marte"),
        ({"Moneda": {"MXN": date(2026, 1, 1), "JPY": 1}}, "only plain values"),
        ({"UsoCFDI": {}, "CodigoPostal": {}}, "would have 0 rows"),
    ],
)
def test_an_unexpected_database_changes_nothing(database, tmp_path, changes, message):
    with pytest.raises(catalog_source.SourceError, match=message):
        catalog_source.renew(database(**changes), tmp_path / "newer")
    assert not (tmp_path / "newer").exists()


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "catalogs.db"
    path.write_bytes(b"not a database, but long enough to be taken for one" * 20)
    with pytest.raises(catalog_source.SourceError):
        catalog_source.renew(path, tmp_path / "newer")
