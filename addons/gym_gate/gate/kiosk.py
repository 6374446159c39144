"""Self check-in on a tablet or PC beside the door: a reader that types, or the camera, and what everybody may see."""

from html import escape

from .desk_colors import COLORS

SHOWN_S = 4  # how long a verdict stays
PAGE = """<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{refresh}
<title>{title}</title><style>
body{{font:24px/1.4 system-ui,sans-serif;margin:0;background:{color};color:#fff;text-align:center}}
h1{{font-size:3rem;padding-top:12vh}}input{{font:inherit;width:16rem;text-align:center;opacity:.6}}video{{max-width:60vw}}
</style></head><body><main data-outcome="{outcome}"><h1>{word}</h1>
<form method="post" action="/kiosk"><input type="hidden" name="token" value="{token}">
<input type="hidden" name="door" value="{door}"><input name="text" autofocus autocomplete="off" inputmode="none"></form>
<video hidden muted playsinline></video></main><script nonce="{nonce}">
const box = document.querySelector("[name=text]"), video = document.querySelector("video");
document.addEventListener("click", () => box.focus());
setInterval(() => box.focus(), 1000);
async function look() {{
    if (!("BarcodeDetector" in window) || {is_shown}) return;
    video.srcObject = await navigator.mediaDevices.getUserMedia({{ video: {{ facingMode: "user" }} }});
    await video.play();
    video.hidden = false;
    const detector = new BarcodeDetector({{ formats: ["qr_code"] }});
    for (;;) {{
        const [found] = await detector.detect(video);
        if (found && /^[0-9]{{18,56}}$/.test(found.rawValue)) {{
            box.value = found.rawValue;
            box.form.submit();
            return;
        }}
        await new Promise((next) => setTimeout(next, 150));
    }}
}}
look().catch(() => {{}});
</script></body></html>"""


def render(gate, door_id, token, nonce, verdict=None):
    """Return the page of one door: nothing, or a verdict in words that everybody may read."""
    word = gate.people.get_word("kiosk")
    if verdict:
        name = f" {verdict.name}" if verdict.lets_in else ""
        word = gate.people.get_word("welcome" if verdict.lets_in else "to_desk") + name
    return PAGE.format(
        title=escape((gate.store.get("branch") or {}).get("name", "")),
        refresh=f'<meta http-equiv="refresh" content="{SHOWN_S};url=/kiosk?door={door_id}">' if verdict else "",
        color=COLORS.get(verdict.outcome, "#222") if verdict else "#222",
        outcome=verdict.outcome if verdict else "",
        word=escape(word),
        token=token,
        door=door_id,
        nonce=nonce,
        is_shown="true" if verdict else "false",
    )
