// Slides are laid out anew: what is too tall, or says more than a slide should, is split between its
// cells; what would leave most of a slide empty goes to the next; a picture has a slide to itself.
const WIDTH = 1280;
const HEIGHT = 690;
const SMALLER = 0.8; // under it, 30 for the number
const JOINED = 0.72; // a short slide is worth letters that are a little smaller still
const WORDS = 1000; // characters at most
const SHORT = 240; // what ends in the upper third is joined with another
const AXIS = 18.8; // the numbers at the axes of a picture are at least so high: 18 on a screen of 720
const TASK = 0.64; // a task under its picture may have letters so much smaller
const make = (tag, name) => Object.assign(document.createElement(tag), { className: name });
const height = (node) => node.getBoundingClientRect().height;
const sum = (cells) => cells.reduce((total, cell) => total + height(cell), 0);

function shrink(page) {
  for (let zoom = 1; height(page) > HEIGHT && zoom > 0.3; zoom -= 0.02) page.style.zoom = zoom;
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

// How much there is to read, a picture's own words aside.
function characters(...nodes) {
  let found = 0;
  for (const node of nodes) {
    const words = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const { parentElement: parent, data } = words.currentNode;
      if (parent.closest("style, script, aside, .sml, .katex-mathml, [role=status]")) continue;
      const said = data.trim() || parent.closest("pre");
      if (said && parent.checkVisibility({ visibilityProperty: true })) {
        found += data.replace(/\s+/g, " ").length;
      }
    }
  }
  return found;
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

// ---- Cells in parts ----

// A cell of its own for a part of a cell.
function apart(cell, ...nodes) {
  const other = cell.cloneNode(false);
  other.removeAttribute("id");
  other.append(...nodes);
  return other;
}
function wordsApart(cell, nodes) {
  const words = make("div", "jp-RenderedHTMLCommon jp-RenderedMarkdown");
  words.append(...nodes);
  return apart(cell, words);
}

// What can be discovered waits in a fold; on slides, on the next one.
function unfold(cell) {
  const fold = cell.querySelector("details");
  if (!fold) return [cell];
  const title = make("p", "");
  const bold = title.appendChild(document.createElement("strong"));
  bold.textContent = fold.querySelector("summary").textContent.replace(/ *\(.*\)$/, "");
  fold.querySelector("summary").remove();
  const found = wordsApart(cell, [title, ...fold.childNodes]);
  found.classList.add("discovery");
  fold.remove();
  return [cell, found];
}

// A text too long for one slide is cut between its paragraphs into parts of about one length; a
// table, between its rows.
function cut(cell) {
  const body = cell.querySelector(".jp-RenderedMarkdown");
  const count = Math.ceil(characters(cell) / WORDS);
  if (!body || count < 2) return [cell];
  const most = characters(cell) / count;
  const groups = [[]];
  for (const node of [...body.childNodes].flatMap((child) => rows(child, most))) {
    const full = characters(...groups.at(-1).filter(isElement)) + characters(node) / 2 > most;
    if (isElement(node) && full && groups.length < count) groups.push([]);
    groups.at(-1).push(node);
  }
  return [cell, ...groups.slice(1).map((group) => wordsApart(cell, group))];
}
const isElement = (node) => node.nodeType === Node.ELEMENT_NODE;
function rows(table, most) {
  if (!table.matches?.("table") || characters(table) <= most) return [table];
  const lines = [...table.tBodies[0].rows];
  const rest = table.cloneNode(false);
  rest.append(table.tHead.cloneNode(true), document.createElement("tbody"));
  rest.tBodies[0].append(...lines.slice(lines.length / 2));
  return [table, rest];
}

// What is to be predicted is on the slide with the options, whatever stands before it in its cell;
// the code of a picture goes before it; and where code and what it prints are too much for one
// slide, they are two.
function parts(cell) {
  const asked = cell.querySelector("blockquote:last-child");
  const taken = cell.nextElementSibling?.matches(".celltag_prediction");
  if (asked && taken && height(cell) > 3 * height(asked)) {
    return [...cut(cell), wordsApart(cell, [asked])];
  }
  const input = cell.querySelector(":scope > .jp-Cell-inputWrapper");
  const long = characters(cell) > WORDS || height(cell) > HEIGHT / SMALLER;
  const drawn = cell.querySelector(".sml") || (cell.querySelector("img") && height(cell) > HEIGHT);
  const printed = cell.querySelector(":scope > .jp-Cell-outputWrapper");
  if (!input || !printed || !(drawn || long)) return cut(cell);
  const code = apart(cell, input);
  code.classList.toggle("before-picture", Boolean(drawn));
  return [code, cell];
}

// ---- Blocks: what stays together ----

// With the cell before it stay the notes, a prediction, and the check of an exercise.
function blocks(cells) {
  const found = [];
  for (const cell of cells) {
    const last = found.at(-1);
    const tied =
      cell.matches(".celltag_prediction") || /^\s*exercise\.\w+\.check\(/.test(cell.textContent);
    const room = last && !last.picture && fits([last, block([cell])]);
    if (cell.matches("aside") && last) last.cells.push(cell);
    else if (tied && room) found[found.length - 1] = block([...last.cells, cell]);
    else found.push(block([cell]));
  }
  return found;
}
function block(cells) {
  const has = (selector) =>
    cells.some((cell) => cell.matches(selector) || cell.querySelector(selector));
  return {
    cells,
    picture: has(".sml"),
    asks: has(".celltag_prediction"),
    discovery: has(".discovery"),
    code: has(".before-picture"),
    task: cells[0].matches(".jp-MarkdownCell") && !has(".discovery, h2, h3, table, pre"),
    tall: sum(cells.filter((cell) => !cell.matches("aside"))),
    long: characters(...cells),
  };
}
const total = (page, what) => page.reduce((all, one) => all + one[what], 0);
const fits = (page, limit = HEIGHT / SMALLER) =>
  total(page, "tall") <= limit && total(page, "long") <= WORDS;

// ---- Pages ----

// The blocks in order on pages of at most this height.
function pack(found, limit) {
  const pages = [];
  for (const one of found) {
    const last = pages.at(-1);
    const alone =
      one.picture ||
      one.discovery ||
      last?.some((other) => other.picture || (other.asks && !one.code));
    if (!last || alone || !fits([...last, one], limit)) pages.push([one]);
    else last.push(one);
  }
  return pages;
}

// As few pages as will do, and these as even as can be: the letters stay large, and no page is
// nearly empty.
function even(found) {
  if (fits(found, HEIGHT)) return pack(found, HEIGHT);
  let limit = HEIGHT / SMALLER;
  const fewest = pack(found, limit).length;
  while (limit > 10 && pack(found, limit - 10).length === fewest) limit -= 10;
  return pack(found, limit);
}

// May these two pages be one? Not a picture with another page, and no result with what is to be
// predicted before it; but the code of a picture is no result.
function joins(page, next) {
  const both = [...page, ...next];
  const told = page.some((one) => one.asks) && !next.every((one) => one.code);
  const kept = told || next.some((one) => one.discovery);
  return !kept && !both.some((one) => one.picture) && fits(both, HEIGHT / JOINED);
}
const short = (page) => total(page, "tall") < SHORT && !page.some((one) => one.picture);

// A short page is joined with the next or, if that cannot be, with the one before.
function join(pages) {
  for (let i = 0; i < pages.length; i++) {
    if (!short(pages[i])) continue;
    const first = [i, i - 1].find((k) => pages[k] && pages[k + 1] && joins(pages[k], pages[k + 1]));
    if (first !== undefined) {
      pages.splice(first, 2, [...pages[first], ...pages[first + 1]]);
      i = first - 1;
    } else if (pages[i - 1]) {
      codeBefore(pages, i);
      balance(pages, i);
    }
  }
  return pages;
}

// Or it gets the last words of the page before, if that has enough of them.
function balance(pages, place) {
  const before = pages[place - 1];
  const [rest, last] = [before.slice(0, -1), before.slice(-1)];
  const kept = before.some((one) => one.asks || one.picture) || pages[place][0].discovery;
  if (kept || !rest.length || short(rest) || !fits([...last, ...pages[place]])) return;
  pages.splice(place - 1, 2, rest, [...last, ...pages[place]]);
}

// The code of a picture, three lines that find no room on the slide with what is to be predicted,
// goes with the words before that.
function codeBefore(pages, place) {
  const asking = pages[place - 1];
  const asks = asking.findIndex((one) => one.asks);
  if (asks < 0 || !pages[place][0].code) return;
  const bare = asking[asks].cells[0].matches(".celltag_prediction"); // the words that ask stay
  const words = asking.slice(0, bare ? asks - 1 : asks);
  if (!words.length || !fits([...words, ...pages[place]])) return;
  pages.splice(place - 1, 2, [...words, ...pages[place]], asking.slice(words.length));
}

// ---- Slides ----

function slideOf(page) {
  const section = make("section", "");
  const cells = page.flatMap((one) => one.cells);
  // What begins a slide does not have to wait for a key.
  const waiting = cells[0].dataset.fragmentIndex;
  for (const cell of cells) {
    if (waiting && cell.dataset.fragmentIndex === waiting) cell.classList.remove("fragment");
  }
  section.appendChild(make("div", "fit")).append(...cells);
  return section;
}

// The height of the smallest number at an axis of a picture.
function axisLetters(slide) {
  const plots = [...slide.querySelectorAll(".sml-plot")].filter((plot) => plot.checkVisibility());
  const sizes = plots.flatMap((plot) => {
    const scale = plot.getBoundingClientRect().width / plot.viewBox.baseVal.width;
    const texts = [...plot.querySelectorAll("text")];
    return texts.map((text) => parseFloat(getComputedStyle(text).fontSize) * scale);
  });
  return Math.min(...sizes);
}

// What is to be tried with a picture stands under it, if all can be read from the last row.
function withCells(slide, cells) {
  const box = slide.firstChild;
  const axis = axisLetters(slide);
  box.append(...cells);
  cells.forEach((cell) => cell.classList.add("task"));
  for (let zoom = 1; zoom * axis >= AXIS; zoom -= 0.02) {
    for (let smaller = 1; smaller * zoom >= TASK; smaller -= 0.05) {
      box.style.zoom = zoom;
      cells.forEach((cell) => (cell.style.zoom = smaller));
      if (height(box) <= HEIGHT) return true;
    }
  }
  box.style.zoom = "";
  cells.forEach((cell) => {
    cell.style.zoom = "";
    cell.classList.remove("task");
    cell.remove();
  });
  return false;
}

// The pages after a picture give it the task and, waiting for a key, what can be discovered.
function withTask(slide, after) {
  const [page, next] = after;
  if (!page?.[0]?.task) return;
  const found = page.length === 1 && next?.[0]?.discovery && next[0].cells;
  if (found && withCells(slide, [...page[0].cells, ...found])) {
    found.forEach((cell) => cell.classList.add("fragment"));
    next.shift();
    page.shift();
  } else if (withCells(slide, page[0].cells)) page.shift();
}

// The slides of a section are taken apart and put together again.
function layOut(stack) {
  const pages = [...stack.children].flatMap((section) => {
    section.querySelectorAll(":scope > .fragment").forEach(spread);
    for (const way of [unfold, parts]) {
      [...section.children].forEach((cell) => cell.replaceWith(...way(cell)));
    }
    return even(blocks([...section.children]));
  });
  const slides = new Map();
  const built = (page) => stack.appendChild(slideOf(page));
  for (const [i, page] of pages.entries()) {
    if (!page.some((one) => one.picture)) continue;
    slides.set(page, built(page));
    withTask(slides.get(page), pages.slice(i + 1, i + 3));
    shrink(slides.get(page).firstChild);
  }
  const joined = join(pages.filter((page) => page.length));
  stack.replaceChildren();
  for (const page of joined) {
    if (slides.has(page)) stack.append(slides.get(page));
    else shrink(built(page).firstChild);
  }
}

// What is on another slide, the Tab key does not reach.
function rest() {
  const shown = Reveal.getCurrentSlide();
  for (const slide of document.querySelectorAll(".slides section:not(:has(section))")) {
    slide.inert = slide !== shown && !Reveal.isOverview();
  }
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
  folds.forEach((fold) => (fold.open = true));
  document.querySelectorAll(".slides pre, .slides .katex-display").forEach(narrow);
  document.querySelectorAll(".slides > section").forEach(layOut);
  // Nothing scrolls here, so only what answers is reached by the Tab key.
  const idle = ".slides [tabindex='0']:not(.sml *, .sml-spoken *)";
  document.querySelectorAll(idle).forEach((node) => node.removeAttribute("tabindex"));
  document.body.classList.remove("measuring");
  nameSections();
  // A picture that has the focus has the arrow keys; whatever else turns a slide takes the focus
  // away from it.
  const busy = () => document.activeElement.closest(".sml, .sml-spoken");
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
  for (const event of ["slidechanged", "overviewshown", "overviewhidden"]) Reveal.on(event, rest);
  rest();
});
