"""What a page must be like for everybody: checked in the browser, on any screen."""

# Elements on the screen; what is off it (a closed menu) is somebody else's concern
CONTRAST = """() => {
    const channel = value => (value <= 10 ? value / 3294.6 : ((value / 255 + .055) / 1.055) ** 2.4);
    const luminance = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
    const read = color => color.match(/[\\d.]+/g).map(Number);
    const over = (top, below) => top.slice(0, 3).map((one, i) => one * (top[3] ?? 1) + below[i] * (1 - (top[3] ?? 1)));
    const background = element => {
        const layers = [];
        for (let one = element; one; one = one.parentElement) {
            const style = getComputedStyle(one);
            if (style.backgroundImage !== "none") return null;  // a picture: no one colour to compare with
            layers.unshift(read(style.backgroundColor));
        }
        return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
    };
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = texts.nextNode());) {
        const element = node.parentElement;
        if (!node.textContent.trim()) continue;
        if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
        if (element.closest("[disabled], .disabled, .visually-hidden, script, style, noscript")) continue;
        const below = background(element), style = getComputedStyle(element);
        if (!below) continue;
        const [light, dark] = [luminance(over(read(style.color), below)), luminance(below)].sort((a, b) => b - a);
        const ratio = (light + .05) / (dark + .05);
        const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        if (ratio < (isLarge ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${node.textContent.trim().slice(0, 40)}`);
    }
    return found;
}"""
NAMELESS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, img")].filter(element => {
    if (element.type === "hidden" || !element.checkVisibility({visibilityProperty: true})) return false;
    if (element.closest("[aria-hidden=true]")) return false;
    if (element.tagName === "IMG") return !element.hasAttribute("alt");
    const labels = [...(element.labels || [])].map(label => label.textContent).join("");
    const pictures = [...element.querySelectorAll("img[alt]")].map(image => image.alt).join("");
    const by = (element.getAttribute("aria-labelledby") || "").split(" ").map(id => document.getElementById(id));
    const name = element.getAttribute("aria-label") || element.title || element.placeholder || labels
        || by.map(one => one?.textContent || "").join("") || pictures || element.textContent;
    return !name.trim() && !(element.type === "submit" && element.value);
}).map(element => element.outerHTML.slice(0, 120))"""
SIDEWAYS = """() => {
    const holder = document.querySelector("#wrapwrap") || document.documentElement;
    return Math.max(holder.scrollWidth - holder.clientWidth, document.documentElement.scrollWidth - window.innerWidth);
}"""
LARGEST_PAINT = """() => new Promise(resolve => {
    new PerformanceObserver(list => resolve(list.getEntries().at(-1).startTime))
        .observe({type: "largest-contentful-paint", buffered: true});
    setTimeout(() => resolve(null), 2000);
})"""


class Watch:
    """Collects what a page says in its console and asks of other hosts."""

    def __init__(self, page, url):
        self.complaints, self._url = [], url
        page.on("console", self._read)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._see)

    def _read(self, message):
        if message.type == "error":
            self.complaints.append(f"console: {message.text}")

    def _see(self, request):
        if not request.url.startswith((self._url, "data:", "blob:", "about:")):
            self.complaints.append(f"another host: {request.url}")


def faults(page):
    """What is wrong with how the page looks now, in words; empty when nothing is."""
    found = [f"without a name: {one}" for one in page.evaluate(NAMELESS)]
    found += [f"contrast {one}" for one in page.evaluate(CONTRAST)]
    if (pixels := page.evaluate(SIDEWAYS)) > 0:
        found.append(f"scrolls {pixels} px sideways")
    return found
