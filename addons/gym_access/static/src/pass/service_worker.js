/* Keeps the page of the pass, so that it opens without a signal. It answers for that page and its files alone. */
const CACHE = "gym-pass-1";
const FILES = [
    "/gym_access/static/src/pass/pass_code.js",
    "/gym_access/static/src/pass/pass_page.js",
    "/gym_access/static/src/pass/pass_page.css",
    "/web/static/lib/zxing-library/zxing-library.js",
    "/my/gym/pass/manifest.webmanifest",
];

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
    self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** The network first, for what is new; what was kept when there is none. A page that leads to signing in is not kept. */
async function answer(request) {
    const cache = await caches.open(CACHE);
    try {
        const response = await fetch(request);
        if (response.ok && !response.redirected) {
            await cache.put(request, response.clone());
        }
        return response;
    } catch (error) {
        const kept = await cache.match(request);
        if (kept) {
            return kept;
        }
        throw error;
    }
}

self.addEventListener("fetch", (event) => {
    const {pathname} = new URL(event.request.url);
    if (event.request.method === "GET" && (pathname === "/my/gym/pass" || FILES.includes(pathname))) {
        event.respondWith(answer(event.request));
    }
});
