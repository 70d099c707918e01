// Scores to probabilities in two stages, exp and division; where the answer lies on the map of all
// answers; its loss.
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function picture(kit) {
  const { bar, choice, control, ending, evenly, follow, frame, html, logsumexp, loss } = kit;
  const { number, plot, replaced, score, sentence, short, slider, slope, softmax } = kit;
  const { speaker, stateOf, svg, tell } = kit;

  const TRAITS = ["scores", "correct_class", "class_names", "offset", "temperature"];

  // The bars of the exponentials are powers of ten, from 10^-n to 10^n: adding a number to all scores
  // lengthens all of them alike, and no full scale moves. normaliser.py has the same.
  const DECADES = [4, 10, 20, 50, 100, 310];
  const raised = (n) => [...String(n)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");

  // What the picture shows, from the state alone. `tens` are the exponentials and, at the end, their
  // sum as powers of ten, which hold what a number cannot.
  function measure({ scores, correct_class: y, offset, temperature }) {
    const exponents = scores.map((v) => (v + offset) / temperature);
    const powers = exponents.map(Math.exp);
    return {
      exponents,
      powers,
      sum: powers.reduce((sum, v) => sum + v),
      tens: [...exponents, logsumexp(exponents)].map((v) => v / Math.LN10),
      p: softmax(exponents),
      loss: loss(exponents, y),
      slope: slope(exponents, y) / temperature,
    };
  }

  // An exponential may be too large for the computer; normaliser.py has the same, and fills the same
  // words with the same numbers.
  const power = (say, x) => (Number.isFinite(x) ? number(x) : say("too_large"));
  function sentenceIn(say, state, shown) {
    const { scores, correct_class: y, class_names: names, offset, temperature } = state;
    return say("sentence", {
      scores: scores
        .map((v, k) => say("one_score", { name: names[k], score: score(v) }))
        .join(", "),
      offset: score(offset),
      temperature: score(temperature),
      powers: shown.powers.map((x) => power(say, x)).join(", "),
      sum: power(say, shown.sum),
      probabilities: shown.p.map(number).join(", "),
      name: names[y],
      loss: number(shown.loss),
    });
  }

  // ---- The map of all answers: a triangle for three classes, a line for two ----

  // Each corner is a class; an answer lies between them.
  function cornerOf(k, count) {
    const angle = (1.5 - 1 / count + (2 * k) / count) * Math.PI;
    return [200 + 152 * Math.cos(angle), 178 - 152 * Math.sin(angle)];
  }
  function placeOf(p) {
    const corners = p.map((_, k) => cornerOf(k, p.length));
    return [0, 1].map((i) => p.reduce((sum, v, k) => sum + v * corners[k][i], 0).toFixed(1));
  }
  const through = (answers) => `M${answers.map((p) => placeOf(p).join(" ")).join("L")}`;

  // Where two classes are equal: from the middle to an edge. For two classes, a short stroke through
  // the middle.
  function borders(corners) {
    if (corners.length === 2) return ["M200 158V198"];
    const middle = corners.map(() => 1 / corners.length);
    return corners.map((p) => through([middle, p.map((v) => (1 - v) / 2)]));
  }

  // The name of a class at its corner: above it, or below and towards the middle.
  function cornerName(name, k, count, correct) {
    const [x, y] = cornerOf(k, count);
    const words = `${correct ? "★ " : ""}${short(name, 18)}`;
    const css = correct ? "sml-strong" : "";
    const at = (x, y, anchor) => svg("text", { x, y, "text-anchor": anchor, class: css }, words);
    if (y < 100) return at(x, y - 10, "middle");
    return x < 200 ? at(4, y + 24, "start") : at(396, y + 24, "end");
  }

  // The answers on the way from hot to cold: the same scores at many temperatures.
  const road = (scores) =>
    evenly(-2, 2, 80).map((cold) => softmax(scores.map((v) => v * 10 ** cold)));

  function mapPart(say) {
    const title = svg("title");
    const ground = svg("g");
    const way = svg("path", { class: "sml-curve" });
    const dot = svg("circle", { class: "sml-point", r: 7 });
    const frame = { viewBox: "0 0 400 310", role: "img", class: "sml-plot" };
    const node = svg("svg", frame, title, ground, way, dot);
    function draw({ scores, class_names: names, correct_class: y }, { p }) {
      const [left, top] = placeOf(p);
      dot.setAttribute("cx", left);
      dot.setAttribute("cy", top);
      way.setAttribute("d", through(road(scores)));
      const answers = p.map((v, k) => say("one_score", { name: names[k], score: number(v) }));
      title.textContent = say("map_dot", { answers: answers.join(", ") });
      const corners = names.map((_, k) => names.map((_, j) => Number(j === k)));
      ground.replaceChildren(
        svg("path", { class: "sml-edge", d: through([...corners, corners[0]]) }),
        ...names.map((name, k) => cornerName(name, k, names.length, k === y)),
        ...borders(corners).map((d) => svg("path", { class: "sml-border", d })),
        svg("text", { x: 200, y: 304, "text-anchor": "middle" }, say("map")),
      );
    }
    return { node, draw };
  }

  // ---- The machine: a line for each class, and a bar with words for each of the two stages ----

  const span = (css, ...parts) => html("span", { class: css }, ...parts);
  const div = (css, ...parts) => html("div", { class: css }, ...parts);

  function stage() {
    const fill = bar();
    const long = span("sml-long");
    const words = span("");
    const node = div("sml-stage", fill.node, div("sml-words", long, words));
    function set(width, result, formula = "") {
      fill.set(Math.min(1, width));
      long.textContent = formula;
      words.textContent = result;
    }
    return { node, set };
  }
  function line(css, name, ...between) {
    const first = stage();
    const second = stage();
    const node = div(`sml-row sml-line ${css}`, name, ...between, first.node, second.node);
    return { node, name, first, second };
  }
  function classLine(say, name, k, hand, model) {
    const move = (value) => hand("scores", replaced(model.get("scores"), k, value));
    const rule = slider(say("score_of", { name }), move);
    const value = span("sml-value");
    return { slider: rule, value, ...line("", span("sml-name"), rule.node, value) };
  }

  function firstStage(say, offset, temperature) {
    const moved = { sign: offset < 0 ? "−" : "+", offset: score(Math.abs(offset)) };
    const sum = offset ? say("score_moved", moved) : say("score");
    if (temperature === 1) return say("first_stage", { inside: sum });
    const inside = `${offset ? `(${sum})` : sum} / ${score(temperature)}`;
    return say("first_stage", { inside });
  }

  function machinePart(say, model, hand) {
    const node = div("sml-machine");
    const heads = [span(""), span("")];
    const head = div("sml-row sml-line sml-heads", span("sml-name", say("scores_head")), ...heads);
    const sums = line("sml-sums", span("sml-name", say("together")));
    let rows = [];
    function build(names) {
      rows = names.map((name, k) => classLine(say, name, k, hand, model));
      node.replaceChildren(head, ...rows.map((row) => row.node), sums.node);
    }
    function draw(state, { exponents, powers, tens, sum, p }, reach) {
      const { scores, correct_class: y, class_names: names } = state;
      const length = (ten) => Math.max(0, (ten / reach.decades + 1) / 2);
      rows.forEach((row, k) => {
        row.node.classList.toggle("sml-correct", k === y);
        row.name.textContent = k === y ? `★ ${names[k]}` : names[k];
        row.slider.set(scores[k], -reach.scores, reach.scores);
        row.value.textContent = score(scores[k]);
        const formula = powers[k] < Infinity ? `exp(${score(exponents[k])}) = ` : "";
        row.first.set(length(tens[k]), power(say, powers[k]), formula);
        row.second.set(p[k], number(p[k]));
      });
      const end = raised(reach.decades);
      sums.name.textContent = say("together_bars", { end });
      sums.first.set(length(tens.at(-1)), power(say, sum));
      sums.second.set(1, number(1));
      heads[0].textContent = firstStage(say, state.offset, state.temperature);
      heads[1].textContent = say("second_stage", { sum: power(say, sum) });
    }
    return { node, build, draw };
  }

  // ---- What is done to all scores alike ----

  function commonPart(say, model, hand) {
    const node = div("sml-common");
    const added = control(say("added"), (value) => hand("offset", value));
    // The temperature's slider is one of its logarithm: as much room for cold as for hot.
    const heat = control(say("temperature"), (value) =>
      hand("temperature", Number((10 ** value).toPrecision(2))),
    );
    let correct;
    function build(names) {
      correct = choice(say("correct_class"), names, (k) => tell(model, "correct_class", k));
      node.replaceChildren(correct.node, added.node, heat.node);
    }
    function draw({ correct_class: y, offset, temperature }, reach) {
      correct.set(y);
      added.slider.set(offset, -reach.offset, reach.offset);
      added.value.textContent = score(offset);
      heat.slider.set(Math.log10(temperature), -reach.heat, reach.heat);
      heat.slider.node.setAttribute("aria-valuetext", score(temperature));
      heat.value.textContent = score(temperature);
    }
    return { node, build, draw };
  }

  // ---- The loss curve ----

  // The end of the upright axis: room for the whole curve and for the point, and no less than before.
  function heightFor(limit, loss, before) {
    const need = Math.max(2 * limit, 1.05 * loss, before);
    return [20, 50, 100, 200].find((high) => high >= need) ?? 1.2 * (2 * limit + loss);
  }

  function curvePart(say) {
    const axes = plot();
    const curve = axes.curve();
    const point = axes.point();
    const readout = axes.readout("", "sml-strong", "sml-slope");
    let high = 0;
    function draw(state, { exponents, p, loss: cost, slope: rise }, reach, moving) {
      const { scores, correct_class: y, class_names: names, offset, temperature } = state;
      const limit = reach.scores + reach.offset;
      high = heightFor(limit, cost, moving ? high : 0);
      const name = short(names[y]);
      const xLabel = say(offset ? "score_of_added" : "score_of", { name, offset: score(offset) });
      axes.axes([-limit, limit], [0, high], xLabel, say("loss_axis", { name }));
      // The curve is drawn from the left edge, or from where it comes in through the upper one.
      const others = logsumexp(exponents.filter((_, k) => k !== y));
      const edge = temperature * (others - high - Math.log1p(-Math.exp(-high)));
      const from = Math.max(-limit, edge);
      const xs = evenly(from, limit, 160);
      const lossAt = (x) => loss(replaced(exponents, y, x / temperature), y);
      curve(xs, xs.map(lossAt));
      point(scores[y] + offset, cost, rise);
      axes.node.classList.toggle("sml-left", from > 0);
      const probability = `P(${short(names[y], 16)}) = ${number(p[y])}`;
      const [loss_is, slope_is] = [{ loss: number(cost) }, { slope: number(rise) }];
      readout(probability, say("loss_is", loss_is), say("slope_is", slope_is));
      axes.title(say("curve", { name: names[y], score: score(scores[y] + offset) }));
    }
    return { node: axes.node, draw };
  }

  // How far the sliders go: a round number, and they may not shrink under the hand that moves one.
  function reachFor({ scores, offset, temperature }, { tens }, before) {
    const need = (value, least) => Math.max(least, Math.ceil(Math.abs(value)));
    const most = Math.max(...tens.map(Math.abs));
    const decades = DECADES.find((n) => n >= most) ?? DECADES.at(-1);
    return {
      decades: Math.max(decades, before?.decades ?? 0),
      scores: Math.max(...scores.map((v) => need(v, before?.scores ?? 6))),
      offset: need(offset, before?.offset ?? 3),
      heat: need(Math.log10(temperature), before?.heat ?? 1),
    };
  }

  function render({ model, el }) {
    let moving = false;
    const hand = (name, value) => {
      moving = true;
      tell(model, name, value);
      moving = false;
    };
    const say = speaker(model);
    const machine = machinePart(say, model, hand);
    const common = commonPart(say, model, hand);
    const map = mapPart(say);
    const curve = curvePart(say);
    const text = sentence();
    const body = frame(el, "Scores to probabilities", "sml-norm", say("label"));
    body.append(machine.node, common.node, map.node, curve.node, text.node);

    let built;
    let reach;
    function draw() {
      const state = stateOf(model, TRAITS);
      const { scores, correct_class: y, class_names: names } = state;
      // Python sends its traits one by one: when the number of classes changes, they do not fit for
      // a moment.
      if (names.length !== scores.length || y >= scores.length) return;
      if (names.join("\n") !== built) {
        built = names.join("\n");
        machine.build(names);
        common.build(names);
      }
      const shown = measure(state);
      reach = reachFor(state, shown, moving ? reach : undefined);
      machine.draw(state, shown, reach);
      common.draw(state, reach);
      map.draw(state, shown);
      curve.draw(state, shown, reach, moving);
      text.set(sentenceIn(say, state, shown));
    }
    return ending(el, follow(model, TRAITS, draw), text.stop);
  }

  return { render };
}
