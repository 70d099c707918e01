// Gradient descent, to be played and stepped through: photographs slide down the loss curve, the
// mean loss falls or leaps, and the templates take shape.
function picture(kit) {
  const {
    choice,
    ending,
    follow,
    frame,
    html,
    loss,
    number,
    plot,
    score,
    sentence,
    slider,
    svg,
    tell,
  } = kit;

  const TRAITS = [
    "learning_rates",
    "learning_rate",
    "steps",
    "step",
    "losses",
    "right",
    "sizes",
    "class_names",
    "labels",
    "margins",
    "templates",
  ];
  const PAUSE = 450; // milliseconds from one step shown to the next
  const SIGNS = "●■▲";
  const SHAPES = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", "M-4.5-4.5h9v9h-9z", "M0-6L5.6 4.5H-5.6z"];

  // The sentence that says the picture; training_player.py has the same one.
  function say({ learning_rate: rate, step, losses, right, sizes, class_names: names }, r, k) {
    const nothing = Math.log(names.length);
    const side = losses[r][k] < nothing ? "below" : "above";
    const shares = right.map((of, i) => `${of[r][k]} of ${sizes[i]}`);
    return (
      `With the learning rate ${score(rate)}, after step ${step}, ` +
      `the mean loss is ${number(losses[r][k])}, ` +
      `${side} the ${number(nothing)} of knowing nothing; right are ${shares[0]} training photographs and ` +
      `${shares[1]} test photographs.`
    );
  }

  function render({ model, el }) {
    const state = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
    const {
      learning_rates: rates,
      steps,
      losses,
      right,
      sizes,
      class_names: names,
      labels,
      templates,
    } = state;
    const R = rates.length;
    const K = steps.length;
    const C = names.length;
    const nothing = Math.log(C);
    const bytes = Uint8Array.from(atob(state.margins), (letter) => letter.charCodeAt(0));
    const all = Array.from(new Int16Array(bytes.buffer), (v) => v / 100);
    const each = labels.length;
    const of = (r) => all.slice(r * K * each, (r + 1) * K * each);

    const body = frame(el, "The training player", "sml-wide");
    const text = sentence();
    const axes = plot();
    const curve = axes.curve();
    const mean = axes.curve("sml-mean");
    const readout = axes.readout("sml-strong");
    const beads = labels.map((y) =>
      axes.node.appendChild(
        svg("path", { d: SHAPES[y % 3], class: `sml-bead sml-bead-${y % 3} sml-slides` }),
      ),
    );
    const path = plot(300);
    const level = path.curve("sml-mean");
    const line = path.curve("sml-run");
    const dot = path.node.appendChild(svg("circle", { r: 6, class: "sml-dot" }));
    const now = path.readout("sml-strong", "", "sml-alarm");

    const pick = choice("learning rate", rates.map(score), (r) =>
      tell(model, "learning_rate", rates[r]),
    );
    const go = (k) => tell(model, "step", steps[Math.min(K - 1, Math.max(0, k))]);
    // Steps stand where they are, and those between were not kept: a hand that moves on comes to the
    // next that was.
    const rule = slider("step", (value) => {
      pause();
      const up = value > model.get("step");
      go(up ? steps.findIndex((s) => s >= value) : steps.findLastIndex((s) => s <= value));
      draw();
    });
    const value = html("span", { class: "sml-value" });
    const button = (words, press) => {
      const node = html("button", { type: "button", "data-lm-suppress-shortcuts": "true" }, words);
      node.addEventListener("click", press);
      return node;
    };
    const at = () => steps.indexOf(model.get("step"));
    let timer = 0;
    function pause() {
      clearInterval(timer);
      timer = 0;
      play.textContent = "▶ Play";
    }
    const onward = () => (at() < K - 1 ? go(at() + 1) : pause());
    const play = button("▶ Play", () => {
      if (timer) return pause();
      if (at() === K - 1) go(0);
      timer = setInterval(onward, PAUSE);
      play.textContent = "❚❚ Pause";
    });
    const buttons = html(
      "div",
      { class: "sml-buttons" },
      play,
      button("Back", () => [pause(), go(at() - 1)]),
      button("Next", () => [pause(), go(at() + 1)]),
    );
    const row = html(
      "div",
      { class: "sml-row" },
      html("span", { class: "sml-name" }, "step"),
      rule.node,
      value,
    );

    const tiles = names.map((name, c) => {
      const photo = html("div", {
        class: "sml-photo",
        role: "img",
        "aria-label": `template of ${name}`,
      });
      return { photo, node: html("div", {}, html("strong", {}, `${SIGNS[c % 3]} ${name}`), photo) };
    });
    body.style.setProperty("--sheet", `url(${templates})`);
    body.style.setProperty("--tiles", `${100 * K}% ${100 * R * C}%`);
    const shares = html("p");
    const strip = html(
      "div",
      { class: "sml-templates" },
      ...tiles.map((tile) => tile.node),
      shares,
    );
    body.append(
      html("div", {}, axes.node, strip),
      html("div", { class: "sml-controls" }, pick.node, buttons, row, path.node),
      text.node,
    );

    let shown;
    // The axes belong to the learning rate: everything of its run fits on them, so that points can
    // be seen to slide.
    function scale(r) {
      const margins = of(r);
      const low = Math.floor(Math.min(...margins));
      const high = Math.ceil(Math.max(...margins));
      axes.axes(
        [low, high],
        [0, Math.ceil(loss([low, 0], 0))],
        "margin = correct score − LSE(others)",
        "loss = −log P(y)",
      );
      const wire = Array.from({ length: 241 }, (_, i) => low + ((high - low) * i) / 240);
      curve(
        wire,
        wire.map((x) => loss([x, 0], 0)),
      );
      path.axes(
        [0, steps[K - 1]],
        [0, 1.7 * Math.max(...losses[r])],
        "step",
        "mean loss of all training photographs",
      );
      level([0, steps[K - 1]], [nothing, nothing]);
      return { r, low, high };
    }

    function draw() {
      ["learning_rate", "step"].forEach((name) => (state[name] = model.get(name)));
      const r = rates.indexOf(state.learning_rate);
      const k = at();
      const L = losses[r][k];
      if (shown?.r !== r) shown = scale(r);
      const margins = of(r).slice(k * each, (k + 1) * each);
      beads.forEach((bead, i) => {
        const [x, y] = axes.at(margins[i], loss([margins[i], 0], 0));
        bead.style.transform = `translate(${x.toFixed(1)}px,${y.toFixed(1)}px)`;
      });
      mean([shown.low, shown.high], [L, L]);
      readout(`mean loss = ${number(L)}`);
      axes.title(
        `${each} training photographs on the loss curve after step ${state.step}, and the mean loss of all`,
      );
      line(steps.slice(0, k + 1), losses[r].slice(0, k + 1));
      const [x, y] = path.at(steps[k], L);
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
      now(
        `step ${state.step}: ${number(L)}`,
        `knowing nothing: ${number(nothing)} (dashed)`,
        L > 1.02 * nothing ? "worse than that" : "",
      );
      path.title(`The mean loss, step by step, up to step ${state.step}`);
      pick.set(r);
      rule.set(state.step, 0, steps[K - 1]);
      Object.assign(rule.node, { step: 1, value: state.step });
      rule.node.setAttribute("aria-valuetext", `step ${state.step}`);
      value.textContent = `${state.step} of ${steps[K - 1]}`;
      tiles.forEach(({ photo }, c) => {
        photo.style.backgroundPosition = `${(100 * k) / (K - 1)}% ${(100 * (r * C + c)) / (R * C - 1)}%`;
      });
      const found = right.map((part, i) => `${part[r][k]} of ${sizes[i]}`);
      shares.textContent = `right: ${found.join(" training, ")} test photographs`;
      text.set(say(state, r, k));
    }
    const leave = follow(model, ["learning_rate", "step"], draw);
    return ending(el, leave, pause, text.stop);
  }

  return { render };
}
