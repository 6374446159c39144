"""What can go wrong with a CFDI, always with the way out."""


class CfdiError(ValueError):
    """A document, certificate or stamp that cannot be used as asked.

    ``code`` is stable and meant for machines; ``text`` says what is wrong, ``remedy`` what to do about it.
    """

    code = "CFDI"

    def __init__(self, text, remedy):
        super().__init__(f"{text} {remedy}")
        self.text = text
        self.remedy = remedy


class ReadError(CfdiError):
    """The bytes are not a CFDI 4.0 that can be understood."""

    code = "READ"


class BuildError(CfdiError):
    """A comprobante that cannot be written as XML."""

    code = "BUILD"


class UnsupportedDocument(BuildError):
    """A type of document that this product reads but does not issue."""

    code = "UNSUPPORTED_TYPE"


class UnsupportedComplement(CfdiError):
    """A complement whose part of the cadena original is not known, so no seal over it can be made or verified."""

    code = "UNSUPPORTED_COMPLEMENT"


class CertificateError(CfdiError):
    """A certificate, key or password that does not serve to seal."""

    code = "CSD"


class SealError(CfdiError):
    """A seal, of the issuer or of the SAT, that does not belong to its document."""

    code = "SEAL"
