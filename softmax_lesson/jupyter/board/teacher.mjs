// The teacher's page: who is stuck on what, the exercises, the predictions with the right option.
import { follow, html, many, marked, place, refill, row } from "./board.mjs";

const MOST_STUCK = 40;

const number = (text) => html("td", { class: "number" }, String(text));
const cell = (text) => html("td", {}, text);
const head = (text) => html("th", { scope: "row" }, text);

function table(titles, rows) {
  const titled = titles.map((title) => html("th", { scope: "col" }, title));
  return html(
    "table",
    {},
    html("thead", {}, html("tr", {}, ...titled)),
    html("tbody", {}, ...rows.map((cells) => html("tr", {}, ...cells))),
  );
}

const words = (text) => html("p", {}, text);

function minuteOf(minute) {
  if (!minute) return [words("No mistake that has a name, in the last quarter of an hour.")];
  const when = minute.minutes === 1 ? "minute" : `${minute.minutes} minutes`;
  const what = `${minute.about}: ${minute.mistake}`;
  const said = `${many(minute.students, "student")} in the last ${when}.`;
  const parts = [html("p", {}, html("strong", {}, what), ` ${said}`)];
  if (minute.sentence) parts.push(marked("blockquote", minute.sentence));
  if (minute.say) {
    const next = html("p", { class: "next" }, html("strong", {}, "Say next: "));
    next.append(marked("span", minute.say), html("strong", {}, " Show: "));
    next.append(html("code", {}, minute.show), `, ${minute.where}.`);
    parts.push(next);
  }
  return parts;
}

// Who is stuck, in whole minutes, so that the table changes once a minute.
function stuckOf(state) {
  return state.stuck.map(({ who, about, mistake, tries, since }) => [
    who,
    about,
    mistake,
    tries,
    `${Math.floor(Math.max(0, state.time - since) / 60)} min`,
  ]);
}

function stuckTable(stuck) {
  if (!stuck.length) return [words("Nobody.")];
  const rows = stuck
    .slice(0, MOST_STUCK)
    .map(([who, about, mistake, tries, since]) => [
      head(who),
      cell(about),
      cell(mistake),
      number(tries),
      number(since),
    ]);
  const rest = stuck.length - MOST_STUCK;
  const found = [table(["who", "exercise", "mistake", "tries", "for"], rows)];
  return rest > 0 ? [...found, words(`And ${rest} more.`)] : found;
}

function stack(done, tried) {
  const parts = [
    ["right", done],
    ["tried", tried],
  ].filter(([, count]) => count);
  const bar = html("span", { class: "stack", "aria-hidden": "true" });
  for (const [kind, count] of parts) {
    const part = html("i", { class: kind });
    part.style.flexGrow = count;
    bar.append(part);
  }
  return html("td", {}, bar);
}

function exercisesTable(exercises) {
  if (!exercises.length) return [words("No exercise was tried yet.")];
  const rows = exercises.map(({ about, done, tried, stuck, most }) => [
    head(about),
    stack(done, tried),
    number(done),
    number(tried),
    number(stuck),
    cell(most ? `${most[1]}: ${most[0]}` : ""),
  ]);
  const titles = ["exercise", "share", "done", "not yet", "stuck", "most frequent mistake"];
  return [table(titles, rows)];
}

function question(one, isNow) {
  const asked = html("h3", {}, marked("span", one.question));
  const about = `${one.key}${isNow ? ", where the room is" : ""}`;
  const seen = `${many(one.votes, "vote")}; ${one.seen} have seen the answer.`;
  const rows = one.options.map(({ text, votes, right }) => {
    const name = marked("span", text, { class: "name" });
    if (right) name.append(html("b", {}, " ✓ right"));
    const count = html("span", { class: "number" }, String(votes));
    return row(name, [[right ? "right" : "wrong", votes]], one.votes, count);
  });
  return html(
    "article",
    {},
    asked,
    words(`${about}. ${seen}`),
    html("ul", { class: "bars" }, ...rows),
  );
}

function questionsOf({ predictions, now }) {
  if (!predictions.length) return [words("No prediction was made yet.")];
  const first = predictions.filter(({ key }) => key === now);
  const others = predictions.filter(({ key }) => key !== now).reverse();
  return [...first, ...others].map((one) => question(one, one.key === now));
}

follow("teacher", (state) => {
  const { students, active, events, unknown } = state;
  const odd = unknown
    ? ` ${many(unknown, "event")} of something that this lesson does not know.`
    : "";
  const heard = `${many(students, "student")}, ${active} of them heard within ten minutes.`;
  place("students").textContent = `${heard} ${many(events, "event")}.${odd}`;
  refill("trouble", state.trouble, () => [state.trouble]);
  refill("minute-body", state.minute, () => minuteOf(state.minute));
  const stuck = stuckOf(state);
  refill("stuck-body", stuck, () => stuckTable(stuck));
  refill("exercises-body", state.exercises, () => exercisesTable(state.exercises));
  refill("predictions-body", [state.predictions, state.now], () => questionsOf(state));
});
