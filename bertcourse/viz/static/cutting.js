function pieceView({ piece, id }) {
  const special = /^\[.+\]$/.test(piece);
  const kind = special ? "bc-special" : piece.startsWith("##") ? "bc-next" : "";
  return html(
    "span",
    { class: `bc-piece ${kind}` },
    piece,
    html("span", { class: "bc-id" }, id === null ? "no id" : String(id)),
  );
}

function wordView({ word, pieces }) {
  return html("span", { class: "bc-word", title: word }, ...pieces.map(pieceView));
}

function counted(words) {
  const pieces = words.reduce((sum, word) => sum + word.pieces.length, 0);
  return `${words.length} ${words.length === 1 ? "word" : "words"}, ${pieces} ${pieces === 1 ? "piece" : "pieces"}`;
}

function render({ model, el }) {
  const field = html("input", {
    type: "text",
    maxlength: model.get("longest"),
    "aria-label": "text to cut into pieces",
    spellcheck: "false",
    oninput: (event) => {
      model.set("text", event.target.value);
      model.save_changes();
    },
  });
  const said = html("p", { class: "bc-quiet", "aria-live": "polite" });
  const error = html("p", { class: "bc-error", role: "alert", hidden: true });
  const stage = html("div", { class: "bc-flow" });
  el.append(
    frame(
      "bc-pieces",
      "Pieces of a text",
      html("h4", {}, "Type something"),
      html("div", { class: "bc-row" }, field),
      stage,
      error,
      said,
    ),
  );
  return follow(model, ["result", "text", "made_by"], () => {
    const { words, error: problem } = model.get("result");
    if (field.value !== model.get("text")) field.value = model.get("text");
    stage.replaceChildren(...words.map(wordView));
    error.hidden = !problem;
    error.textContent = problem;
    const maker = model.get("made_by") ? `, cut by ${model.get("made_by")}` : "";
    said.textContent = problem ? "" : `${counted(words)}${maker}. The small numbers are ids.`;
  });
}

export default { render };
