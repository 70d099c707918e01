// The gradient of one photograph: each row is the photograph times one number, and the rows add up to 0.
import {
  choice, ending, follow, frame, html, loss, lossCurve, number, score, sentence, slider, slope, softmax, tell,
} from "./kit/kit.js";

const STATE = ["scores", "correct_class", "class_names", "row", "feature", "image"];
const SIDE = 32, BIAS = SIDE * SIDE * 3, COLOURS = ["red", "green", "blue"];
const line = (d) => Math.floor(d / (3 * SIDE)), column = (d) => Math.floor(d / 3) % SIDE;
const place = (d) => d === BIAS ? "the bias" : `line ${line(d) + 1}, column ${column(d) + 1}, ${COLOURS[d % 3]}`;
// The equation's number, and what it says in letters and in numbers.
const terms = (p, x, correct) => correct ? [4, "−x + p x", `${number(-x)} + ${number(p * x)}`]
  : [5, "p x", `${number(p)} · ${number(x)}`];

// The sentence that says the picture; row_gradient.py has the same one.
function say(names, f, y, k, d, p, x, factors) {
  const [equation, letters, numbers] = terms(p[k], x, k === y), factor = number(factors[k]);
  const row = k === y ? `, the correct class, is the photograph times p − 1 = ${factor}, so a step down puts some of it into`
    : ` is the photograph times p = ${factor}, so a step down takes some of it out of`;
  return `Row ${k + 1} of the gradient, ${names[k]}${row} this row of W. Its element ${d + 1} (${place(d)}) is by equation ` +
    `(${equation}) ${letters} = ${numbers} = ${number(factors[k] * x)}. The rows' factors ` +
    `${factors.map(number).join(", ")} add up to 0. The loss is ${number(loss(f, y))} and its slope ${number(slope(f, y))}.`;
}

// A photograph times a factor, its bias in a bar below, a mark on one element, and two lines of words.
function tile(head, words, pick) {
  const canvas = html("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": words }), mark = html("i");
  const bias = html("div", { class: "sml-bias" }), lines = [html("div", { class: "sml-factor" }), html("div")];
  const node = html("div", { class: "sml-tile" }, head, html("div", { class: "sml-photo" }, canvas, mark), bias, ...lines);
  const pen = canvas.getContext("2d"), image = pen.createImageData(SIDE, SIDE);
  let drawn = [];
  const at = (v, size) => Math.min(SIDE - 1, Math.max(0, Math.floor((v / size) * SIDE)));
  const onto = (event, box = canvas.getBoundingClientRect()) =>
    pick(3 * (at(event.clientY - box.top, box.height) * SIDE + at(event.clientX - box.left, box.width)));
  for (const name of ["pointermove", "pointerdown"]) {
    bias.addEventListener(name, () => pick(BIAS));
    canvas.addEventListener(name, onto);
  }
  // In a gradient grey is 0, so zero is half the light; in the photograph itself zero is black.
  function show(pixels, factor, d, words, zero = 127.5) {
    mark.style.cssText = d === BIAS ? "display:none" : `left:${(100 * column(d)) / SIDE}%;top:${(100 * line(d)) / SIDE}%`;
    bias.classList.toggle("sml-here", d === BIAS);
    lines.forEach((part, i) => (part.textContent = words[i]));
    if (drawn[0] === pixels && drawn[1] === factor) return;
    drawn = [pixels, factor];
    const shade = (v) => zero + (255 - zero) * v;
    for (let i = 0; i < 4 * SIDE * SIDE; i++) image.data[i] = i % 4 === 3 ? 255 : shade((factor * pixels[i - (i >> 2)]) / 255);
    pen.putImageData(image, 0, 0);
    bias.style.background = `rgb(${Array(3).fill(Math.round(shade(factor)))})`;
  }
  return { node, show };
}

function render({ model, el }) {
  const curve = lossCurve(), text = sentence(), formula = html("div", { class: "sml-formula" });
  const controls = html("div", { class: "sml-controls" }), tiles = html("fieldset", { class: "sml-tiles" });
  const body = frame(el, "Row gradient", STYLE, "sml-gradient sml-wide"), group = `sml-${Math.random()}`;
  body.append(curve.node, controls, tiles, text.node);
  let rows, correct, built, pixels, coded, moving = false;

  const control = (label, css, move) => {
    const part = { name: html("span", { class: "sml-name" }), value: html("span", { class: "sml-value" }), ...slider(label, move) };
    return { ...part, row: html("div", { class: `sml-row ${css}` }, part.name, part.node, part.value) };
  };
  const rise = control("score of the correct class", "sml-correct", (value) => {
    moving = true;
    tell(model, "scores", model.get("scores").map((v, k) => (k === model.get("correct_class") ? value : v)));
    moving = false;
  });
  const element = control("element of the row", "", (d) => tell(model, "feature", d));
  // Up and down go a line of the photograph; left and right, one element, are the slider's own.
  element.node.addEventListener("keydown", (event) => {
    const lines = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (lines) event.preventDefault();
    if (lines) tell(model, "feature", Math.min(BIAS, Math.max(0, model.get("feature") + 3 * SIDE * lines)));
  });
  // The pointer picks an element, in the colour that is chosen, and the row that it is on.
  const picks = (k) => (d) => {
    if (k !== undefined && k !== model.get("row")) tell(model, "row", k);
    const now = model.get("feature"), next = d === BIAS || now === BIAS ? d : d + (now % 3);
    if (next !== now) tell(model, "feature", next);
  };
  const photograph = tile(html("span", {}, "photograph"), "the photograph", picks());
  const sum = tile(html("span", {}, "sum of rows"), "the sum of the rows: grey, 0 everywhere", picks());

  function build(names) {
    if (names.join("\n") === built) return;
    built = names.join("\n");
    correct = choice("Correct class", names, (k) => tell(model, "correct_class", k));
    rows = names.map((name, k) => {
      const radio = html("input", { type: "radio", name: group, "data-lm-suppress-shortcuts": "true" }), head = html("span");
      radio.addEventListener("change", () => tell(model, "row", k));
      return { radio, head, ...tile(html("label", {}, radio, head), `the row of ${name}`, picks(k)) };
    });
    controls.replaceChildren(correct.node, rise.row, element.row, formula);
    tiles.replaceChildren(html("legend", {}, "Rows of the gradient: grey is 0, brighter is positive, darker is negative. " +
      "The bar below a picture is the bias."), ...[photograph, ...rows, sum].map((part) => part.node));
    const all = names.length + 2;
    tiles.style.setProperty("--tiles", all > 7 ? Math.min(7, Math.ceil(all / 2)) : all);
  }
  function draw() {
    const [f, y, names, k, d, image] = STATE.map((name) => model.get(name));
    // Python sends its traits one by one: when the number of classes changes, they do not fit for a moment.
    if (names.length !== f.length || Math.max(y, k) >= f.length) return;
    build(names);
    if (coded !== image) pixels = Uint8Array.from(atob((coded = image)), (byte) => byte.charCodeAt(0));
    const limit = curve.set(f, y, names, moving), p = softmax(f), factors = p.map((v, j) => (j === y ? slope(f, y) : v));
    const x = d === BIAS ? 1 : pixels[d] / 255, [equation, letters, numbers] = terms(p[k], x, k === y);
    correct.set(y);
    rise.set(f[y], -limit, limit);
    element.set(d, 0, BIAS);
    Object.assign(element.node, { step: 1, value: d }).setAttribute("aria-valuetext", `${d + 1}: ${place(d)}`);
    [rise.name, rise.value, element.name, element.value].forEach((part, i) =>
      (part.textContent = [`★ score of ${names[y]}`, score(f[y]), `element ${d + 1}: ${place(d)}`, `x = ${number(x)}`][i]));
    formula.replaceChildren(`${names[k]}, equation (${equation}): `, html("span", {}, "∂L/∂w", html("sub", {}, `${k + 1},${d + 1}`)),
      html("br"), `= ${letters} = ${numbers} = `, html("strong", {}, number(factors[k] * x)));
    photograph.show(pixels, 1, d, ["x", `element ${number(x)}`], 0);
    sum.show(pixels, 0, d, ["0", "element 0.000"]);
    rows.forEach((row, j) => {
      row.node.classList.toggle("sml-correct", j === y);
      row.node.classList.toggle("sml-chosen", (row.radio.checked = j === k));
      row.head.textContent = j === y ? `★ ${names[j]}` : names[j];
      row.show(pixels, factors[j], d, [`${number(factors[j])} x`, `element ${number(factors[j] * x)}`]);
    });
    text.set(say(names, f, y, k, d, p, x, factors));
  }
  const leave = follow(model, STATE, draw);
  return ending(el, leave, text.stop);
}

const STYLE = `
.sml-tiles{grid-column:1/-1;display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:0 1.5em;line-height:1.3}
.sml-tiles legend{float:left;grid-column:1/-1;order:-2}
.sml-tile{position:relative;min-width:0;overflow-wrap:anywhere;display:grid;grid:subgrid/auto;grid-row:span 5;order:-1;
margin-top:.6em;text-align:center}.sml-tile:not(:has(label)){order:0}.sml-tile:last-child{grid-column:3}
.sml-tile>:first-child{display:flex;gap:0 .35em;flex-wrap:wrap;justify-content:center;align-items:center}
.sml-tile label{cursor:pointer}.sml-tile input{accent-color:var(--ink)}.sml-tile>:last-child,.sml-tile::before{font-weight:400}
.sml-correct .sml-factor{color:var(--tangent)}.sml-photo{position:relative;line-height:0;margin:.35em 0;cursor:crosshair}.sml-photo canvas{width:100%;image-rendering:pixelated}.sml-chosen canvas{outline:.22em solid var(--ink);outline-offset:.1em}
.sml-photo i{position:absolute;width:3.125%;height:3.125%;pointer-events:none}
.sml-photo i,.sml-here{outline:2px solid #fff;box-shadow:0 0 0 3.5px #000}
.sml-bias{height:.9em;margin:.1em 0 .35em;cursor:crosshair;border:1px solid var(--line);forced-color-adjust:none}
.sml-tile::before{position:absolute;left:-1.05em;width:.85em;top:38%;font-size:1.2em}
:has(>label)+.sml-tile::before{content:"+"}.sml-tile:last-child::before{content:"="}
.sml-formula{font-size:1.1em}.sml-formula span{white-space:nowrap}@container (max-width:640px){.sml-tile{font-size:.86em}}
@container (max-width:420px){.sml-tiles{column-gap:1.15em}.sml-tile>:first-child{font-size:.8em}}
@container (min-width:640px){.sml-gradient{grid-template-columns:minmax(0,5fr) minmax(0,6fr)}
.sml-tiles{grid-template-columns:repeat(var(--tiles),minmax(0,1fr))}.sml-tile,.sml-tile:not(:has(label)){order:0}.sml-tile:last-child{grid-column:auto}}@container (min-width:1100px){
.sml-wide .sml-controls{display:contents}.sml-wide .sml-plot{grid-row:1/3}.sml-wide .sml-controls>:nth-child(-n+2){grid-column:1}
.sml-wide .sml-controls>:nth-child(3){grid-area:1/2}.sml-formula{grid-area:1/3}.sml-wide .sml-tile{font-size:.88em}.sml-wide .sml-tiles{grid-area:2/2/5/4}}`;

export default { render };
