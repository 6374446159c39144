/* global ZXing */
import {DAYS_AHEAD, STEP_S, makeChain, makeCode, stepOf} from "./pass_code.js";

const DATABASE = "gym_pass";
const ASK_MS = 30000; // how often the server is asked how things stand
const MODULE_PX = 24; // of the picture of a code, which the page shows smaller
const CLOCK_MS = 10000; // how far the clock may be off before the page says so
const page = document.querySelector("#pass");
const member = Number(page.dataset.member);
const texts = JSON.parse(page.dataset.texts);
const part = (name) => page.querySelector(`[data-part=${name}]`);
let kept = null; // {phone, offset, days: {day: {anchor, marks}}} of this member
let shown = null;

// === STORE === //

function open() {
    return new Promise((resolve, reject) => {
        const request = indexedDB.open(DATABASE, 1);
        request.onupgradeneeded = () => request.result.createObjectStore("passes");
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

async function inStore(mode, work) {
    const store = (await open()).transaction("passes", mode).objectStore("passes");
    return new Promise((resolve, reject) => {
        const request = work(store);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

const load = () => inStore("readonly", (store) => store.get(member));
const save = () => inStore("readwrite", (store) => store.put(kept, member));
const forget = () => inStore("readwrite", (store) => store.delete(member));

// === SERVER === //

/** Ask the server; null without a signal or a session. */
async function ask(path, params) {
    try {
        const response = await fetch(`/my/gym/pass/${path}`, {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({jsonrpc: "2.0", method: "call", params: {member, ...params}}),
        });
        return (await response.json()).result || null;
    } catch {
        return null;
    }
}

async function register() {
    const answer = await ask("register", {});
    if (!answer || answer.error) {
        return say(answer ? answer.error : texts.failed);
    }
    kept = {phone: answer.phone, offset: 0, days: {}};
    noteClock(answer.now);
    await makeDays();
    await save();
    await renew();
}

/** Make the chains of the days ahead that are missing, and forget those that are over. */
async function makeDays() {
    const today = stepOf(now()).day;
    for (const day of Object.keys(kept.days)) {
        if (Number(day) < today - 1) {
            delete kept.days[day];
        }
    }
    for (let day = today; day < today + DAYS_AHEAD; day++) {
        if (!kept.days[day]) {
            say(texts.making);
            kept.days[day] = await makeChain(kept.phone, day, crypto.getRandomValues(new Uint8Array(16)));
        }
    }
}

/** Give the server the anchors, and show what it says about entering. */
async function renew() {
    await makeDays();
    const anchors = Object.fromEntries(Object.entries(kept.days).map(([day, {anchor}]) => [day, anchor]));
    const answer = await ask("anchors", {phone: kept.phone, anchors});
    if (!answer || answer.error) {
        return answer ? say(answer.error) : null;
    }
    if (!answer.is_live) {
        kept = null;
        await forget();
        return offerThisPhone();
    }
    noteClock(answer.now);
    for (const day of Object.values(kept.days)) {
        day.isKnown = true;
    }
    await save();
    showState(answer.state);
}

function noteClock(seconds) {
    kept.offset = seconds * 1000 - Date.now();
    part("clock").hidden = Math.abs(kept.offset) < CLOCK_MS;
}

const now = () => Date.now() + (kept ? kept.offset : 0);

// === SCREEN === //

function say(text) {
    part("message").textContent = text;
}

function showState(state) {
    const isRefused = Boolean(state) && state.outcome === "refuse";
    part("refusal").hidden = !isRefused;
    part("reasons").textContent = isRefused ? state.reasons.join(" ") : "";
}

function offerThisPhone() {
    part("code").replaceChildren();
    shown = null;
    say(texts.other);
    part("take").hidden = false;
}

function draw(code) {
    const hints = new Map([
        [ZXing.EncodeHintType.ERROR_CORRECTION, ZXing.QRCodeDecoderErrorCorrectionLevel.M],
        [ZXing.EncodeHintType.MARGIN, 2],
    ]);
    const matrix = new ZXing.QRCodeWriter().encode(code, ZXing.BarcodeFormat.QR_CODE, 0, 0, hints);
    const size = matrix.getWidth();
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size * MODULE_PX;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#000";
    for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
            if (matrix.get(x, y)) {
                pen.fillRect(x * MODULE_PX, y * MODULE_PX, MODULE_PX, MODULE_PX);
            }
        }
    }
    part("code").replaceChildren(canvas);
}

async function tick() {
    if (!kept) {
        return;
    }
    const {day, step} = stepOf(now());
    const chain = kept.days[day];
    if (!chain || !chain.isKnown) {
        part("code").replaceChildren();
        shown = null;
        return say(texts.expired);
    }
    part("left").style.width = `${100 - ((now() / 1000 / STEP_S) % 1) * 100}%`;
    const mark = `${day}/${step}`;
    if (mark !== shown) {
        shown = mark;
        const code = await makeCode(kept.phone, day, step, chain.marks);
        page.dataset.code = code;
        draw(code);
        say(texts.ready);
        const last = Math.max(...Object.keys(kept.days).filter((one) => kept.days[one].isKnown).map(Number));
        const until = new Date((last + 1) * 86400000);
        const options = {weekday: "long", day: "numeric", month: "long"};
        part("until").textContent = `${texts.until} ${until.toLocaleDateString(document.documentElement.lang, options)}`;
    }
}

async function keepAwake() {
    try {
        await navigator.wakeLock.request("screen");
    } catch {
        // the screen goes dark as usual
    }
}

async function start() {
    if ("serviceWorker" in navigator) {
        navigator.serviceWorker.register("/my/gym/pass/sw.js", {scope: "/my/gym/pass"});
    }
    part("take").addEventListener("click", async () => {
        part("take").hidden = true;
        await register();
    });
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden) {
            keepAwake();
            kept && renew();
        }
    });
    kept = (await load()) || null;
    if (kept) {
        tick();
        await renew();
    } else {
        await register();
    }
    setInterval(tick, 250);
    setInterval(() => kept && !document.hidden && renew(), ASK_MS);
    keepAwake();
}

start();
