// The gradient of one photograph: each row is the photograph times one number, and the rows add up
// to 0.
function picture(kit) {
  const {
    choice,
    ending,
    follow,
    frame,
    html,
    loss,
    lossCurve,
    number,
    score,
    sentence,
    slider,
    slope,
    softmax,
    tell,
  } = kit;

  const STATE = ["scores", "correct_class", "class_names", "row", "feature", "image", "view"];
  const VIEWS = ["rows", "element"];
  const SIDE = 32;
  const BIAS = SIDE * SIDE * 3;
  const COLOURS = ["red", "green", "blue"];
  const line = (d) => Math.floor(d / (3 * SIDE));
  const column = (d) => Math.floor(d / 3) % SIDE;
  const place = (d) =>
    d === BIAS ? "the bias" : `line ${line(d) + 1}, column ${column(d) + 1}, ${COLOURS[d % 3]}`;
  // The equation's number, and what it says in letters and in numbers.
  const terms = (p, x, correct) =>
    correct
      ? [4, "−x + p x", `${number(-x)} + ${number(p * x)}`]
      : [5, "p x", `${number(p)} · ${number(x)}`];

  // The sentence that says the picture; row_gradient.py has the same one.
  function say(names, f, y, k, d, p, x, factors, view) {
    const [equation, letters, numbers] = terms(p[k], x, k === y);
    const factor = number(factors[k]);
    const row =
      k === y
        ? `, the correct class, is the photograph times p − 1 = ${factor}, ` +
          "so a step down puts some of it into"
        : ` is the photograph times p = ${factor}, so a step down takes some of it out of`;
    const element =
      `Its element ${d + 1} (${place(d)}) is by equation ` +
      `(${equation}) ${letters} = ${numbers} = ${number(factors[k] * x)}. `;
    return (
      `Row ${k + 1} of the gradient, ${names[k]}${row} this row of W. ` +
      `${view === "element" ? element : ""}The rows' factors ` +
      `${factors.map(number).join(", ")} add up to 0. ` +
      `The loss is ${number(loss(f, y))} and its slope ${number(slope(f, y))}.`
    );
  }

  // A photograph times a factor, its bias in a bar below, a mark on one element, and two lines of
  // words.
  function tile(head, words, pick) {
    const canvas = html("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": words });
    const mark = html("i");
    const bias = html("div", { class: "sml-bias" });
    const lines = [html("div", { class: "sml-factor" }), html("div")];
    const node = html(
      "div",
      { class: "sml-tile" },
      head,
      html("div", { class: "sml-photo" }, canvas, mark),
      bias,
      ...lines,
    );
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(SIDE, SIDE);
    let drawn = [];
    const at = (v, size) => Math.min(SIDE - 1, Math.max(0, Math.floor((v / size) * SIDE)));
    const onto = (event, box = canvas.getBoundingClientRect()) =>
      pick(
        3 *
          (at(event.clientY - box.top, box.height) * SIDE +
            at(event.clientX - box.left, box.width)),
      );
    for (const name of ["pointermove", "pointerdown"]) {
      bias.addEventListener(name, () => pick(BIAS));
      canvas.addEventListener(name, onto);
    }
    // In a gradient grey is 0, so zero is half the light; in the photograph itself zero is black.
    function show(pixels, factor, d, words, zero = 127.5) {
      mark.style.cssText =
        d === BIAS
          ? "display:none"
          : `left:${(100 * column(d)) / SIDE}%;top:${(100 * line(d)) / SIDE}%`;
      bias.classList.toggle("sml-here", d === BIAS);
      lines.forEach((part, i) => (part.textContent = words[i]));
      if (drawn[0] === pixels && drawn[1] === factor) return;
      drawn = [pixels, factor];
      const shade = (v) => zero + (255 - zero) * v;
      for (let i = 0; i < 4 * SIDE * SIDE; i++) {
        image.data[i] = i % 4 === 3 ? 255 : shade((factor * pixels[i - (i >> 2)]) / 255);
      }
      pen.putImageData(image, 0, 0);
      bias.style.background = `rgb(${Array(3).fill(Math.round(shade(factor)))})`;
    }
    return { node, show };
  }

  function render({ model, el }) {
    const curve = lossCurve();
    const text = sentence();
    const formula = html("div", { class: "sml-formula" });
    const controls = html("div", { class: "sml-controls" });
    const tiles = html("fieldset", { class: "sml-tiles" });
    const body = frame(el, "Row gradient", "sml-gradient sml-wide");
    const views = choice("Two steps", ["1. whole rows", "2. one element"], (i) =>
      tell(model, "view", VIEWS[i]),
    );
    views.node.classList.add("sml-views");
    const group = `sml-${Math.random()}`;
    body.append(views.node, curve.node, controls, tiles, text.node);
    let rows;
    let correct;
    let built;
    let pixels;
    let coded;
    let moving = false;

    const control = (label, css, move) => {
      const part = {
        name: html("span", { class: "sml-name" }),
        value: html("span", { class: "sml-value" }),
        ...slider(label, move),
      };
      return {
        ...part,
        row: html("div", { class: `sml-row ${css}` }, part.name, part.node, part.value),
      };
    };
    const rise = control("score of the correct class", "sml-correct", (value) => {
      moving = true;
      tell(
        model,
        "scores",
        model.get("scores").map((v, k) => (k === model.get("correct_class") ? value : v)),
      );
      moving = false;
    });
    const element = control("element of the row", "sml-the-element", (d) =>
      tell(model, "feature", d),
    );
    // Up and down go a line of the photograph; left and right, one element, are the slider's own.
    element.node.addEventListener("keydown", (event) => {
      const lines = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (lines) event.preventDefault();
      if (lines) {
        tell(
          model,
          "feature",
          Math.min(BIAS, Math.max(0, model.get("feature") + 3 * SIDE * lines)),
        );
      }
    });
    // The pointer picks an element, in the colour that is chosen, and the row that it is on.
    const picks = (k) => (d) => {
      if (k !== undefined && k !== model.get("row")) tell(model, "row", k);
      if (model.get("view") === "rows") return;
      const now = model.get("feature");
      const next = d === BIAS || now === BIAS ? d : d + (now % 3);
      if (next !== now) tell(model, "feature", next);
    };
    const photograph = tile(html("span", {}, "photograph"), "the photograph", picks());
    const sum = tile(
      html("span", {}, "sum of rows"),
      "the sum of the rows: grey, 0 everywhere",
      picks(),
    );

    function build(names) {
      if (names.join("\n") === built) return;
      built = names.join("\n");
      correct = choice("Correct class", names, (k) => tell(model, "correct_class", k));
      rows = names.map((name, k) => {
        const radio = html("input", {
          type: "radio",
          name: group,
          "data-lm-suppress-shortcuts": "true",
        });
        const head = html("span");
        radio.addEventListener("change", () => tell(model, "row", k));
        return {
          radio,
          head,
          ...tile(html("label", {}, radio, head), `the row of ${name}`, picks(k)),
        };
      });
      controls.replaceChildren(correct.node, rise.row, element.row, formula);
      tiles.replaceChildren(
        html(
          "legend",
          {},
          "Rows of the gradient: grey is 0, brighter is positive, darker is negative. " +
            "The bar below a picture is the bias.",
        ),
        ...[photograph, ...rows, sum].map((part) => part.node),
      );
      const all = names.length + 2;
      tiles.style.setProperty("--tiles", all > 7 ? Math.min(7, Math.ceil(all / 2)) : all);
    }
    function draw() {
      const [f, y, names, k, d, image, view] = STATE.map((name) => model.get(name));
      // Python sends its traits one by one: when the number of classes changes, they do not fit for
      // a moment.
      if (names.length !== f.length || Math.max(y, k) >= f.length) return;
      build(names);
      if (coded !== image) {
        pixels = Uint8Array.from(atob((coded = image)), (byte) => byte.charCodeAt(0));
      }
      const limit = curve.set(f, y, names, moving);
      const p = softmax(f);
      const factors = p.map((v, j) => (j === y ? slope(f, y) : v));
      const x = d === BIAS ? 1 : pixels[d] / 255;
      const [equation, letters, numbers] = terms(p[k], x, k === y);
      views.set(VIEWS.indexOf(view));
      body.classList.toggle("sml-of-rows", view === "rows");
      body.classList.toggle("sml-of-element", view === "element");
      correct.set(y);
      rise.set(f[y], -limit, limit);
      element.set(d, 0, BIAS);
      Object.assign(element.node, { step: 1, value: d }).setAttribute(
        "aria-valuetext",
        `${d + 1}: ${place(d)}`,
      );
      [rise.name, rise.value, element.name, element.value].forEach(
        (part, i) =>
          (part.textContent = [
            `★ score of ${names[y]}`,
            score(f[y]),
            `element ${d + 1}: ${place(d)}`,
            `x = ${number(x)}`,
          ][i]),
      );
      formula.replaceChildren(
        `${names[k]}, equation (${equation}): `,
        html("span", {}, "∂L/∂w", html("sub", {}, `${k + 1},${d + 1}`)),
        html("br"),
        `= ${letters} = ${numbers} = `,
        html("strong", {}, number(factors[k] * x)),
      );
      photograph.show(pixels, 1, d, ["x", `element ${number(x)}`], 0);
      sum.show(pixels, 0, d, ["0", "element 0.000"]);
      rows.forEach((row, j) => {
        row.node.classList.toggle("sml-correct", j === y);
        row.node.classList.toggle("sml-chosen", (row.radio.checked = j === k));
        row.head.textContent = j === y ? `★ ${names[j]}` : names[j];
        row.show(pixels, factors[j], d, [
          `${number(factors[j])} x`,
          `element ${number(factors[j] * x)}`,
        ]);
      });
      text.set(say(names, f, y, k, d, p, x, factors, view));
    }
    const leave = follow(model, STATE, draw);
    return ending(el, leave, text.stop);
  }

  return { render };
}
