// The loss against the score of the correct class: the point, its tangent, and the probabilities that belong to it.
import {
  bar, choice, follow, frame, html, loss, lossCurve, number, score, sentence, slider, slope, softmax, tell,
} from "./kit.js";

// The sentence that says the picture; loss_curve.py has the same one.
function say(names, f, y, p) {
  const scores = f.map((v, k) => `${names[k]} ${score(v)}`).join(", ");
  return `With the scores ${scores} the probabilities are ${p.map(number).join(", ")}; ${names[y]} is correct, ` +
    `so the loss −log P(${names[y]}) is ${number(loss(f, y))} and its slope P − 1 is ${number(slope(f, y))}.`;
}

function render({ model, el }) {
  const curve = lossCurve(), text = sentence(), controls = html("div", { class: "sml-controls" });
  frame(el, "Loss curve").append(curve.node, controls, text.node);

  let rows, correct, built, moving = false;
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
    const p = softmax(f), limit = curve.set(f, y, names, moving);
    correct.set(y);
    rows.forEach((row, k) => {
      row.node.classList.toggle("sml-correct", k === y);
      row.name.textContent = k === y ? `★ ${names[k]}, the correct class` : names[k];
      row.slider.set(f[k], -limit, limit);
      row.score.textContent = `score ${score(f[k])}`;
      row.bar.set(p[k]);
      row.p.textContent = `P ${number(p[k])}`;
    });
    text.set(say(names, f, y, p));
  }
  const leave = follow(model, ["scores", "correct_class", "class_names"], draw);
  return () => {
    leave();
    text.stop();
  };
}

export default { render };
