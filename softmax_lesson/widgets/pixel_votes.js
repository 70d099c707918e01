// A photograph times the weights of a class, pixel by pixel: the votes, their sum, and what it
// costs.
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function picture(kit) {
  const { choice, ending, follow, frame, html, loss, lossCurve, number } = kit;
  const { sentence, slider, speaker, stateOf, tell } = kit;

  const MOVED = ["example", "row", "shuffle", "brightness"];
  const STATE = ["sheet", "units", "biases", "labels", "class_names", ...MOVED];
  // pixel_votes.py has the same order of the shuffled pixels, the same colours, and
  // fills the same words with the same numbers.
  const SIDE = 32;
  const PIXELS = SIDE * SIDE;
  const COLOURS = [0, 1, 2];
  const KEYS = [1];
  while (KEYS.length < PIXELS) KEYS.push((75 * KEYS.at(-1) + 74) % 65537);
  const SHUFFLED = [...KEYS.keys()].sort((i, j) => KEYS[i] - KEYS[j]);
  const HOW = [undefined, "both_shuffled", "photograph_shuffled"];
  const FOR = [0, 114, 178];
  const AGAINST = [150, 75, 0];
  const ZERO = 247;
  const BRIGHTER = 100;
  const SHUFFLES = ["shuffle_no", "shuffle_both", "shuffle_photograph"];

  function sentenceIn(say, state, votes, f) {
    const { units, biases, labels, class_names: names, example, row, shuffle } = state;
    const { brightness: lit } = state;
    const side = (sign) => votes[row].filter((v) => v * sign > 0);
    const sum = (some) => number(some.reduce((total, v) => total + v, 0) * units[row]);
    const y = labels[example];
    return say("sentence", {
      number: example + 1,
      name: names[y],
      light: lit ? say(lit > 0 ? "brighter" : "darker", { by: Math.abs(lit) }) : "",
      row: names[row],
      shuffled: shuffle ? say(HOW[shuffle]) : "",
      for: side(1).length,
      votes_for: sum(side(1)),
      against: side(-1).length,
      votes_against: sum(side(-1)),
      bias: number(biases[row]),
      score: number(f[row]),
      scores: names.map((name, k) => say("one_score", { name, score: number(f[k]) })).join(", "),
      loss: number(loss(f, y)),
    });
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
    // Numbers by one map: blue above 0, brown below, and the stronger the further away.
    function map(words, values) {
      const most = values.reduce((largest, v) => Math.max(largest, Math.abs(v)), 1e-300);
      show(words, (i) => {
        const share = Math.abs(values[i]) / most;
        return (values[i] > 0 ? FOR : AGAINST).map((c) => ZERO + share * (c - ZERO));
      });
    }
    return { node: html("div", { class: "sml-tile" }, canvas, name), show, map };
  }
  const legend = (say) =>
    html("p", { class: "sml-legend" }, say("against"), html("span"), "0", html("span"), say("for"));

  function lamp(model, say) {
    const part = slider(say("brightness"), (v) => tell(model, "brightness", v));
    const value = html("span", { class: "sml-value" });
    const name = html("span", { class: "sml-name" }, say("brightness_added"));
    function set(lit) {
      part.set(lit, -BRIGHTER, BRIGHTER);
      const words = `${lit > 0 ? "+" : lit < 0 ? "−" : ""}${Math.abs(lit)}`;
      part.node.setAttribute("aria-valuetext", words);
      value.textContent = words;
    }
    return { node: html("div", { class: "sml-row" }, name, part.node, value), set };
  }

  // The sheet holds numbers, so it is read as numbers: three bytes of colour and a fourth for each
  // pixel, tile after tile.
  function unpacked(image) {
    const { width, height } = image;
    const [, pen] = easel(width, height);
    pen.drawImage(image, 0, 0);
    const numbers = pen.getImageData(0, 0, width, height).data;
    // Red and blue come as what they are more than green; what is too large or small for a byte
    // goes round.
    for (let i = 0; i < numbers.length; i += 4) {
      for (const c of [i, i + 2]) numbers[c] = (numbers[c] + numbers[i + 1]) % 256;
    }
    return numbers;
  }

  // What the picture shows, from the state and the numbers of the sheet alone.
  function measure(state, numbers) {
    const { units, biases, labels, class_names: names, example, row, shuffle } = state;
    const byte = (one, i, c) => numbers[4 * (PIXELS * one + i) + c];
    // Colour c of the pixel at place i, of the photograph, and of the weights of class k.
    const x = (i, c) => {
      const bare = byte(example, shuffle ? SHUFFLED[i] : i, c);
      return Math.min(255, Math.max(0, bare + state.brightness));
    };
    const w = (k, i, c) => byte(labels.length + k, shuffle === 1 ? SHUFFLED[i] : i, c) - 128;
    const everywhere = (value) =>
      Array.from({ length: PIXELS }, (_, i) => COLOURS.reduce((sum, c) => sum + value(i, c), 0));
    const votes = names.map((_, k) => everywhere((i, c) => x(i, c) * w(k, i, c)));
    return {
      photograph: (i) => COLOURS.map((c) => x(i, c)),
      template: everywhere((i, c) => w(row, i, c)),
      votes,
      f: votes.map((some, k) => some.reduce((sum, v) => sum + v, 0) * units[k] + biases[k]),
    };
  }

  // The photograph, the weights, and what one times the other is.
  function tilesPart(say) {
    const [photograph, weights, product] = [tile(), tile(), tile()];
    const nodes = [photograph.node, weights.node, product.node];
    function draw({ class_names: names, row }, shown) {
      photograph.show(say("photograph"), shown.photograph);
      weights.map(say("weights", { name: names[row] }), shown.template);
      product.map(say("votes", { name: names[row] }), shown.votes[row]);
    }
    return { node: html("div", { class: "sml-tiles" }, ...nodes), draw };
  }

  // The scores, and the choice of the class whose weights are shown.
  function scoresPart(model, names, say) {
    const part = choice(say("whose"), names, (k) => tell(model, "row", k));
    part.node.classList.add("sml-scores");
    const words = part.node.querySelectorAll("label span");
    function draw({ labels, example, row }, { f }) {
      part.set(row);
      words.forEach((span, k) => {
        const star = k === labels[example] ? "★ " : "";
        span.textContent = `${star}${names[k]} ${number(f[k])}`;
      });
    }
    return { node: part.node, draw };
  }

  // What is done to the photograph: which it is, its light, and the order of its pixels.
  function settings(model, labels, names, say) {
    const examples = choice(
      say("which"),
      labels.map((y, i) => `${i + 1} ${names[y]}`),
      (i) => tell(model, "example", i),
    );
    const light = lamp(model, say);
    const ways = SHUFFLES.map((way) => say(way));
    const shuffle = choice(say("shuffle"), ways, (how) => tell(model, "shuffle", how));
    function draw(state) {
      light.set(state.brightness);
      examples.set(state.example);
      shuffle.set(state.shuffle);
    }
    return { nodes: [examples, light, shuffle].map((part) => part.node), draw };
  }

  function render({ model, el }) {
    const { sheet, labels, class_names: names } = stateOf(model, STATE);
    const say = speaker(model);
    const curve = lossCurve(say);
    const text = sentence();
    const set = settings(model, labels, names, say);
    const [examples, light, shuffle] = set.nodes;
    const rows = scoresPart(model, names, say);
    const tiles = tilesPart(say);
    frame(el, "Pixel votes", "sml-wide", say("label")).append(
      html("div", { class: "sml-controls" }, examples, tiles.node, legend(say), rows.node),
      html("div", { class: "sml-controls" }, curve.node, light, shuffle),
      text.node,
    );

    let numbers;
    function draw() {
      if (!numbers) return;
      const state = stateOf(model, STATE);
      const shown = measure(state, numbers);
      tiles.draw(state, shown);
      set.draw(state);
      rows.draw(state, shown);
      curve.set(shown.f, labels[state.example], names, true);
      text.set(sentenceIn(say, state, shown.votes, shown.f));
    }
    const image = new Image();
    image.onload = () => {
      numbers = unpacked(image);
      draw();
    };
    image.src = sheet;
    const leave = follow(model, MOVED, draw);
    return ending(el, () => (image.onload = null), leave, text.stop);
  }

  return { render };
}
