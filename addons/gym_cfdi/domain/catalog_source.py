"""Renews the long catalogues from the database of the ``satcfdi`` package (MIT), which follows the SAT's closely.

Its releases come every few weeks. What is written has the form of ``data/catalogs``, so that it can replace those files
or lie in a folder of its own that :func:`~.catalogs.use` puts before them; ``VERSION`` beside them is the package's.
The short catalogues, which carry validity dates and rules, are not touched: they change by law and are read before they
are taken over.
"""

import csv
import gzip
import io
import pickle
import sqlite3
from contextlib import closing
from itertools import takewhile
from pathlib import Path

from . import catalogs

# Fewer rows than these mean that the database is not what it was, not that the SAT dropped its catalogue
LEAST_ROWS = {"codigos_postales.csv.gz": 90_000, "productos.csv.gz": 50_000, "unidades.csv": 2_000, "monedas.csv": 150}
_CLOCK_PREFIX = "Tiempo del "
_VERSION = "VERSION"


class SourceError(ValueError):
    """The database does not hold the catalogues in the form that is known."""


class _PlainUnpickler(pickle.Unpickler):
    """Reads the pickled keys and values of the database: texts, numbers and lists, never code."""

    def find_class(self, module, name):
        raise SourceError(f"The database holds an object of {module}.{name}; only plain values are read.")


def version_of(folder):
    """Return the version of the package from which the catalogues of ``folder`` were made, as numbers to compare.

    A folder without one, or with one that is not known, is older than any.
    """
    path = Path(folder) / _VERSION
    return numbers_of(path.read_text()) if path.exists() else ()


def numbers_of(version):
    """Return ``"26.10.1"`` as ``(26, 10, 1)``; parts that are not numbers end it."""
    return tuple(int(part) for part in takewhile(str.isdigit, version.strip().split(".")))


def renew(database, folder, version=""):
    """Write the catalogues of ``database`` into ``folder`` and return the names of the files that changed.

    Keys of products and units that the catalogues had and the database has not are kept: the SAT's schema admits them.

    :param database: path of satcfdi's ``catalogs.db``
    :param folder: where to write; made when it does not exist
    :param str version: of the package, kept beside the catalogues when it is known
    :raise SourceError: when something is missing or much smaller than it should be; nothing is written then
    """
    files = _extract(database)
    if version:
        files[_VERSION] = f"{version}\n".encode()
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, content in files.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            changed.append(name)
    return changed


def _extract(database):
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            prefix = _prefix(connection)
            tables = {
                name: _table(connection, f"{prefix}_c_{name}")
                for name in ("CodigoPostal", "ClaveProdServ", "ClaveUnidad", "Moneda")
            }
        except sqlite3.Error as error:
            raise SourceError(f"The database cannot be read: {error}.") from error
    rows = {
        "codigos_postales.csv.gz": (
            ("codigo_postal", "estado", "estimulo_frontera", "huso_horario"),
            [_place(code, place) for code, place in tables["CodigoPostal"].items()],
        ),
        "productos.csv.gz": (("clave", "texto"), _with_known(tables["ClaveProdServ"], catalogs.products())),
        "unidades.csv": (("clave", "texto"), _with_known(tables["ClaveUnidad"], catalogs.units())),
        "monedas.csv": (
            ("id", "texto", "decimales"),
            [(key, name, decimals) for key, (name, decimals) in tables["Moneda"].items()],
        ),
    }
    for name, least in LEAST_ROWS.items():
        if len(rows[name][1]) < least:
            raise SourceError(f"{name} would have {len(rows[name][1])} rows; at least {least} are expected.")
    return {name: _file(name, header, lines) for name, (header, lines) in rows.items()}


def _prefix(connection):
    """Return the prefix of the tables of CFDI 4.0: the one of the only table of c_UsoCFDI."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = [name for name in names if name.endswith("_c_UsoCFDI")]
    if len(found) != 1:
        raise SourceError(f"{len(found)} tables of c_UsoCFDI were found; one is expected.")
    return found[0].removesuffix("_c_UsoCFDI")


def _table(connection, name):
    rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - the name comes from the database's own list
    return {_plain(key): _plain(value) for key, value in rows}


def _plain(data):
    return _PlainUnpickler(io.BytesIO(data)).load()


def _place(code, place):
    state, _municipality, _locality, border, clock = place
    clock = clock.removeprefix(_CLOCK_PREFIX)
    if clock not in catalogs.CLOCKS:
        raise SourceError(f"The clock {clock!r} of the postal code {code} is not known.")
    return code, state, border, clock


def _with_known(names, known):
    return list((({entry.key: entry.name for entry in known}) | names).items())


def _file(name, header, lines):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(sorted(lines))
    content = text.getvalue().encode()
    return gzip.compress(content, 9, mtime=0) if name.endswith(".gz") else content
