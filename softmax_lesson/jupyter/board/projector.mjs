// The page for all: a prediction's votes, the exercises, the mistake of the minute. It never
// knows which option is right, nor who did what.
import { follow, html, many, marked, place, refill, row } from "./board.mjs";

let state = null;
let hidden = false;

const number = (text) => html("span", { class: "number" }, text);

// The prediction that was asked for, or the one the room is at.
function asked() {
  const key = place("which").value || state.now;
  return state.predictions.find((one) => one.key === key);
}

function showVotes() {
  const one = asked();
  place("prediction").classList.toggle("empty", !one);
  if (!one) return;
  refill("question", one.question, () => [marked("span", one.question)]);
  refill("votes", [one, hidden], () =>
    one.options.map(({ text, votes }) =>
      row(
        marked("span", text, { class: "name" }),
        hidden ? [] : [["vote", votes]],
        one.votes,
        number(hidden ? "" : String(votes)),
      ),
    ),
  );
  place("voted").textContent = `${one.votes} of ${many(state.students, "student")} predicted.`;
}

function showChoices() {
  const keys = state.predictions.map(({ key }) => key);
  const chosen = place("which").value;
  refill("which", keys, () => [
    html("option", { value: "" }, "where the room is"),
    ...keys.map((key) => html("option", { value: key }, key.replaceAll("_", " "))),
  ]);
  place("which").value = keys.includes(chosen) ? chosen : "";
}

function showExercises() {
  place("work").classList.toggle("empty", !state.exercises.length);
  const step = state.step ? `Exercises of ${state.step.replaceAll("_", " ")}` : "Exercises";
  refill("step", step, () => [step]);
  refill("exercises", [state.exercises, state.students], () =>
    state.exercises.map(({ name, done, tried }) =>
      row(
        html("span", { class: "name" }, name.replaceAll("_", " ")),
        [
          ["right", done],
          ["tried", tried],
        ],
        state.students,
        number(tried ? `${done} done, ${tried} trying` : `${done} done`),
      ),
    ),
  );
}

function showMinute() {
  const { minute } = state;
  place("minute").hidden = !minute;
  if (!minute) return;
  const when = minute.minutes === 1 ? "in the last minute" : `in ${minute.minutes} minutes`;
  const what = `${minute.name.replaceAll("_", " ")}: ${minute.mistake}`;
  const words = `${what} (${many(minute.students, "student")} ${when})`;
  refill("minute-title", words, () => [words]);
  refill("minute-sentence", minute.sentence, () => [marked("span", minute.sentence)]);
}

function show() {
  if (!state) return;
  place("students").textContent = many(state.students, "student");
  showChoices();
  showVotes();
  showExercises();
  showMinute();
}

place("which").addEventListener("change", show);
place("hide").addEventListener("click", () => {
  hidden = !hidden;
  place("hide").setAttribute("aria-pressed", String(hidden));
  show();
});
follow("projector", (next) => {
  state = next;
  show();
});
