// The best templates for every price on large weights, and what they do to the loss: photographs on
// the loss curve, the mean loss and the share of right answers along the path.
function picture(kit) {
  const { ending, follow, frame, html, loss, number, plot, sentence, slider, svg, tell } = kit;
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

  const SETS = [
    ["training", "●", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0"],
    ["test", "◆", "M0-6L5.5 0L0 6L-5.5 0z"],
  ];
  const price = (strength) => String(Number(strength.toPrecision(3)));

  // The sentence that says the picture; lambda_path.py has the same one.
  function say({ class_names: names, strength, losses, right, sizes, largest }, k) {
    return (
      `With the strength λ = ${price(strength)} the mean loss is ` +
      `${number(losses[0][k])} on the training and ` +
      `${number(losses[1][k])} on the test photographs; right are ${right[0][k]} of ${sizes[0]} and ` +
      `${right[1][k]} of ${sizes[1]}. The largest weights are ` +
      `${names.map((name, c) => `${name} ${number(largest[k][c])}`).join(", ")}.`
    );
  }

  // A number against the strength, for both sets: two lines, a mark on each, and the strength as an
  // upright.
  function along(title, range, label, values, xs, pick) {
    const axes = plot(286);
    const upright = axes.curve("sml-upright");
    const level = axes.curve("sml-level");
    const lines = SETS.map((_, i) => axes.curve(`sml-set-${i}`));
    const words = SETS.map((_, i) => svg("tspan", { class: `sml-ink-${i}` }));
    const marks = SETS.map(([, , d], i) =>
      axes.node.appendChild(svg("path", { d, class: `sml-bead sml-bead-${i}` })),
    );
    const choose = (event) => {
      const box = axes.node.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * 400;
      const far = xs.map((v) => Math.abs(axes.at(v, 0)[0] - x));
      if (event.buttons) pick(far.indexOf(Math.min(...far)));
    };
    ["pointerdown", "pointermove"].forEach((name) => axes.node.addEventListener(name, choose));
    const ends = xs.length > 1 ? [xs[0], xs[xs.length - 1]] : [xs[0] - 0.5, xs[0] + 0.5];
    axes.axes(ends, range, "strength λ", label, (x) => price(10 ** x));
    axes.title(title);
    lines.forEach((line, i) => line(xs, values[i]));
    axes.node.append(
      svg("text", { x: 390, y: 18, "text-anchor": "end" }, words[0], "  ", words[1]),
    );
    const set = (k, ...numbers) => {
      upright([xs[k], xs[k]], range);
      marks.forEach((mark, i) =>
        mark.setAttribute("transform", `translate(${axes.at(xs[k], values[i][k])})`),
      );
      words.forEach((part, i) => (part.textContent = `${SETS[i][1]} ${numbers[i]}`));
    };
    const line = (y, label) => {
      level(ends, [y, y]);
      axes.node.append(
        svg("text", { x: 390, y: axes.at(0, y)[1] - 6, "text-anchor": "end" }, label),
      );
    };
    return { node: axes.node, line, set };
  }

  function render({ model, el }) {
    const state = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
    const { strengths, class_names: names, losses, right, sizes, templates } = state;
    const K = strengths.length;
    const bytes = Uint8Array.from(atob(state.margins), (letter) => letter.charCodeAt(0));
    const margins = Array.from(new Int16Array(bytes.buffer), (v) => v / 1000);
    const each = margins.length / K / 2;
    const xs = strengths.map(Math.log10);
    const pick = (k) => tell(model, "strength", strengths[k]);

    const body = frame(el, "The path of lambda", "sml-lambda sml-wide");
    const text = sentence();
    const rule = {
      slider: slider("strength λ", pick),
      value: html("span", { class: "sml-value" }),
    };
    const row = html(
      "div",
      { class: "sml-row sml-strength" },
      html("span", { class: "sml-name" }, "strength λ, the price on large weights"),
      rule.slider.node,
      rule.value,
    );

    // The loss curve: all beads of all strengths fit on its axes, so that they can be seen to
    // slide.
    const low = Math.floor(Math.min(...margins));
    const high = Math.ceil(Math.max(...margins));
    const axes = plot();
    const curve = axes.curve("sml-wire");
    const means = SETS.map((_, i) => axes.curve(`sml-set-${i}`));
    const beads = SETS.flatMap(([, , d], i) =>
      Array.from({ length: each }, () =>
        svg("path", { d, class: `sml-bead sml-bead-${i} sml-slides` }),
      ),
    );
    // The hollow ones first, so that none of the others is hidden.
    axes.node.append(...beads.slice(each), ...beads.slice(0, each));
    const readout = axes.readout("sml-ink-0", "sml-ink-1");
    axes.axes(
      [low, high],
      [0, Math.ceil(-low)],
      "margin = correct score − LSE(others)",
      "loss = −log P(y)",
    );
    const wire = Array.from({ length: 161 }, (_, i) => low + ((high - low) * i) / 160);
    curve(
      wire,
      wire.map((x) => loss([x, 0], 0)),
    );
    axes.title(
      `${each} training and ${each} test photographs on the loss curve, and the two mean losses`,
    );

    const nothing = Math.log(names.length);
    const shares = right.map((of, i) => of.map((n) => (100 * n) / sizes[i]));
    const top = 1.15 * Math.max(nothing, ...losses.flat());
    const least = 10 * Math.floor(Math.min(...shares.flat()) / 10);
    const path = along(
      "The mean loss against the strength",
      [0, top],
      "mean loss",
      losses,
      xs,
      pick,
    );
    const share = along(
      "Right answers against the strength",
      [least, 100],
      "right, in %",
      shares,
      xs,
      pick,
    );
    path.line(nothing, `knowing nothing: ${number(nothing)}`);
    const tiles = names.map((name, c) => {
      const photo = html("div", { class: "sml-photo", role: "img" });
      const size = html("span", {});
      photo.style.setProperty("--line-of", `${(100 * c) / Math.max(1, names.length - 1)}%`);
      return { photo, size, node: html("div", {}, html("strong", {}, name), photo, size) };
    });
    body.style.setProperty("--sheet", `url(${templates})`);
    body.style.setProperty("--tiles", `${100 * K}% ${100 * names.length}%`);
    body.append(
      row,
      axes.node,
      html("div", { class: "sml-paths" }, path.node, share.node),
      html("div", { class: "sml-templates" }, ...tiles.map((tile) => tile.node)),
      text.node,
    );

    function draw() {
      state.strength = model.get("strength");
      const k = strengths.indexOf(state.strength);
      const words = say(state, k);
      rule.slider.set(k, 0, Math.max(1, K - 1));
      Object.assign(rule.slider.node, { max: K - 1, step: 1, value: k });
      rule.slider.node.setAttribute("aria-valuetext", price(state.strength));
      rule.value.textContent = `λ = ${price(state.strength)}`;
      means.forEach((mean, i) => mean([low, high], [losses[i][k], losses[i][k]]));
      beads.forEach((bead, i) => {
        const x = margins[2 * each * k + i];
        const to = axes.at(x, loss([x, 0], 0)).map((v) => `${v.toFixed(1)}px`);
        bead.style.transform = `translate(${to})`;
      });
      const now = losses.map((of) => number(of[k]));
      readout(...SETS.map(([name, mark], i) => `${mark} ${name}: mean ${now[i]}`));
      path.set(k, ...now);
      share.set(k, ...right.map((of, i) => `${of[k]} of ${sizes[i]}`));
      tiles.forEach(({ photo, size }, c) => {
        photo.style.setProperty("--place", `${(100 * k) / Math.max(1, K - 1)}%`);
        photo.setAttribute("aria-label", `template of ${names[c]}`);
        size.textContent = `largest weight ${number(state.largest[k][c])}`;
      });
      text.set(words);
    }
    const leave = follow(model, ["strength"], draw);
    return ending(el, leave, text.stop);
  }

  return { render };
}
