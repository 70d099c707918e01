// Gradient descent, to be played and stepped through: photographs slide down the loss curve, the
// mean loss falls or leaps, and the templates take shape.
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function picture(kit) {
  const { button, choice, control, ending, evenly, follow, frame, html, loss, number, plot } = kit;
  const { score, sentence, speaker, stateOf, svg, tell } = kit;

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
  // Milliseconds from one step shown to the next.
  const PAUSE = 450;
  // A sign for each class, in words and as a path.
  const SIGNS = "●■▲";
  const SHAPES = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", "M-4.5-4.5h9v9h-9z", "M0-6L5.6 4.5H-5.6z"];
  const kindOf = (label) => label % SHAPES.length;

  // What the picture shows: the place of the learning rate and of the step, and what stands there.
  function measure(runs, learningRate, step) {
    const run = runs.learning_rates.indexOf(learningRate);
    const place = runs.steps.indexOf(step);
    return {
      run,
      place,
      step,
      learningRate,
      loss: runs.losses[run][place],
      nothing: Math.log(runs.class_names.length),
      right: runs.right.map((right, i) => ({ right: right[run][place], all: runs.sizes[i] })),
    };
  }

  // The sentence that says the picture; training_player.py fills the same words with the same
  // numbers.
  const sharesIn = (say, { right: [training, test] }) => ({
    training: say("share", training),
    test: say("share", test),
  });
  const sentenceIn = (say, shown) =>
    say(shown.loss < shown.nothing ? "sentence_below" : "sentence_above", {
      rate: score(shown.learningRate),
      step: shown.step,
      loss: number(shown.loss),
      nothing: number(shown.nothing),
      ...sharesIn(say, shown),
    });

  // The margins of all runs travel as bytes, in hundredths. Returns a function that gives those of
  // one run, or of one step of it.
  function marginsOf({ margins, steps, labels }) {
    const bytes = Uint8Array.from(atob(margins), (letter) => letter.charCodeAt(0));
    const all = Array.from(new Int16Array(bytes.buffer), (hundredths) => hundredths / 100);
    const each = labels.length;
    return (run, place) => {
      const start = run * steps.length * each;
      if (place === undefined) return all.slice(start, start + steps.length * each);
      return all.slice(start + place * each, start + (place + 1) * each);
    };
  }

  // The photographs on the loss curve, and the mean of all.
  function curvePart(say, { labels, ...runs }) {
    const axes = plot();
    const curve = axes.curve();
    const mean = axes.curve("sml-mean");
    const readout = axes.readout("sml-strong");
    const beads = labels.map((label) => {
      const kind = kindOf(label);
      const css = `sml-bead sml-class-${kind} sml-slides`;
      return axes.node.appendChild(svg("path", { d: SHAPES[kind], class: css }));
    });
    const margins = marginsOf({ labels, ...runs });
    // Everything of a run fits on its axes, so that points can be seen to slide.
    let ends;
    function scale(run) {
      const all = margins(run);
      ends = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
      const top = Math.ceil(loss([ends[0], 0], 0));
      axes.axes(ends, [0, top], say("margin_axis"), say("loss_of_y"));
      const xs = evenly(...ends, 240);
      const losses = xs.map((x) => loss([x, 0], 0));
      curve(xs, losses);
    }
    function draw({ run, place, step, loss: cost }) {
      const now = margins(run, place);
      beads.forEach((bead, i) => {
        const at = axes.at(now[i], loss([now[i], 0], 0)).map((v) => `${v.toFixed(1)}px`);
        bead.style.transform = `translate(${at})`;
      });
      mean(ends, [cost, cost]);
      readout(say("mean_loss_is", { loss: number(cost) }));
      axes.title(say("beads", { count: labels.length, step }));
    }
    return { node: axes.node, scale, draw };
  }

  // The mean loss, step by step.
  function pathPart(say, { steps, losses }) {
    const axes = plot(300);
    const level = axes.curve("sml-mean");
    const line = axes.curve("sml-curve sml-run");
    const dot = axes.node.appendChild(svg("circle", { r: 6, class: "sml-dot" }));
    const readout = axes.readout("sml-strong", "", "sml-alarm");
    const ends = [0, steps.at(-1)];
    function scale(run, nothing) {
      const top = 1.7 * Math.max(...losses[run]);
      axes.axes(ends, [0, top], say("step"), say("path_axis"));
      level(ends, [nothing, nothing]);
    }
    function draw({ run, place, step, loss: cost, nothing }) {
      line(steps.slice(0, place + 1), losses[run].slice(0, place + 1));
      const [left, top] = axes.at(step, cost);
      dot.setAttribute("cx", left);
      dot.setAttribute("cy", top);
      const reference = say("nothing", { nothing: number(nothing) });
      const alarm = cost > 1.02 * nothing ? say("worse") : "";
      readout(say("step_loss", { step, loss: number(cost) }), reference, alarm);
      axes.title(say("path", { step }));
    }
    return { node: axes.node, scale, draw };
  }

  // The templates of the step: all stand in one sheet, a column for each step and a line for each
  // class of each run.
  function templatesPart(say, { class_names: names, steps, learning_rates: rates }) {
    const photos = names.map((name) =>
      html("div", { class: "sml-photo", role: "img", "aria-label": say("template", { name }) }),
    );
    const tiles = names.map((name, k) => {
      const title = html("strong", {}, `${SIGNS[kindOf(k)]} ${name}`);
      return html("div", {}, title, photos[k]);
    });
    const words = html("p");
    const node = html("div", { class: "sml-templates" }, ...tiles, words);
    const lines = rates.length * names.length;
    function draw(shown) {
      const { run, place } = shown;
      photos.forEach((photo, k) => {
        const column = (100 * place) / (steps.length - 1);
        const line = (100 * (run * names.length + k)) / (lines - 1);
        photo.style.backgroundPosition = `${column}% ${line}%`;
      });
      words.textContent = say("right", sharesIn(say, shown));
    }
    return { node, draw, sheet: `${100 * steps.length}% ${100 * lines}%` };
  }

  // Play, Back and Next, and the slider of the step.
  function playerPart(say, model, steps) {
    const last = steps.length - 1;
    const at = () => steps.indexOf(model.get("step"));
    const go = (place) => tell(model, "step", steps[Math.min(last, Math.max(0, place))]);
    let timer = 0;
    function pause() {
      clearInterval(timer);
      timer = 0;
      play.textContent = say("play");
    }
    function start() {
      if (at() === last) go(0);
      timer = setInterval(() => (at() < last ? go(at() + 1) : pause()), PAUSE);
      play.textContent = say("pause");
    }
    function jump(place) {
      pause();
      go(place);
    }
    const play = button(() => (timer ? pause() : start()), say("play"));
    const back = button(() => jump(at() - 1), say("back"));
    const next = button(() => jump(at() + 1), say("next"));
    const buttons = html("div", { class: "sml-buttons" }, play, back, next);
    // Steps stand where they are, and those between were not kept: a hand that moves on comes to the
    // next that was.
    const rule = control(say("step"), (value) => {
      const up = value > model.get("step");
      const before = steps.findLastIndex((step) => step <= value);
      jump(up ? steps.findIndex((step) => step >= value) : before);
      draw({ step: model.get("step") });
    });
    function draw({ step }) {
      rule.slider.set(step, 0, steps[last]);
      Object.assign(rule.slider.node, { step: 1, value: step });
      rule.slider.node.setAttribute("aria-valuetext", say("step_is", { step }));
      rule.value.textContent = say("step_of", { step, last: steps[last] });
    }
    return { nodes: [buttons, rule.node], draw, pause };
  }

  function render({ model, el }) {
    const runs = stateOf(model, TRAITS);
    const { learning_rates: rates } = runs;
    const say = speaker(model);
    const curve = curvePart(say, runs);
    const path = pathPart(say, runs);
    const templates = templatesPart(say, runs);
    const player = playerPart(say, model, runs.steps);
    const pick = choice(say("rate"), rates.map(score), (run) =>
      tell(model, "learning_rate", rates[run]),
    );
    const text = sentence();
    const controls = html("div", { class: "sml-controls" }, pick.node, ...player.nodes, path.node);
    const body = frame(el, "The training player", "sml-wide", say("label"));
    body.append(html("div", {}, curve.node, templates.node), controls, text.node);
    body.style.setProperty("--sheet", `url(${runs.templates})`);
    body.style.setProperty("--tiles", templates.sheet);

    let scaled;
    function draw() {
      const shown = measure(runs, model.get("learning_rate"), model.get("step"));
      if (scaled !== shown.run) {
        scaled = shown.run;
        curve.scale(shown.run);
        path.scale(shown.run, shown.nothing);
      }
      [curve, path, player, templates].forEach((part) => part.draw(shown));
      pick.set(shown.run);
      text.set(sentenceIn(say, shown));
    }
    const leave = follow(model, ["learning_rate", "step"], draw);
    return ending(el, leave, player.pause, text.stop);
  }

  return { render };
}
