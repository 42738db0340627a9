function pieceView(piece, isNew) {
  const kind = piece.startsWith("##") ? "bc-piece bc-next" : "bc-piece";
  return html("span", { class: isNew ? `${kind} bc-new` : kind }, piece);
}

function wordsView(words, pieces, last) {
  const rows = words.flatMap(({ word, count }, index) => [
    html("span", { class: "bc-quiet" }, `${count} × ${word}`),
    html(
      "span",
      { class: "bc-word" },
      ...pieces[index].map((piece) => pieceView(piece, piece === last)),
    ),
  ]);
  return html("div", { class: "bc-words" }, ...rows);
}

// The most frequent pairs as bars; the first of them is joined next.
function pairsView(pairs) {
  const most = Math.max(1, ...pairs.map((pair) => pair.count));
  const rows = pairs.flatMap(({ left, right, count }) => [
    html("code", {}, `${left} + ${right}`),
    html(
      "div",
      { class: "bc-track", "aria-hidden": "true" },
      html("div", { class: "bc-fill", style: `width: ${(100 * count) / most}%` }),
    ),
    html("span", {}, String(count)),
  ]);
  return html("div", { class: "bc-pairs" }, ...rows);
}

function render({ model, el }) {
  const last = () => model.get("merges").length;
  const go = (step) => {
    model.set("step", Math.min(last(), Math.max(0, step)));
    model.save_changes();
  };
  const slider = html("input", {
    type: "range",
    min: 0,
    max: last(),
    step: 1,
    "aria-label": "merges made",
    oninput: (event) => go(Number(event.target.value)),
  });
  const back = html("button", { type: "button", onclick: () => go(model.get("step") - 1) }, "Back");
  const next = html("button", { type: "button", onclick: () => go(model.get("step") + 1) }, "Join");
  const said = html("p", { class: "bc-said", "aria-live": "polite" });
  const words = html("div", {});
  const pairs = html("div", {});
  const maker = html("p", { class: "bc-quiet" });
  el.append(
    frame(
      "bc-pieces",
      "Merges",
      html("h4", {}, "How a vocabulary is learned"),
      html("div", { class: "bc-row" }, back, slider, next),
      said,
      words,
      html("h5", {}, "Most frequent pairs now"),
      pairs,
      maker,
    ),
  );
  return follow(model, ["step", "states", "made_by"], () => {
    const step = model.get("step");
    const merge = step ? model.get("merges")[step - 1] : null;
    slider.value = step;
    back.disabled = step === 0;
    next.disabled = step === last();
    said.textContent = merge
      ? `Merge ${step} of ${last()}: ${merge.left} + ${merge.right} → ${merge.piece}, seen ${merge.count} times`
      : `No merge yet: every word lies in single characters. ${last()} merges to come.`;
    words.replaceChildren(wordsView(model.get("words"), model.get("states")[step], merge?.piece));
    pairs.replaceChildren(
      model.get("pairs")[step].length
        ? pairsView(model.get("pairs")[step])
        : html("p", { class: "bc-quiet" }, "No pair is left: every word is one piece."),
    );
    maker.textContent = model.get("made_by") ? `Joined by ${model.get("made_by")}.` : "";
  });
}

export default { render };
