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

document.addEventListener("DOMContentLoaded", () => {
  reach();
  // page.css keeps a part of a figure's own width, which a style sheet cannot ask for.
  addEventListener("load", () => {
    for (const figure of document.querySelectorAll(".jp-RenderedHTML > img")) {
      figure.style.setProperty("--wide", `${figure.naturalWidth}px`);
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
  });
  addEventListener("afterprint", () => opened.forEach((fold) => (fold.open = false)));
});
