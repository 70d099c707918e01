// What the kernel of JupyterLite loads in the place of Pyodide: Pyodide, and a way to interrupt it. A byte
// that the page shares with it says when; only a page that is isolated may share (service-worker.js).
const core = new URL("CORE", import.meta.url);

export async function loadPyodide(options) {
  const { loadPyodide: load } = await import(core);
  const pyodide = await load({ ...options, indexURL: new URL(".", core).href });
  if (globalThis.crossOriginIsolated) {
    const interrupt = new Uint8Array(new SharedArrayBuffer(1));
    pyodide.setInterruptBuffer(interrupt);
    postMessage({ lessonInterrupt: interrupt });
  }
  return pyodide;
}
