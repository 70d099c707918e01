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
    speaker,
    tell,
  } = kit;

  const STATE = ["scores", "correct_class", "class_names", "likelihood"];
  const STEP = 0.5;
  const WAYS = ["down", "up", "raw"];

  // The scores after one step each way; loss_curve.py has the same three.
  function landings(f, y, p) {
    const ofLoss = p.map((v, k) => (k === y ? slope(f, y) : v));
    const ofLogLikelihood = ofLoss.map((v) => 0 - v);
    const ofLikelihood = ofLogLikelihood.map((v) => p[y] * v);
    const go = (step, way) => f.map((v, k) => v + step * way[k]);
    return [go(-STEP, ofLoss), go(STEP, ofLogLikelihood), go(STEP, ofLikelihood)];
  }

  // The sentence that says the picture; loss_curve.py fills the same words with the same numbers.
  const listed = (f) => f.map(number).join(", ");
  const stepsIn = (say, [down, up, raw], rise) =>
    say("steps", {
      slope: number(rise),
      step: STEP,
      down: listed(down),
      up: listed(up),
      raw: listed(raw),
    });
  const sentenceIn = (say, names, f, y, p) =>
    say("sentence", {
      scores: f.map((v, k) => say("one_score", { name: names[k], score: score(v) })).join(", "),
      probabilities: listed(p),
      name: names[y],
      loss: number(loss(f, y)),
      slope: number(slope(f, y)),
    });

  // The slope of P(y) as the score of class y moves, P(1 - P).
  const slopeOfP = (f, y, p) => 0 - p[y] * slope(f, y);

  // P(y) against the score of class y, and a button for each step with the scores it leads to.
  function likelihoodParts(model, say) {
    const axes = plot(230);
    const curve = axes.curve();
    const point = axes.point();
    const readout = axes.readout("sml-slope");
    axes.node.classList.add("sml-left");
    let landed;
    const buttons = WAYS.map((way, i) => {
      const node = button(() => tell(model, "scores", landed[i]), say(way));
      const scores = html("span");
      return { node, scores };
    });
    const steps = html(
      "fieldset",
      { class: "sml-steps" },
      html("legend", {}, say("steps_legend", { step: STEP })),
      ...buttons.flatMap(({ node, scores }) => [node, scores]),
    );
    function set(f, y, names, p, limit) {
      landed = landings(f, y, p);
      const name = say("likelihood_axis", { name: short(names[y]) });
      axes.axes([-limit, limit], [0, 1], scoreOf(names[y], say), name);
      const xs = Array.from({ length: 161 }, (_, i) => limit * (i / 80 - 1));
      curve(
        xs,
        xs.map((x) => softmax(replaced(f, y, x))[y]),
      );
      const rise = slopeOfP(f, y, p);
      point(f[y], p[y], rise);
      readout(say("slope_is", { slope: number(rise) }));
      axes.title(say("likelihood_curve", { name: names[y], score: score(f[y]) }));
      buttons.forEach(({ scores }, i) => (scores.textContent = landed[i].map(number).join(", ")));
      return ` ${stepsIn(say, landed, rise)}`;
    }
    return { node: axes.node, steps, set };
  }

  // The row of one class: its name, the slider of its score, and its probability.
  function classRow(name, move, say) {
    const title = html("span", { class: "sml-name" });
    const rule = slider(say("score_of", { name }), move);
    const value = html("span", { class: "sml-value" });
    const share = bar();
    const percent = html("span", { class: "sml-value" });
    const node = html("div", { class: "sml-row" }, title, rule.node, value, share.node, percent);
    function draw(f, p, correct, limit) {
      node.classList.toggle("sml-correct", correct);
      title.textContent = correct ? `★ ${say("is_correct", { name })}` : name;
      rule.set(f, -limit, limit);
      value.textContent = say("score_is", { score: score(f) });
      share.set(p);
      percent.textContent = `P ${number(p)}`;
    }
    return { node, draw };
  }

  // One row a class, and the choice of the correct one.
  function classesPart(model, say) {
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
      correct = choice(say("correct_class"), names, (k) => tell(model, "correct_class", k));
      rows = names.map((name, k) => classRow(name, (value) => move(k, value), say));
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
  function morePart(model, say, body, plots, side) {
    let more;
    function show(likelihood) {
      if (likelihood === Boolean(more)) return;
      for (const part of [more?.node, more?.steps]) part?.remove();
      more = likelihood ? likelihoodParts(model, say) : undefined;
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
    const say = speaker(model);
    const curve = lossCurve(say);
    const classes = classesPart(model, say);
    const text = sentence();
    const plots = html("div", { class: "sml-one" }, curve.node);
    const side = html("div", { class: "sml-controls" }, classes.node);
    const body = frame(el, "Loss curve", "", say("label"));
    body.append(plots, side, text.node);
    const more = morePart(model, say, body, plots, side);

    function draw() {
      const [f, y, names, likelihood] = STATE.map((name) => model.get(name));
      // Python sends its traits one by one: when the number of classes changes, they do not fit for
      // a moment.
      if (names.length !== f.length || y >= f.length) return;
      classes.build(names);
      const p = softmax(f);
      const limit = curve.set(f, y, names, classes.isMoving());
      classes.draw(f, y, p, limit);
      text.set(sentenceIn(say, names, f, y, p) + more.draw(likelihood, f, y, names, p, limit));
    }
    return ending(el, follow(model, STATE, draw), text.stop);
  }

  return { render };
}
