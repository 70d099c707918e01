// Keeps what JupyterLite and Python are made of in the browser, so that a second visit costs next to nothing
// and needs no network, and isolates the pages, so that Python can be interrupted. What a kernel asks of the
// student's files is left to JupyterLite's own service worker.
(() => {
  const name = "softmax-lesson-VERSION";
  const ours = (url) => url.origin === location.origin;
  const lites = /\/api\/(drive|stdin\/|service-worker-heartbeat)/;
  // All of it belongs to one version of the site, and to a cache of that name.
  const stays = /\/(build|extensions|static|pypi)\//;

  self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
  self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || !ours(url) || lites.test(url.pathname)) return;
    event.stopImmediatePropagation();
    event.respondWith(answer(event.request, url));
  });

  async function forgetOthers() {
    const old = (await caches.keys()).filter(
      (key) => key.startsWith("softmax-lesson-") && key !== name,
    );
    await Promise.all(old.map((key) => caches.delete(key)));
  }

  async function answer(request, url) {
    const kept = await caches.open(name);
    // A page is the same for every notebook that its address names.
    const key = request.mode === "navigate" ? url.origin + url.pathname : request.url;
    if (stays.test(url.pathname)) {
      const known = await kept.match(key);
      if (known) return isolated(known);
    }
    try {
      const fresh = await fetch(request, { cache: "no-cache" });
      if (fresh.ok) await kept.put(key, fresh.clone());
      return isolated(fresh);
    } catch (failure) {
      const known = await kept.match(key);
      if (known) return isolated(known);
      throw failure;
    }
  }

  function isolated(response) {
    if (response.status === 0) return response;
    const headers = new Headers(response.headers);
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Embedder-Policy", "require-corp");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    const { status, statusText } = response;
    return new Response(response.body, { status, statusText, headers });
  }
})();

importScripts("jupyterlite-service-worker.js");
