// What scrolls sideways, a long line of code on a telephone, can be reached and scrolled by
// keyboard.
function reach() {
  for (const node of document.querySelectorAll(
    "main :is(.katex-display, table, pre, [class*=jp-])",
  )) {
    const scrolls =
      node.scrollWidth > node.clientWidth && /auto|scroll/.test(getComputedStyle(node).overflowX);
    if (scrolls) node.tabIndex = 0;
    else if (node.tabIndex === 0 && node.hasAttribute("tabindex")) node.removeAttribute("tabindex");
    fade(node, scrolls);
  }
}

// It fades out on the side where it goes on, so that one sees that it does.
function fade(node, scrolls = true) {
  const rest = node.scrollWidth - node.clientWidth - node.scrollLeft;
  node.classList.toggle("on-left", scrolls && node.scrollLeft > 1);
  node.classList.toggle("on-right", scrolls && rest > 1);
}

// A long name in a line of text, exercise.bias_column.hint(), is broken after a full stop.
function breakNames() {
  for (const code of document.querySelectorAll(".jp-RenderedMarkdown :not(pre) > code")) {
    if (code.children.length || code.textContent.length < 20) continue;
    const [first, ...others] = code.textContent.split(/(?<=[.(])(?=[a-z])/);
    code.replaceChildren(first);
    for (const part of others) code.append(document.createElement("wbr"), part);
  }
}

// A formula wider than a sheet of paper is printed in smaller letters.
function measure() {
  const sheet = 620;
  for (const node of document.querySelectorAll("main .katex-display")) {
    const parts = [...node.querySelectorAll(":scope > .katex > .katex-html > *")];
    const wide = parts.reduce((sum, part) => sum + part.getBoundingClientRect().width, 0);
    if (wide > sheet) node.style.setProperty("--fits", sheet / wide);
  }
}

// The result of a prediction, to the end of what tells it, waits in a fold. prediction.js tells of
// a choice by an event, and hears from here when the answer is seen.
function told(asking) {
  const cells = [];
  let answered = false;
  for (let cell = asking.nextElementSibling; cell; cell = cell.nextElementSibling) {
    if (answered && !cell.querySelector(".celltag_answer")) break;
    cells.push(cell);
    answered ||= cell.matches(".celltag_echo");
  }
  return answered ? cells : [];
}

// WORDS stand before this script, in the language of the page (publish.py).
/* global WORDS */
function foldAnswer(asking) {
  const key = asking.querySelector("[data-prediction]")?.dataset.prediction;
  const cells = told(asking);
  if (!key || !cells.length) return;
  const summary = Object.assign(document.createElement("summary"), {
    textContent: WORDS.fold,
  });
  const fold = Object.assign(document.createElement("details"), { className: "told" });
  const seen = () =>
    document.dispatchEvent(new CustomEvent("softmax-answer-seen", { detail: key }));
  asking.after(fold);
  fold.append(summary, ...cells);
  fold.addEventListener("toggle", reach);
  summary.addEventListener("click", () => fold.open || seen());
  // What was seen before the page was loaded again is open.
  fold.open = Boolean(document.softmaxPredictions?.[key]?.shown);
  document.addEventListener("softmax-prediction", ({ detail }) => {
    if (detail.key !== key || !detail.decided || detail.shown) return;
    fold.open = true;
    if (asking.contains(document.activeElement)) summary.focus({ preventScroll: true });
    seen();
  });
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".celltag_prediction").forEach(foldAnswer);
  breakNames();
  reach();
  addEventListener("scroll", ({ target }) => target.matches?.("[tabindex]") && fade(target), true);
  // page.css keeps a part of a figure's own width, which a style sheet cannot ask for.
  addEventListener("load", () => {
    for (const figure of document.querySelectorAll(".jp-RenderedHTML > img")) {
      figure.style.setProperty(
        "--wide",
        `${figure.getAttribute("width") ?? figure.naturalWidth}px`,
      );
    }
    reach();
  });
  document.fonts.ready.then(measure);
  addEventListener("resize", reach);
  // Paper cannot be unfolded.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((fold) => (fold.open = true));
    measure();
  });
  addEventListener("afterprint", () => opened.forEach((fold) => (fold.open = false)));
});
