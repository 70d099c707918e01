// A picture or a prediction in front of Python. It goes on answering when Python has gone, and says
// so then. A page, which has no Python behind it, does not get this.
//
// `comm_live_update` comes when the kernel restarts, by the student's hand or after a crash, and
// `disposed` when it ends for good or another takes its place. The class that ipywidgets gives to a
// view on such occasions never comes here: anywidget drops what would set it.
function live(picture) {
  const LEFT = "_left";

  // Once for a model, which may have no view yet, or several.
  function initialize({ model }) {
    const left = () => model.set(LEFT, model.get("_words").left);
    const ended = model.widget_manager?.kernel?.disposed;
    model.on("comm_live_update", left);
    ended?.connect?.(left);
    return () => ended?.disconnect?.(left);
  }

  function render({ model, el }) {
    const leave = picture.render({ model, el });
    const words = document.createElement("p");
    words.ariaLive = "polite";
    // Behind all else, where nothing moves by it.
    el.lastChild.append(words);
    const say = () => {
      if (!model.get(LEFT)) return;
      words.textContent = model.get(LEFT);
      words.style = "padding:0.7em 1em;color:var(--ink);font:bold 1em system-ui";
    };
    say();
    model.on(`change:${LEFT}`, say);
    return () => {
      model.off(`change:${LEFT}`, say);
      leave();
    };
  }

  return { initialize, render };
}
