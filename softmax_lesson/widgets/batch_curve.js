// Every example of a batch as a point on one loss curve, after one step along minus the batch's
// gradient: the mean, who pulls how hard, and the photographs behind the hardest pulls.
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function picture(kit) {
  const { button, choice, control, ending, evenly, follow, frame, html, logsumexp, loss } = kit;
  const { number, plot, score, sentence, slope, speaker, stateOf, svg, tell } = kit;

  const TRAITS = ["scores", "labels", "class_names", "images", "learning_rate", "shown", "example"];
  // The longest step of the slider, and how many photographs stand in a row.
  const LONGEST = 0.3;
  const STRIP = 6;
  // A sign for each class, in words and as a path.
  const SIGNS = "●■▲◆";
  const SHAPES = [
    "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0",
    "M-5-5h10v10h-10z",
    "M0-6.5L6.2 5H-6.2z",
    "M0-7L6 0L0 7L-6 0z",
  ];
  const kindOf = (label) => label % SHAPES.length;
  const signOf = (label) => SIGNS[kindOf(label)];

  // ---- What the picture shows, from the state alone: batch_curve.py has the same order ----

  // One example after a step of this length. Scores grow with the step, for it starts at W = 0.
  function after(step, scores, label, index) {
    const f = scores.map((v) => step * v);
    const undecided = f.every((v) => v === f[0]);
    return {
      index,
      label,
      margin: f[label] - logsumexp(f.filter((_, k) => k !== label)),
      loss: loss(f, label),
      pull: -slope(f, label),
      best: undecided ? undefined : f.indexOf(Math.max(...f)),
    };
  }
  // How many of the hardest pulls make half of all the pulling.
  function halfOf(order, total) {
    let sum = 0;
    const last = order.findIndex((example) => {
      sum += example.pull;
      return sum >= total / 2 - 1e-9;
    });
    return last + 1;
  }
  // The axes have room from the start, where all classes are equal, to the end of the longest step.
  function ranges(examples) {
    const margins = examples.map((example) => example.margin);
    const losses = examples.map((example) => example.loss);
    return {
      xs: [Math.floor(Math.min(...margins)), Math.floor(Math.max(...margins)) + 1],
      ys: [0, Math.ceil(Math.max(...losses))],
    };
  }
  function measure({ scores, labels, learning_rate: rate, shown, example }) {
    const allAfter = (step) => labels.map((label, i) => after(step, scores[i], label, i));
    const all = allAfter(rate);
    const order = all
      .filter((one) => shown < 0 || one.label === shown)
      .sort((a, b) => b.pull - a.pull || a.index - b.index);
    const sum = (name) => order.reduce((total, one) => total + one[name], 0);
    const total = sum("pull");
    const chosen = order.find((one) => one.index === example) ?? order[0];
    return {
      all,
      order,
      // What each pull is a share of: after a long step nothing may pull.
      whole: total || 1,
      chosen,
      rank: order.indexOf(chosen),
      half: halfOf(order, total),
      mean: sum("loss") / order.length,
      ...ranges([...allAfter(0), ...allAfter(Math.max(LONGEST, rate))]),
    };
  }

  // ---- In words: batch_curve.py fills the same words with the same numbers ----

  const leader = (say, names, { best }) => names[best] ?? say("no_class");
  function batchIn(say, { class_names: names, shown }, { order, mean }) {
    const which = shown < 0 ? "" : say("of_the_class", { name: names[shown] });
    const words = order.length === 1 ? "batch_of_one" : "batch";
    return say(words, { count: order.length, which, mean: number(mean) });
  }
  function sentenceIn(say, state, measured) {
    const { class_names: names, learning_rate: rate } = state;
    const { half, chosen, rank } = measured;
    return say("sentence", {
      rate: score(rate),
      batch: batchIn(say, state, measured),
      pulling: say(half === 1 ? "one_pulls" : "some_pull", { half }),
      rank: rank + 1,
      name: names[chosen.label],
      leader: leader(say, names, chosen),
      margin: number(chosen.margin),
      loss: number(chosen.loss),
      pull: number(chosen.pull),
    });
  }

  // ---- The loss curve with a mark for each example ----

  function curvePart(say, model) {
    const axes = plot();
    const curve = axes.curve();
    const meanLine = axes.curve("sml-mean");
    const point = axes.point();
    const dot = axes.node.lastChild;
    const group = svg("g");
    const readout = axes.readout("sml-strong", "", "sml-slope");
    axes.node.append(group, dot);
    function build({ labels }) {
      const marks = labels.map((label, index) => {
        const kind = kindOf(label);
        const mark = svg("path", { d: SHAPES[kind], class: `sml-mark sml-class-${kind}` });
        mark.addEventListener("pointerdown", () => tell(model, "example", index));
        return mark;
      });
      group.replaceChildren(...marks);
    }
    function draw({ class_names: names }, { all, order, xs: [left, right], ys, mean, ...more }) {
      axes.axes([left, right], ys, say("margin_axis"), say("loss_of_y"));
      const xs = evenly(left, right, 160);
      const losses = xs.map((x) => loss([x, 0], 0));
      curve(xs, losses);
      meanLine([left, right], [mean, mean]);
      [...group.children].forEach((mark, i) => {
        const at = axes.at(all[i].margin, all[i].loss).map((v) => v.toFixed(1));
        mark.setAttribute("transform", `translate(${at})`);
        mark.classList.toggle("sml-away", !order.includes(all[i]));
      });
      const { chosen, rank } = more;
      point(chosen.margin, chosen.loss, -chosen.pull);
      const before = say("before", { loss: number(Math.log(names.length)) });
      const pull = say("pull_is", { pull: number(chosen.pull) });
      readout(say("mean_loss_is", { loss: number(mean) }), before, pull);
      axes.title(say("points", { count: order.length, rank: rank + 1 }));
    }
    return { node: axes.node, build, draw };
  }

  // ---- The photographs: all in one sheet, of which each place shows its own ----

  function photograph(tag) {
    const node = html(tag, { class: "sml-photo" });
    const set = (index, count) =>
      node.style.setProperty("--place", `${(100 * index) / Math.max(1, count - 1)}%`);
    return { node, set };
  }

  // The hardest pulls; `choose` is called with the rank of the one that is pressed.
  function stripPart(say, choose) {
    const node = html("div", { class: "sml-strip" });
    let places = [];
    function build({ labels }) {
      places = labels.slice(0, STRIP).map((_, rank) => {
        const photo = photograph("span");
        const pull = html("span");
        return { node: button(() => choose(rank), photo.node, pull), photo, pull };
      });
      const title = html("p", {}, say("hardest"));
      node.replaceChildren(title, ...places.map((place) => place.node));
    }
    function draw({ class_names: names, labels }, { order, chosen }) {
      places.forEach((place, rank) => {
        const example = order[rank] ?? chosen;
        place.node.hidden = rank >= order.length;
        place.photo.set(example.index, labels.length);
        place.pull.textContent = example.pull.toFixed(3);
        const name = names[example.label];
        const words = say("its_pull", { name, pull: number(example.pull) });
        place.node.setAttribute("aria-label", words);
        place.node.setAttribute("aria-pressed", example === chosen);
      });
    }
    return { node, build, draw };
  }

  // The example that is chosen: its photograph and four facts.
  function detailPart(say) {
    const photo = photograph("div");
    const facts = html("div");
    const node = html("div", { class: "sml-detail" }, photo.node, facts);
    function draw({ class_names: names, labels }, { chosen, whole }) {
      photo.set(chosen.index, labels.length);
      const lines = [
        `${signOf(chosen.label)} ${names[chosen.label]}`,
        say("highest_for", { leader: leader(say, names, chosen) }),
        say("loss_and_pull", { loss: number(chosen.loss), pull: number(chosen.pull) }),
        say("share", { percent: Math.round((100 * chosen.pull) / whole) }),
      ];
      facts.replaceChildren(...lines.map((words) => html("p", {}, words)));
    }
    return { node, draw };
  }

  // ---- The controls ----

  // Who pulls: a bar with a share for each example.
  function sharesPart(say) {
    const words = html("p");
    const shares = html("div", { class: "sml-shares", "aria-hidden": "true" });
    const node = html("div", {}, words, shares);
    const build = ({ labels }) => shares.replaceChildren(...labels.map(() => html("div")));
    function look(rank, half, chosen) {
      if (rank === chosen) return "sml-here";
      return rank < half ? "sml-half" : "";
    }
    function draw({ order, half, whole, rank: chosen }) {
      const who = half === 1 ? "who_one" : "who_some";
      words.textContent = say(who, { half, count: order.length });
      [...shares.children].forEach((share, rank) => {
        share.style.flexGrow = (order[rank]?.pull ?? 0) / whole;
        share.hidden = rank >= order.length;
        share.className = look(rank, half, chosen);
      });
    }
    return { node, build, draw };
  }

  function ratePart(say, model) {
    const move = (value) => tell(model, "learning_rate", value);
    const part = control(say("rate"), move);
    function draw({ learning_rate: rate }) {
      part.slider.set(rate, 0, Math.max(LONGEST, rate));
      Object.assign(part.slider.node, { step: 0.01, value: rate });
      part.value.textContent = score(rate);
    }
    return { node: part.node, draw };
  }

  function rankPart(say, choose) {
    const part = control(say("example"), (place) => choose(place - 1));
    function draw({ class_names: names }, { order, chosen, rank }) {
      const words = say("one_of", { rank: rank + 1, count: order.length });
      part.slider.set(rank + 1, 1, order.length);
      part.slider.node.step = 1;
      part.slider.node.setAttribute("aria-valuetext", `${words}, ${names[chosen.label]}`);
      part.value.textContent = words;
    }
    return { node: part.node, draw };
  }

  function filterPart(say, model, { class_names: names, labels }) {
    const words = [say("all"), ...names.map((name, k) => `${signOf(k)} ${name}`)];
    // A class without an example shows all.
    const pick = (k) => tell(model, "shown", labels.includes(k - 1) ? k - 1 : -1);
    return choice(say("show"), words, pick);
  }

  function controlsPart(say, model, choose) {
    const node = html("div", { class: "sml-controls" });
    const rate = ratePart(say, model);
    const shares = sharesPart(say);
    const rank = rankPart(say, choose);
    const detail = detailPart(say);
    let filter;
    function build(state) {
      filter = filterPart(say, model, state);
      shares.build(state);
      const parts = [rate, filter, shares, rank, detail];
      node.replaceChildren(...parts.map((part) => part.node));
    }
    function draw(state, measured) {
      rate.draw(state);
      filter.set(state.shown + 1);
      shares.draw(measured);
      rank.draw(state, measured);
      detail.draw(state, measured);
    }
    return { node, build, draw };
  }

  function render({ model, el }) {
    let measured;
    const choose = (rank) => tell(model, "example", measured.order[rank].index);
    const say = speaker(model);
    const curve = curvePart(say, model);
    const strip = stripPart(say, choose);
    const controls = controlsPart(say, model, choose);
    const text = sentence();
    const parts = [curve, strip, controls];
    const body = frame(el, "The batch on the loss curve", "sml-wide", say("label"));
    body.append(html("div", {}, curve.node, strip.node), controls.node, text.node);

    // Once, for the batch stays.
    const batch = stateOf(model, TRAITS);
    body.style.setProperty("--sheet", `url(${batch.images})`);
    body.style.setProperty("--wide", `${100 * batch.labels.length}%`);
    parts.forEach((part) => part.build(batch));

    function draw() {
      const state = stateOf(model, TRAITS);
      measured = measure(state);
      parts.forEach((part) => part.draw(state, measured));
      text.set(sentenceIn(say, state, measured));
    }
    return ending(el, follow(model, TRAITS, draw), text.stop);
  }

  return { render };
}
