// A photograph times the weights of a class, pixel by pixel: the votes, their sum, and what it
// costs.
function picture(kit) {
  const { choice, ending, follow, frame, html, loss, lossCurve, number, sentence, tell } = kit;

  const STATE = ["sheet", "units", "biases", "labels", "class_names", "example", "row", "shuffle"];
  // pixel_votes.py has the same order of the shuffled pixels, the same colours and the same
  // sentence.
  const SIDE = 32;
  const PIXELS = SIDE * SIDE;
  const COLOURS = [0, 1, 2];
  const KEYS = [1];
  while (KEYS.length < PIXELS) KEYS.push((75 * KEYS.at(-1) + 74) % 65537);
  const SHUFFLED = [...KEYS.keys()].sort((i, j) => KEYS[i] - KEYS[j]);
  const HOW = ["", ", both shuffled alike", ", the photograph alone shuffled"];
  const FOR = [185, 235, 255];
  const AGAINST = [70, 25, 0];

  function say({ units, biases, labels, class_names: names, example, row, shuffle }, votes, f) {
    const side = (sign) => votes[row].filter((v) => v * sign > 0);
    const sum = (some) => number(some.reduce((total, v) => total + v, 0) * units[row]);
    const y = labels[example];
    return (
      `Photograph ${example + 1}, ${names[y]}, times the weights of ${names[row]}${HOW[shuffle]}: ` +
      `${side(1).length} pixels vote for it with ${sum(side(1))}, ` +
      `${side(-1).length} against it with ${sum(side(-1))}; ` +
      `with the bias ${number(biases[row])} that makes its score ${number(f[row])}. The scores are ` +
      `${names.map((name, k) => `${name} ${number(f[k])}`).join(", ")}; ${names[y]} is correct, ` +
      `so the loss −log P(${names[y]}) is ${number(loss(f, y))}.`
    );
  }

  function easel(width, height) {
    const canvas = html("canvas", { width, height, role: "img" });
    return [canvas, canvas.getContext("2d", { willReadFrequently: true })];
  }

  // 32 x 32 pixels and their name; `colour` gives the red, green and blue of each.
  function tile() {
    const [canvas, pen] = easel(SIDE, SIDE);
    const name = html("div", { "aria-hidden": "true" });
    const image = pen.createImageData(SIDE, SIDE);
    function show(words, colour) {
      name.textContent = words;
      canvas.setAttribute("aria-label", words);
      for (let i = 0; i < PIXELS; i++) image.data.set([...colour(i), 255], 4 * i);
      pen.putImageData(image, 0, 0);
    }
    return { node: html("div", { class: "sml-tile" }, canvas, name), show };
  }

  function render({ model, el }) {
    const state = () => Object.fromEntries(STATE.map((name) => [name, model.get(name)]));
    const { sheet, units, biases, labels, class_names: names } = state();
    const curve = lossCurve();
    const text = sentence();
    const photograph = tile();
    const weights = tile();
    const product = tile();
    const examples = choice(
      "Photograph",
      labels.map((y, i) => `${i + 1} ${names[y]}`),
      (i) => tell(model, "example", i),
    );
    const rows = choice("Scores, and whose weights are shown", names, (k) => tell(model, "row", k));
    const shuffle = choice("Shuffle the pixels", ["no", "both alike", "photograph only"], (how) =>
      tell(model, "shuffle", how),
    );
    const tiles = html("div", { class: "sml-tiles" }, photograph.node, weights.node, product.node);
    const key = html("p", {}, "Grey is 0, bright is for the class, dark against it.");
    frame(el, "Pixel votes").append(
      html("div", { class: "sml-controls" }, examples.node, tiles, key, rows.node),
      html("div", { class: "sml-controls" }, curve.node, shuffle.node),
      text.node,
    );

    let numbers;
    let gone = false;
    function draw() {
      if (!numbers) return;
      const { example, row, shuffle: how } = state();
      const y = labels[example];
      // Colour c of the pixel at place i, of the photograph, and of the weights of class k.
      const x = (i, c) => numbers[4 * (PIXELS * example + (how ? SHUFFLED[i] : i)) + c];
      const w = (k, i, c) =>
        numbers[4 * (PIXELS * (labels.length + k) + (how === 1 ? SHUFFLED[i] : i)) + c] - 128;
      const votes = names.map((_, k) =>
        Array.from({ length: PIXELS }, (_, i) =>
          COLOURS.reduce((sum, c) => sum + x(i, c) * w(k, i, c), 0),
        ),
      );
      const f = votes.map((some, k) => some.reduce((sum, v) => sum + v, 0) * units[k] + biases[k]);
      const most = votes[row].reduce((largest, v) => Math.max(largest, Math.abs(v)), 1);

      photograph.show("photograph", (i) => COLOURS.map((c) => x(i, c)));
      weights.show(`weights of ${names[row]}`, (i) => COLOURS.map((c) => 128 + w(row, i, c)));
      product.show(`votes for ${names[row]}`, (i) =>
        COLOURS.map(
          (c) =>
            128 + (Math.abs(votes[row][i]) / most) * ((votes[row][i] > 0 ? FOR : AGAINST)[c] - 128),
        ),
      );
      examples.set(example);
      rows.set(row);
      shuffle.set(how);
      rows.node
        .querySelectorAll("label span")
        .forEach(
          (span, k) => (span.textContent = `${k === y ? "★ " : ""}${names[k]} ${number(f[k])}`),
        );
      curve.set(f, y, names, true);
      text.set(say(state(), votes, f));
    }
    // The sheet holds numbers, so it is read as numbers.
    const image = new Image();
    image.onload = () => {
      const { width, height } = image;
      const [, pen] = easel(width, height);
      pen.drawImage(image, 0, 0);
      numbers = pen.getImageData(0, 0, width, height).data;
      // Red and blue come as what they are more than green; what is too large or small for a byte
      // goes round.
      for (let i = 0; i < numbers.length; i += 4) {
        for (const c of [i, i + 2]) numbers[c] = (numbers[c] + numbers[i + 1]) % 256;
      }
      if (!gone) draw();
    };
    image.src = sheet;
    const leave = follow(model, ["example", "row", "shuffle"], draw);
    return ending(el, () => (gone = true), leave, text.stop);
  }

  return { render };
}
