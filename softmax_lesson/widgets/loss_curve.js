// The loss against the score of the correct class: the point, its tangent, and the probabilities that belong to it.
import {
  bar, choice, follow, frame, html, loss, number, plot, score, sentence, slider, slope, softmax, tell,
} from "./kit.js";

// The sentence that says the picture; loss_curve.py has the same one.
function say(names, f, y, p) {
  const scores = f.map((v, k) => `${names[k]} ${score(v)}`).join(", ");
  return `With the scores ${scores} the probabilities are ${p.map(number).join(", ")}; ${names[y]} is correct, ` +
    `so the loss −log P(${names[y]}) is ${number(loss(f, y))} and its slope P − 1 is ${number(slope(f, y))}.`;
}

function render({ model, el }) {
  const axes = plot(), text = sentence();
  const curve = axes.curve(), point = axes.point();
  const readout = axes.readout("", "sml-strong", "sml-slope");
  const controls = html("div", { class: "sml-controls" });
  frame(el, "Loss curve").append(axes.node, controls, text.node);

  let rows, correct, built, limit = 0, moving = false;
  // One row a class, and the choice of the correct one; again only when the names change.
  function build(names) {
    if (names.join("\n") === built) return;
    built = names.join("\n");
    correct = choice("Correct class", names, (k) => tell(model, "correct_class", k));
    rows = names.map((name, k) => {
      const part = {
        name: html("span", { class: "sml-name" }), bar: bar(),
        score: html("span", { class: "sml-value" }), p: html("span", { class: "sml-value" }),
        slider: slider(`score of ${name}`, (value) => {
          moving = true;
          tell(model, "scores", model.get("scores").map((v, j) => (j === k ? value : v)));
          moving = false;
        }),
      };
      part.node = html("div", { class: "sml-row" }, part.name, part.slider.node, part.score, part.bar.node, part.p);
      return part;
    });
    controls.replaceChildren(correct.node, ...rows.map((row) => row.node));
  }

  function draw() {
    const f = model.get("scores"), y = model.get("correct_class"), names = model.get("class_names");
    // Python sends its traits one by one: when the number of classes changes, they do not fit for a moment.
    if (names.length !== f.length || y >= f.length) return;
    build(names);
    // The range is -6..6 or what the scores need; it must not shrink under the hand that moves a slider.
    const need = Math.max(6, ...f.map((v) => Math.ceil(Math.abs(v))));
    limit = moving ? Math.max(limit, need) : need;
    const p = softmax(f), L = loss(f, y), words = say(names, f, y, p);
    const xs = Array.from({ length: 161 }, (_, i) => limit * (i / 80 - 1));
    axes.axes([-limit, limit], [0, 2 * limit + Math.max(1, Math.log(f.length - 1))],
      `score of ${names[y]} (the others held)`, `loss = −log P(${names[y]})`);
    curve(xs, xs.map((x) => loss(f.map((v, k) => (k === y ? x : v)), y)));
    point(f[y], L, slope(f, y));
    readout(`P(${names[y]}) = ${number(p[y])}`, `loss = ${number(L)}`, `slope = ${number(slope(f, y))}`);
    axes.title(`The loss against the score of ${names[y]}, with the point at ${score(f[y])} and its tangent`);
    correct.set(y);
    rows.forEach((row, k) => {
      row.node.classList.toggle("sml-correct", k === y);
      row.name.textContent = k === y ? `★ ${names[k]}, the correct class` : names[k];
      row.slider.set(f[k], -limit, limit);
      row.score.textContent = `score ${score(f[k])}`;
      row.bar.set(p[k]);
      row.p.textContent = `P ${number(p[k])}`;
    });
    text.set(words);
  }
  const leave = follow(model, ["scores", "correct_class", "class_names"], draw);
  return () => {
    leave();
    text.stop();
  };
}

export default { render };
