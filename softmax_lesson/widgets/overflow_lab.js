// What softmax and its loss become in float16, float32 and float64: typed as they stand, clipped,
// or shifted.
function picture(kit) {
  const {
    bar,
    choice,
    ending,
    follow,
    frame,
    html,
    loss,
    number,
    plot,
    score,
    scoreOf,
    sentence,
    short,
    slider,
    slope,
    softmax,
    svg,
    tell,
  } = kit;
  const TRAITS = ["scores", "correct_class", "class_names", "offset", "dtype", "method"];

  const DTYPES = ["float16", "float32", "float64"];
  const METHODS = ["plain", "clip", "shift"];
  // overflow_lab.py has the same limits. The slider of the offset reaches beyond both ends of what
  // exp can bear.
  const LIMIT = { float16: 9, float32: 80, float64: 700 };
  const REACH = [24, 120, 900];

  // The nearest float16, by hand: 11 binary digits, none below 2^-24, ties to the even one, nothing
  // above 65504.
  function half(x) {
    if (x === 0 || !Number.isFinite(x)) return x;
    const unit = 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(x)))) - 10);
    const steps = x / unit;
    const whole = Math.abs(steps % 1) === 0.5 ? 2 * Math.round(steps / 2) : Math.round(steps);
    return Math.abs(whole * unit) > 65504 ? Math.sign(x) * Infinity : whole * unit;
  }
  const ROUND = { float16: half, float32: Math.fround, float64: (x) => x };

  // Every step is rounded to the dtype, as in NumPy; a sum of float16 is carried in float32 and
  // rounded at its end.
  function compute(scores, y, dtype, method) {
    const round = ROUND[dtype];
    const carry = dtype === "float64" ? round : Math.fround;
    const limit = LIMIT[dtype];
    const add = ([first, ...others]) =>
      round(carry(first + others.reduce((sum, v) => carry(sum + v), 0)));
    const stored = scores.map(round);
    const m = Math.max(...stored);
    const dead = method === "clip" && Math.abs(stored[y]) > limit;
    const cut = (v) => Math.min(limit, Math.max(-limit, v));
    const f = stored.map({ plain: (v) => v, clip: cut, shift: (v) => round(v - m) }[method]);
    const e = f.map((v) => round(Math.exp(v)));
    const sum = add(e);
    const p = e.map((v) => round(v / sum));
    const L = method === "shift" ? round(round(Math.log(sum)) - f[y]) : 0 - round(Math.log(p[y]));
    return { p, total: add(p), loss: L, slope: dead ? 0 : round(p[y] - 1), dead };
  }

  // What is no number is said in NumPy's words. overflow_lab.py has the same three functions.
  const shown = (x) => (Number.isFinite(x) ? number(x) : Number.isNaN(x) ? "nan" : "inf");
  function judge(got, p, L) {
    if (!(got.total > 0)) return "no answer";
    if (got.loss === Infinity) return "no loss";
    const near =
      got.p.every((v, k) => Math.abs(v - p[k]) <= 0.01) && Math.abs(got.loss - L) <= 0.02 * (1 + L);
    return near ? "right" : got.dead ? "wrong, and dead" : "wrong";
  }
  function say(names, f, y, dtype, method, got, p, L, rise) {
    const scores = f.map((v, k) => `${names[k]} ${score(ROUND[dtype](v))}`).join(", ");
    const how = {
      plain: "as typed",
      clip: `clipped at ${LIMIT[dtype]}`,
      shift: "shifted by the largest",
    }[method];
    return (
      `Scores ${scores} in ${dtype}, ${how}: the probabilities are ` +
      `${got.p.map(shown).join(", ")}, together ` +
      `${shown(got.total)} (true: ${p.map(number).join(", ")}). ` +
      `${names[y]} is correct: loss ${shown(got.loss)} ` +
      `(true: ${number(L)}), slope ${shown(got.slope)} (true: ${number(rise)}). Verdict: ${judge(got, p, L)}.`
    );
  }

  // Where the method fails the plane is hatched, and a word says how.
  const FAILS = {
    nan: ["M0 10L10 0", "no answer: nan"],
    inf: ["M0 0L10 10", "loss = inf"],
    dead: ["M3 5H6", "dead: slope 0"],
  };
  function failures(axes) {
    const id = `sml-${Math.random()}`;
    const group = svg("g");
    const size = { width: 10, height: 10, patternUnits: "userSpaceOnUse" };
    axes.node.append(
      svg(
        "defs",
        {},
        ...Object.entries(FAILS).map(([kind, [d]]) =>
          svg("pattern", { id: `${id}-${kind}`, ...size }, svg("path", { class: "sml-hatch", d })),
        ),
      ),
      group,
    );
    return (runs, top) =>
      group.replaceChildren(
        ...runs.flatMap(({ kind, from, to }) => {
          const [x, y] = axes.at(from, top);
          const [right, bottom] = axes.at(to, 0);
          const width = right - x;
          const height = bottom - y;
          const word = {
            x: -y - height / 2,
            y: x + width / 2 + 5,
            "text-anchor": "middle",
            transform: "rotate(-90)",
          };
          return [
            svg("rect", { x, y, width, height, fill: `url(#${id}-${kind})` }),
            svg("text", word, width > 18 ? FAILS[kind][1] : ""),
          ];
        }),
      );
  }

  function render({ model, el }) {
    const text = sentence();
    const axes = plot();
    const fails = failures(axes);
    // Beside the drawing and not in it: "right" must not stand in a hatched field of no answer.
    const verdict = html("p", { class: "sml-verdict" });
    const truth = axes.curve("sml-truth");
    const curve = axes.curve();
    const ring = axes.node.appendChild(svg("circle", { class: "sml-ring", r: 7 }));
    const point = axes.point();
    const control = (css, label, move) => {
      const [name, value] = ["name", "value"].map((part) =>
        html("span", { class: `sml-${part}` }, label),
      );
      const part = slider(label, move);
      return {
        name,
        value,
        slider: part,
        node: html("div", { class: `sml-row ${css}` }, name, part.node, value),
      };
    };
    const offset = control("", "offset, added to all scores", (value) =>
      tell(model, "offset", value),
    );
    const own = control("sml-correct", "score of the correct class", (value) => {
      moving = true;
      tell(
        model,
        "scores",
        model.get("scores").map((v, k) => (k === model.get("correct_class") ? value : v)),
      );
      moving = false;
    });
    const method = choice("Method", METHODS, (k) => tell(model, "method", METHODS[k]));
    const dtype = choice("Kind of number (dtype)", DTYPES, (k) => {
      tell(model, "dtype", DTYPES[k]);
      tell(model, "offset", Math.max(-REACH[k], Math.min(REACH[k], model.get("offset"))));
    });
    const head = ["class, score", "P", "computed", "true"].map((word) =>
      html("th", { scope: "col" }, word),
    );
    const cells = html("tbody");
    const table = html("table", {}, html("thead", {}, html("tr", {}, ...head)), cells);
    const controls = html(
      "div",
      { class: "sml-controls sml-overflow" },
      method.node,
      dtype.node,
      offset.node,
      own.node,
      table,
    );
    const drawing = html("div", {}, axes.node, verdict);
    frame(el, "Overflow lab").append(drawing, controls, text.node);

    let rows = [];
    // The axes may not shrink under the hand that moves the score.
    let range = [];
    let moving = false;
    const build = (names) => {
      rows = [...names, "together", "loss", "slope"].map((name, k) => {
        const row = {
          name: html("th", { scope: "row" }, name),
          bar: bar(),
          got: html("td"),
          due: html("td"),
        };
        row.truth = row.bar.node.appendChild(html("i"));
        row.node = html(
          "tr",
          {},
          row.name,
          html("td", {}, k < names.length ? row.bar.node : ""),
          row.got,
          row.due,
        );
        return row;
      });
      cells.replaceChildren(...rows.map((row) => row.node));
    };

    function draw() {
      const [base, y, names, c, d, m] = TRAITS.map((name) => model.get(name));
      if (names.length !== base.length || y >= base.length) return;
      if (rows.length !== names.length + 3) build(names);
      const f = base.map((v) => v + c);
      const got = compute(f, y, d, m);
      const p = softmax(base);
      const L = loss(base, y);
      const rise = slope(base, y);
      const words = say(names, f, y, d, m, got, p, L, rise);
      const others = base.filter((_, k) => k !== y);
      range = [
        Math.min(Math.floor(base[y]), Math.min(...others) - 7, moving ? range[0] : Infinity),
        Math.max(Math.ceil(base[y]), Math.max(...others) + 7, moving ? range[1] : -Infinity),
      ];
      const [lo, hi] = range;
      const moved = (v, x) => v.map((w, k) => (k === y ? x : w));
      const top = Math.ceil(loss(moved(base, lo), y)) + 1;
      const step = (hi - lo) / 340;
      const xs = Array.from({ length: 341 }, (_, i) => lo + i * step);
      const sound = [];
      const runs = [];
      xs.forEach((x) => {
        const there = compute(moved(f, x + c), y, d, m);
        const finite = Number.isFinite(there.loss);
        const kind = finite ? (there.dead ? "dead" : "sound") : shown(there.loss);
        if (finite) sound.push([x + c, there.loss]);
        if (runs.at(-1)?.kind !== kind) runs.push({ kind, from: Math.max(lo, x - step / 2) + c });
        runs.at(-1).to = Math.min(hi, x + step / 2) + c;
      });
      axes.axes([lo + c, hi + c], [0, top], scoreOf(names[y]), `loss = −log P(${short(names[y])})`);
      fails(
        runs.filter((run) => run.kind !== "sound"),
        top,
      );
      truth(
        xs.map((x) => x + c),
        xs.map((x) => loss(moved(base, x), y)),
      );
      curve(...[0, 1].map((i) => (sound.length ? sound : [[lo + c, 0]]).map((pair) => pair[i])));
      axes.at(f[y], L).forEach((v, i) => ring.setAttribute(["cx", "cy"][i], v));
      axes.node.classList.toggle("sml-lost", !Number.isFinite(got.loss));
      if (Number.isFinite(got.loss)) point(f[y], got.loss, got.slope);
      const how = `${d}, ${m}${m === "clip" ? ` at ${LIMIT[d]}` : ""}`;
      verdict.replaceChildren(`${how}: `, html("strong", {}, judge(got, p, L)));
      axes.title(`The computed and the true loss against the score of ${names[y]}`);
      [
        [method, METHODS, m],
        [dtype, DTYPES, d],
      ].forEach(([part, all, one]) => part.set(all.indexOf(one)));
      own.name.textContent = `★ score of ${names[y]}, before the offset`;
      const reach = Math.max(REACH[DTYPES.indexOf(d)], Math.abs(c));
      [
        [offset, c, -reach, reach],
        [own, base[y], lo, hi],
      ].forEach(([part, value, ...ends]) => {
        part.slider.set(value, ...ends);
        part.value.textContent = score(value);
      });
      [
        ...names.map((_, k) => [got.p[k], p[k]]),
        [got.total, 1],
        [got.loss, L],
        [got.slope, rise],
      ].forEach((both, k) => {
        rows[k].node.className = k === y ? "sml-correct" : "";
        if (k < names.length) {
          rows[k].name.textContent = `${k === y ? "★ " : ""}${names[k]} ${score(ROUND[d](f[k]))}`;
        }
        rows[k].bar.set(Number.isFinite(both[0]) ? both[0] : 0);
        rows[k].truth.style.left = `${100 * both[1]}%`;
        [rows[k].got.textContent, rows[k].due.textContent] = both.map(shown);
      });
      text.set(words);
    }
    const leave = follow(model, TRAITS, draw);
    return ending(el, leave, text.stop);
  }

  return { render };
}
