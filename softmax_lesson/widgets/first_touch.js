// The smallest picture: one slider, one curve, one sentence. It shows how every picture is written.
function picture(kit) {
  const { ending, follow, frame, html, loss, lossCurve, number } = kit;
  const { score, sentence, slider, speaker, tell } = kit;

  const NAME = "correct_score";
  const others = (s) => [s, 0, 0];

  // The numbers of the sentence that says the picture; its words are in first_touch.toml.
  const numbers = (s, name) => ({
    score: score(s),
    name,
    loss: number(loss(others(s), 0)),
    after: number(loss(others(s + 1), 0)),
  });

  function render({ model, el }) {
    const say = speaker(model);
    // The parts, in the order in which they are seen.
    const curve = lossCurve(say);
    const text = sentence();
    const value = html("span", { class: "sml-value" });
    const name = model.get("class_name");
    const move = slider(say("score_of", { name }), (s) => tell(model, NAME, s));
    const row = html(
      "div",
      { class: "sml-row sml-correct" },
      html("span", { class: "sml-name" }, `★ ${say("score_of", { name })}`),
      move.node,
      value,
    );
    const side = html("div", { class: "sml-controls", style: "align-self:center" }, row, text.node);
    frame(el, "First touch", "", say("label")).append(curve.node, side);

    // From the state to what is seen: now, and at every change, by the hand here or from Python.
    const leave = follow(model, [NAME], () => {
      // true: the range, once wide, stays wide, and does not shrink under the hand.
      const s = model.get(NAME);
      const limit = curve.set(others(s), 0, [name], true);
      move.set(s, -limit, limit);
      value.textContent = score(s);
      text.set(say("sentence", numbers(s, name)));
    });

    // What there is to undo when the picture goes.
    return ending(el, leave, text.stop);
  }

  return { render };
}
