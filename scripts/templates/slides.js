// What is too tall for a slide gets a little smaller; if that is not enough, it is split between its cells.
const WIDTH = 1280, HEIGHT = 720, SMALLER = 0.8;
const make = (tag, name) => Object.assign(document.createElement(tag), { className: name });
const height = (node) => node.getBoundingClientRect().height;

function shrink(page) {
  for (let zoom = 1; height(page) > HEIGHT && zoom > 0.3; zoom -= 0.02) page.style.zoom = zoom;
  return Number(page.style.zoom || 1);
}

// Code, printed tables and formulas keep their lines: a long line makes its letters smaller. A sentence does not.
function narrow(node) {
  const formula = [...node.querySelectorAll(".katex-html > *")];
  const wide = formula.reduce((sum, part) => sum + part.getBoundingClientRect().width, 0);
  const ratio = node.clientWidth / (formula.length ? wide + 60 : node.scrollWidth);
  if (ratio < 0.7) Object.assign(node.style, { whiteSpace: "pre-wrap", wordBreak: "normal" });
  else if (ratio < 1) node.style.fontSize = `${Math.floor(98 * ratio)}%`;
}

// A fragment holds all cells to the end of its slide; given to each of them, the slide can be split between them.
function spread(fragment, index) {
  for (const cell of fragment.children) {
    cell.classList.add("fragment");
    cell.dataset.fragmentIndex = index;
  }
  fragment.replaceWith(...fragment.children);
}

// The code of a picture that needs the slide for itself goes before it.
function parts(cell) {
  const input = cell.querySelector(":scope > .jp-Cell-inputWrapper");
  if (!input || !cell.querySelector(".sml, img") || height(cell) <= HEIGHT) return [cell];
  const code = cell.cloneNode(false);
  code.removeAttribute("id");
  code.append(input);
  return [code, cell];
}

function fit(section) {
  section.querySelectorAll(":scope > .fragment").forEach(spread);
  const cells = [...section.children].flatMap(parts), first = make("div", "fit");
  section.append(first);
  first.append(...cells);
  if (shrink(first) >= SMALLER) return;
  first.style.zoom = "";
  first.replaceChildren();
  const pages = [first];
  for (const cell of cells) {
    const last = pages.at(-1);
    last.append(cell);
    const full = shrink(last) < SMALLER;
    last.style.zoom = "";
    if (!full || last.children.length === 1 || cell.matches("aside")) continue;
    const next = make("section", ""), page = make("div", "fit");
    last.parentElement.after(next);
    next.append(page);
    page.append(cell);
    pages.push(page);
    const waiting = cell.dataset.fragmentIndex;  // on a slide of its own nothing has to wait for a key
    if (waiting) for (const other of cells) if (other.dataset.fragmentIndex === waiting) other.classList.remove("fragment");
  }
  pages.forEach(shrink);
}

document.addEventListener("DOMContentLoaded", async () => {
  await Promise.all([...document.fonts].map((font) => font.load()));
  document.body.classList.add("measuring");
  document.querySelectorAll(".slides pre, .slides .katex-display").forEach(narrow);
  document.querySelectorAll(".slides section:not(:has(section))").forEach(fit);
  document.body.classList.remove("measuring");
  // A picture that has the focus has the keys; Escape gives them back to the slides.
  const busy = () => document.activeElement.closest(".sml, summary");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !busy()) return;
    document.activeElement.blur();
    event.stopImmediatePropagation();
  }, true);
  await Reveal.initialize({
    width: WIDTH, height: HEIGHT, margin: 0.04, center: false, hash: true, transition: "none",
    slideNumber: "c/t", keyboardCondition: () => !busy(), plugins: [RevealNotes],
  });
});
