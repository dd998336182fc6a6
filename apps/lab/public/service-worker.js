// Gives pages of static hosts the headers that let threads share memory, and keeps the pages working without a server: what the
// page put into the cache is given where the network has nothing.
const cacheName = 'gradus-lab';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (new URL(request.url).origin !== self.location.origin) return;
  if (request.method !== 'GET') return;
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  event.respondWith(answer(request).then(isolated));
});

/** Files whose name tells their contents need no look at the server. */
const isFixed = (request) => new URL(request.url).pathname.includes('/assets/');

async function answer(request) {
  const kept = async () => {
    try {
      const cache = await caches.open(cacheName);
      return await cache.match(request, { ignoreSearch: true, ignoreVary: true });
    } catch {
      return undefined; // storage may be forbidden
    }
  };
  if (isFixed(request)) {
    const found = await kept();
    if (found) return found;
  }
  try {
    return await fetch(request);
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  }
}

function isolated(response) {
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  return new Response(response.body, {
    status: response.status,
    statusText: response.statusText,
    headers,
  });
}
