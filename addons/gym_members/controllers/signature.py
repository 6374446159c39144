import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError

MAX_SIGNATURE_BYTES = 500_000


def read_signature(content):
    """Return the drawn signature as base64 when ``content`` is a PNG on which something was drawn, else ``None``.

    :param content: what the browser sent: base64 of a PNG, without the ``data:`` prefix
    """
    if not isinstance(content, str) or len(content) > MAX_SIGNATURE_BYTES:
        return None
    try:
        image = Image.open(io.BytesIO(base64.b64decode(content, validate=True)), formats=("PNG",))
        if max(image.size) > 4000:
            return None
        drawn = image.convert("RGBA").getchannel("A").getbbox()
    except (binascii.Error, UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    return content if drawn else None
