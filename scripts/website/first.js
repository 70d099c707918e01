// Runs before anything else in a page of JupyterLite.
(() => {
  const root = new URL(".", document.currentScript.src);

  // Python runs in a worker, and hands over the byte by which it is interrupted (lesson.mjs).
  const interrupts = new Set();
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (data?.lessonInterrupt) interrupts.add(data.lessonInterrupt);
      });
    }
  };
  window.interruptLesson = () => interrupts.forEach((byte) => (byte[0] = 2));

  // The kernel's page expects a promise, also where the worker was quicker than the page: then it is a text.
  const { waitAsync } = Atomics;
  if (waitAsync) {
    Atomics.waitAsync = (...given) => ({
      async: true,
      value: Promise.resolve(waitAsync(...given).value),
    });
  }

  // The service worker isolates a page when it serves it. On a first visit it comes too late: once more.
  const { serviceWorker } = navigator;
  if (window.crossOriginIsolated || !serviceWorker || sessionStorage.getItem("isolated")) return;
  sessionStorage.setItem("isolated", "tried");
  const again = () => location.reload();
  if (serviceWorker.controller) return again();
  serviceWorker.addEventListener("controllerchange", again);
  serviceWorker.register(new URL("service-worker.js?enableCache=false", root)).catch(() => {});
})();
