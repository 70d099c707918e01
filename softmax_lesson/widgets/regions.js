// A plane of two features: each photograph is a point, each class a region, each border a straight
// line. The rows of W are arrows; points and arrows can be dragged. Beside it, the loss curve.
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function picture(kit) {
  const { ENDS, button, choice, ending, evenly, follow, frame, html, logsumexp, loss } = kit;
  const { number, plot, replaced, score, sentence, short, slider, slope, softmax, speaker } = kit;
  const { stateOf, svg, tell } = kit;

  const STATE = ["W", "X", "labels", "class_names", "images", "path", "steps", "step"];
  STATE.push("temperature", "example", "row", "average", "deviation");
  // regions.py has the same.
  const FEATURES = ["brightness", "blue"];
  const LIMIT = 3;
  const SIDE = 24;
  const ACROSS = 20;
  const SHADES = [
    [0, 114, 178],
    [204, 121, 167],
    [0, 158, 115],
  ];
  const CELLS = 48; // of the shade, across and down; the browser smooths them
  const SIGNS = "●■▲";
  const SHAPES = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", "M-4.5-4.5h9v9h-9z", "M0-6L5.6 4.5H-5.6z"];
  const PAIRS = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 2, 0],
  ];

  const scoresAt = (W, [x0, x1]) => W.map((w) => x0 * w[0] + x1 * w[1] + w[2]);
  const winner = (f) => f.indexOf(Math.max(...f));
  const inside = (v) => Math.min(LIMIT, Math.max(-LIMIT, v));
  const endFor = (need) => ENDS.find((end) => end >= need) ?? need;

  // All that the picture says in numbers.
  function measure(state) {
    const { W, X, labels, example, temperature } = state;
    const all = X.map((x) => scoresAt(W, x));
    const losses = all.map((f, i) =>
      loss(
        f.map((v) => v / temperature),
        labels[i],
      ),
    );
    const f = all[example];
    const z = f.map((v) => v / temperature);
    const y = labels[example];
    return {
      f,
      z,
      y,
      p: softmax(z),
      loss: losses[example],
      slope: slope(z, y) / temperature,
      region: winner(f),
      right: all.filter((f, i) => winner(f) === labels[i]).length,
      mean: losses.reduce((sum, v) => sum + v, 0) / losses.length,
    };
  }

  // The sentence that says the picture; regions.py fills the same words with the same numbers.
  const listed = (say, name, values) =>
    say("listed", { name, values: values.map(score).join(", ") });
  const both = (say, [one, other]) => say("and", { one, other });
  function sentenceIn(say, { W, X, class_names: names, path, step, temperature, example }, now) {
    const rows = names.map((name, k) => listed(say, name, W[k])).join("; ");
    const at = FEATURES.map((name, d) => listed(say, say(name), [X[example][d]]));
    const sentence = say("sentence", {
      number: example + 1,
      count: X.length,
      name: names[now.y],
      place: both(say, at),
      region: names[now.region],
      scores: now.f.map(number).join(", "),
      temperature: score(temperature),
      probabilities: now.p.map(number).join(", "),
      loss: number(now.loss),
      right: now.right,
      mean: number(now.mean),
    });
    return `${say(path.length ? "rows_after" : "rows", { step, rows })} ${sentence}`;
  }

  // ---- The plane ----

  // The shade: the colours of the classes mixed as their probabilities are, and the fainter the
  // less sure. `set` returns the place where each class is farthest ahead, if it wins anywhere.
  function ground() {
    const node = html("canvas", { width: CELLS, height: CELLS, "aria-hidden": "true" });
    const pen = node.getContext("2d");
    const image = pen.createImageData(CELLS, CELLS);
    const place = (i) => LIMIT * ((2 * i + 1) / CELLS - 1);
    function set(W, temperature) {
      const ahead = W.map(() => ({ lead: -1 }));
      for (let i = 0; i < CELLS * CELLS; i++) {
        const x = [place(i % CELLS), -place(Math.floor(i / CELLS))];
        const f = scoresAt(W, x);
        shade(image.data, 4 * i, softmax(f.map((v) => v / temperature)));
        const k = winner(f);
        const lead = f[k] - Math.max(f[(k + 1) % 3], f[(k + 2) % 3]);
        if (lead > ahead[k].lead) ahead[k] = { lead, x };
      }
      pen.putImageData(image, 0, 0);
      return ahead.map(({ x }) => x);
    }
    return { node, set };
  }
  function shade(bytes, at, p) {
    for (let c = 0; c < 3; c++) {
      bytes[at + c] = p[0] * SHADES[0][c] + p[1] * SHADES[1][c] + p[2] * SHADES[2][c];
    }
    const sure = 1.5 * Math.max(...p) - 0.5;
    bytes[at + 3] = 255 * (0.08 + 0.42 * sure);
  }

  // The line w . (x, 1) = 0 in the plane, if there is one: a foot, a direction, from where, to
  // where.
  function lineOf(w) {
    const length = Math.hypot(w[0], w[1]);
    if (!length) return undefined;
    const foot = [0, 1].map((d) => (-w[2] / length) * (w[d] / length));
    const along = [-w[1] / length, w[0] / length];
    let [from, to] = [-Infinity, Infinity];
    for (const d of [0, 1]) {
      if (along[d]) {
        const ends = [-LIMIT, LIMIT].map((end) => (end - foot[d]) / along[d]);
        from = Math.max(from, Math.min(...ends));
        to = Math.min(to, Math.max(...ends));
      } else if (Math.abs(foot[d]) > LIMIT) return undefined;
    }
    return from < to ? { foot, along, from, to } : undefined;
  }
  // The part of a line on which w . (x, 1) is above 0.
  function aheadOn({ foot, along, from, to }, w) {
    const start = w[0] * foot[0] + w[1] * foot[1] + w[2];
    const rise = w[0] * along[0] + w[1] * along[1];
    if (rise === 0 && start <= 0) return undefined;
    const low = rise > 0 ? Math.max(from, -start / rise) : from;
    const high = rise < 0 ? Math.min(to, -start / rise) : to;
    return low < high ? { foot, along, from: low, to: high } : undefined;
  }

  // Where two classes are equal: dashed, and strong where both are ahead of the third.
  function borders(axes) {
    const path = (css) => axes.node.appendChild(svg("path", { class: css }));
    const lines = PAIRS.map(() => [path("sml-equal"), path("sml-border")]);
    function place(node, line) {
      const at = (step) => axes.at(...[0, 1].map((d) => line.foot[d] + step * line.along[d]));
      node.setAttribute("d", line ? `M${at(line.from).join(" ")}L${at(line.to).join(" ")}` : "");
    }
    return (W) =>
      PAIRS.forEach(([j, k, third], i) => {
        const minus = (other) => W[j].map((v, d) => v - W[other][d]);
        const line = lineOf(minus(k));
        place(lines[i][0], line);
        place(lines[i][1], line && aheadOn(line, minus(third)));
      });
  }

  // A place in the plane that follows the pointer which takes hold of it.
  function draggable(node, axes, take, move) {
    const place = (event) => {
      const box = axes.node.getBoundingClientRect();
      const unit = box.width / 400;
      const [left, up] = axes.at(0, 0);
      const perUnit = axes.at(1, 0)[0] - left;
      const x = ((event.clientX - box.left) / unit - left) / perUnit;
      const y = (up - (event.clientY - box.top) / unit) / perUnit;
      return [x, y].map((v) => Number(inside(v).toFixed(2)));
    };
    node.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      node.setPointerCapture(event.pointerId);
      take();
    });
    // The page would go with the finger: browsers overlook touch-action inside a drawing.
    node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    node.addEventListener("pointermove", (event) => {
      if (node.hasPointerCapture(event.pointerId)) move(place(event));
    });
  }

  // One row of W: an arrow from the middle, with the sign of its class at its end as a handle.
  function arrow(axes, k, hand) {
    const shaft = svg("path", { class: "sml-shaft" });
    const head = svg("path", { class: "sml-head", d: "M-12-6L0 0L-12 6z" });
    const sign = svg("path", { class: `sml-sign sml-class-${k}`, d: SHAPES[k] });
    const handle = svg("g", { class: "sml-handle" }, svg("circle", { r: 11 }), sign);
    handle.append(svg("circle", { r: 18, class: "sml-hold" }));
    axes.node.append(shaft, head, handle);
    draggable(handle, axes, () => hand.take(k), hand.row);
    return ([w0, w1], chosen, fixed) => {
      const shrink = Math.max(1, Math.max(Math.abs(w0), Math.abs(w1)) / LIMIT);
      const [[x0, y0], [x, y]] = [axes.at(0, 0), axes.at(w0 / shrink, w1 / shrink)];
      const angle = Math.atan2(y - y0, x - x0);
      const gap = Math.min(13, Math.hypot(x - x0, y - y0));
      const tip = [x - gap * Math.cos(angle), y - gap * Math.sin(angle)];
      shaft.setAttribute("d", `M${x0} ${y0}L${tip.join(" ")}`);
      head.setAttribute("transform", `translate(${tip}) rotate(${(180 * angle) / Math.PI})`);
      head.style.display = Math.hypot(x - x0, y - y0) > 26 ? "" : "none";
      handle.setAttribute("transform", `translate(${x} ${y})`);
      handle.classList.toggle("sml-taken", chosen);
      handle.classList.toggle("sml-fixed", fixed);
    };
  }

  // The photographs: a small mark each, and a large one, to be dragged, for the chosen one.
  function points(axes, labels, hand) {
    const marks = labels.map((y, i) => {
      const node = svg("path", { d: SHAPES[y], class: `sml-mark sml-class-${y}` });
      node.addEventListener("pointerdown", () => hand.choose(i));
      return axes.node.appendChild(node);
    });
    const large = svg("path", { class: "sml-chosen" });
    const hold = svg("circle", { r: 20, class: "sml-hold" });
    const handle = axes.node.appendChild(svg("g", { class: "sml-handle" }, large, hold));
    draggable(handle, axes, () => hand.take(-1), hand.point);
    return (X, example) => {
      marks.forEach((mark, i) => {
        const at = axes.at(...X[i].map(inside)).map((v) => v.toFixed(1));
        mark.setAttribute("transform", `translate(${at.join(" ")})`);
      });
      large.setAttribute("d", SHAPES[labels[example]]);
      const at = axes.at(...X[example].map(inside)).map((v) => v.toFixed(1));
      handle.setAttribute("transform", `translate(${at.join(" ")})`);
    };
  }

  // The name of a region, inside the plane at the place where its class is farthest ahead.
  function regionName(axes, words) {
    const text = axes.node.appendChild(svg("text", { class: "sml-strong sml-region" }, words));
    return (place) => {
      text.style.display = place ? "" : "none";
      if (!place) return;
      const [x, y] = axes.at(...place);
      const [anchor, way] = place[0] > 0 ? ["end", -6] : ["start", 6];
      text.setAttribute("text-anchor", anchor);
      text.setAttribute("x", x + way);
      text.setAttribute("y", Math.min(376, Math.max(56, y)));
    };
  }

  function plane(say, labels, names, hand) {
    const axes = plot(440);
    const shade = ground();
    const features = FEATURES.map((name) => say(name));
    axes.axes([-LIMIT, LIMIT], [-LIMIT, LIMIT], ...features);
    const lines = borders(axes);
    const dots = points(axes, labels, hand);
    const words = names.map((name, k) => regionName(axes, `${SIGNS[k]} ${short(name, 16)}`));
    const arrows = names.map((_, k) => arrow(axes, k, hand));
    function set(state, now) {
      const { W, X, example, row, temperature, path } = state;
      shade.set(W, temperature).forEach((place, k) => words[k](place));
      lines(W);
      dots(X, example);
      arrows.forEach((draw, k) => draw(W[k], k === row, path.length > 0));
      const region = names[now.region];
      const all = { features: both(say, features), names: names.join(", ") };
      axes.title(say("plane", { ...all, number: example + 1, region }));
    }
    return { node: html("div", { class: "sml-plane" }, shade.node, axes.node), set };
  }

  // ---- Beside the plane ----

  // The loss against the score of the correct class, at this temperature.
  function costs(say) {
    const axes = plot();
    const curve = axes.curve();
    const point = axes.point();
    const readout = axes.readout("", "sml-strong", "sml-slope");
    let ends = [0, 0];
    function set({ class_names: names, temperature: T }, now, moving) {
      const { f, z, y } = now;
      const need = [endFor(Math.max(...f.map(Math.abs))), endFor(1.05 * now.loss)];
      ends = need.map((end, i) => (moving ? Math.max(end, ends[i]) : end));
      const [limit, high] = ends;
      // From the left edge, or from where the curve comes in through the upper one.
      const others = logsumexp(z.filter((_, k) => k !== y));
      const from = Math.max(-limit, T * (others - high - Math.log1p(-Math.exp(-high))));
      const xs = evenly(from, limit, 160);
      const name = short(names[y]);
      axes.axes([-limit, limit], [0, high], say("score_of", { name }), say("loss_axis", { name }));
      curve(
        xs,
        xs.map((x) => loss(replaced(z, y, x / T), y)),
      );
      point(f[y], now.loss, now.slope);
      axes.node.classList.toggle("sml-left", from > 0);
      const P = `P(${short(names[y], 16)}) = ${number(now.p[y])}`;
      const [L, rise] = [number(now.loss), number(now.slope)];
      readout(P, say("loss_is", { loss: L }), say("slope_is", { slope: rise }));
      axes.title(say("curve", { name: names[y], score: score(f[y]) }));
    }
    return { node: axes.node, set };
  }

  // The chosen photograph, made as bright and as blue as its point says.
  function photograph(say, sheet, redraw) {
    const node = html("canvas", { width: SIDE, height: SIDE, role: "img" });
    const pen = node.getContext("2d", { willReadFrequently: true });
    const image = new Image();
    image.onload = redraw;
    image.src = sheet;
    function set({ X, class_names: names, example, average, deviation }, now) {
      const its = { number: example + 1, name: names[now.y] };
      node.setAttribute("aria-label", say("photograph_of", its));
      if (!image.width) return;
      const [left, top] = [example % ACROSS, Math.floor(example / ACROSS)].map((n) => -SIDE * n);
      pen.drawImage(image, left, top);
      const pixels = pen.getImageData(0, 0, SIDE, SIDE);
      const light = [0, 1, 2].map((c) => {
        const some = pixels.data.filter((_, i) => i % 4 === c);
        return some.reduce((sum, v) => sum + v, 0) / some.length / 255;
      });
      const has = [(light[0] + light[1] + light[2]) / 3, light[2] - light[0]];
      const [brighter, bluer] = has.map(
        (v, d) => 255 * (average[d] + deviation[d] * X[example][d] - v),
      );
      const change = [brighter - bluer / 2, brighter, brighter + bluer / 2, 0];
      pixels.data.forEach((v, i) => (pixels.data[i] = v + change[i % 4]));
      pen.putImageData(pixels, 0, 0);
    }
    return { node, set, stop: () => (image.onload = null) };
  }

  function facts(say) {
    const lines = [0, 1, 2, 3].map(() => html("p"));
    function set({ class_names: names, example, X }, now) {
      const words = [
        `★ ${say("which", { number: example + 1, name: names[now.y] })}`,
        say("in_region", { region: names[now.region] }),
        say("own_region", { right: now.right, count: X.length }),
        say("mean_of_all", { count: X.length, mean: number(now.mean) }),
      ];
      words.forEach((word, i) => (lines[i].textContent = word));
    }
    return { nodes: lines, set };
  }

  // ---- What moves it ----

  function control(label, move) {
    const name = html("span", { class: "sml-name" }, label);
    const value = html("span", { class: "sml-value" });
    const part = slider(label, move);
    const node = html("div", { class: "sml-row" }, name, part.node, value);
    function set(at, low, high, words) {
      part.set(at, low, high);
      value.textContent = words ?? score(at);
      if (words) part.node.setAttribute("aria-valuetext", words);
    }
    return { node, set, input: part.node };
  }

  // The sliders of a photograph's two features, or of the three weights of a row; while a training
  // run is played, the rows are not the hand's.
  function places(say, names, hand, played) {
    const what = [say("photograph"), ...names.map((name, k) => `${SIGNS[k]} ${name}`)];
    const pick = choice(say("move"), what, (k) => hand.take(k - 1));
    const three = [...FEATURES, "bias"];
    const parts = three.map((name, d) => control(say(name), (v) => hand.one(d, v)));
    function set({ W, X, example, row }) {
      pick.set(row + 1);
      const values = row < 0 ? X[example] : W[row];
      parts.forEach((part, d) => {
        part.node.hidden = d >= values.length;
        if (part.node.hidden) return;
        const end = Math.max(LIMIT, Math.ceil(Math.abs(values[d])));
        part.set(values[d], -end, end);
      });
    }
    const sliders = parts.map((part) => part.node);
    return { nodes: played ? sliders : [pick.node, ...sliders], set };
  }

  // A training run: its steps where they are on a slider from the first to the last, and a button.
  function player(say, model, steps, redraw) {
    const [first, last] = [steps[0], steps.at(-1)];
    const pause = Math.min(450, Math.max(80, 8000 / steps.length));
    let timer = 0;
    const go = (step) => tell(model, "step", step);
    const after = (at) => steps.find((step) => step > at) ?? last;
    const play = button(() => {
      if (timer) return stop();
      if (model.get("step") === last) go(first);
      play.textContent = say("pause");
      timer = setInterval(() => {
        if (model.get("step") === last) stop();
        else go(after(model.get("step")));
      }, pause);
    }, say("play"));
    function stop() {
      clearInterval(timer);
      timer = 0;
      play.textContent = say("play");
    }
    const rule = control(say("training_step"), (value) => {
      stop();
      const now = model.get("step");
      // The next that was kept, up or down, so that a key never stays where it was.
      go(value > now ? after(value - 1) : (steps.findLast((step) => step <= value) ?? first));
      redraw();
    });
    function set({ step }) {
      rule.set(step, first, Math.max(last, first + 1), say("step_is", { step }));
      Object.assign(rule.input, { step: 1, value: step });
    }
    return { nodes: [rule.node, play], set, stop };
  }

  // What the hand can do, by pointer or by slider. `moving` is true while it does.
  function handOf(model) {
    const hand = { moving: false };
    const put = (name, value) => {
      hand.moving = true;
      tell(model, name, value);
      hand.moving = false;
    };
    hand.temperature = (value) => put("temperature", Number((10 ** value).toPrecision(2)));
    hand.take = (row) => model.get("row") !== row && tell(model, "row", row);
    hand.choose = (i) => tell(model, "example", i);
    hand.point = (x) => put("X", replaced(model.get("X"), model.get("example"), x));
    hand.weights = (w) => put("W", replaced(model.get("W"), model.get("row"), w));
    hand.row = (tip) => hand.weights([...tip, model.get("W")[model.get("row")][2]]);
    hand.one = (d, value) => {
      const row = model.get("row");
      const old = row < 0 ? model.get("X")[model.get("example")] : model.get("W")[row];
      (row < 0 ? hand.point : hand.weights)(replaced(old, d, value));
    };
    const first = ["W", "X", "temperature"].map((name) => [name, model.get(name)]);
    hand.back = () => first.forEach(([name, value]) => tell(model, name, value));
    return hand;
  }

  // Which photograph, and the temperature.
  function settings(say, hand, count) {
    const which = control(say("photograph"), (value) => hand.choose(value - 1));
    const heat = control(say("temperature"), hand.temperature);
    function set({ example, class_names: names, temperature }, now) {
      which.set(example + 1, 1, count, `${example + 1}: ${names[now.y]}`);
      Object.assign(which.input, { step: 1, value: example + 1 });
      heat.set(Math.log10(temperature), -1, 1, score(temperature));
    }
    return { nodes: [which.node, heat.node], set };
  }

  function render({ model, el }) {
    const { labels, class_names: names, images, path, steps } = stateOf(model, STATE);
    const say = speaker(model);
    const hand = handOf(model);
    const text = sentence();
    const map = plane(say, labels, names, hand);
    const curve = costs(say);
    const about = facts(say);
    const photo = photograph(say, images, () => draw());
    const move = places(say, names, hand, path.length > 0);
    const run = path.length ? player(say, model, steps, () => draw()) : undefined;
    const rest = settings(say, hand, labels.length);
    const back = button(hand.back, say("back"));
    back.classList.add("sml-back");
    const words = html("div", {}, ...about.nodes);
    const detail = html("div", { class: "sml-detail" }, photo.node, words);
    const side = html("div", { class: "sml-side" }, curve.node, detail);
    const parts = [...(run?.nodes ?? []), ...move.nodes, ...rest.nodes, back];
    const controls = html("div", { class: "sml-controls" }, ...parts);
    frame(el, "Regions", "sml-wide", say("label")).append(map.node, side, controls, text.node);

    function draw() {
      const state = stateOf(model, STATE);
      if (run) state.W = path[steps.indexOf(state.step)];
      const now = measure(state);
      map.set(state, now);
      curve.set(state, now, hand.moving);
      for (const part of [photo, about, move, rest]) part.set(state, now);
      run?.set(state);
      text.set(sentenceIn(say, state, now));
    }
    const leave = follow(model, STATE, draw);
    return ending(el, leave, photo.stop, () => run?.stop(), text.stop);
  }

  return { render };
}
