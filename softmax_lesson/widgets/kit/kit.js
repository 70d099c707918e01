// The kit of the interactive pictures: formulas, words, and the parts a picture is made of. No
// library, no network. One function, which is called with the text of kit.css and of the picture's
// own style, and hands on the parts. Python puts its text and the picture's together (base.py), so
// every comment stands on a line of its own.
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function kit(commonStyle, ownStyle) {
  // ---- The formulas of the lesson, for one row of scores f and the correct class y ----

  // The largest score, and the sum of exp(f - largest) over all other classes: log1p keeps it when
  // 1 + rest would not.
  function shifted(f) {
    const place = f.indexOf(Math.max(...f));
    const rest = f.reduce((sum, v, k) => (k === place ? sum : sum + Math.exp(v - f[place])), 0);
    return [f[place], rest];
  }
  function logsumexp(f) {
    const [largest, rest] = shifted(f);
    return largest + Math.log1p(rest);
  }
  function softmax(f) {
    const [largest, rest] = shifted(f);
    return f.map((v) => Math.exp(v - largest) / (1 + rest));
  }
  function logSoftmax(f) {
    const [largest, rest] = shifted(f);
    return f.map((v) => v - largest - Math.log1p(rest));
  }
  const loss = (f, y) => 0 - logSoftmax(f)[y];
  const slope = (f, y) => Math.expm1(logSoftmax(f)[y]);

  // ---- Numbers in words: base.py has the same two functions, so that live text and text twin
  // agree ----

  // Three decimals, or a power of ten where they would show nothing.
  function number(x) {
    const size = Math.abs(x);
    const plain = size === 0 || (size >= 1e-3 && size < 1e5);
    return (plain ? (x + 0).toFixed(3) : x.toExponential(2)).replace(/-/g, "−");
  }
  // So many equal steps from one number to another, both ends included.
  const evenly = (from, to, steps) =>
    Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
  // A copy of a list with another value at one place.
  const replaced = (list, place, value) => list.map((old, k) => (k === place ? value : old));

  // A score as short as it can be: 1.0, 0.25, −3.142.
  const score = (x) => number(x).replace(/(\.\d+?)0+$/, "$1");
  // A name in a drawing, where there is room for so many letters.
  const short = (name, most = 24) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

  // What a picture says: `say(name, values)` is one of its words with values in its {places}, from
  // NAME.toml and kit.toml. base.py has the same, so that live text and text twin agree.
  const speaker =
    (model) =>
    (name, values = {}) =>
      model.get("_words")[name].replace(/\{(\w+)\}/g, (_, place) => values[place]);
  const scoreOf = (name, say) =>
    say(name.length > 14 ? "score_of" : "score_of_held", { name: short(name) });

  // ---- Elements ----

  function make(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  const html = (tag, attributes = {}, ...children) =>
    make(document.createElement(tag), attributes, children);
  const svg = (tag, attributes = {}, ...children) =>
    make(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

  // JupyterLab takes the arrow keys away from a focused control unless the control itself carries
  // this.
  const KEEP_KEYS = { "data-lm-suppress-shortcuts": "true" };

  // The frame of a picture, which is what all sizes refer to, and which brings the style along: the
  // kit's, and the picture's own nested in a class of its own, for another picture may have other
  // rules of the same names. Returns what the parts go into, which has the class `css`: "sml-wide"
  // puts a picture with several drawings in three columns where there is the room, so that it fits
  // a slide.
  function frame(el, name, css = "", label = name) {
    const own = `sml-${name.toLowerCase().replaceAll(" ", "-")}`;
    const style = html("style", {}, `${commonStyle}.${own}{${ownStyle}}`);
    const body = html("div", { class: `sml-body ${css}` });
    el.append(
      html("div", { class: `sml ${own}`, role: "group", "aria-label": label }, style, body),
    );
    return body;
  }

  // A slider for a number. `set` shows a value on lo..hi; its step is a tenth or, on a wide range,
  // a power of ten.
  function slider(label, move) {
    const input = html("input", { type: "range", "aria-label": label, ...KEEP_KEYS });
    input.addEventListener("input", () => move(Number(input.value)));
    const set = (value, lo, hi) => {
      // Where there is only one number, it stands at the left.
      const wide = hi - lo || 1;
      const step = 10 ** Math.max(-1, Math.floor(Math.log10(wide / 60)));
      Object.assign(input, { min: lo, max: hi, step, value });
      input.setAttribute("aria-valuetext", score(value));
      input.style.setProperty("--at", (value - lo) / wide);
      input.style.setProperty("--zero", Math.min(1, Math.max(0, -lo / wide)));
    };
    return { node: input, set };
  }

  // A slider with its name above it and its value beside it.
  function control(label, move, css = "") {
    const name = html("span", { class: "sml-name" }, label);
    const value = html("span", { class: "sml-value" });
    const rule = slider(label, move);
    const node = html("div", { class: `sml-row ${css}` }, name, rule.node, value);
    return { node, name, value, slider: rule };
  }

  function button(press, ...words) {
    const node = html("button", { type: "button", ...KEEP_KEYS }, ...words);
    node.addEventListener("click", press);
    return node;
  }

  // One of several: a row of radio buttons.
  function choice(label, names, pick) {
    const group = `sml-${Math.random()}`;
    const inputs = names.map(() => html("input", { type: "radio", name: group, ...KEEP_KEYS }));
    inputs.forEach((input, k) => input.addEventListener("change", () => pick(k)));
    const labels = inputs.map((input, k) => html("label", {}, input, html("span", {}, names[k])));
    const node = html(
      "fieldset",
      {},
      html("legend", {}, label),
      html("div", { class: "sml-choices" }, ...labels),
    );
    return { node, set: (chosen) => inputs.forEach((input, k) => (input.checked = k === chosen)) };
  }

  // A probability as a bar on 0..1.
  function bar() {
    const node = html("div", { class: "sml-bar" }, html("div"));
    return { node, set: (p) => node.firstChild.style.setProperty("width", `${100 * p}%`) };
  }

  // ---- Axes and what is drawn on them ----

  // Round numbers for an axis from lo to hi.
  function ticks(lo, hi) {
    const size = 10 ** Math.floor(Math.log10((hi - lo) / 4));
    const step = size * [5, 3, 2, 1].find((n) => n * size <= (hi - lo) / 4);
    const first = Math.ceil(lo / step);
    return Array.from({ length: Math.floor(hi / step) - first + 1 }, (_, i) =>
      Number(((first + i) * step).toPrecision(6)),
    );
  }
  const text = (x, y, words, attributes) => svg("text", { x, y, ...attributes }, words);
  const tick = (x, y, value, anchor) =>
    text(x, y, String(value).replaceAll("-", "−"), { "text-anchor": anchor });
  // The lines of the axes, and their ticks with what stands at them.
  function linesOf({ box, px, py, x0, x1, y0, y1 }, word) {
    return [
      ...ticks(y0, y1).map((t) => svg("path", { d: `M${box.left} ${py(t)}H${box.right}` })),
      ...ticks(y0, y1).map((t) => tick(box.left - 7, py(t) + 5, t, "end")),
      ...ticks(x0, x1).map((t) =>
        svg("path", { d: `M${px(t)} ${box.bottom}v5`, class: "sml-axis" }),
      ),
      ...ticks(x0, x1).map((t) => tick(px(t), box.bottom + 23, word(t), "middle")),
      svg("path", { d: `M${box.left} ${box.top}V${box.bottom}H${box.right}`, class: "sml-axis" }),
    ];
  }
  const pathOn = ({ node }, css) => node.appendChild(svg("path", { class: css }));
  // A line through points (xs, ys).
  function curveOn(plane, css = "sml-curve") {
    const line = pathOn(plane, css);
    const at = (x, y) => `${plane.px(x).toFixed(1)} ${plane.py(y).toFixed(1)}`;
    return (xs, ys) => line.setAttribute("d", `M${xs.map((x, i) => at(x, ys[i])).join("L")}`);
  }
  // A point, its way to both axes, and its tangent: equally long at every slope, but inside the
  // axes.
  function pointOn(plane) {
    const guide = pathOn(plane, "sml-guide");
    const tangent = pathOn(plane, "sml-tangent");
    const dot = plane.node.appendChild(svg("circle", { class: "sml-point", r: 7 }));
    return (x, y, rise) => {
      const { box, px, py, x0, x1, y1, perX, perY } = plane;
      const half = 95 / Math.hypot(perX, rise * perY);
      const upper = rise ? (y1 - y) / rise : half;
      const lower = rise ? -y / rise : half;
      const back = Math.min(half, x - x0, rise < 0 ? -upper : rise > 0 ? -lower : half);
      const ahead = Math.min(half, x1 - x, rise < 0 ? lower : upper);
      const end = (step) => `${px(x + step).toFixed(1)} ${py(y + rise * step).toFixed(1)}`;
      guide.setAttribute("d", `M${box.left} ${py(y)}H${px(x)}V${box.bottom}`);
      tangent.setAttribute("d", `M${end(-back)}L${end(ahead)}`);
      dot.setAttribute("cx", px(x));
      dot.setAttribute("cy", py(y));
    };
  }
  // Lines of words in the upper right corner, which most falling curves leave free. They lie on any
  // other, but under the point.
  function readoutOn({ node, box }, css) {
    const x = box.right - 2;
    const lines = css.map((name, i) =>
      svg("text", { x, y: box.top + 16 + 24 * i, "text-anchor": "end", class: name }),
    );
    node.insertBefore(
      svg("g", { class: "sml-readout" }, ...lines),
      node.querySelector(".sml-point"),
    );
    return (...words) => words.forEach((word, i) => (lines[i].textContent = word));
  }

  // Axes with whatever is drawn on them. The drawing is 400 x 310 units, or as tall as it is told,
  // and grows with the picture.
  function plot(tall = 310) {
    const title = svg("title");
    const grid = svg("g", { class: "sml-grid" });
    const shape = { viewBox: `0 0 400 ${tall}`, role: "img", class: "sml-plot" };
    const node = svg("svg", shape, title, grid);
    const box = { left: 38, right: 390, top: 34, bottom: tall - 54 };
    // What is drawn on the axes reads their range and scale here, each time it is drawn.
    const plane = { node, box };
    let drawn;
    // Draws the axes; cheap when nothing about them changed. `word` says what stands at a number of
    // the x axis.
    function axes([x0, x1], [y0, y1], xLabel, yLabel, word = (x) => x) {
      const key = [x0, x1, y0, y1, xLabel, yLabel].join("\n");
      if (key === drawn) return;
      drawn = key;
      const perX = (box.right - box.left) / (x1 - x0);
      const perY = (box.bottom - box.top) / (y1 - y0);
      const px = (x) => box.left + (x - x0) * perX;
      const py = (y) => box.bottom - (y - y0) * perY;
      Object.assign(plane, { x0, x1, y0, y1, perX, perY, px, py });
      grid.replaceChildren(
        ...linesOf(plane, word),
        // A long name is set smaller, so that it stays inside the picture.
        text(200, tall - 6, xLabel, {
          "text-anchor": "middle",
          "font-size": xLabel.length > 40 ? `${35 / xLabel.length}em` : "1em",
        }),
        text(4, 18, yLabel),
      );
    }
    return {
      node,
      axes,
      curve: (css) => curveOn(plane, css),
      point: () => pointOn(plane),
      readout: (...css) => readoutOn(plane, css),
      // Where a point of the axes lies in the drawing, for what a picture adds itself.
      at: (x, y) => [plane.px(x), plane.py(y)],
      title: (words) => (title.textContent = words),
    };
  }

  const ENDS = [6, 10, 20, 50, 100, 200, 500, 1000];
  // The loss against the score of the correct class, the others held: curve, point, tangent and
  // three numbers. `set` returns the end of the range, -6..6 or what the scores need, one of a few
  // places, so that the axes hold still; it does not shrink under the hand that moves.
  function lossCurve(say) {
    const axes = plot();
    const curve = axes.curve();
    const point = axes.point();
    const readout = axes.readout("", "sml-strong", "sml-slope");
    let limit = 0;
    function set(f, y, names, moving) {
      const largest = Math.max(...f.map(Math.abs));
      const need = ENDS.find((end) => end >= largest) ?? Math.ceil(largest);
      const L = loss(f, y);
      const rise = slope(f, y);
      limit = moving ? Math.max(limit, need) : need;
      const xs = Array.from({ length: 161 }, (_, i) => limit * (i / 80 - 1));
      axes.axes(
        [-limit, limit],
        [0, 2 * limit + Math.max(1, Math.log(f.length - 1))],
        scoreOf(names[y], say),
        say("loss_axis", { name: short(names[y]) }),
      );
      curve(
        xs,
        xs.map((x) => loss(replaced(f, y, x), y)),
      );
      point(f[y], L, rise);
      readout(
        `P(${short(names[y], 16)}) = ${number(softmax(f)[y])}`,
        say("loss_is", { loss: number(L) }),
        say("slope_is", { slope: number(rise) }),
      );
      axes.title(say("curve", { name: names[y], score: score(f[y]) }));
      return limit;
    }
    return { node: axes.node, set };
  }

  // The sentence under a picture: seen at once, and spoken (politely) when the hand has come to
  // rest.
  function sentence() {
    const seen = html("p", { "aria-hidden": "true" });
    const spoken = html("p", { role: "status", "aria-live": "polite" });
    let timer;
    const set = (words) => {
      seen.textContent = words;
      clearTimeout(timer);
      timer = setTimeout(() => (spoken.textContent = words), 300);
    };
    return {
      node: html("div", { class: "sml-sentence" }, seen, spoken),
      set,
      stop: () => clearTimeout(timer),
    };
  }

  // ---- State ----

  // The named traits as an object.
  const stateOf = (model, names) =>
    Object.fromEntries(names.map((name) => [name, model.get(name)]));
  // Draws now and at every change of the named traits, from here or from Python; returns what
  // undoes it.
  function follow(model, names, draw) {
    const events = names.map((name) => `change:${name}`);
    events.forEach((event) => model.on(event, draw));
    draw();
    return () => events.forEach((event) => model.off(event, draw));
  }
  // What undoes a picture: all of this, and then its place is empty, for JupyterLab may hold on to
  // that.
  const ending =
    (el, ...ends) =>
    () => {
      ends.forEach((end) => end());
      el.replaceChildren();
    };
  // Sets a trait here and tells Python, if there is one.
  function tell(model, name, value) {
    model.set(name, value);
    model.save_changes();
  }
  // The places on a page that wait for a picture with this mark.
  function places(mark) {
    return document.querySelectorAll(`[data-picture="${mark}"]:not(.sml-alive)`);
  }
  // A picture in a place on a page: a model with no Python behind it. The still picture, which
  // follows the place, is for where no script runs, and stays where it fails.
  function standAlone(picture, el, state) {
    const hear = {};
    const model = {
      get: (name) => state[name],
      set(name, value) {
        state[name] = value;
        hear[`change:${name}`]?.forEach((draw) => draw());
      },
      save_changes() {},
      on: (event, draw) => (hear[event] ??= new Set()).add(draw),
      off: (event, draw) => hear[event]?.delete(draw),
    };
    const live = document.createElement("div");
    picture.render({ model, el: live });
    el.replaceChildren(live);
    el.className = "sml-alive";
  }
  return {
    logsumexp,
    softmax,
    logSoftmax,
    loss,
    slope,
    number,
    score,
    short,
    speaker,
    scoreOf,
    evenly,
    replaced,
    html,
    svg,
    frame,
    slider,
    control,
    button,
    KEEP_KEYS,
    choice,
    bar,
    plot,
    ENDS,
    lossCurve,
    sentence,
    stateOf,
    follow,
    ending,
    tell,
    places,
    standAlone,
  };
}
