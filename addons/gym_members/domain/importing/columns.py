"""Which column of a file is which fact about a member, for the systems that gyms come from."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from ..search import normalise
from .dates import MDY

MINDBODY, GLOFOX, GYMMASTER, WODIFY, PUSHPRESS, GENERIC = (
    "mindbody",
    "glofox",
    "gymmaster",
    "wodify",
    "pushpress",
    "generic",
)
SOURCES = (MINDBODY, GLOFOX, GYMMASTER, WODIFY, PUSHPRESS, GENERIC)

# Orders that the maker of the export documents; they hold when the dates of a file do not decide by themselves.
DOCUMENTED_DATE_ORDER = {WODIFY: MDY}

_IN_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")


@dataclass(frozen=True)
class ImportField:
    """A fact that a column may hold.

    :param str code: key in the values of a row
    :param str kind: how its text is read, one of the kinds of :class:`~.rows.RowParser`; ``ignored`` keeps it out
    :param tuple aliases: headers that mean it, in any system, in any spelling
    :param bool is_past: years of two digits mean the past (birth dates)
    """

    code: str
    kind: str = "text"
    aliases: tuple = ()
    is_past: bool = False


def _of(whose, what):
    """Return the aliases of what somebody else's columns are called: "Tutor nombre", "Nombre del tutor"."""
    return "|".join(f"{one} {fact}|{fact} {one}" for one in whose.split("|") for fact in what.split("|"))


_EMERGENCY = "contacto de emergencia|emergencia|en caso de emergencia|emergency contact|emergency|aviso de emergencia"
_GUARDIAN = "tutor|padre o tutor|padre madre o tutor|papa o tutor|mama|papa|madre|padre|responsable|guardian|parent"


def _field(code, kind="text", aliases="", **options):
    return ImportField(code, kind, tuple(alias.strip() for alias in aliases.split("|") if alias.strip()), **options)


MEMBER_FIELDS = (
    _field(
        "external_id",
        "code",
        "id|client id|member id|customer id|user id|member number|customer uuid|uuid|clave|no. de socio|"
        "numero de socio|num socio|folio|id socio|id cliente|numero de cliente|unique id|matricula|n socio|"
        "n. de socio|no socio|num. socio|num. de socio|n cliente|no. cliente|"
        "no. de cliente|id de socio|identification number|folio socio|no. de membresia|numero de membresia|numsocio|"
        "codigo de socio|codigo de cliente|clave de socio|clave de cliente|id miembro|id usuario|numero de usuario|"
        "numero de alumno|numero de miembro|numero de credencial|credencial",
    ),
    _field(
        "name",
        "text",
        "name|full name|customer name|client name|member name|nombre completo|socio|cliente|alumno|"
        "nombre del socio|nombre de socio|nombre socio|nombre del cliente|nombre cliente|nombre y apellidos|miembro|"
        "apellidos y nombre|usuario|atleta",
    ),
    _field("first_name", "text", "first name|firstname|given name|nombre|nombres|nombre(s)|primer nombre"),
    _field("middle_name", "text", "middle name|segundo nombre"),
    _field(
        "last_name",
        "text",
        "last name|surname|family name|apellido|apellidos|apellido paterno|paterno|primer apellido|"
        "a. paterno|ap. paterno|apellido p.",
    ),
    _field("second_last_name", "text", "apellido materno|materno|segundo apellido|a. materno|ap. materno|apellido m."),
    _field(
        "email",
        "email",
        "email|e-mail|email address|correo|correo electronico|mail|e mail|direccion de correo|correo personal",
    ),
    _field(
        "phone",
        "phone",
        "phone|mobile|mobile phone|cell phone|cellphone|phone number|mobile number|celular|cel|telefono celular|"
        "whatsapp|movil|telefono movil|phone mobile|tel. celular|tel. movil|tel cel|no. celular|numero de celular|"
        "num. celular|telefono whatsapp",
    ),
    _field(
        "phone_other",
        "phone",
        "home phone|work phone|telefono|tel|telefono de casa|phone home|telefono fijo|tel. casa|tel. de casa|tel. fijo|"
        "telefono casa|telefono particular|tel. particular|landline|telefono 1|telefono 2|otro telefono|"
        "numero de telefono|numero telefonico|telefono de contacto",
    ),
    _field(
        "birthdate",
        "date",
        "birth date|birthdate|date of birth|dob|birthday|fecha de nacimiento|nacimiento|cumpleaños|cumple|"
        "fecha de cumpleaños",
        is_past=True,
    ),
    _field("gender", "gender", "gender|sex|sexo|genero"),
    _field("vat", "rfc", "rfc|tax id"),
    _field("curp", "curp", "curp"),
    _field(
        "street",
        "text",
        "address|address 1|address line 1|street|street address|direccion|calle|calle y numero|domicilio",
    ),
    _field("street2", "text", "address 2|address line 2|colonia|suburb|fraccionamiento|barrio"),
    _field(
        "city",
        "text",
        "city|ciudad|municipio|delegacion|alcaldia|delegacion / municipio|poblacion|municipio / delegacion|"
        "alcaldia / municipio|municipio / alcaldia|localidad",
    ),
    _field("state", "text", "state|estado|entidad|entidad federativa|province"),
    _field("zip", "zip", "zip|zip code|postal code|postcode|codigo postal|cp|c.p."),
    _field(
        "location", "text", "location|home location|default location|branch|club|gym|sucursal|sede|home club|plantel"
    ),
    _field(
        "status",
        "status",
        "status|member status|client status|membership status|customer status|estatus|situacion|estado del socio|"
        "estatus de membresia|estado de membresia|estado actual|estatus actual|situacion actual",
    ),
    _field(
        "has_left",
        "boolean",
        "inactivo|inactiva|cancelado|cancelada|dado de baja|dada de baja|es baja|eliminado|archivado|exsocio|ex socio|"
        "inactive|is inactive|cancelled|canceled|is cancelled|is canceled|terminated|deleted|archived|"
        "motivo de baja|motivo de cancelacion|razon de baja|causa de baja|cancellation reason|cancel reason",
    ),
    _field(
        "date_joined",
        "date",
        "join date|joined|joining date|date joined|member since|signed up on|creation date|created|created at|"
        "sign up date|fecha de ingreso|fecha de alta|fecha ingreso|fecha alta|alta|"
        "fecha de inscripcion|inscripcion|socio desde|f. ingreso|f. de ingreso|f. alta|f. de alta|f. inscripcion|"
        "fec. alta|fec. ingreso|miembro desde|fecha de registro|inscrito desde|cliente desde|alumno desde|ingreso|"
        "fecha de afiliacion",
    ),
    _field(
        "date_left",
        "date",
        "cancellation date|cancel date|cancelled on|canceled on|canceled at|termination date|date left|leave date|"
        "fecha de baja|fecha baja|baja|f. baja|f. de baja|fec. baja|fecha de cancelacion|fecha de retiro|"
        "fecha de salida",
    ),
    _field(
        "emergency_name",
        "text",
        f"{_EMERGENCY}|avisar a|emergency contact info name|{_of(_EMERGENCY, 'name|nombre|nombre completo')}",
    ),
    _field(
        "emergency_phone",
        "phone",
        f"emergency contact info phone|{_of(_EMERGENCY, 'phone|number|telefono|celular|numero|mobile')}",
    ),
    _field(
        "emergency_relation",
        "text",
        f"parentesco|relacion|emergency contact info relationship|{_of(_EMERGENCY, 'relationship|parentesco')}",
    ),
    _field("is_dependant", "boolean", "is dependent|dependent|is dependant|dependiente|es dependiente"),
    _field(
        "guardian_name",
        "text",
        f"{_GUARDIAN}|{_of(_GUARDIAN, 'name|nombre|nombre completo')}",
    ),
    _field("guardian_email", "email", _of(_GUARDIAN, "email|mail|correo|correo electronico")),
    _field("guardian_phone", "phone", _of(_GUARDIAN, "phone|mobile|telefono|celular|whatsapp")),
    _field(
        "payer_external_id",
        "code",
        "payer id|billing parent id|paid by id|id del pagador|titular|id titular|linked account",
    ),
    _field("payer_email", "email", "payer email|billing email|correo del pagador|correo titular"),
    _field("tags", "text", "tags|etiquetas|labels"),
    _field("notes", "text", "notes|notas|comments|comentarios|observaciones"),
    _field(
        "marketing",
        "ignored",
        "marketing|marketing consent|email opt in|sms opt in|send promotional emails|send promotional texts|"
        "acepta publicidad|acepta promociones|newsletter|promotional emails|opt in",
    ),
    _field(
        "health",
        "ignored",
        "medical|medical notes|medical conditions|health|health notes|injuries|allergies|red alert|yellow alert|"
        "lesiones|alergias|enfermedades|padecimientos|condiciones medicas|tipo de sangre|blood type",
    ),
    _field(
        "card",
        "ignored",
        "card|card number|last four|credit card|tarjeta|numero de tarjeta|clabe|iban|bank account|cuenta bancaria|"
        "client credit card last four|card type|exp month|exp year",
    ),
)

# Headers that mean something else in one system than elsewhere.
_SOURCE_ALIASES = {
    WODIFY: {"group": "guardian_email"},
    PUSHPRESS: {"uuid": "external_id", "parent uuid": "payer_external_id"},
    MINDBODY: {"referred by": None, "unique id": None, "active": None},
    GYMMASTER: {"phone home": "phone_other", "end date": None},
}

# Headers by which an export gives its maker away.
_SIGNATURES = {
    MINDBODY: "mobile phone|home location|is prospect|red alert|yellow alert|liability release|address line 1|"
    "unique id|send promotional emails|creation date|first class date",
    GLOFOX: "customer name|email address|member status|signed up on",
    GYMMASTER: "member id|surname|joining date|membership name|membership fee|next billing|frequency|cell phone",
    WODIFY: "client status|default program|default location|is dependent|date of birth|is coach",
    PUSHPRESS: "uuid|customer uuid|enrollment uuid|plan|start date|end date|parent uuid|billing schedule",
}
_SIGNATURE_MIN = 3


# Words that headers are full of and that change nothing.
_FILLERS = frozenset(["de", "del", "la", "las", "el", "los", "y", "e", "o", "a", "en", "al"])
_IN_FULL = {
    short: word
    for word, shorts in {
        "numero": "no n num nro nr",
        "fecha": "f fec fech",
        "apellido": "ap apell",
        "telefono": "tel telf",
        "celular": "cel",
        "nacimiento": "nac nacim",
        "vencimiento": "vto vcto venc",
        "inscripcion": "insc inscr",
        "estado": "edo",
        "municipio": "mpio mun",
        "delegacion": "deleg",
        "colonia": "col",
        "direccion": "dir",
        "cliente": "cte clte",
        "mensualidad": "mens",
        "membresia": "memb",
        "situacion": "sit",
        "proximo": "prox",
        "observacion": "obs",
        "codigo": "cod",
        "emergencia": "emerg",
    }.items()
    for short in shorts.split()
}
# Whose fact it is goes without saying in a list of members: "Celular del alumno".
_PERSON = frozenset(
    {
        "socio", "socia", "alumno", "alumna", "cliente", "miembro", "usuario", "usuaria", "atleta",
        "member", "client", "customer"
    }
)  # fmt: skip


def header_key(header):
    """Return what is compared of a header: no accents, case, signs, fillers, plurals nor remarks in brackets.

    Abbreviations are written in full: "F. Nac. (dd/mm/aaaa)" is "Fecha de nacimiento".
    """
    return "".join(_words(_IN_BRACKETS.sub(" ", header)))


def _words(text):
    words = normalise(text).split()
    words = [_IN_FULL.get(word, word) for word in words if word not in _FILLERS] or words
    if text.lstrip().startswith("#") and words:
        words.insert(0, "numero")
    return [word[:-1] if len(word) > 4 and word.endswith("s") and word[-2] != "s" else word for word in words]


def _keys(header):
    """Yield by what a header may be known, the most exact first: whole, without remarks, without whose, its halves."""
    yield "".join(_words(header))
    yield header_key(header)
    yield normalise(_IN_BRACKETS.sub(" ", header)).replace(" ", "")
    for part in (header, *header.split("/")):
        yield "".join(word for word in _words(_IN_BRACKETS.sub(" ", part)) if word not in _PERSON)


def meanings_of(fields):
    """Return what the headers of ``fields`` mean: key to code, with and without fillers ("FechaDeAlta")."""
    return _by_key(tuple(fields))


def meaning(header, by_key):
    """Return the code of the field that a header means, or None."""
    return next((by_key[key] for key in _keys(header) if key in by_key), None)


@lru_cache(maxsize=8)
def _by_key(fields):
    by_key = {}
    for field in fields:
        for alias in (field.code, *field.aliases):
            for key in (header_key(alias), normalise(alias).replace(" ", "")):
                by_key.setdefault(key, field.code)
    return by_key


# Headers that say that a phone is a mobile; beside one of them a plain "Phone" is the landline.
_MOBILE = frozenset(
    map(
        header_key,
        (
            "mobile", "mobile phone", "mobile number", "cell phone", "celular", "telefono celular", "telcel",
            "whatsapp", "movil", "telefono movil", "phone mobile", "numero de celular", "telefono whatsapp",
        )
    )
)  # fmt: skip
_ANY_PHONE = frozenset(map(header_key, ("phone", "phone number")))
# A column of yes and no that says who is a member, where no other column is the status.
_IS_ACTIVE = frozenset(
    map(header_key, ("activo", "activa", "active", "is active", "es activo", "esta activo", "vigente"))
)


def detect_source(headers):
    """Return which system wrote a file with these ``headers``; :data:`GENERIC` when none is recognised."""
    keys = {header_key(header) for header in headers}
    hits = {
        source: len(keys & {header_key(name) for name in signature.split("|")})
        for source, signature in _SIGNATURES.items()
    }
    best = max(hits, key=hits.get)
    return best if hits[best] >= _SIGNATURE_MIN else GENERIC


def suggest_mapping(headers, fields, source):
    """Return for each header the code of the field it means, or None.

    A field is given to one column only, the leftmost of its aliases' best match; a second column of the same meaning
    stays free for a person to decide, except that a second phone becomes the other phone.

    :param headers: headers in the order of the file
    :param fields: iterable of :class:`ImportField`
    :param str source: one of :data:`SOURCES`
    """
    fields = tuple(fields)
    by_alias = dict(meanings_of(fields))
    for alias, code in _SOURCE_ALIASES.get(source, {}).items():
        by_alias[header_key(alias)] = code
    repeatable = {field.code for field in fields if field.kind == "ignored"}
    has_mobile = any(not _MOBILE.isdisjoint(_keys(header)) for header in headers)
    mapping, taken = {}, set()
    for header in headers:
        code = meaning(header, by_alias)
        if code == "phone" and (code in taken or has_mobile and header_key(header) in _ANY_PHONE):
            code = "phone_other"
        mapping[header] = None if code in taken else code
        taken |= {code} - repeatable - {None}
    if "phone_other" in taken and "phone" not in taken:
        mapping = {header: "phone" if code == "phone_other" else code for header, code in mapping.items()}
    if "status" not in taken and source != MINDBODY:  # whose "Active" says that the record is not deleted
        flags = (header for header in headers if header_key(header) in _IS_ACTIVE and not mapping[header])
        mapping |= {header: "status" for header in islice(flags, 1)}
    return mapping
