// The formulas of a page or of slides, drawn by KaTeX.
document.addEventListener("DOMContentLoaded", () => {
  const delimiters = [
    { left: "$$", right: "$$", display: true },
    { left: "$", right: "$", display: false },
  ];
  for (const text of document.querySelectorAll(".jp-RenderedMarkdown")) {
    renderMathInElement(text, { delimiters });
    text
      .querySelectorAll(":not(.katex-display) > .katex")
      .forEach((formula) => keepMark(formula.parentElement));
  }
});

// A full stop or comma does not begin a line: it stays with the formula before it, if that is
// short.
function keepMark(formula) {
  const next = formula.nextSibling;
  const mark = next?.nodeType === Node.TEXT_NODE && /^[.,;:!?)]+/.exec(next.data);
  if (!mark || formula.textContent.length > 40) return;
  const together = Object.assign(document.createElement("span"), { style: "white-space: nowrap" });
  next.data = next.data.slice(mark[0].length);
  formula.replaceWith(together);
  together.append(formula, mark[0]);
}
