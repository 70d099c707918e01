// What is too tall for a slide gets a little smaller; if that is not enough, it is split between
// its cells.
const WIDTH = 1280;
const HEIGHT = 690;
const SMALLER = 0.8; // under it, 30 for the number
const make = (tag, name) => Object.assign(document.createElement(tag), { className: name });
const height = (node) => node.getBoundingClientRect().height;

function shrink(page) {
  for (let zoom = 1; height(page) > HEIGHT && zoom > 0.3; zoom -= 0.02) page.style.zoom = zoom;
  return Number(page.style.zoom || 1);
}

// Code, printed tables and formulas keep their lines: a long line makes its letters smaller. A
// sentence does not.
function narrow(node) {
  const formula = [...node.querySelectorAll(".katex-html > *")];
  const wide = formula.reduce((sum, part) => sum + part.getBoundingClientRect().width, 0);
  const ratio = node.clientWidth / (formula.length ? wide + 60 : node.scrollWidth);
  if (ratio < 0.7) Object.assign(node.style, { whiteSpace: "pre-wrap", wordBreak: "normal" });
  else if (ratio < 1) node.style.fontSize = `${Math.floor(98 * ratio)}%`;
}

// A fragment holds all cells to the end of its slide; given to each of them, the slide can be split
// between them.
function spread(fragment, index) {
  for (const cell of fragment.children) {
    cell.classList.add("fragment");
    cell.dataset.fragmentIndex = index;
  }
  fragment.replaceWith(...fragment.children);
}

// A cell of its own for a part of a cell.
function apart(cell, part) {
  const other = cell.cloneNode(false);
  other.removeAttribute("id");
  other.append(part);
  return other;
}

// What is to be predicted is on the slide with the options, whatever stands before it in its cell;
// and the code of a picture that needs the slide for itself goes before it.
function parts(cell) {
  const asked = cell.querySelector("blockquote:last-child");
  if (
    asked &&
    cell.nextElementSibling?.matches(".celltag_prediction") &&
    height(cell) > 3 * height(asked)
  ) {
    const words = make("div", "jp-RenderedHTMLCommon jp-RenderedMarkdown");
    words.append(asked);
    return [cell, apart(cell, words)];
  }
  const input = cell.querySelector(":scope > .jp-Cell-inputWrapper");
  if (!input || !cell.querySelector(".sml, img") || height(cell) <= HEIGHT) return [cell];
  return [apart(cell, input), cell];
}

// What stays with the cell before it: the notes, a prediction and what is said to it, the check of
// an exercise.
function blocks(cells) {
  const found = [];
  for (const cell of cells) {
    const last = found.at(-1);
    const tied =
      cell.matches(".celltag_prediction, .celltag_echo") ||
      /^\s*(exercise\.\w+\.check\()/.test(cell.textContent);
    const room = last && sum([...last, cell]) <= HEIGHT / SMALLER;
    if (cell.matches("aside") ? last : tied && room) last.push(cell);
    else found.push([cell]);
  }
  return found;
}
const sum = (cells) => cells.reduce((total, cell) => total + height(cell), 0);

// The blocks in order on pages that are at most so tall.
function pack(found, limit) {
  const pages = [[]];
  for (const block of found) {
    if (pages.at(-1).length && sum([...pages.at(-1), ...block]) > limit) pages.push([]);
    pages.at(-1).push(...block);
  }
  return pages;
}

function fit(section) {
  section.querySelectorAll(":scope > .fragment").forEach(spread);
  const cells = [...section.children].flatMap(parts);
  const first = make("div", "fit");
  section.append(first);
  first.append(...cells);
  if (shrink(first) >= SMALLER) return;
  first.style.zoom = "";
  // As few pages as will do, and these as even as can be: the letters stay large, and no page is
  // nearly empty.
  const found = blocks(cells);
  const fewest = pack(found, HEIGHT / SMALLER).length;
  let limit = HEIGHT / SMALLER;
  while (limit > 10 && pack(found, limit - 10).length === fewest) limit -= 10;
  let last = section;
  for (const page of pack(found, limit).slice(1)) {
    const next = make("section", "");
    const box = make("div", "fit");
    const waiting = page[0].dataset.fragmentIndex;
    // On a slide of its own nothing has to wait for a key.
    if (waiting) {
      for (const cell of cells) {
        if (cell.dataset.fragmentIndex === waiting) cell.classList.remove("fragment");
      }
    }
    box.append(...page);
    next.append(box);
    last.after(next);
    last = next;
    shrink(box);
  }
  shrink(first);
}

// Under a slide: its number, and where no heading says it, the section it belongs to.
function label(slide) {
  const place = `${Reveal.getSlidePastCount(slide) + 1} / ${Reveal.getTotalSlides()}`;
  return [slide?.dataset.within ? `${place} \u00a0 ${slide.dataset.within}` : place];
}
function nameSections() {
  let within = "";
  for (const slide of document.querySelectorAll(".slides section:not(:has(section))")) {
    const headings = [...slide.querySelectorAll("h1, h2")];
    if (headings.length) within = headings.at(-1).firstChild.textContent;
    else slide.dataset.within = within;
  }
}

document.addEventListener("DOMContentLoaded", async () => {
  await Promise.all([...document.fonts].map((font) => font.load()));
  document.body.classList.add("measuring");
  const folds = document.querySelectorAll("details");
  folds.forEach((fold) => (fold.open = true)); // there has to be room for what is opened before the room
  document.querySelectorAll(".slides pre, .slides .katex-display").forEach(narrow);
  document.querySelectorAll(".slides section:not(:has(section))").forEach(fit);
  folds.forEach((fold) => (fold.open = false));
  document.body.classList.remove("measuring");
  nameSections();
  // A picture that has the focus has the arrow keys; whatever else turns a slide takes the focus
  // away from it.
  const busy = () => document.activeElement.closest(".sml, .sml-spoken, summary");
  document.addEventListener(
    "keydown",
    (event) => {
      const key = event.key;
      if (!busy() || !(key.length === 1 || key.startsWith("Page") || key === "Escape")) return;
      document.activeElement.blur();
      if (key === "Escape") event.stopImmediatePropagation();
    },
    true,
  );
  await Reveal.initialize({
    width: WIDTH,
    height: HEIGHT + 30,
    margin: 0.04,
    center: false,
    hash: true,
    transition: "none",
    slideNumber: label,
    keyboardCondition: () => !busy(),
    plugins: [RevealNotes, RevealZoom],
    navigationMode: "linear", // every key that goes on goes to the next slide, down into a section too
  });
});
