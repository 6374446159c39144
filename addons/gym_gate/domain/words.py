"""What doors and the desk page of a gate say, in English; the server sends them in the language of the branch."""

WORDS = {
    "welcome": "Welcome",
    "to_desk": "Please go to the front desk",
    "reached": "The server is reached.",
    "alone": "The server is away. The gate decides by what it knows.",
    "revoked": "This gate was revoked. It lets nobody in.",
    "search": "Scan a code, or type a name or number",
    "find": "Find",
    "nobody": "Nobody like that is known here.",
    "let_in": "Let in",
    "anyway": "Let in anyway",
    "inside": "inside",
    "waiting": "visits wait for the server",
    "last": "Last",
    "open": "Open",
    "none": "no door",
    "kiosk": "Hold your code before the reader",
}
