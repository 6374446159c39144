"""Reads the codes on printed pages as a phone does."""

import pypdfium2
import zxingcpp

_DOTS_PER_INCH = 200
_POINTS_PER_INCH = 72


def codes_of(pdf):
    """Scan every page of a PDF at office resolution.

    :param bytes pdf: the document
    :return: list of (text, side in centimetres) of the QR codes found
    """
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        image = page.render(scale=_DOTS_PER_INCH / _POINTS_PER_INCH, grayscale=True).to_pil()
        for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode):
            side = code.position.top_right.x - code.position.top_left.x
            found.append((code.text, side / _DOTS_PER_INCH * 2.54))
    return found
