// Too tall for a slide: first a little smaller, then split between cells; a cell that is too tall alone gets smaller.
const WIDTH = 1280, HEIGHT = 720, SMALLER = 0.8;

function fit(section) {
  const cells = [...section.children];
  const page = () => Object.assign(document.createElement("div"), { className: "fit" });
  const height = (div) => div.getBoundingClientRect().height;
  const shrink = (div) => {
    for (let zoom = 1; height(div) > HEIGHT && zoom > 0.3; zoom -= 0.02) div.style.zoom = zoom;
    return Number(div.style.zoom || 1);
  };
  const whole = page();
  section.append(whole);
  whole.append(...cells);
  if (shrink(whole) >= SMALLER) return;
  whole.style.zoom = "";
  whole.replaceChildren();
  const pages = [whole];
  for (const cell of cells) {
    const last = pages.at(-1);
    last.append(cell);
    const full = shrink(last) < SMALLER;
    last.style.zoom = "";
    // A heading alone says nothing: what follows it goes with it, smaller, unless it would be too small.
    if (!full || last.children.length === 1 || cell.matches("aside")) continue;
    const next = document.createElement("section");
    next.append(page());
    pages.at(-1).parentElement.after(next);
    pages.push(next.firstChild);
    next.firstChild.append(cell);
  }
  pages.forEach(shrink);
}

document.addEventListener("DOMContentLoaded", async () => {
  await Promise.all([...document.fonts].map((font) => font.load()));
  document.body.classList.add("measuring");
  document.querySelectorAll(".slides section:not(:has(section))").forEach(fit);
  document.body.classList.remove("measuring");
  // A picture that has the focus has the keys; Escape gives them back to the slides.
  const busy = () => document.activeElement.closest(".sml, summary");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && busy()) {
      document.activeElement.blur();
      event.stopImmediatePropagation();
    }
  }, true);
  await Reveal.initialize({
    width: WIDTH, height: HEIGHT, margin: 0.04, center: false, hash: true, transition: "none",
    slideNumber: "c/t", keyboardCondition: () => !busy(), plugins: [RevealNotes],
  });
});
