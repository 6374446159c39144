import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ..scan import LEAST_BYTES, is_scan, kind_of

PDF = b"%PDF-1.4\n" + b"0" * LEAST_BYTES + b"\n%%EOF\n"


def picture(kind):
    stream = io.BytesIO()
    Image.effect_noise((100, 100), 80).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_pictures_and_pdfs_are_known_by_their_content(kind):
    assert kind_of(picture(kind)) == f"image/{kind.lower()}"
    assert is_scan(picture(kind))
    assert kind_of(PDF) == "application/pdf"
    assert is_scan(PDF)


@given(st.binary(max_size=9000))
def test_other_files_are_no_scan(content):
    assert not is_scan(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"<html><script>alert(1)</script>" * 500,
        b"GIF89a" + bytes(9000),
        PDF[:-7],
        b" " + PDF,
        PDF[:20] + PDF[-8:],
    ],
)
def test_what_is_cut_too_small_or_of_another_kind_is_no_scan(content):
    assert not is_scan(content)
