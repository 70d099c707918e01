// An extension of JupyterLite, in the form that its loader expects.
(() => {
  const LIVE_VIEW = "application/vnd.jupyter.widget-view+json";

  // A saved notebook keeps its pictures (softmax_lesson/jupyter/saving.py). No kernel outlives its page here,
  // so that no live view is worth keeping, and JupyterLab would take it before all other forms.
  // What has no other form than a line of text, as a progress bar, goes with its live view.
  const isPicture = ({ data }) => data?.[LIVE_VIEW] && data["text/html"];
  const withoutLiveView = (output) => {
    const data = { ...output.data };
    delete data[LIVE_VIEW];
    return { ...output, data };
  };
  const withoutLiveViews = (cell) => {
    if (!cell.outputs) return cell;
    const stay = cell.outputs.filter((output) => !output.data?.[LIVE_VIEW] || isPicture(output));
    return {
      ...cell,
      outputs: stay.map((output) => (isPicture(output) ? withoutLiveView(output) : output)),
    };
  };

  // As a server of Jupyter does: what was computed here, and is as it was when it was saved, is trusted.
  const place = (path) => `softmax-lesson-signature:${path}`;
  const signature = async (cells) => {
    const outputs = new TextEncoder().encode(
      JSON.stringify(cells.map((cell) => cell.outputs ?? [])),
    );
    return [...new Uint8Array(await crypto.subtle.digest("SHA-256", outputs))].join();
  };
  const sign = async (path, cells) => {
    const fine = cells.every((cell) => !cell.outputs?.length || cell.metadata.trusted);
    if (fine) localStorage.setItem(place(path), await signature(cells));
    else localStorage.removeItem(place(path));
  };
  const trust = async (path, cells) => {
    const signed = localStorage.getItem(place(path));
    if (!signed || signed !== (await signature(cells))) return;
    for (const cell of cells) if (cell.outputs) cell.metadata.trusted = true;
  };

  const saving = {
    id: "softmax-lesson-site:saving",
    autoStart: true,
    activate({ serviceManager: { contents } }) {
      const [save, get] = [contents.save.bind(contents), contents.get.bind(contents)];
      contents.save = async (path, options) => {
        if (options?.type !== "notebook" || !options.content) return save(path, options);
        const cells = options.content.cells.map(withoutLiveViews);
        if (window.isSecureContext) await sign(path, cells);
        return save(path, { ...options, content: { ...options.content, cells } });
      };
      contents.get = async (path, options) => {
        const model = await get(path, options);
        const cells = model.type === "notebook" && model.content?.cells;
        if (cells && window.isSecureContext) await trust(path, cells);
        return model;
      };
    },
  };

  // What was typed is saved when the tab is left: a telephone may end it without a word.
  const leaving = {
    id: "softmax-lesson-site:leaving",
    autoStart: true,
    activate({ commands }) {
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "hidden") commands.execute("docmanager:save");
      });
    },
  };

  // JupyterLite stops what waits to be run; what runs is told here.
  const interrupting = {
    id: "softmax-lesson-site:interrupting",
    autoStart: true,
    activate({ commands, shell }) {
      commands.commandExecuted.connect((_, { id }) => {
        const kernel = shell.currentWidget?.sessionContext?.session?.kernel;
        const asked = id === "notebook:interrupt-kernel" || id === "kernelmenu:interrupt";
        if (asked && kernel?.status === "busy") window.interruptLesson();
      });
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB["softmax-lesson-site"] = {
    init() {},
    async get() {
      return () => ({ __esModule: true, default: [saving, leaving, interrupting] });
    },
  };
})();
