// The smallest picture: one slider, one curve, one sentence. It shows how every picture is written.
function picture(kit) {
  const { ending, follow, frame, html, loss, lossCurve, number, score, sentence, slider, tell } =
    kit;

  const NAME = "correct_score";
  const others = (s) => [s, 0, 0];

  // The sentence that says the picture; first_touch.py has the same one.
  const say = (s, name) =>
    `With the score ${score(s)} for the ${name} the loss is ${number(loss(others(s), 0))}; ` +
    `one point of score more would bring it to ${number(loss(others(s + 1), 0))}.`;

  function render({ model, el }) {
    // The parts, in the order in which they are seen.
    const curve = lossCurve();
    const text = sentence();
    const value = html("span", { class: "sml-value" });
    const name = model.get("class_name");
    const move = slider(`score of ${name}`, (s) => tell(model, NAME, s));
    const row = html(
      "div",
      { class: "sml-row sml-correct" },
      html("span", { class: "sml-name" }, `★ score of ${name}`),
      move.node,
      value,
    );
    const side = html("div", { class: "sml-controls", style: "align-self:center" }, row, text.node);
    frame(el, "First touch").append(curve.node, side);

    // From the state to what is seen: now, and at every change, by the hand here or from Python.
    const leave = follow(model, [NAME], () => {
      // true: the range, once wide, stays wide, and does not shrink under the hand.
      const s = model.get(NAME);
      const limit = curve.set(others(s), 0, [name], true);
      move.set(s, -limit, limit);
      value.textContent = score(s);
      text.set(say(s, name));
    });

    // What there is to undo when the picture goes.
    return ending(el, leave, text.stop);
  }

  return { render };
}
