"""What Finkok offers, as far as the sandbox does: names and structures of its public WSDL, of November 2026."""

from .soap import STRINGS, Operation, Service, Type

_TYPES = "apps.services.soap.core.views"
_SITE = "http://facturacion.finkok.com"


def _strings(*names):
    return dict.fromkeys(names, "string")


def _asked(*names, **others):
    """The arguments of a call: credentials, then texts, then what is no text."""
    return _strings("username", "password", *names) | others


def _with_xml(*names, **others):
    return {"xml": "base64Binary"} | _strings("username", "password", *names) | others


_QUERY_PENDING = Type(
    "QueryPendingResult",
    _strings("status", "xml", "uuid", "uuid_status", "next_attempt", "attempts", "error", "date"),
)

STAMP = Service(
    "StampSOAP",
    f"{_SITE}/stamp",
    _TYPES,
    [
        Type(
            "Incidencia",
            _strings(
                "IdIncidencia",
                "RfcEmisor",
                "Uuid",
                "CodigoError",
                "WorkProcessId",
                "MensajeIncidencia",
                "ExtraInfo",
                "NoCertificadoPac",
                "FechaRegistro",
            ),
        ),
        Type("IncidenciaArray", {"Incidencia": "Incidencia[]"}),
        Type(
            "AcuseRecepcionCFDI",
            _strings("xml", "UUID", "faultstring", "Fecha", "CodEstatus", "faultcode", "SatSeal")
            | {"Incidencias": "IncidenciaArray", "NoCertificadoSAT": "string"},
        ),
        _QUERY_PENDING,
    ],
    [
        Operation("stamp", _with_xml(), "AcuseRecepcionCFDI"),
        Operation("quick_stamp", _with_xml(), "AcuseRecepcionCFDI"),
        Operation("stamped", _with_xml(), "AcuseRecepcionCFDI"),
        Operation("query_pending", _asked("uuid"), "QueryPendingResult"),
    ],
)

UTILITIES = Service(
    "UtilitiesSOAP",
    f"{_SITE}/utilities",
    _TYPES,
    [
        Type("DatetimeResult", _strings("datetime", "error")),
        Type("GetXMLResult", _strings("xml", "error")),
        Type("ReportTotalCredit", _strings("credit", "date")),
        Type("ReportTotalCreditArray", {"ReportTotalCredit": "ReportTotalCredit[]"}),
        Type("ReportCreditResult", {"result": "ReportTotalCreditArray", "error": "string"}),
    ],
    [
        Operation("datetime", _asked("zipcode"), "DatetimeResult"),
        Operation("get_xml", _asked("uuid", "taxpayer_id", "invoice_type"), "GetXMLResult"),
        Operation("report_credit", _asked("taxpayer_id"), "ReportCreditResult"),
    ],
)

REGISTRATION = Service(
    "RegistrationSOAP",
    f"{_SITE}/registration",
    _TYPES,
    [
        Type("ResellerUser", {"status": "string", "counter": "integer", "taxpayer_id": "string", "credit": "integer"}),
        Type("ResellerUserArray", {"ResellerUser": "ResellerUser[]"}),
        Type("RegistrationListResult", {"message": "string", "users": "ResellerUserArray"}),
    ],
    [
        Operation("get", _strings("reseller_username", "reseller_password", "taxpayer_id"), "RegistrationListResult"),
    ],
)

_CANCELLED = Type("Folio", _strings("UUID", "EstatusUUID", "EstatusCancelacion"))
_RECEPTOR_ANSWER = _strings("status", "uuid")

CANCEL = Service(
    "CancelSOAP",
    f"{_SITE}/cancel",
    _TYPES,
    [
        _CANCELLED,
        Type("FolioArray", {"Folio": "Folio[]"}),
        Type("CancelaCFDResult", {"Folios": "FolioArray"} | _strings("Acuse", "Fecha", "RfcEmisor", "CodEstatus")),
        Type(
            "AcuseSATConsulta",
            _strings(
                "DetallesValidacionEFOS",
                "EsCancelable",
                "ValidacionEFOS",
                "CodigoEstatus",
                "Estado",
                "EstatusCancelacion",
            ),
        ),
        Type("AcuseSatEstatus", {"error": "string", "sat": "AcuseSATConsulta"}),
        Type(
            "ReceiptResult",
            {"uuid": "string", "success": "boolean"} | _strings("receipt", "taxpayer_id", "error", "date"),
        ),
        Type("Rechaza", _RECEPTOR_ANSWER),
        Type("RechazaArray", {"Rechaza": "Rechaza[]"}),
        Type("Acepta", _RECEPTOR_ANSWER),
        Type("AceptaArray", {"Acepta": "Acepta[]"}),
        Type("AcceptRejectResult", {"rechazo": "RechazaArray", "aceptacion": "AceptaArray", "error": "string"}),
        Type("CancelPendingResult", {"uuids": STRINGS, "error": "string"}),
    ],
    [
        Operation("cancel_signature", _with_xml(store_pending="boolean"), "CancelaCFDResult"),
        Operation("get_sat_status", _asked("taxpayer_id", "rtaxpayer_id", "uuid", "total"), "AcuseSatEstatus"),
        Operation("get_receipt", _asked("taxpayer_id", "uuid", "type"), "ReceiptResult"),
        Operation("get_pending", _asked("rtaxpayer_id"), "CancelPendingResult"),
        Operation("accept_reject_signature", _with_xml(), "AcceptRejectResult"),
    ],
)
