// Scores to probabilities in two stages, exp and division; where the answer lies on the map of all
// answers; its loss.
function picture(kit) {
  const {
    bar,
    choice,
    ending,
    follow,
    frame,
    html,
    logsumexp,
    loss,
    number,
    plot,
    score,
    sentence,
    short,
    slider,
    slope,
    softmax,
    svg,
    tell,
  } = kit;

  const TRAITS = ["scores", "correct_class", "class_names", "offset", "temperature"];

  // The bars of the exponentials are powers of ten, from 10^-n to 10^n: adding a number to all scores
  // lengthens all of them alike, and no full scale moves. normaliser.py has the same.
  const DECADES = [4, 10, 20, 50, 100, 310];
  const raised = (n) => [...String(n)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");

  // An exponential may be too large for the computer; normaliser.py has the same two.
  const power = (x) => (Number.isFinite(x) ? number(x) : "too large to hold");
  const say = (names, f, c, T, y, e, sum, p, L) =>
    `Scores ${f.map((v, k) => `${names[k]} ${score(v)}`).join(", ")}, ` +
    `each with ${score(c)} added and then divided by ` +
    `the temperature ${score(T)}. First stage: the exponentials are ${e.map(power).join(", ")}, together ` +
    `${power(sum)}. Second stage: divided by that, the probabilities are ${p.map(number).join(", ")}; ` +
    `${names[y]} is correct, so the loss −log P(${names[y]}) is ${number(L)}.`;

  // The map of all answers: a triangle for three classes, a line for two. Each corner is a class.
  function simplex() {
    const title = svg("title");
    const ground = svg("g");
    const road = svg("path", { class: "sml-curve" });
    const dot = svg("circle", { class: "sml-point", r: 7 });
    const node = svg(
      "svg",
      { viewBox: "0 0 400 310", role: "img", class: "sml-plot" },
      title,
      ground,
      road,
      dot,
    );
    const corner = (k, C, angle = (1.5 - 1 / C + (2 * k) / C) * Math.PI) => [
      200 + 152 * Math.cos(angle),
      178 - 152 * Math.sin(angle),
    ];
    const place = (p) =>
      [0, 1].map((i) => p.reduce((sum, v, k) => sum + v * corner(k, p.length)[i], 0).toFixed(1));
    const through = (points) => `M${points.map((p) => place(p).join(" ")).join("L")}`;
    function set(names, y, p, answers) {
      const C = names.length;
      const [x, up] = place(p);
      const where = p.map((v, k) => `${names[k]} ${number(v)}`).join(", ");
      title.textContent = `The map of all answers; the dot: ${where}`;
      road.setAttribute("d", through(answers));
      Object.entries({ cx: x, cy: up }).forEach((pair) => dot.setAttribute(...pair));
      const one = names.map((_, k) => names.map((_, j) => Number(j === k)));
      const middle = names.map(() => 1 / C);
      // Where two classes are equal: from the middle to an edge. For two classes, a short stroke
      // through the middle.
      const equal =
        C === 2 ? ["M200 158V198"] : one.map((p) => through([middle, p.map((v) => (1 - v) / 2)]));
      const word = (name, k) => {
        const [x, up] = corner(k, C);
        const above = up < 100;
        const [anchor, at] = above ? ["middle", x] : x < 200 ? ["start", 4] : ["end", 396];
        const how = {
          x: at,
          y: up + (above ? -10 : 24),
          "text-anchor": anchor,
          class: k === y ? "sml-strong" : "",
        };
        return svg("text", how, `${k === y ? "★ " : ""}${short(name, 18)}`);
      };
      ground.replaceChildren(
        svg("path", { class: "sml-edge", d: through([...one, one[0]]) }),
        ...names.map(word),
        ...equal.map((d) => svg("path", { class: "sml-border", d })),
        svg("text", { x: 200, y: 304, "text-anchor": "middle" }, "the map of all answers"),
      );
    }
    return { node, set };
  }

  function render({ model, el }) {
    const text = sentence();
    const axes = plot();
    const map = simplex();
    const curve = axes.curve();
    const point = axes.point();
    const readout = axes.readout("", "sml-strong", "sml-slope");
    const body = frame(el, "Scores to probabilities");
    const [div, span] = ["div", "span"].map(
      (tag) =>
        (css, ...parts) =>
          html(tag, { class: css }, ...parts),
    );
    const machine = div("sml-machine");
    const common = div("sml-common");
    body.classList.add("sml-norm");
    body.append(machine, common, map.node, axes.node, text.node);
    // How far the sliders go: they may not shrink under the hand that moves one.
    let rows;
    let correct;
    let built;
    let ends;
    let reach = 0;
    let top = 0;
    let moving = false;
    const hand = (name, value) => [(moving = true), tell(model, name, value), (moving = false)];
    const one = (label, name, from) => {
      const part = {
        value: span("sml-value"),
        slider: slider(label, (value) => hand(name, from(value))),
      };
      return {
        ...part,
        node: div("sml-row", span("sml-name", label), part.slider.node, part.value),
      };
    };
    // The temperature's slider is one of its logarithm: as much room for cold as for hot.
    const added = one("added to all scores", "offset", (value) => value);
    const heat = one("temperature", "temperature", (value) => Number((10 ** value).toPrecision(2)));
    // One line of the machine: a name, and a bar with words for each of the two stages.
    const line = (css, name, ...between) => {
      const stages = [0, 1].map(() => ({ bar: bar(), long: span("sml-long"), words: span("") }));
      const cells = stages.map((s) =>
        div("sml-stage", s.bar.node, div("sml-words", s.long, s.words)),
      );
      const set = (...values) =>
        values.forEach(([width, words, long = ""], i) => {
          stages[i].bar.set(Math.min(1, width));
          [stages[i].long.textContent, stages[i].words.textContent] = [long, words];
        });
      return { node: div(`sml-row sml-line ${css}`, name, ...between, ...cells), name, set };
    };
    const sums = line("sml-sums", span("sml-name", "all together"));
    const heads = [span(""), span("")];
    const head = div("sml-row sml-line sml-heads", span("sml-name", "Scores"), ...heads);
    function build(names) {
      if (names.join("\n") === built) return;
      built = names.join("\n");
      correct = choice("Correct class", names, (k) => tell(model, "correct_class", k));
      rows = names.map((name, k) => {
        const moved = (value) =>
          hand(
            "scores",
            model.get("scores").map((v, j) => (j === k ? value : v)),
          );
        const part = { slider: slider(`score of ${name}`, moved), value: span("sml-value") };
        return { ...part, ...line("", span("sml-name"), part.slider.node, part.value) };
      });
      machine.replaceChildren(head, ...rows.map((row) => row.node), sums.node);
      common.replaceChildren(correct.node, added.node, heat.node);
    }

    function draw() {
      const [f, y, names, c, T] = TRAITS.map((name) => model.get(name));
      if (names.length !== f.length || y >= f.length) return;
      build(names);
      const z = f.map((v) => (v + c) / T);
      const e = z.map(Math.exp);
      const sum = e.reduce((a, b) => a + b);
      const p = softmax(z);
      const L = loss(z, y);
      const rise = slope(z, y) / T;
      const cold = Math.log10(T);
      const need = [Math.max(...f.map(Math.abs)), Math.abs(c), Math.abs(cold)].map(Math.ceil);
      ends = need.map((n, i) => Math.max(n, moving ? ends[i] : [6, 3, 1][i]));
      const tens = [...z, logsumexp(z)].map((v) => v / Math.LN10);
      const enough = DECADES.find((n) => n >= Math.max(...tens.map(Math.abs))) ?? DECADES.at(-1);
      reach = Math.max(enough, moving ? reach : 0);
      const long = (ten) => Math.max(0, (ten / reach + 1) / 2);
      rows.forEach((row, k) => {
        row.node.classList.toggle("sml-correct", k === y);
        row.name.textContent = k === y ? `★ ${names[k]}` : names[k];
        row.slider.set(f[k], -ends[0], ends[0]);
        row.value.textContent = score(f[k]);
        row.set(
          [long(tens[k]), power(e[k]), e[k] < Infinity ? `exp(${score(z[k])}) = ` : ""],
          [p[k], number(p[k])],
        );
      });
      sums.set([long(tens.at(-1)), power(sum)], [1, number(1)]);
      sums.name.textContent = `all together (bars: 10⁻${raised(reach)} to 10${raised(reach)})`;
      const inside = c ? `score ${c < 0 ? "−" : "+"} ${score(Math.abs(c))}` : "score";
      const divided = `${c ? `(${inside})` : inside} / ${score(T)}`;
      heads[0].textContent = `1. exp(${T === 1 ? inside : divided}): positive`;
      heads[1].textContent = `2. ÷ ${power(sum)}: sum 1`;
      correct.set(y);
      [
        [added, c],
        [heat, cold],
      ].forEach(([part, at], i) => part.slider.set(at, -ends[i + 1], ends[i + 1]));
      heat.slider.node.setAttribute("aria-valuetext", score(T));
      [added.value.textContent, heat.value.textContent] = [score(c), score(T)];
      map.set(
        names,
        y,
        p,
        Array.from({ length: 81 }, (_, i) => softmax(f.map((v) => v * 10 ** (i / 20 - 2)))),
      );
      // The curve is drawn from the left edge, or from where it comes in through the upper one.
      const limit = ends[0] + ends[1];
      const others = logsumexp(z.filter((_, k) => k !== y));
      const high =
        [20, 50, 100, 200].find((n) => n >= Math.max(2 * limit, 1.05 * L, moving ? top : 0)) ??
        1.2 * (2 * limit + L);
      top = high;
      const from = Math.max(-limit, T * (others - high - Math.log1p(-Math.exp(-high))));
      const xs = Array.from({ length: 161 }, (_, i) => from + ((limit - from) * i) / 160);
      axes.axes(
        [-limit, limit],
        [0, high],
        `score of ${short(names[y])}${c ? ` with ${score(c)} added` : ""}`,
        `loss = −log P(${short(names[y])})`,
      );
      curve(
        xs,
        xs.map((x) =>
          loss(
            z.map((v, k) => (k === y ? x / T : v)),
            y,
          ),
        ),
      );
      point(f[y] + c, L, rise);
      axes.node.classList.toggle("sml-left", from > 0);
      readout(
        `P(${short(names[y], 16)}) = ${number(p[y])}`,
        `loss = ${number(L)}`,
        `slope = ${number(rise)}`,
      );
      axes.title(
        `The loss against the score of ${names[y]}, with the point at ${score(f[y] + c)} and its tangent`,
      );
      text.set(say(names, f, c, T, y, e, sum, p, L));
    }
    const leave = follow(model, TRAITS, draw);
    return ending(el, leave, text.stop);
  }

  return { render };
}
