"""SOAP 1.1, document/literal, from one declaration: what is served, what is answered and the WSDL cannot differ."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
# The kind of a list of texts: Finkok keeps that one structure in the namespace of the calls
STRINGS = "tns:stringArray"
_PARSER = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True)


class NotSoap(ValueError):
    """The body is not a SOAP envelope with a call in it."""


def parse_call(body):
    """Return the element of the call in an envelope.

    :raise NotSoap: when there is none
    """
    try:
        root = etree.fromstring(body, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotSoap(f"not XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise NotSoap("an envelope has no DOCTYPE")
    call = root.find(f"{{{_ENVELOPE}}}Body/*")
    if call is None:
        raise NotSoap("an envelope with a call in its Body is expected")
    return call


def envelope(content):
    """Wrap the XML text of an answer."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<senv:Envelope xmlns:senv="{_ENVELOPE}"><senv:Body>{content}</senv:Body></senv:Envelope>'
    )


def fault(text):
    """Return the envelope of a SOAP fault."""
    return envelope(
        f"<senv:Fault><faultcode>senv:Client</faultcode><faultstring>{escape(text)}</faultstring></senv:Fault>"
    )


@dataclass(frozen=True)
class Type:
    """A structure of the service. ``fields`` is {name: kind}; a kind is ``"string"``, ``"boolean"``, ``"integer"``,
    ``"base64Binary"``, :data:`STRINGS`, the name of another structure, or that name with ``[]`` for a list.
    """

    name: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Operation:
    """A call, its arguments like the fields of a :class:`Type`, and the name of the structure that answers it."""

    name: str
    arguments: dict[str, str]
    result: str


class Service:
    """A SOAP service: ``namespace`` of calls, ``types_namespace`` of structures, both as lists of declarations."""

    def __init__(self, name, namespace, types_namespace, types, operations):
        self.name = name
        self.namespace = namespace
        self.types_namespace = types_namespace
        self.types = {item.name: item for item in types}
        self.operations = {item.name: item for item in operations}

    def arguments(self, call):
        """Return the texts of a call by name; what is a structure comes as its element."""
        return {
            etree.QName(child).localname: child if len(child) or child.attrib else (child.text or "")
            for child in call
            if isinstance(child.tag, str)
        }

    def answer(self, operation, result):
        """Return the envelope that answers a call.

        :param str operation: its name
        :param dict result: fields of the structure; ``None`` values are left out
        """
        declared = self.types[self.operations[operation].result]
        content = _written(self.types, declared, result)
        return envelope(
            f'<tns:{operation}Response xmlns:tns="{self.namespace}" xmlns:s0="{self.types_namespace}">'
            f"<tns:{operation}Result>{content}</tns:{operation}Result></tns:{operation}Response>"
        )

    def wsdl(self, address):
        """Return the WSDL of the service at this address."""
        return _wsdl(self, address)


def _written(types, declared, values):
    return "".join(
        _element(types, name, kind, values[name])
        for name, kind in declared.fields.items()
        if values.get(name) is not None
    )


def _element(types, name, kind, value):
    if kind.endswith("[]"):
        return "".join(_element(types, name, kind[:-2], item) for item in value)
    if kind == STRINGS:
        return f"<s0:{name}>{''.join(f'<tns:string>{escape(item)}</tns:string>' for item in value)}</s0:{name}>"
    if kind in types:
        return f"<s0:{name}>{_written(types, types[kind], value)}</s0:{name}>"
    text = str(value).lower() if kind == "boolean" else str(value)
    return f"<s0:{name}>{escape(text)}</s0:{name}>"


# --- WSDL ------------------------------------------------------------------------------------------------------------


def _wsdl(service, address):
    operations = service.operations.values()
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions name="{service.name}" targetNamespace="{service.namespace}"
    xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="{service.namespace}" xmlns:s0="{service.types_namespace}">
<wsdl:types>
<xs:schema targetNamespace="{service.types_namespace}" elementFormDefault="qualified">
<xs:import namespace="{service.namespace}"/>
{_lines(_complex_type(service, item.name, item.fields) for item in service.types.values())}
</xs:schema>
<xs:schema targetNamespace="{service.namespace}" elementFormDefault="qualified">
<xs:import namespace="{service.types_namespace}"/>
<xs:complexType name="stringArray"><xs:sequence>
<xs:element name="string" type="xs:string" minOccurs="0" maxOccurs="unbounded" nillable="true"/>
</xs:sequence></xs:complexType>
{_lines(_call_types(service, item) for item in operations)}
</xs:schema>
</wsdl:types>
{_lines(_messages(item.name) for item in operations)}
<wsdl:portType name="Application">
{_lines(_port_operation(item.name) for item in operations)}
</wsdl:portType>
<wsdl:binding name="Application" type="tns:Application">
<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
{_lines(_bound_operation(item.name) for item in operations)}
</wsdl:binding>
<wsdl:service name="{service.name}">
<wsdl:port name="Application" binding="tns:Application"><soap:address location="{escape(address)}"/></wsdl:port>
</wsdl:service>
</wsdl:definitions>
"""


def _lines(texts):
    return "\n".join(texts)


def _call_types(service, operation):
    name = operation.name
    return _lines(
        (
            _complex_type(service, name, operation.arguments),
            _complex_type(service, f"{name}Response", {f"{name}Result": operation.result}),
            f'<xs:element name="{name}" type="tns:{name}"/>',
            f'<xs:element name="{name}Response" type="tns:{name}Response"/>',
        )
    )


def _complex_type(service, name, declared):
    elements = []
    for field, kind in declared.items():
        single = kind.removesuffix("[]")
        where = "s0:" if single in service.types else "" if single == STRINGS else "xs:"
        times = ' maxOccurs="unbounded"' if kind.endswith("[]") else ""
        elements.append(f'<xs:element name="{field}" type="{where}{single}" minOccurs="0"{times} nillable="true"/>')
    return f'<xs:complexType name="{name}"><xs:sequence>{"".join(elements)}</xs:sequence></xs:complexType>'


def _messages(name):
    return _lines(
        f'<wsdl:message name="{item}"><wsdl:part name="{item}" element="tns:{item}"/></wsdl:message>'
        for item in (name, f"{name}Response")
    )


def _port_operation(name):
    return (
        f'<wsdl:operation name="{name}"><wsdl:input message="tns:{name}"/>'
        f'<wsdl:output message="tns:{name}Response"/></wsdl:operation>'
    )


def _bound_operation(name):
    body = '<soap:body use="literal"/>'
    return (
        f'<wsdl:operation name="{name}"><soap:operation soapAction="{name}" style="document"/>'
        f"<wsdl:input>{body}</wsdl:input><wsdl:output>{body}</wsdl:output></wsdl:operation>"
    )
