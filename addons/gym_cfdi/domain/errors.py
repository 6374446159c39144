"""What can go wrong with a CFDI, always with the way out, in Spanish and English."""


class CfdiError(ValueError):
    """A document, certificate or stamp that cannot be used as asked.

    ``code`` is stable and meant for machines. ``es`` and ``en`` are pairs: what is wrong, and what to do about it.
    ``severity`` is that of a broken rule: "error", or "warning" for what some accept.
    """

    code = "CFDI"
    severity = "error"

    def __init__(self, *, es, en, code=None):
        super().__init__(" ".join(en))
        self.es = es
        self.en = en
        self.code = code or self.code

    def text(self, language="es"):
        return getattr(self, language)[0]

    def remedy(self, language="es"):
        return getattr(self, language)[1]

    def as_dict(self, language="es"):
        """Return plain values, ready for JSON, with the names that a broken rule has."""
        return {
            "code": self.code,
            "severity": self.severity,
            "text": self.text(language),
            "remedy": self.remedy(language),
        }


class ReadError(CfdiError):
    """The bytes are not a CFDI 4.0 that can be understood."""

    code = "READ"


class NamespaceDoubt(CfdiError):
    """Namespaces written in a way that readers of XML forgive and some PACs do not."""

    code = "XMLNS"
    severity = "warning"


class PrefixDoubt(NamespaceDoubt):
    """A prefix other than the one that the SAT prescribes for a namespace."""

    code = "CO1001"


class AddendaNote(CfdiError):
    """An addenda that holds no element, or text beside its elements."""

    code = "NOTE12"
    severity = "info"


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
    """The issuer's seal does not belong to the document."""

    code = "SEAL"


class StampError(CfdiError):
    """The stamp does not belong to the document, or nobody knows who signed it."""

    code = "TFD"


class SchemaError(CfdiError):
    """The XML does not follow the SAT's schema."""

    code = "XSD"
