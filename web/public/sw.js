// The page without a connection. Only what is the same for everybody is kept: the shell and its files. Answers of the
// server never pass through here, so that nothing private can stay behind.
const PREFIX = 'carrel-';
const scope = new URL(self.registration.scope);
const shellUrl = scope.href;
const isFile = (path) => /\/(assets\/|icons\/|mark\.svg$|manifest\.json$)/.test(path);
// These are the server's own pages, not the page's.
const isServers = (path) =>
  /^\/(api|v1|ollama|scim|oauth|ws|docs|health|metrics|openapi\.json|\.well-known)(\/|$)/.test(path);

/** One cache for each build: its name is that of the page's first script. */
async function cacheOf(html) {
  const [, entry = 'none'] = /assets\/([\w-]+)\.js/.exec(html) ?? [];
  return PREFIX + entry;
}

/** Keeps the shell, and drops what belongs to builds before it. */
async function keepShell(response) {
  const copy = response.clone();
  const html = await response.text();
  const name = await cacheOf(html);
  const isNew = !(await caches.has(name));
  const cache = await caches.open(name);
  await cache.put(shellUrl, copy);
  if (!isNew) return;
  // What every page runs is named in a script of it, from its own folder on.
  const [, run = '[]'] = /"run":(\[[^\]]*\])/.exec(html) ?? [];
  const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
  const files = [...named, ...JSON.parse(run)].map((url) => new URL(url, shellUrl));
  await keepFiles(cache, files.map(String));
  for (const old of await caches.keys()) if (old.startsWith(PREFIX) && old !== name) await caches.delete(old);
}

/** What cannot be fetched now is kept when it is next asked for. */
async function keepFiles(cache, urls) {
  const own = urls.filter((url) => new URL(url).origin === scope.origin && isFile(new URL(url).pathname));
  await Promise.allSettled(own.map(async (url) => (await cache.match(url)) ?? cache.add(url)));
}

async function current() {
  const [name] = (await caches.keys()).filter((key) => key.startsWith(PREFIX));
  return name === undefined ? null : caches.open(name);
}

self.addEventListener('install', (event) => {
  const take = async () => {
    const response = await fetch(shellUrl, { headers: { accept: 'text/html' }, cache: 'no-store' });
    if (response.ok) await keepShell(response);
    await self.skipWaiting();
  };
  event.waitUntil(take());
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/** The network first, so that an update is there at once; without it, the shell. */
async function page(request) {
  try {
    const response = await fetch(request);
    if (response.ok && /text\/html/.test(response.headers.get('content-type') ?? ''))
      await keepShell(response.clone()).catch(() => undefined);
    return response;
  } catch (error) {
    const kept = await (await current())?.match(shellUrl);
    if (kept) return kept;
    throw error;
  }
}

/** Files whose name changes with what is in them. */
async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await (await current())?.put(request, response.clone());
  return response;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== scope.origin || isServers(pathname)) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (isFile(pathname)) event.respondWith(file(request));
});

/** What the page had fetched before this worker was there. */
self.addEventListener('message', (event) => {
  const urls = event.data?.keep;
  if (!Array.isArray(urls)) return;
  event.waitUntil(current().then((cache) => cache && keepFiles(cache, urls)));
});
