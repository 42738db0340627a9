const SURE = 0.65; // from here on the letters in a cell are white

// A table: a column for every token, a row for every layer; clicking a column chooses its token.
function lensTable(result, chosen, choose) {
  const heads = result.tokens.map((token, index) =>
    html(
      "th",
      { scope: "col" },
      html(
        "button",
        {
          type: "button",
          "aria-pressed": index === chosen ? "true" : "false",
          onclick: () => choose(index),
        },
        token,
      ),
    ),
  );
  const rows = result.layers.map((layer) => {
    const cells = layer.guesses.map(([[word, share]], index) =>
      html(
        "td",
        {
          class: `bc-guess${index === chosen ? " bc-chosen" : ""}${share > SURE ? " bc-sure" : ""}`,
          style: `--bc-share: ${Math.round(100 * share)}%`,
          title: `${layer.name}: ${word}, ${Math.round(100 * share)}%`,
          onclick: () => choose(index),
        },
        word,
      ),
    );
    return html("tr", {}, html("th", { scope: "row" }, layer.name), ...cells);
  });
  return html(
    "table",
    {},
    html("thead", {}, html("tr", {}, html("td", {}), ...heads)),
    html("tbody", {}, ...rows),
  );
}

// For the chosen token: its best guesses at every layer, and how far its vector has turned.
function wayView(result, chosen) {
  return result.layers.map((layer) => {
    const bars = layer.guesses[chosen].slice(0, 3).map(([word, share]) =>
      html(
        "div",
        { class: "bc-bar" },
        html("span", { class: "bc-word" }, word),
        html(
          "div",
          { class: "bc-track" },
          html("div", { class: "bc-fill", style: `width: ${100 * share}%` }),
        ),
        html("span", { class: "bc-number" }, share.toFixed(2)),
      ),
    );
    return html(
      "div",
      { class: "bc-layer" },
      html("h5", {}, layer.name),
      ...bars,
      html("p", { class: "bc-quiet" }, `cosine ${layer.cosines[chosen].toFixed(2)}`),
    );
  });
}

function lensSentence(result, chosen) {
  const best = result.layers.map((layer) => layer.guesses[chosen][0][0]);
  const last = best.at(-1);
  let since = best.length - 1;
  while (since > 0 && best[since - 1] === last) since -= 1;
  const layer = since ? result.layers[since].name : "the embedding";
  return `“${result.tokens[chosen]}” ends as “${last}”, in the lead since ${layer}.`;
}

function render({ model, el }) {
  const read = (text) => {
    model.set("text", text);
    model.save_changes();
  };
  const choose = (index) => {
    model.set("token", index);
    model.save_changes();
  };
  const input = html("input", {
    type: "text",
    "aria-label": "text to read, with [MASK] for a hidden word",
    onkeydown: (event) => {
      if (event.key === "Enter") read(input.value);
    },
  });
  const examples = model
    .get("texts")
    .map((text) => html("button", { type: "button", onclick: () => read(text) }, text));
  const table = html("div", { class: "bc-scroll" });
  const way = html("div", { class: "bc-way" });
  const sentence = html("p", { class: "bc-sentence", "aria-live": "polite" });
  const error = html("p", { class: "bc-error", role: "alert", hidden: true });
  const whose = model.get("made_by");
  el.append(
    frame(
      "bc-lens",
      "Layer lens",
      html("h4", {}, "What would each token be taken for, if the blocks ended here?"),
      html(
        "div",
        { class: "bc-row" },
        input,
        html("button", { type: "button", onclick: () => read(input.value) }, "Read"),
      ),
      html("div", { class: "bc-examples", role: "group", "aria-label": "examples" }, ...examples),
      error,
      table,
      sentence,
      way,
      html(
        "p",
        { class: "bc-quiet" },
        "Choose a token above the table. The darker a cell, the surer the guess. The cosine says how far the vector has turned away from its embedding (1: not at all).",
        whose ? ` Computed by ${whose}.` : "",
      ),
    ),
  );
  return follow(model, ["result", "token", "text"], () => {
    const result = model.get("result");
    const chosen = Math.min(model.get("token"), result.tokens.length - 1);
    const focused = [...table.querySelectorAll("button")].indexOf(document.activeElement);
    input.value = model.get("text");
    error.hidden = !result.error;
    error.textContent = result.error;
    for (const part of [table, way, sentence]) part.hidden = Boolean(result.error);
    if (result.error) return;
    table.replaceChildren(lensTable(result, chosen, choose));
    if (focused >= 0) table.querySelectorAll("button")[focused]?.focus();
    way.replaceChildren(...wayView(result, chosen));
    sentence.textContent = lensSentence(result, chosen);
  });
}

export default { render };
