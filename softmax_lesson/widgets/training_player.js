// Gradient descent, to be played and stepped through: photographs slide down the loss curve, the mean loss falls or
// leaps, and the templates take shape.
import { choice, ending, follow, frame, html, loss, number, plot, score, sentence, slider, svg, tell } from "./kit/kit.js";

const TRAITS = ["learning_rates", "learning_rate", "steps", "step", "losses", "right", "sizes", "class_names", "labels",
  "margins", "templates"];
const PAUSE = 450; // milliseconds from one step shown to the next
const SIGNS = "●■▲", SHAPES = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", "M-4.5-4.5h9v9h-9z", "M0-6L5.6 4.5H-5.6z"];

// The sentence that says the picture; training_player.py has the same one.
function say({ learning_rate: rate, step, losses, right, sizes, class_names: names }, r, k) {
  const nothing = Math.log(names.length), side = losses[r][k] < nothing ? "below" : "above";
  const shares = right.map((of, i) => `${of[r][k]} of ${sizes[i]}`);
  return `With the learning rate ${score(rate)}, after step ${step}, the mean loss is ${number(losses[r][k])}, ` +
    `${side} the ${number(nothing)} of knowing nothing; right are ${shares[0]} training photographs and ` +
    `${shares[1]} test photographs.`;
}

function render({ model, el }) {
  const state = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const { learning_rates: rates, steps, losses, right, sizes, class_names: names, labels, templates } = state;
  const R = rates.length, K = steps.length, C = names.length, nothing = Math.log(C);
  const bytes = Uint8Array.from(atob(state.margins), (letter) => letter.charCodeAt(0));
  const all = Array.from(new Int16Array(bytes.buffer), (v) => v / 100), each = labels.length;
  const of = (r) => all.slice(r * K * each, (r + 1) * K * each);

  const body = frame(el, "The training player", STYLE, "sml-wide"), text = sentence();
  const axes = plot(), curve = axes.curve(), mean = axes.curve("sml-mean"), readout = axes.readout("sml-strong");
  const beads = labels.map((y) =>
    axes.node.appendChild(svg("path", { d: SHAPES[y % 3], class: `sml-bead sml-bead-${y % 3} sml-slides` })));
  const path = plot(300), level = path.curve("sml-mean"), line = path.curve("sml-run");
  const dot = path.node.appendChild(svg("circle", { r: 6, class: "sml-dot" })), now = path.readout("sml-strong", "", "sml-alarm");

  const pick = choice("learning rate", rates.map(score), (r) => tell(model, "learning_rate", rates[r]));
  const go = (k) => tell(model, "step", steps[Math.min(K - 1, Math.max(0, k))]);
  const rule = slider("step", (k) => [pause(), go(k)]), value = html("span", { class: "sml-value" });
  const button = (words, press) => {
    const node = html("button", { type: "button", "data-lm-suppress-shortcuts": "true" }, words);
    node.addEventListener("click", press);
    return node;
  };
  const at = () => steps.indexOf(model.get("step"));
  let timer = 0;
  function pause() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "▶ Play";
  }
  const onward = () => (at() < K - 1 ? go(at() + 1) : pause());
  const play = button("▶ Play", () => {
    if (timer) return pause();
    if (at() === K - 1) go(0);
    timer = setInterval(onward, PAUSE);
    play.textContent = "❚❚ Pause";
  });
  const buttons = html("div", { class: "sml-buttons" }, play, button("Back", () => [pause(), go(at() - 1)]),
    button("Next", () => [pause(), go(at() + 1)]));
  const row = html("div", { class: "sml-row" }, html("span", { class: "sml-name" }, "step"), rule.node, value);

  const tiles = names.map((name, c) => {
    const photo = html("div", { class: "sml-photo", role: "img", "aria-label": `template of ${name}` });
    return { photo, node: html("div", {}, html("strong", {}, `${SIGNS[c % 3]} ${name}`), photo) };
  });
  body.style.setProperty("--sheet", `url(${templates})`);
  body.style.setProperty("--tiles", `${100 * K}% ${100 * R * C}%`);
  const shares = html("p");
  const strip = html("div", { class: "sml-templates" }, ...tiles.map((tile) => tile.node), shares);
  body.append(html("div", {}, axes.node, strip),
    html("div", { class: "sml-controls" }, pick.node, buttons, row, path.node), text.node);

  let shown;
  // The axes belong to the learning rate: everything of its run fits on them, so that points can be seen to slide.
  function scale(r) {
    const margins = of(r), low = Math.floor(Math.min(...margins)), high = Math.ceil(Math.max(...margins));
    axes.axes([low, high], [0, Math.ceil(loss([low, 0], 0))], "margin = correct score − LSE(others)", "loss = −log P(y)");
    const wire = Array.from({ length: 241 }, (_, i) => low + ((high - low) * i) / 240);
    curve(wire, wire.map((x) => loss([x, 0], 0)));
    path.axes([0, K - 1], [0, 1.7 * Math.max(...losses[r])], "step", "mean loss of all training photographs",
      (k) => steps[k] ?? "");
    level([0, K - 1], [nothing, nothing]);
    return { r, low, high };
  }

  function draw() {
    ["learning_rate", "step"].forEach((name) => (state[name] = model.get(name)));
    const r = rates.indexOf(state.learning_rate), k = at(), L = losses[r][k];
    if (shown?.r !== r) shown = scale(r);
    const margins = of(r).slice(k * each, (k + 1) * each);
    beads.forEach((bead, i) => {
      const [x, y] = axes.at(margins[i], loss([margins[i], 0], 0));
      bead.style.transform = `translate(${x.toFixed(1)}px,${y.toFixed(1)}px)`;
    });
    mean([shown.low, shown.high], [L, L]);
    readout(`mean loss = ${number(L)}`);
    axes.title(`${each} training photographs on the loss curve after step ${state.step}, and the mean loss of all`);
    line(steps.slice(0, k + 1).map((_, i) => i), losses[r].slice(0, k + 1));
    const [x, y] = path.at(k, L);
    dot.setAttribute("cx", x);
    dot.setAttribute("cy", y);
    now(`step ${state.step}: ${number(L)}`, `knowing nothing: ${number(nothing)} (dashed)`, L > nothing ? "worse than that" : "");
    path.title(`The mean loss, step by step, up to step ${state.step}`);
    pick.set(r);
    rule.set(k, 0, K - 1);
    Object.assign(rule.node, { step: 1, value: k });
    rule.node.setAttribute("aria-valuetext", `step ${state.step}`);
    value.textContent = `${state.step} of ${steps[K - 1]}`;
    tiles.forEach(({ photo }, c) => {
      photo.style.backgroundPosition = `${(100 * k) / (K - 1)}% ${(100 * (r * C + c)) / (R * C - 1)}%`;
    });
    shares.textContent = `right: ${right.map((part, i) => `${part[r][k]} of ${sizes[i]}`).join(" training, ")} test photographs`;
    text.set(say(state, r, k));
  }
  const leave = follow(model, ["learning_rate", "step"], draw);
  return ending(el, leave, pause, text.stop);
}

const STYLE = `
.sml-body{--purple:color-mix(in srgb,#cc79a7 75%,var(--ink))}
.sml-body .sml-plot{position:static}
.sml-plot .sml-mean{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:7 4}
.sml-plot .sml-run{stroke:var(--blue);stroke-width:3;stroke-linejoin:round}
.sml-plot .sml-alarm{fill:var(--correct);font-weight:700}
.sml-dot{fill:var(--blue);stroke:var(--paper);stroke-width:2}
.sml-plot .sml-bead{stroke:var(--paper);stroke-width:1}
.sml-plot .sml-bead-0{fill:var(--blue)}.sml-plot .sml-bead-1{fill:var(--purple)}.sml-plot .sml-bead-2{fill:var(--tangent)}
@media (prefers-reduced-motion:no-preference){.sml-slides{transition:transform .25s}}
.sml-buttons{display:flex;flex-wrap:wrap;gap:.5em}
.sml-buttons button{min-height:2.1em;padding:0 .9em;border:1.5px solid var(--line);border-radius:.5em;background:none;
font:inherit;color:inherit;cursor:pointer}
.sml-buttons button:first-child{min-width:7em;border-color:var(--blue);font-weight:700}
.sml-templates{display:grid;grid-template-columns:repeat(3,minmax(0,10em));gap:.3em .6em;margin-top:.9em;
justify-content:center;align-items:end;text-align:center}
.sml-templates strong{font-size:.84em}
@container (max-width:420px) or (min-width:1100px){.sml-templates strong{font-size:.76em;white-space:nowrap}}
.sml-templates p{grid-column:1/-1}
.sml-photo{aspect-ratio:1;margin-top:.2em;background:var(--sheet) 0 0/var(--tiles);image-rendering:pixelated}
@container (min-width:1100px){.sml-wide>:not(.sml-sentence){display:contents}
.sml-wide{grid-template-rows:repeat(3,auto) 1fr}.sml-wide .sml-controls>*,.sml-wide .sml-templates{grid-column:3;margin:0}
.sml-wide .sml-plot{grid-row:1/5}.sml-wide .sml-controls .sml-plot{grid-column:2}.sml-wide .sml-templates{grid-row:4}}
`;

export default { render };
