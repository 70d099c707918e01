// What both pages share. What comes from students is put in as text, never as markup.
export function html(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A text of the lesson's own, with its `code` and its *stress*: Python made it, and escaped all else.
export function marked(tag, markup, attributes = {}) {
  const element = html(tag, attributes);
  element.innerHTML = markup;
  return element;
}

export const place = (id) => document.getElementById(id);

export const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

// A row of a histogram: its name, a bar of parts, how many. parts: [kind, how many] each.
export function row(name, parts, of, count) {
  const bar = html("span", { class: "bar", "aria-hidden": "true" });
  for (const [kind, number] of parts) {
    const part = html("i", { class: kind });
    part.style.width = `${(100 * number) / Math.max(of, 1)}%`;
    bar.append(part);
  }
  return html("li", {}, html("span", { class: "row" }, name, bar, count));
}

// Builds a part of the page anew if what it shows has changed, and else leaves it alone: whoever
// reads there, by eye or by ear, is not interrupted.
const shown = new Map();
export function refill(id, data, build) {
  const text = JSON.stringify(data);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  place(id).replaceChildren(...build());
}

const clock = (time) => new Date(1000 * time).toLocaleTimeString([], { timeStyle: "short" });

const AGAIN = 2000; // milliseconds

// Hears of every new state of the board, also of one that was started again. A browser gives a
// stream up for good where something else answers in between, such as a hub without its board.
export function follow(page, show) {
  const say = (words) => {
    if (place("live").textContent !== words) place("live").textContent = words;
  };
  let last = null;
  const hear = ({ data }) => {
    const state = JSON.parse(data);
    last = state.time;
    show(state);
    say("Live.");
  };
  const listen = () => {
    const stream = new EventSource(`live/${page}`);
    stream.addEventListener("message", hear);
    stream.addEventListener("error", () => {
      const words = last === null ? "" : ` What you see is from ${clock(last)}.`;
      say(`The board does not answer.${words}`);
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN);
    });
  };
  listen();
}
