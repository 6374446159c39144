"""The command ``scripts/cfdi``: checks, seals and prints CFDI files without a database."""

# pylint: disable=print-used
import argparse
import getpass
import json
import os
import sys
from datetime import date
from pathlib import Path

from . import qr, seal, tfd
from .csd import Csd
from .errors import CfdiError
from .reader import read
from .report import report_file


def main(arguments=None):
    """Run one command.

    :return: exit code: 0 when all is clean, 1 when something is wrong with a document, 2 for wrong usage
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except CfdiError as error:
        _tell(error, options)
    except BrokenPipeError:
        # The reader has had enough; Python would complain once more when it closes the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    return 1


def _tell(error, options):
    print(f"{error.code}: {error.text(options.language)} {error.remedy(options.language)}", file=sys.stderr)


def check(options):
    """Print one JSON line for each document."""
    certificates = tfd.load_certificates(options.sat_certificates) if options.sat_certificates else {}
    is_clean = True
    for path in options.files:
        found = report_file(path, options.at, certificates, options.language)
        is_clean = is_clean and found["clean"]
        # Whatever the terminal's encoding and the file's name, a line is JSON in UTF-8
        line = json.dumps(found, ensure_ascii=False) + "\n"
        sys.stdout.buffer.write(line.encode(errors="backslashreplace"))
    return 0 if is_clean else 1


def seal_file(options):
    """Seal a document; a seal it had is replaced.

    Anyone who seals an old document, or prepares one for later, is warned that the CSD is out of date, not stopped.
    """
    password = options.password if options.password is not None else getpass.getpass("Contraseña de la llave: ")
    csd = Csd.load(options.cer.read_bytes(), options.key.read_bytes(), password)
    document, certificate = read(options.file.read_bytes()), csd.certificate
    for problem in certificate.problems(document.emisor.rfc, certificate.not_before):
        raise problem
    for problem in certificate.problems(document.emisor.rfc, seal.instant_of(document)):
        _tell(problem, options)
    sealed = seal.sign(document, csd)
    if options.output:
        options.output.write_bytes(sealed.xml)
    else:
        sys.stdout.buffer.write(sealed.xml + b"\n")
    return 0


def draw_qr(options):
    """Print the address in the QR, and draw it as PNG when asked."""
    address = qr.url_of(read(options.file.read_bytes()))
    print(address)
    if options.output:
        options.output.write_bytes(qr.png_of(address))
    return 0


def print_pdf(options):
    """Write the printed representation beside the XML, or where told."""
    from .printed import pdf_of

    output = options.output or options.file.with_suffix(".pdf")
    output.write_bytes(pdf_of(read(options.file.read_bytes())))
    print(output)
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="cfdi", description="Checks, seals and prints CFDI 4.0, without a database.")
    parser.add_argument("--language", choices=["es", "en"], default="es", help="of texts and remedies (default: es)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("check", help="one JSON line per document; exit 0 only if all are clean")
    command.add_argument("files", nargs="+", metavar="FILE")
    command.add_argument("--at", type=date.fromisoformat, metavar="AAAA-MM-DD", help="judge as of that day, not Fecha")
    command.add_argument(
        "--sat-certificates", type=Path, metavar="FOLDER", help="certificates (.cer) with which the SAT signs stamps"
    )
    command.set_defaults(run=check)

    command = commands.add_parser("seal", help="seal a document with a CSD")
    _one_file(command, "where to write the sealed XML (default: standard output)")
    command.add_argument("--cer", type=Path, required=True)
    command.add_argument("--key", type=Path, required=True)
    command.add_argument("--password", help="of the key; asked for when absent")
    command.set_defaults(run=seal_file)

    command = commands.add_parser("qr", help="the address in the QR of a stamped document")
    _one_file(command, "where to draw it as PNG")
    command.set_defaults(run=draw_qr)

    command = commands.add_parser("pdf", help="the printed representation")
    _one_file(command, "where to write the PDF (default: beside the XML)")
    command.set_defaults(run=print_pdf)
    return parser


def _one_file(command, output_help):
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("-o", "--output", type=Path, help=output_help)
