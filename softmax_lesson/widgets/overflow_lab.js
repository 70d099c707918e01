// What softmax and its loss become in float16, float32 and float64: typed as they stand, clipped, or
// shifted.
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function picture(kit) {
  const { bar, choice, control, ending, evenly, follow, frame, html, loss, number, plot } = kit;
  const { replaced, score, scoreOf, sentence, short, slope, softmax, speaker, stateOf } = kit;
  const { svg, tell } = kit;

  const TRAITS = ["scores", "correct_class", "class_names", "offset", "dtype", "method"];
  const DTYPES = ["float16", "float32", "float64"];
  const METHODS = ["plain", "clip", "shift"];
  // Where clipping cuts; overflow_lab.py has the same limits.
  const LIMIT = { float16: 9, float32: 80, float64: 700 };
  // The slider of the offset reaches beyond both ends of what exp can bear.
  const REACH = { float16: 24, float32: 120, float64: 900 };

  // ---- The arithmetic of the three kinds of number ----

  // The nearest float16, by hand: 11 binary digits, none below 2^-24, ties to the even one, nothing
  // above 65504.
  function half(x) {
    if (x === 0 || !Number.isFinite(x)) return x;
    const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(x))));
    const unit = 2 ** (exponent - 10);
    const steps = x / unit;
    const tie = Math.abs(steps % 1) === 0.5;
    const nearest = (tie ? 2 * Math.round(steps / 2) : Math.round(steps)) * unit;
    return Math.abs(nearest) > 65504 ? Math.sign(x) * Infinity : nearest;
  }
  const ROUND = { float16: half, float32: Math.fround, float64: (x) => x };

  // As NumPy adds: a sum of float16 is carried in float32 and rounded at its end.
  function total(values, dtype) {
    const carry = dtype === "float64" ? ROUND.float64 : Math.fround;
    const [first, ...others] = values;
    const rest = others.reduce((sum, v) => carry(sum + v), 0);
    return ROUND[dtype](carry(first + rest));
  }
  // Every step is rounded to the dtype, as in NumPy.
  function compute(scores, y, dtype, method) {
    const round = ROUND[dtype];
    const limit = LIMIT[dtype];
    const stored = scores.map(round);
    const largest = Math.max(...stored);
    const prepare = {
      plain: (v) => v,
      clip: (v) => Math.min(limit, Math.max(-limit, v)),
      shift: (v) => round(v - largest),
    }[method];
    const f = stored.map(prepare);
    const powers = f.map((v) => round(Math.exp(v)));
    const sum = total(powers, dtype);
    const p = powers.map((v) => round(v / sum));
    const ofShifted = () => round(round(Math.log(sum)) - f[y]);
    const ofProbability = () => 0 - round(Math.log(p[y]));
    const dead = method === "clip" && Math.abs(stored[y]) > limit;
    return {
      p,
      total: total(p, dtype),
      loss: method === "shift" ? ofShifted() : ofProbability(),
      slope: dead ? 0 : round(p[y] - 1),
      dead,
    };
  }

  // ---- What is said of it: overflow_lab.py has the same ----

  // What is no number is said in NumPy's words.
  function shown(x) {
    if (Number.isFinite(x)) return number(x);
    return Number.isNaN(x) ? "nan" : "inf";
  }
  function judge(say, got, truth) {
    if (!(got.total > 0)) return say("no_answer");
    if (got.loss === Infinity) return say("no_loss");
    const near = got.p.every((v, k) => Math.abs(v - truth.p[k]) <= 0.01);
    if (near && Math.abs(got.loss - truth.loss) <= 0.02 * (1 + truth.loss)) return say("right");
    return say(got.dead ? "dead" : "wrong");
  }
  function sentenceIn(say, state, { f, got, truth }) {
    const { class_names: names, correct_class: y, dtype, method } = state;
    const stored = f.map((v) => score(ROUND[dtype](v)));
    return say("sentence", {
      scores: names.map((name, k) => say("one_score", { name, score: stored[k] })).join(", "),
      dtype,
      how: say(method, { limit: LIMIT[dtype] }),
      probabilities: got.p.map(shown).join(", "),
      sum: shown(got.total),
      true: truth.p.map(number).join(", "),
      name: names[y],
      loss: shown(got.loss),
      true_loss: number(truth.loss),
      slope: shown(got.slope),
      true_slope: number(truth.slope),
      verdict: judge(say, got, truth),
    });
  }

  // What the picture shows, from the state alone. The truth needs no offset: softmax does not see it.
  function measure({ scores, correct_class: y, offset, dtype, method }) {
    const f = scores.map((v) => v + offset);
    const truth = { p: softmax(scores), loss: loss(scores, y), slope: slope(scores, y) };
    return { f, truth, got: compute(f, y, dtype, method) };
  }

  // ---- The loss curve, the true one and the computed one ----

  // Where the method fails the plane is hatched, and a word says how.
  const FAILS = {
    nan: "M0 10L10 0",
    inf: "M0 0L10 10",
    dead: "M3 5H6",
  };
  function failures(say, axes) {
    const id = `sml-${Math.random()}`;
    const size = { width: 10, height: 10, patternUnits: "userSpaceOnUse" };
    const patterns = Object.entries(FAILS).map(([kind, hatch]) => {
      const stroke = svg("path", { class: "sml-hatch", d: hatch });
      return svg("pattern", { id: `${id}-${kind}`, ...size }, stroke);
    });
    const group = svg("g");
    axes.node.append(svg("defs", {}, ...patterns), group);
    function area({ kind, from, to }, top) {
      const [x, y] = axes.at(from, top);
      const [right, bottom] = axes.at(to, 0);
      const box = { x, y, width: right - x, height: bottom - y };
      const middle = { x: -y - box.height / 2, y: x + box.width / 2 + 5 };
      const upright = { ...middle, "text-anchor": "middle", transform: "rotate(-90)" };
      const words = box.width > 18 ? say(`field_${kind}`) : "";
      const fill = `url(#${id}-${kind})`;
      return [svg("rect", { ...box, fill }), svg("text", upright, words)];
    }
    return (runs, top) => group.replaceChildren(...runs.flatMap((run) => area(run, top)));
  }

  // The range of the correct class's score, before the offset: all that happens lies in it, and it
  // may not shrink under the hand that moves the score.
  function rangeOf(scores, y, [low, high]) {
    const others = scores.filter((_, k) => k !== y);
    return [
      Math.min(Math.floor(scores[y]), Math.min(...others) - 7, low),
      Math.max(Math.ceil(scores[y]), Math.max(...others) + 7, high),
    ];
  }
  // What the method makes of the scores all along: a kind for each, and runs of one kind.
  function kindOf(there) {
    if (!Number.isFinite(there.loss)) return shown(there.loss);
    return there.dead ? "dead" : "sound";
  }
  function scan(xs, { scores, correct_class: y, offset, dtype, method }) {
    const step = (xs.at(-1) - xs[0]) / (xs.length - 1);
    const points = [];
    const runs = [];
    for (const x of xs) {
      const moved = replaced(scores, y, x).map((v) => v + offset);
      const there = compute(moved, y, dtype, method);
      const kind = kindOf(there);
      if (Number.isFinite(there.loss)) points.push([x + offset, there.loss]);
      if (runs.at(-1)?.kind !== kind) {
        runs.push({ kind, from: Math.max(xs[0], x - step / 2) + offset });
      }
      runs.at(-1).to = Math.min(xs.at(-1), x + step / 2) + offset;
    }
    return { points, runs: runs.filter((run) => run.kind !== "sound") };
  }

  // The present state: a ring where the truth is, and a point where the computed loss is, if any.
  function presentPoints(axes) {
    const ring = axes.node.appendChild(svg("circle", { class: "sml-ring", r: 7 }));
    const point = axes.point();
    return ({ correct_class: y }, { f, got, truth }) => {
      const [left, top] = axes.at(f[y], truth.loss);
      ring.setAttribute("cx", left);
      ring.setAttribute("cy", top);
      const finite = Number.isFinite(got.loss);
      axes.node.classList.toggle("sml-lost", !finite);
      if (finite) point(f[y], got.loss, got.slope);
    };
  }

  function curvePart(say) {
    const axes = plot();
    const fails = failures(say, axes);
    // Beside the drawing and not in it: "right" must not stand in a hatched field of no answer.
    const verdict = html("p", { class: "sml-verdict" });
    const truthCurve = axes.curve("sml-truth");
    const curve = axes.curve();
    const drawPoints = presentPoints(axes);
    function draw(state, shownNow, [low, high]) {
      const { scores, correct_class: y, class_names: names, offset, dtype, method } = state;
      const lossAt = (x) => loss(replaced(scores, y, x), y);
      const top = Math.ceil(lossAt(low)) + 1;
      const xs = evenly(low, high, 340);
      const { points, runs } = scan(xs, state);
      const lossLabel = say("loss_axis", { name: short(names[y]) });
      axes.axes([low + offset, high + offset], [0, top], scoreOf(names[y], say), lossLabel);
      fails(runs, top);
      truthCurve(
        xs.map((x) => x + offset),
        xs.map(lossAt),
      );
      const seen = points.length ? points : [[low + offset, 0]];
      curve(
        seen.map(([x]) => x),
        seen.map(([, value]) => value),
      );
      drawPoints(state, shownNow);
      const how = method === "clip" ? say("clip_at", { limit: LIMIT[dtype] }) : method;
      const judged = html("strong", {}, judge(say, shownNow.got, shownNow.truth));
      verdict.replaceChildren(`${dtype}, ${how}: `, judged);
      axes.title(say("curves", { name: names[y] }));
    }
    return { node: html("div", {}, axes.node, verdict), draw };
  }

  // ---- The table: computed beside true ----

  function makeRow(name, isClass) {
    const head = html("th", { scope: "row" }, name);
    const share = bar();
    const mark = share.node.appendChild(html("i"));
    const got = html("td");
    const due = html("td");
    const node = html("tr", {}, head, html("td", {}, isClass ? share.node : ""), got, due);
    function set(computed, truth) {
      share.set(Number.isFinite(computed) ? computed : 0);
      mark.style.left = `${100 * truth}%`;
      got.textContent = shown(computed);
      due.textContent = shown(truth);
    }
    return { node, head, set };
  }

  function tablePart(say) {
    const columns = ["column_class", "column_share", "column_computed", "column_true"];
    const head = columns.map((word) => html("th", { scope: "col" }, say(word)));
    const body = html("tbody");
    const node = html("table", {}, html("thead", {}, html("tr", {}, ...head)), body);
    let rows = [];
    function build(names) {
      rows = [
        ...names.map((name) => makeRow(name, true)),
        ...["together", "loss", "slope"].map((name) => makeRow(say(name), false)),
      ];
      body.replaceChildren(...rows.map((row) => row.node));
    }
    function draw({ class_names: names, correct_class: y, dtype }, { f, got, truth }) {
      if (rows.length !== names.length + 3) build(names);
      names.forEach((name, k) => {
        rows[k].node.className = k === y ? "sml-correct" : "";
        const words = `${name} ${score(ROUND[dtype](f[k]))}`;
        rows[k].head.textContent = k === y ? `★ ${words}` : words;
        rows[k].set(got.p[k], truth.p[k]);
      });
      const [together, lossRow, slopeRow] = rows.slice(names.length);
      together.set(got.total, 1);
      lossRow.set(got.loss, truth.loss);
      slopeRow.set(got.slope, truth.slope);
    }
    return { node, draw };
  }

  function controlsPart(say, model) {
    const offset = control(say("offset"), (value) => tell(model, "offset", value));
    let moving = false;
    const move = (value) => {
      moving = true;
      tell(model, "scores", replaced(model.get("scores"), model.get("correct_class"), value));
      moving = false;
    };
    const own = control(say("score_of_correct"), move, "sml-correct");
    const method = choice(say("method"), METHODS, (k) => tell(model, "method", METHODS[k]));
    const dtype = choice(say("dtype"), DTYPES, (k) => {
      const reach = REACH[DTYPES[k]];
      tell(model, "dtype", DTYPES[k]);
      tell(model, "offset", Math.max(-reach, Math.min(reach, model.get("offset"))));
    });
    function draw(state, [low, high]) {
      const { scores, correct_class: y, class_names: names } = state;
      method.set(METHODS.indexOf(state.method));
      dtype.set(DTYPES.indexOf(state.dtype));
      const reach = Math.max(REACH[state.dtype], Math.abs(state.offset));
      offset.slider.set(state.offset, -reach, reach);
      offset.value.textContent = score(state.offset);
      own.slider.set(scores[y], low, high);
      own.value.textContent = score(scores[y]);
      own.name.textContent = `★ ${say("score_before", { name: names[y] })}`;
    }
    const nodes = [method, dtype, offset, own].map((part) => part.node);
    return { nodes, draw, isMoving: () => moving };
  }

  function render({ model, el }) {
    const say = speaker(model);
    const curve = curvePart(say);
    const controls = controlsPart(say, model);
    const table = tablePart(say);
    const text = sentence();
    const side = html("div", { class: "sml-controls sml-overflow" });
    side.append(...controls.nodes, table.node);
    frame(el, "Overflow lab", "sml-wide", say("label")).append(curve.node, side, text.node);

    const ANY = [Infinity, -Infinity];
    let range = ANY;
    function draw() {
      const state = stateOf(model, TRAITS);
      const { scores, correct_class: y, class_names: names } = state;
      // Python sends its traits one by one: when the number of classes changes, they do not fit for
      // a moment.
      if (names.length !== scores.length || y >= scores.length) return;
      const shownNow = measure(state);
      range = rangeOf(scores, y, controls.isMoving() ? range : ANY);
      curve.draw(state, shownNow, range);
      controls.draw(state, range);
      table.draw(state, shownNow);
      text.set(sentenceIn(say, state, shownNow));
    }
    return ending(el, follow(model, TRAITS, draw), text.stop);
  }

  return { render };
}
