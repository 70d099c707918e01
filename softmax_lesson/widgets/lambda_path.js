// The best templates for every price on large weights, and what they do to the loss: photographs on
// the loss curve, the mean loss and the share of right answers along the path.
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function picture(kit) {
  const { control, ending, evenly, follow, frame, html, loss, number, plot, sentence } = kit;
  const { speaker, stateOf, svg, tell } = kit;

  const TRAITS = [
    "strengths",
    "strength",
    "sizes",
    "losses",
    "right",
    "largest",
    "class_names",
    "margins",
    "templates",
  ];
  // The two sets of photographs: a name, and a sign in words and as a path.
  const SETS = [
    { name: "training", sign: "●", shape: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0" },
    { name: "test", sign: "◆", shape: "M0-6L5.5 0L0 6L-5.5 0z" },
  ];
  const priceInWords = (strength) => String(Number(strength.toPrecision(3)));

  // The sentence that says the picture at place k of the path; lambda_path.py fills the same words
  // with the same numbers.
  function sentenceIn(say, { class_names: names, strengths, losses, right, sizes, ...more }, k) {
    const weights = more.largest[k].map(number);
    return say("sentence", {
      strength: priceInWords(strengths[k]),
      training: number(losses[0][k]),
      test: number(losses[1][k]),
      right: right[0][k],
      all: sizes[0],
      right_test: right[1][k],
      all_test: sizes[1],
      largest: names.map((name, c) => say("largest", { name, weight: weights[c] })).join(", "),
    });
  }

  // ---- The loss curve with a bead for each photograph ----

  // The margins travel as bytes, in thousandths: for each strength, those of both sets.
  function marginsOf({ margins, strengths }) {
    const bytes = Uint8Array.from(atob(margins), (letter) => letter.charCodeAt(0));
    const all = Array.from(new Int16Array(bytes.buffer), (thousandths) => thousandths / 1000);
    return { all, each: all.length / strengths.length / 2 };
  }

  function wirePart(say, path) {
    const { all, each } = marginsOf(path);
    const axes = plot();
    const wire = axes.curve("sml-wire");
    const means = SETS.map((_, i) => axes.curve(`sml-set-${i}`));
    const beads = SETS.flatMap(({ shape }, i) =>
      Array.from({ length: each }, () =>
        svg("path", { d: shape, class: `sml-bead sml-bead-${i} sml-slides` }),
      ),
    );
    // The hollow ones first, so that none of the others is hidden.
    axes.node.append(...beads.slice(each), ...beads.slice(0, each));
    const readout = axes.readout("sml-ink-0", "sml-ink-1");
    // All beads of all strengths fit on the axes, so that they can be seen to slide.
    const least = Math.min(...all);
    const ends = [Math.floor(least), Math.floor(Math.max(...all)) + 1];
    const top = Math.ceil(loss([least, 0], 0));
    axes.axes(ends, [0, top], say("margin_axis"), say("loss_of_y"));
    const xs = evenly(...ends, 160);
    const losses = xs.map((x) => loss([x, 0], 0));
    wire(xs, losses);
    axes.title(say("beads", { count: each }));
    function draw(k) {
      means.forEach((mean, i) => mean(ends, [path.losses[i][k], path.losses[i][k]]));
      beads.forEach((bead, i) => {
        const margin = all[2 * each * k + i];
        const at = axes.at(margin, loss([margin, 0], 0)).map((v) => `${v.toFixed(1)}px`);
        bead.style.transform = `translate(${at})`;
      });
      const meansNow = SETS.map(({ name, sign }, i) => {
        const set = `${sign} ${say(name)}`;
        return say("mean_of", { set, loss: number(path.losses[i][k]) });
      });
      readout(...meansNow);
    }
    return { node: axes.node, draw };
  }

  // ---- A number along the path, for both sets ----

  // The pointer on the axes picks the strength nearest to it.
  function pickByPointer(axes, xs, pick) {
    const choose = (event) => {
      if (!event.buttons) return;
      const box = axes.node.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * 400;
      const distances = xs.map((v) => Math.abs(axes.at(v, 0)[0] - x));
      pick(distances.indexOf(Math.min(...distances)));
    };
    axes.node.addEventListener("pointerdown", choose);
    axes.node.addEventListener("pointermove", choose);
  }

  // Two lines, a mark on each, and the strength as an upright. `words(i, k)` says the number of set i.
  function alongPart(say, { title, label, range, values, words }, strengths, pick) {
    const axes = plot(286);
    const upright = axes.curve("sml-upright");
    const level = axes.curve("sml-guide");
    const lines = SETS.map((_, i) => axes.curve(`sml-set-${i}`));
    const said = SETS.map((_, i) => svg("tspan", { class: `sml-ink-${i}` }));
    const marks = SETS.map(({ shape }, i) =>
      axes.node.appendChild(svg("path", { d: shape, class: `sml-bead sml-bead-${i}` })),
    );
    const xs = strengths.map(Math.log10);
    const ends = xs.length > 1 ? [xs[0], xs.at(-1)] : [xs[0] - 0.5, xs[0] + 0.5];
    axes.axes(ends, range, say("strength_axis"), label, (x) => priceInWords(10 ** x));
    axes.title(title);
    lines.forEach((line, i) => line(xs, values[i]));
    const corner = { x: 390, y: 18, "text-anchor": "end" };
    axes.node.append(svg("text", corner, said[0], "  ", said[1]));
    pickByPointer(axes, xs, pick);
    function draw(k) {
      upright([xs[k], xs[k]], range);
      marks.forEach((mark, i) => {
        mark.setAttribute("transform", `translate(${axes.at(xs[k], values[i][k])})`);
      });
      said.forEach((part, i) => (part.textContent = `${SETS[i].sign} ${words(i, k)}`));
    }
    // A level to compare with, and its name.
    function mark(y, name) {
      level(ends, [y, y]);
      const above = { x: 390, y: axes.at(0, y)[1] - 6, "text-anchor": "end" };
      axes.node.append(svg("text", above, name));
    }
    return { node: axes.node, draw, mark };
  }

  function lossesPart(say, { losses, class_names: names, strengths }, pick) {
    const nothing = Math.log(names.length);
    const what = {
      title: say("losses"),
      label: say("mean_loss"),
      range: [0, 1.15 * Math.max(nothing, ...losses.flat())],
      values: losses,
      words: (i, k) => number(losses[i][k]),
    };
    const part = alongPart(say, what, strengths, pick);
    part.mark(nothing, say("nothing", { loss: number(nothing) }));
    return part;
  }

  function sharesPart(say, { right, sizes, strengths }, pick) {
    const shares = right.map((counts, i) => counts.map((count) => (100 * count) / sizes[i]));
    const least = 10 * Math.floor(Math.min(99, ...shares.flat()) / 10);
    const what = {
      title: say("shares"),
      label: say("right_axis"),
      range: [least, 100],
      values: shares,
      words: (i, k) => say("share", { right: right[i][k], all: sizes[i] }),
    };
    return alongPart(say, what, strengths, pick);
  }

  // ---- The templates: all stand in one sheet, a column for each strength, a line for each class ----

  function templatesPart(say, { class_names: names, strengths, largest }) {
    const share = (place, count) => `${(100 * place) / Math.max(1, count - 1)}%`;
    const tiles = names.map((name, c) => {
      const label = say("template", { name });
      const photo = html("div", { class: "sml-photo", role: "img", "aria-label": label });
      photo.style.setProperty("--line-of", share(c, names.length));
      const size = html("span", {});
      return { photo, size, node: html("div", {}, html("strong", {}, name), photo, size) };
    });
    const node = html("div", { class: "sml-templates" }, ...tiles.map((tile) => tile.node));
    function draw(k) {
      tiles.forEach(({ photo, size }, c) => {
        photo.style.setProperty("--place", share(k, strengths.length));
        size.textContent = say("largest_weight", { weight: number(largest[k][c]) });
      });
    }
    return { node, draw, sheet: `${100 * strengths.length}% ${100 * names.length}%` };
  }

  function strengthPart(say, { strengths }, pick) {
    const part = control(say("strength_axis"), pick, "sml-strength");
    part.name.textContent = say("strength");
    function draw(k) {
      part.slider.set(k, 0, strengths.length - 1);
      part.slider.node.step = 1;
      part.slider.node.setAttribute("aria-valuetext", priceInWords(strengths[k]));
      part.value.textContent = `λ = ${priceInWords(strengths[k])}`;
    }
    return { node: part.node, draw };
  }

  function render({ model, el }) {
    const path = stateOf(model, TRAITS);
    const pick = (k) => tell(model, "strength", path.strengths[k]);
    const say = speaker(model);
    const strength = strengthPart(say, path, pick);
    const wire = wirePart(say, path);
    const losses = lossesPart(say, path, pick);
    const shares = sharesPart(say, path, pick);
    const templates = templatesPart(say, path);
    const text = sentence();
    const body = frame(el, "The path of lambda", "sml-lambda sml-wide", say("label"));
    const paths = html("div", { class: "sml-paths" }, losses.node, shares.node);
    body.append(strength.node, wire.node, paths, templates.node, text.node);
    body.style.setProperty("--sheet", `url(${path.templates})`);
    body.style.setProperty("--tiles", templates.sheet);

    function draw() {
      const k = path.strengths.indexOf(model.get("strength"));
      [strength, wire, losses, shares, templates].forEach((part) => part.draw(k));
      text.set(sentenceIn(say, path, k));
    }
    return ending(el, follow(model, ["strength"], draw), text.stop);
  }

  return { render };
}
