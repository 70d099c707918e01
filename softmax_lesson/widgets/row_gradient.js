// The gradient of one photograph: each row is the photograph times one number, and the rows add up
// to 0.
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function picture(kit) {
  const { KEEP_KEYS, choice, control, ending, follow, frame, html, loss, lossCurve, number } = kit;
  const { replaced, score, sentence, slope, softmax, speaker, stateOf, tell } = kit;

  const TRAITS = ["scores", "correct_class", "class_names", "row", "feature", "image", "view"];
  const VIEWS = ["rows", "element"];
  const SIDE = 32;
  const LINE = 3 * SIDE;
  const BIAS = SIDE * LINE;
  const COLOURS = ["red", "green", "blue"];

  const lineOf = (feature) => Math.floor(feature / LINE);
  const columnOf = (feature) => Math.floor(feature / 3) % SIDE;
  function placeOf(say, feature) {
    if (feature === BIAS) return say("bias");
    const [line, column] = [lineOf(feature) + 1, columnOf(feature) + 1];
    return say("place", { line, column, colour: say(COLOURS[feature % 3]) });
  }

  // What the picture shows, from the state alone.
  function measure({ scores: f, correct_class: y, row, feature }, pixels) {
    const p = softmax(f);
    const x = feature === BIAS ? 1 : pixels[feature] / 255;
    const factors = replaced(p, y, slope(f, y));
    return {
      x,
      factors,
      loss: loss(f, y),
      slope: slope(f, y),
      derivative: factors[row] * x,
      terms: row === y ? termsOfCorrectRow(p[row], x) : termsOfOtherRow(p[row], x),
    };
  }
  // The equation's number, and what it says in letters and in numbers.
  const termsOfCorrectRow = (p, x) => ({
    equation: 4,
    letters: "−x + p x",
    numbers: `${number(-x)} + ${number(p * x)}`,
  });
  const termsOfOtherRow = (p, x) => ({
    equation: 5,
    letters: "p x",
    numbers: `${number(p)} · ${number(x)}`,
  });

  // The sentence that says the picture; row_gradient.py fills the same words with the same numbers.
  const elementIn = (say, { feature }, { terms, derivative }) =>
    say("element", {
      element: feature + 1,
      place: placeOf(say, feature),
      derivative: number(derivative),
      ...terms,
    });
  function sentenceIn(say, state, shown) {
    const { class_names: names, correct_class: y, row, view } = state;
    const which = { row: row + 1, name: names[row], factor: number(shown.factors[row]) };
    const sums = {
      factors: shown.factors.map(number).join(", "),
      loss: number(shown.loss),
      slope: number(shown.slope),
    };
    const element = view === "element" ? [elementIn(say, state, shown)] : [];
    const first = say(row === y ? "correct_row" : "other_row", which);
    return [first, ...element, say("sums", sums)].join(" ");
  }

  // The element under the pointer, in red: the first of its pixel's three.
  function under(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const cell = (way, size) => Math.min(SIDE - 1, Math.max(0, Math.floor((way / size) * SIDE)));
    const line = cell(event.clientY - box.top, box.height);
    const column = cell(event.clientX - box.left, box.width);
    return LINE * line + 3 * column;
  }

  // A photograph times a factor. Returns a function that draws it, and its bias in a box below; zero
  // is given the light of `zero`.
  function painter(canvas, bias) {
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(SIDE, SIDE);
    let drawn = {};
    return (pixels, factor, zero) => {
      if (drawn.pixels === pixels && drawn.factor === factor) return;
      drawn = { pixels, factor };
      const light = (value) => zero + (255 - zero) * value;
      for (let i = 0; i < SIDE * SIDE; i++) {
        const colour = [0, 1, 2].map((c) => light((factor * pixels[3 * i + c]) / 255));
        image.data.set([...colour, 255], 4 * i);
      }
      pen.putImageData(image, 0, 0);
      bias.style.background = `rgb(${Array(3).fill(Math.round(light(factor)))})`;
    };
  }

  // A photograph times a factor with its bias below, a mark on one element, and two lines of words.
  // `pick` is called with the element that the pointer touches.
  function tile(say, head, label, pick) {
    const canvas = html("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": label });
    const mark = html("i");
    const photo = html("div", { class: "sml-photo" }, canvas, mark);
    const bias = html("div", { class: "sml-bias" });
    const factorLine = html("div", { class: "sml-factor" });
    const elementLine = html("div");
    const node = html("div", { class: "sml-tile" }, head, photo, bias, factorLine, elementLine);
    for (const name of ["pointermove", "pointerdown"]) {
      bias.addEventListener(name, () => pick(BIAS));
      canvas.addEventListener(name, (event) => pick(under(event)));
    }
    const paint = painter(canvas, bias);
    // In a gradient grey is 0, so zero is half the light; in the photograph itself zero is black.
    function show(pixels, factor, feature, words, zero = 127.5) {
      mark.hidden = feature === BIAS;
      mark.style.left = `${(100 * columnOf(feature)) / SIDE}%`;
      mark.style.top = `${(100 * lineOf(feature)) / SIDE}%`;
      bias.classList.toggle("sml-here", feature === BIAS);
      factorLine.textContent = words.factor;
      elementLine.textContent = say("element_value", { value: number(words.element) });
      paint(pixels, factor, zero);
    }
    return { node, show };
  }

  // The pointer picks an element, in the colour that is chosen, and the row that it is on, if any.
  function picker(model, row) {
    return (touched) => {
      if (row !== undefined && row !== model.get("row")) tell(model, "row", row);
      if (model.get("view") === "rows") return;
      const now = model.get("feature");
      const next = touched === BIAS || now === BIAS ? touched : touched + (now % 3);
      if (next !== now) tell(model, "feature", next);
    };
  }

  // A row of the gradient, to be chosen.
  function rowTile(say, model, name, row, group) {
    const radio = html("input", { type: "radio", name: group, ...KEEP_KEYS });
    const head = html("span");
    radio.addEventListener("change", () => tell(model, "row", row));
    const label = html("label", {}, radio, head);
    const own = tile(say, label, say("row_of", { name }), picker(model, row));
    function show(pixels, state, { factors, x }) {
      const correct = row === state.correct_class;
      radio.checked = row === state.row;
      own.node.classList.toggle("sml-correct", correct);
      own.node.classList.toggle("sml-chosen", radio.checked);
      head.textContent = correct ? `★ ${name}` : name;
      const words = { factor: `${number(factors[row])} x`, element: factors[row] * x };
      own.show(pixels, factors[row], state.feature, words);
    }
    return { node: own.node, show };
  }

  // The photograph, the rows of the gradient, and their sum.
  function tilesPart(say, model) {
    const node = html("fieldset", { class: "sml-tiles" });
    const head = (words) => html("span", {}, words);
    const own = (name, label) => tile(say, head(say(name)), say(label), picker(model));
    const photograph = own("photograph", "the_photograph");
    const sum = own("sum_of_rows", "the_sum");
    const group = `sml-${Math.random()}`;
    let rows = [];
    function build(names) {
      rows = names.map((name, row) => rowTile(say, model, name, row, group));
      const all = [photograph, ...rows, sum];
      node.replaceChildren(html("legend", {}, say("legend")), ...all.map((part) => part.node));
      node.style.setProperty(
        "--tiles",
        all.length > 7 ? Math.min(7, Math.ceil(all.length / 2)) : all.length,
      );
    }
    function draw(state, shown, pixels) {
      photograph.show(pixels, 1, state.feature, { factor: "x", element: shown.x }, 0);
      sum.show(pixels, 0, state.feature, { factor: "0", element: 0 });
      rows.forEach((row) => row.show(pixels, state, shown));
    }
    return { node, build, draw };
  }

  // The slider of the correct class's score.
  function scorePart(say, model) {
    let moving = false;
    const move = (value) => {
      moving = true;
      tell(model, "scores", replaced(model.get("scores"), model.get("correct_class"), value));
      moving = false;
    };
    const part = control(say("score_of_correct"), move, "sml-correct");
    function draw({ scores, correct_class: y, class_names: names }, limit) {
      part.slider.set(scores[y], -limit, limit);
      part.name.textContent = `★ ${say("score_of", { name: names[y] })}`;
      part.value.textContent = score(scores[y]);
    }
    return { node: part.node, draw, isMoving: () => moving };
  }

  // The slider of the element. Up and down go a line of the photograph; left and right, one
  // element, are the slider's own.
  function elementPart(say, model) {
    const move = (feature) => tell(model, "feature", feature);
    const part = control(say("element_of_row"), move, "sml-the-element");
    const input = part.slider.node;
    input.addEventListener("keydown", (event) => {
      const lines = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!lines) return;
      event.preventDefault();
      const feature = model.get("feature") + LINE * lines;
      tell(model, "feature", Math.min(BIAS, Math.max(0, feature)));
    });
    function draw({ feature }, { x }) {
      part.slider.set(feature, 0, BIAS);
      Object.assign(input, { step: 1, value: feature });
      const place = placeOf(say, feature);
      input.setAttribute("aria-valuetext", `${feature + 1}: ${place}`);
      part.name.textContent = say("element_at", { element: feature + 1, place });
      part.value.textContent = `x = ${number(x)}`;
    }
    return { node: part.node, draw };
  }

  // The derivative by one element, as its equation says it.
  function formulaPart(say) {
    const node = html("div", { class: "sml-formula" });
    function draw({ class_names: names, row, feature }, { terms, derivative }) {
      const index = html("sub", {}, `${row + 1},${feature + 1}`);
      node.replaceChildren(
        `${say("equation", { name: names[row], equation: terms.equation })} `,
        html("span", {}, "∂L/∂w", index),
        html("br"),
        `= ${terms.letters} = ${terms.numbers} = `,
        html("strong", {}, number(derivative)),
      );
    }
    return { node, draw };
  }

  // The picture has two steps: whole rows, then one element.
  function viewsPart(say, model, body) {
    const words = [say("whole_rows"), say("one_element")];
    const part = choice(say("views"), words, (k) => tell(model, "view", VIEWS[k]));
    part.node.classList.add("sml-views");
    function draw({ view }) {
      part.set(VIEWS.indexOf(view));
      body.classList.toggle("sml-of-rows", view === "rows");
      body.classList.toggle("sml-of-element", view === "element");
    }
    return { node: part.node, draw };
  }

  // The bytes of the photograph, decoded when it is another one.
  function decoder() {
    let coded;
    let pixels;
    return (image) => {
      if (coded !== image) {
        coded = image;
        pixels = Uint8Array.from(atob(image), (byte) => byte.charCodeAt(0));
      }
      return pixels;
    };
  }

  function render({ model, el }) {
    const say = speaker(model);
    const curve = lossCurve(say);
    const text = sentence();
    const tiles = tilesPart(say, model);
    const rise = scorePart(say, model);
    const element = elementPart(say, model);
    const formula = formulaPart(say);
    const decode = decoder();
    const controls = html("div", { class: "sml-controls" });
    const body = frame(el, "Row gradient", "sml-gradient sml-wide", say("label"));
    const views = viewsPart(say, model, body);
    body.append(views.node, curve.node, controls, tiles.node, text.node);

    let correct;
    let built;
    // What depends on the names, once for the same ones.
    function build(names) {
      if (names.join("\n") === built) return;
      built = names.join("\n");
      correct = choice(say("correct_class"), names, (k) => tell(model, "correct_class", k));
      controls.replaceChildren(correct.node, rise.node, element.node, formula.node);
      tiles.build(names);
    }
    function draw() {
      const state = stateOf(model, TRAITS);
      const { scores, correct_class: y, class_names: names } = state;
      // Python sends its traits one by one: when the number of classes changes, they do not fit for
      // a moment.
      if (names.length !== scores.length || Math.max(y, state.row) >= scores.length) return;
      build(names);
      const pixels = decode(state.image);
      const shown = measure(state, pixels);
      views.draw(state);
      correct.set(y);
      rise.draw(state, curve.set(scores, y, names, rise.isMoving()));
      element.draw(state, shown);
      formula.draw(state, shown);
      tiles.draw(state, shown, pixels);
      text.set(sentenceIn(say, state, shown));
    }
    return ending(el, follow(model, TRAITS, draw), text.stop);
  }

  return { render };
}
