/* Keeps the till page and what it is made of, so that it opens while the server is away. It touches nothing else: calls
   of the API go past it. */
const KEEPS = "KEEPS", RELEASE = "RELEASE";
const CACHE = `huitou-till-${RELEASE}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEEPS)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("huitou-till-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});
/* The page from the server where it answers, so that a log-in that has ended is seen; its scripts by their own hashes. */
const page = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put(KEEPS[0], answer.clone());
    return answer.status >= 500 ? (await cache.match(KEEPS[0])) || answer : answer;
  } catch {
    return (await cache.match(KEEPS[0])) || Response.error();
  }
};
self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === KEEPS[0]) event.respondWith(page(request));
  else if (KEEPS.includes(address.pathname)) event.respondWith(caches.open(CACHE).then((cache) => cache.match(address.pathname)).then((kept) => kept || fetch(request)));
});
