// An extension of JupyterLite, in the form that its loader expects.
(() => {
  const LIVE_VIEW = "application/vnd.jupyter.widget-view+json";

  // A saved notebook keeps its pictures: softmax_lesson/jupyter/saving.py, for where there is no server.
  const withoutLiveView = (output) => {
    const html = [output.data?.["text/html"] ?? ""].flat().join("");
    if (!output.data?.[LIVE_VIEW] || !html.includes("kit.standAlone(")) return output;
    const data = { ...output.data };
    delete data[LIVE_VIEW];
    return { ...output, data };
  };
  const withoutLiveViews = (cell) =>
    cell.outputs ? { ...cell, outputs: cell.outputs.map(withoutLiveView) } : cell;

  const saving = {
    id: "softmax-lesson-site:saving",
    autoStart: true,
    activate({ serviceManager: { contents } }) {
      const save = contents.save.bind(contents);
      contents.save = (path, options) => {
        if (options?.type !== "notebook") return save(path, options);
        const cells = options.content.cells.map(withoutLiveViews);
        return save(path, { ...options, content: { ...options.content, cells } });
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
