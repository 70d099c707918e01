// A prediction, and what is said to it after the result: one script for both. In JupyterLab the
// choice lies with Python; on a page of its own and on slides the page keeps it, and the answer
// further down finds it there.
// eslint-disable-next-line max-lines-per-function -- the file itself: its parts are inside
function picture(style) {
  const html = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  // A text with its `code` and its *stress*: Python made it, and escaped all else.
  const marked = (tag, markup, attributes = {}) => {
    const element = html(tag, attributes);
    element.innerHTML = markup;
    return element;
  };
  // JupyterLab takes keys away from a focused control unless the control itself carries this.
  const KEEP_KEYS = { "data-lm-suppress-shortcuts": "true" };

  // What is said: words of prediction.toml, with values in their {places}. prediction.py has the
  // same.
  const speaker =
    (model) =>
    (name, values = {}) =>
      model.get("_words")[name].replace(/\{(\w+)\}/g, (_, place) => values[place]);

  // ---- One of the options, or none: for one reader ----

  function status(say, choice, closed, again) {
    if (!closed) return say(choice === null ? "may_go_on" : "may_change");
    const words = say(choice === null ? "closed_without" : "closed");
    return again ? `${words} ${say("anew")}` : words;
  }

  function asks({ model, el }) {
    const name = `sml-${Math.random()}`;
    const inputs = model
      .get("options")
      .map(() => html("input", { type: "radio", name, ...KEEP_KEYS }));
    const labels = inputs.map((input, k) =>
      html("label", {}, input, marked("span", model.get("options")[k])),
    );
    const line = html("p", { role: "status" });
    const field = html("fieldset", {}, marked("legend", model.get("question")), ...labels, line);
    const pick = (choice, decided) => {
      if (choice >= 0 && !model.get("closed")) model.decide(choice, decided);
    };
    const chosen = () => inputs.findIndex((input) => input.checked);
    // The arrow keys go through the options: with them a page waits for Enter.
    let keys = false;
    field.addEventListener("keydown", (event) => {
      keys = true;
      if (event.key !== "Enter") return;
      // Or what takes the focus now would hear it, too.
      event.preventDefault();
      pick(chosen(), true);
    });
    field.addEventListener("pointerdown", () => (keys = false));
    field.addEventListener("change", () => pick(chosen(), !keys));
    el.append(field);
    return () => {
      const choice = model.get("choice");
      const closed = model.get("closed");
      inputs.forEach((input, k) =>
        Object.assign(input, { checked: k === choice, disabled: closed }),
      );
      field.classList.toggle("sml-closed", closed);
      line.textContent = status(speaker(model), choice, closed, model.again);
    };
  }

  // ---- The vote of a room, on slides ----

  // An option with its votes: a hand more by a click on it, one less by the button behind.
  function ballot(option, k, vote, say) {
    const bar = html("span", { class: "sml-bar" });
    const count = html("output");
    const named = [html("kbd", {}, String(k + 1)), marked("span", option)];
    const more = html("button", { type: "button", ...KEEP_KEYS }, ...named);
    const label = say("vote_less", { number: k + 1 });
    const less = html("button", { type: "button", "aria-label": label, ...KEEP_KEYS }, "−");
    more.addEventListener("click", () => vote(k, 1));
    less.addEventListener("click", () => vote(k, -1));
    const show = (votes, most) => {
      bar.style.setProperty("--share", votes / most);
      count.textContent = votes;
    };
    return { node: html("div", { class: "sml-row" }, more, bar, count, less), show };
  }

  // The option that a key means, counted from 0; −1 if it means none.
  const optionOf = ({ code, ctrlKey, metaKey, altKey }) =>
    ctrlKey || metaKey || altKey ? -1 : Number(/^Digit([1-9])$/.exec(code)?.[1] ?? 0) - 1;

  function counts({ model, el }) {
    const options = model.get("options");
    const say = speaker(model);
    const ballots = options.map((option, k) => ballot(option, k, model.vote, say));
    const keys = say("room", { count: options.length });
    const field = html("fieldset", {}, marked("legend", model.get("question")));
    field.append(...ballots.map(({ node }) => node), html("p", {}, keys));
    el.append(field);
    document.addEventListener("keydown", (event) => {
      const k = optionOf(event);
      const shown = field.closest("section.present:not(.stack)") && field.checkVisibility();
      if (shown && k >= 0 && k < options.length) model.vote(k, event.shiftKey ? -1 : 1);
    });
    return () => {
      const votes = model.get("votes");
      const most = Math.max(1, ...votes);
      ballots.forEach(({ show }, k) => show(votes[k], most));
    };
  }

  // ---- What is said after the result ----

  const ended = (option) => (/[.!?]$/.test(option) ? option : `${option}.`);
  // The same lines as in prediction.py.
  function said(say, options, sentences, right, choice) {
    const answer = say("answer", { option: ended(options[right]) });
    if (choice === null) return [`${say("predicted_nothing")} ${answer}`, sentences[right]];
    const predicted = say("predicted", { option: ended(options[choice]) });
    return [`${predicted} ${choice === right ? say("right") : answer}`, sentences[choice]];
  }
  const parts = (model) => ["options", "sentences", "right"].map((name) => model.get(name));
  const bold = (markup) => html("p", {}, marked("strong", markup));

  function answers({ model, el }) {
    const box = html("div", { class: "sml-said" });
    el.append(box);
    return () => {
      const choice = model.get("choice");
      const [options, sentences, right] = parts(model);
      const [first, sentence] = said(speaker(model), options, sentences, right, choice);
      if (choice !== null) box.dataset.kind = choice === right ? "right" : "wrong";
      box.replaceChildren(bold(first), ...(sentence ? [marked("p", sentence)] : []));
    };
  }

  // To a room: the answer, and a word to the largest of the groups that were wrong. There is room
  // for the longest of these from the beginning: a slide is as large as it is.
  function answersRoom({ model, el }) {
    const box = html("div", { class: "sml-said" });
    el.append(box);
    const say = speaker(model);
    return () => {
      const votes = model.get("votes");
      const [options, sentences, right] = parts(model);
      const total = votes.reduce((sum, n) => sum + n, 0);
      const hands = total ? ` ${say("so_many_right", { votes: votes[right], total })}` : "";
      const most = Math.max(1, ...votes.filter((_, k) => k !== right));
      const largest = votes.findIndex((n, k) => k !== right && n === most);
      const words = options.map((option, k) => {
        const its = say("so_many", { votes: votes[k], option: ended(option) });
        const line = marked("p", `${its} ${sentences[k]}`);
        line.style.visibility = k === largest ? "visible" : "hidden";
        return line;
      });
      box.replaceChildren(
        bold(`${say("answer", { option: ended(options[right]) })}${hands}`),
        ...(sentences[right] ? [marked("p", sentences[right])] : []),
        html("div", { class: "sml-wrong" }, ...words.filter((_, k) => k !== right)),
      );
    };
  }

  // ---- Where it stands: in front of Python, or on a page ----

  function fill(el, model, room) {
    el.replaceChildren(html("style", {}, style));
    const body = html("div", { class: "sml-spoken" });
    el.append(body);
    const kinds = model.get("role") === "answers" ? [answers, answersRoom] : [asks, counts];
    const draw = kinds[Number(room)]({ model, el: body });
    draw();
    return draw;
  }

  function render({ model, el }) {
    const live = {
      get: (name) => model.get(name),
      again: true,
      decide(choice) {
        model.set("choice", choice);
        model.save_changes();
      },
    };
    const draw = fill(el, live, false);
    const events = ["change:choice", "change:closed"];
    events.forEach((event) => model.on(event, draw));
    return () => {
      events.forEach((event) => model.off(event, draw));
      el.replaceChildren();
    };
  }

  // What the page knows of one prediction, kept while its tab is open: { choice, decided, shown,
  // votes }. Whoever changes it tells the page by an event, which page.js hears, too.
  const EVENT = "softmax-prediction";
  function memory(key) {
    const name = `softmax-lesson ${key}`;
    document.softmaxPredictions ??= {};
    const here = document.softmaxPredictions;
    const storage = (use) => {
      try {
        return use(sessionStorage);
      } catch {
        return null;
      }
    };
    const get = () => (here[key] ??= JSON.parse(storage((kept) => kept.getItem(name)) ?? "{}"));
    const change = (news) => {
      Object.assign(get(), news);
      storage((kept) => kept.setItem(name, JSON.stringify(get())));
      document.dispatchEvent(new CustomEvent(EVENT, { detail: { key, ...get() } }));
    };
    return { get, change };
  }

  function onPage(state) {
    const place = `.sml-${state.role}[data-prediction="${state.key}"]:not(.sml-alive)`;
    const page = memory(state.key);
    const votes = () => page.get().votes ?? state.options.map(() => 0);
    const derived = {
      choice: () => page.get().choice ?? state.choice,
      closed: () => Boolean(page.get().shown),
      votes,
    };
    const model = {
      again: false,
      get: (name) => (derived[name] ? derived[name]() : state[name]),
      decide: (choice, decided) => page.change({ choice, decided }),
      vote: (k, more) =>
        page.change({ votes: votes().map((n, i) => (i === k ? Math.max(0, n + more) : n)) }),
    };
    const seen = ({ detail }) =>
      detail === state.key && !page.get().shown && page.change({ shown: true });
    for (const el of document.querySelectorAll(place)) {
      if (state.role === "asks") document.addEventListener("softmax-answer-seen", seen);
      el.classList.add("sml-alive");
      const draw = fill(el, model, Boolean(el.closest(".reveal")));
      document.addEventListener(EVENT, function hear() {
        if (el.isConnected) draw();
        else document.removeEventListener(EVENT, hear);
      });
    }
  }

  return { render, onPage };
}
