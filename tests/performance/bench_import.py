"""Check and run the import of 20,000 invented members: ``scripts/bench import [rows]``."""

import base64
import csv
import io
import random
import sys
import time

ADDONS = ["gym_members"]
ROWS = 20_000
FIRST = "María José Juan Ana Luis Guadalupe Ximena Ángel Sofía Iván Íñigo Fernanda Raúl Óscar Mónica Jesús"
LAST = "Hernández García Martínez López González Pérez Rodríguez Sánchez Ramírez Cruz Flores Gómez Muñoz Núñez"
HEADER = (
    "Clave", "Nombre(s)", "Apellido paterno", "Apellido materno", "Fecha de nacimiento", "Sexo", "Celular", "Correo",
    "Calle y número", "Colonia", "Ciudad", "Estado", "Código postal", "Estatus", "Fecha de ingreso",
    "Contacto de emergencia", "Teléfono de emergencia", "Correo del tutor",
)  # fmt: skip


def row(number):
    """Return an invented person: one in ten a child of the one before, one in fifty with an impossible birth date."""
    chance = random.Random(number)
    is_child = number % 10 == 9
    year = 2014 if is_child else chance.randrange(1950, 2006)
    born = f"{chance.randrange(1, 29):02}/{chance.randrange(1, 13):02}/{year}"
    phone = f"55{chance.randrange(20_000_000, 60_000_000)}"
    return (
        f"{number:06}",
        chance.choice(FIRST.split()),
        chance.choice(LAST.split()),
        chance.choice(LAST.split()),
        "31/02/1990" if number % 50 == 25 else born,
        chance.choice("HM"),
        "" if is_child else phone,
        "" if is_child else f"socio{number}@correo.mx",
        f"Orizaba {number % 300}",
        "Roma Norte",
        "Ciudad de México",
        "CDMX",
        "06700",
        "Activo",
        f"{chance.randrange(13, 29)}/01/{chance.randrange(2015, 2026)}",
        "Luis López",
        "5587654321",
        f"socio{number - 1}@correo.mx" if is_child else "",
    )


def make_file(rows):
    """Return the bytes of a spreadsheet as Excel in Mexico saves it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([HEADER, *map(row, range(1, rows + 1))])
    return stream.getvalue().encode("cp1252")


def drive(job):
    """Do the chunks one after the other, each in its own transaction, as one queue worker does; return the seconds."""
    start = time.perf_counter()
    while job.state in ("checking", "running", "undoing"):
        job._run_chunk()
        job.env.cr.commit()
        job.env.invalidate_all()
    return time.perf_counter() - start


def main(env):
    """Print how long each step of an import takes."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    branch = env["gym.location"].create({"name": "Roma Norte", "zip": "06700", "tz": "America/Mexico_City"})
    content = base64.b64encode(make_file(rows))
    import_members(env, branch, content, "into an empty gym")
    job = import_members(env, branch, content, "the same file again", is_run=False)
    report("report of all rows", job.line_count, timed(lambda: job.report_file))
    first = env["gym.member.import"].search([("state", "=", "done")], limit=1)
    first.action_undo()
    report("undo", rows, drive(first))


def import_members(env, branch, content, label, is_run=True):
    job = env["gym.member.import"].create({"name": "socios.csv", "file": content, "location_id": branch.id})
    begin = timed(job.action_read) + timed(job.action_check)
    env.cr.commit()
    check = begin + drive(job)
    report(f"check, {label}", rows := job.line_count, check)
    print(f"  new {job.create_count}, updates {job.update_count}, skipped {job.skip_count}, errors {job.error_count}")
    if is_run:
        job.action_run()
        env.cr.commit()
        run = drive(job)
        report(f"run, {label}", rows, run)
        report(f"check and run, {label}", rows, check + run)
    return job


def timed(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def report(label, rows, seconds):
    print(f"{label:<44} {seconds:7.1f} s  {rows / seconds:8.0f} rows/s")
