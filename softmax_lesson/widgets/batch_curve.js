// Every example of a batch as a point on one loss curve, after one step along minus the batch's
// gradient: the mean, who pulls how hard, and the photographs behind the hardest pulls.
function picture(kit) {
  const {
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
    slider,
    slope,
    svg,
    tell,
  } = kit;

  // batch_curve.py has the same limits, the same order and the same sentence.
  const LONGEST = 0.3;
  const STRIP = 6;
  const TRAITS = ["scores", "labels", "class_names", "images", "learning_rate", "shown", "example"];
  const SIGNS = "●■▲◆";
  const ROUND = "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0";
  const SHAPES = [ROUND, "M-5-5h10v10h-10z", "M0-6.5L6.2 5H-6.2z", "M0-7L6 0L0 7L-6 0z"];
  const kind = (y) => y % SHAPES.length;
  const leader = (names, e) => [...names, "no class"].at(e.best);

  // All that the picture shows, from the state alone.
  function measure({ scores, labels, learning_rate: rate, shown, example }) {
    const after = (step) =>
      labels.map((y, i) => {
        const f = scores[i].map((v) => step * v);
        const margin = f[y] - logsumexp(f.filter((_, k) => k !== y));
        return {
          i,
          y,
          margin,
          loss: loss(f, y),
          pull: -slope(f, y),
          best: f.every((v) => v === f[0]) ? -1 : f.indexOf(Math.max(...f)),
        };
      });
    // The axes have room from the start, where all classes are equal, to the end of the longest
    // step.
    const all = after(rate);
    const ends = [...after(0), ...after(Math.max(LONGEST, rate))];
    const margins = ends.map((e) => e.margin);
    const order = all
      .filter((e) => shown < 0 || e.y === shown)
      .sort((a, b) => b.pull - a.pull || a.i - b.i);
    const sum = (name) => order.reduce((all, e) => all + e[name], 0);
    const total = sum("pull");
    const chosen = order.find((e) => e.i === example) ?? order[0];
    let sofar = 0;
    const half = 1 + order.findIndex((e) => (sofar += e.pull) >= total / 2 - 1e-9);
    const xs = [Math.floor(Math.min(...margins)), Math.ceil(Math.max(...margins))];
    const ys = [0, Math.ceil(Math.max(...ends.map((e) => e.loss)))];
    return { all, order, half, total, chosen, xs, ys, mean: sum("loss") / order.length };
  }

  function say({ class_names: names, learning_rate: rate, shown }, { order, half, mean, chosen }) {
    const which = shown < 0 ? "" : ` of the class ${names[shown]}`;
    const one = order.length === 1;
    return (
      `After one step with the learning rate ${score(rate)} the ${order.length} ` +
      `photograph${one ? "" : "s"}${which} ` +
      `${one ? "has" : "have"} the mean loss ${number(mean)}, ` +
      `and ${half} of them ${half === 1 ? "does" : "do"} half of ` +
      `the pulling. Number ${1 + order.indexOf(chosen)} by its pull ` +
      `is of the class ${names[chosen.y]}; it scores highest for ${leader(names, chosen)}, ` +
      `its margin ${number(chosen.margin)}, its loss ${number(chosen.loss)}, its pull ${number(chosen.pull)}.`
    );
  }

  function render({ model, el }) {
    const body = frame(el, "The batch on the loss curve", "sml-wide");
    const text = sentence();
    const axes = plot();
    const curve = axes.curve();
    const mean = axes.curve("sml-mean");
    const point = axes.point();
    const dot = axes.node.lastChild;
    const marks = svg("g");
    const readout = axes.readout("sml-strong", "", "sml-slope");
    axes.node.append(marks, dot);
    const one = (label, move) => {
      const part = { slider: slider(label, move), value: html("span", { class: "sml-value" }) };
      part.node = html(
        "div",
        { class: "sml-row" },
        html("span", { class: "sml-name" }, label),
        part.slider.node,
        part.value,
      );
      return part;
    };
    const rate = one("learning rate of the step", (value) => tell(model, "learning_rate", value));
    const rank = one("example, hardest pull first", (value) =>
      tell(model, "example", now.order[value - 1].i),
    );
    const halfway = html("p");
    const shares = html("div", { class: "sml-shares", "aria-hidden": "true" });
    const strip = html("div", { class: "sml-strip" });
    const photo = html("div", { class: "sml-photo" });
    const facts = html("div");
    const controls = html("div", { class: "sml-controls" });
    body.append(html("div", {}, axes.node, strip), controls, text.node);

    let now;
    let filter;
    let photos;
    // One mark and one share of the pulling each, and the photographs of the hardest: once, for the
    // batch stays.
    function build({ class_names: names, labels, images }) {
      body.style.setProperty("--sheet", `url(${images})`);
      body.style.setProperty("--wide", `${100 * labels.length}%`);
      marks.replaceChildren(
        ...labels.map((y, i) => {
          const node = svg("path", { d: SHAPES[kind(y)], class: `sml-mark sml-mark-${kind(y)}` });
          node.addEventListener("pointerdown", () => tell(model, "example", i));
          return node;
        }),
      );
      shares.replaceChildren(...labels.map(() => html("div")));
      photos = labels.slice(0, STRIP).map((_, i) => {
        const photo = html("span", { class: "sml-photo" });
        const pull = html("span");
        const node = html(
          "button",
          { type: "button", "data-lm-suppress-shortcuts": "true" },
          photo,
          pull,
        );
        node.addEventListener("click", () => tell(model, "example", now.order[i].i));
        return { node, photo, pull };
      });
      strip.replaceChildren(html("p", {}, "The hardest pulls"), ...photos.map((part) => part.node));
      filter = choice(
        "Show",
        ["all", ...names.map((name, k) => `${SIGNS[kind(k)]} ${name}`)],
        (k) => tell(model, "shown", labels.includes(k - 1) ? k - 1 : -1),
      );
      controls.replaceChildren(
        rate.node,
        filter.node,
        html("div", {}, halfway, shares),
        rank.node,
        html("div", { class: "sml-detail" }, photo, facts),
      );
    }

    function draw() {
      const state = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
      now = measure(state);
      if (!photos) build(state);
      const { all, order, half, total, chosen } = now;
      const { class_names: names, learning_rate: step } = state;
      const place = order.indexOf(chosen);
      const look = (node, e) =>
        node.style.setProperty("--place", `${(100 * e.i) / Math.max(1, all.length - 1)}%`);

      axes.axes(now.xs, now.ys, "margin = correct score − LSE(others)", "loss = −log P(y)");
      const [left, right] = now.xs;
      const xs = Array.from({ length: 161 }, (_, i) => left + ((right - left) * i) / 160);
      curve(
        xs,
        xs.map((x) => loss([x, 0], 0)),
      );
      mean(now.xs, [now.mean, now.mean]);
      [...marks.children].forEach((node, i) => {
        node.setAttribute(
          "transform",
          `translate(${axes.at(all[i].margin, all[i].loss).map((v) => v.toFixed(1))})`,
        );
        node.classList.toggle("sml-away", !order.includes(all[i]));
      });
      point(chosen.margin, chosen.loss, -chosen.pull);
      const before = `before the step: ${number(Math.log(names.length))}`;
      const pull = number(chosen.pull);
      readout(`mean loss = ${number(now.mean)}`, before, `pull = −slope = ${pull}`);
      axes.title(
        `${order.length} photographs on the loss curve, their mean, and the tangent of number ${place + 1}`,
      );

      rate.slider.set(step, 0, Math.max(LONGEST, step));
      Object.assign(rate.slider.node, { step: 0.01, value: step });
      rate.value.textContent = score(step);
      filter.set(state.shown + 1);
      halfway.textContent = `Who pulls: ${half} of ${order.length} ${half === 1 ? "does" : "do"} half of it`;
      [...shares.children].forEach((node, i) => {
        node.style.flexGrow = (order[i]?.pull ?? 0) / total;
        node.hidden = i >= order.length;
        node.className = i === place ? "sml-here" : i < half ? "sml-half" : "";
      });
      rank.slider.set(place + 1, 1, Math.max(2, order.length));
      rank.slider.node.step = 1;
      rank.value.textContent = `${place + 1} of ${order.length}`;
      rank.slider.node.setAttribute(
        "aria-valuetext",
        `${rank.value.textContent}, ${names[chosen.y]}`,
      );
      photos.forEach(({ node, photo, pull }, i) => {
        const e = order[i] ?? chosen;
        node.hidden = i >= order.length;
        look(photo, e);
        pull.textContent = e.pull.toFixed(3);
        node.setAttribute("aria-label", `${names[e.y]}, pull ${number(e.pull)}`);
        node.setAttribute("aria-pressed", e === chosen);
      });
      look(photo, chosen);
      facts.replaceChildren(
        ...[
          `${SIGNS[kind(chosen.y)]} ${names[chosen.y]}`,
          `scores highest for ${leader(names, chosen)}`,
          `loss ${number(chosen.loss)}, pull ${pull}`,
          `${Math.round((100 * chosen.pull) / total)} % of all the pulling`,
        ].map((words) => html("p", {}, words)),
      );
      text.set(say(state, now));
    }
    const leave = follow(model, TRAITS, draw);
    return ending(el, leave, text.stop);
  }

  return { render };
}
