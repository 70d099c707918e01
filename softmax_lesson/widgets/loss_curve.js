// The loss against the score of the correct class: the point, its tangent, and the probabilities
// that belong to it. With `likelihood`, also P(y) itself, and one step: down the loss, up its
// mirror image, up P(y).
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function picture(kit) {
  const {
    bar,
    button,
    choice,
    ending,
    follow,
    frame,
    html,
    loss,
    lossCurve,
    number,
    plot,
    replaced,
    score,
    scoreOf,
    sentence,
    short,
    slider,
    slope,
    softmax,
    tell,
  } = kit;

  const STATE = ["scores", "correct_class", "class_names", "likelihood"];
  const STEP = 0.5;
  const WAYS = ["down the loss", "up the log-likelihood", "up the likelihood"];

  // The scores after one step each way; loss_curve.py has the same three.
  function landings(f, y, p) {
    const ofLoss = p.map((v, k) => (k === y ? slope(f, y) : v));
    const ofLogLikelihood = ofLoss.map((v) => 0 - v);
    const ofLikelihood = ofLogLikelihood.map((v) => p[y] * v);
    const go = (step, way) => f.map((v, k) => v + step * way[k]);
    return [go(-STEP, ofLoss), go(STEP, ofLogLikelihood), go(STEP, ofLikelihood)];
  }

  // The sentence that says the picture; loss_curve.py has the same one.
  function sayMore([down, up, raw], rise) {
    const words = (f) => f.map(number).join(", ");
    return (
      ` The slope of the likelihood itself is P(1 − P) = ${number(rise)}. One step of ${STEP} times ` +
      `the slopes down the loss leads to the scores ${words(down)}; one up the log-likelihood ` +
      `to ${words(up)}; one up the likelihood itself to ${words(raw)}.`
    );
  }
  function say(names, f, y, p) {
    const scores = f.map((v, k) => `${names[k]} ${score(v)}`).join(", ");
    return (
      `With the scores ${scores} the probabilities are ${p.map(number).join(", ")}; ` +
      `${names[y]} is correct, ` +
      `so the loss −log P(${names[y]}) is ${number(loss(f, y))} ` +
      `and its slope P − 1 is ${number(slope(f, y))}.`
    );
  }

  // The slope of P(y) as the score of class y moves, P(1 - P).
  const slopeOfP = (f, y, p) => 0 - p[y] * slope(f, y);

  // P(y) against the score of class y, and a button for each step with the scores it leads to.
  function likelihoodParts(model) {
    const axes = plot(230);
    const curve = axes.curve();
    const point = axes.point();
    const readout = axes.readout("sml-slope");
    axes.node.classList.add("sml-left");
    let landed;
    const buttons = WAYS.map((way, i) => {
      const node = button(() => tell(model, "scores", landed[i]), way);
      const scores = html("span");
      return { node, scores };
    });
    const steps = html(
      "fieldset",
      { class: "sml-steps" },
      html("legend", {}, `One step of ${STEP} times the slopes leads to the scores`),
      ...buttons.flatMap(({ node, scores }) => [node, scores]),
    );
    function set(f, y, names, p, limit) {
      landed = landings(f, y, p);
      axes.axes([-limit, limit], [0, 1], scoreOf(names[y]), `likelihood P(${short(names[y])})`);
      const xs = Array.from({ length: 161 }, (_, i) => limit * (i / 80 - 1));
      curve(
        xs,
        xs.map((x) => softmax(replaced(f, y, x))[y]),
      );
      const rise = slopeOfP(f, y, p);
      point(f[y], p[y], rise);
      readout(`slope = ${number(rise)}`);
      axes.title(
        `The likelihood against the score of ${names[y]}, with the point at ${score(f[y])} and its tangent`,
      );
      buttons.forEach(({ scores }, i) => (scores.textContent = landed[i].map(number).join(", ")));
      return sayMore(landed, rise);
    }
    return { node: axes.node, steps, set };
  }

  // The row of one class: its name, the slider of its score, and its probability.
  function classRow(name, move) {
    const title = html("span", { class: "sml-name" });
    const rule = slider(`score of ${name}`, move);
    const value = html("span", { class: "sml-value" });
    const share = bar();
    const percent = html("span", { class: "sml-value" });
    const node = html("div", { class: "sml-row" }, title, rule.node, value, share.node, percent);
    function draw(f, p, correct, limit) {
      node.classList.toggle("sml-correct", correct);
      title.textContent = correct ? `★ ${name}, the correct class` : name;
      rule.set(f, -limit, limit);
      value.textContent = `score ${score(f)}`;
      share.set(p);
      percent.textContent = `P ${number(p)}`;
    }
    return { node, draw };
  }

  // One row a class, and the choice of the correct one.
  function classesPart(model) {
    const node = html("div", { class: "sml-controls" });
    let rows;
    let correct;
    let built;
    let moving = false;
    function move(k, value) {
      moving = true;
      tell(model, "scores", replaced(model.get("scores"), k, value));
      moving = false;
    }
    // Again only when the names change.
    function build(names) {
      if (names.join("\n") === built) return;
      built = names.join("\n");
      correct = choice("Correct class", names, (k) => tell(model, "correct_class", k));
      rows = names.map((name, k) => classRow(name, (value) => move(k, value)));
      node.replaceChildren(correct.node, ...rows.map((row) => row.node));
    }
    function draw(f, y, p, limit) {
      correct.set(y);
      rows.forEach((row, k) => row.draw(f[k], p[k], k === y, limit));
    }
    return { node, build, draw, isMoving: () => moving };
  }

  // With `likelihood` the second drawing and the steps, which go to their places; without it
  // neither. `draw` returns what they add to the sentence.
  function morePart(model, body, plots, side) {
    let more;
    function show(likelihood) {
      if (likelihood === Boolean(more)) return;
      for (const part of [more?.node, more?.steps]) part?.remove();
      more = likelihood ? likelihoodParts(model) : undefined;
      plots.append(...(more ? [more.node] : []));
      side.append(...(more ? [more.steps] : []));
      plots.className = more ? "sml-two" : "sml-one";
      body.classList.toggle("sml-wide", likelihood);
    }
    function draw(likelihood, ...now) {
      show(likelihood);
      return more ? more.set(...now) : "";
    }
    return { draw };
  }

  function render({ model, el }) {
    const curve = lossCurve();
    const classes = classesPart(model);
    const text = sentence();
    const plots = html("div", { class: "sml-one" }, curve.node);
    const side = html("div", { class: "sml-controls" }, classes.node);
    const body = frame(el, "Loss curve");
    body.append(plots, side, text.node);
    const more = morePart(model, body, plots, side);

    function draw() {
      const [f, y, names, likelihood] = STATE.map((name) => model.get(name));
      // Python sends its traits one by one: when the number of classes changes, they do not fit for
      // a moment.
      if (names.length !== f.length || y >= f.length) return;
      classes.build(names);
      const p = softmax(f);
      const limit = curve.set(f, y, names, classes.isMoving());
      classes.draw(f, y, p, limit);
      text.set(say(names, f, y, p) + more.draw(likelihood, f, y, names, p, limit));
    }
    return ending(el, follow(model, STATE, draw), text.stop);
  }

  return { render };
}
