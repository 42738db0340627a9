const EXPECTED = { "[MASK]": 0.8, random: 0.1, kept: 0.1 };
const SAID = { "[MASK]": "becomes [MASK]", random: "becomes random", kept: "stays as it is" };
const MOST_DRAWS = 5000;

const percent = (share) => `${(100 * share).toFixed(1)} %`;

// The sequence in three rows. What became of a token is written under it, not only coloured.
function sequenceView(model) {
  const rows = ["text", "model sees", "label", "fate"].map((name) => ({
    name,
    cells: model.get("tokens").map(() => html("td", {})),
  }));
  const node = html(
    "div",
    { class: "bc-scroll", tabindex: 0, role: "region", "aria-label": "the masked sentence" },
    html(
      "table",
      { class: "bc-sequence" },
      html(
        "tbody",
        {},
        ...rows.map((row) =>
          html("tr", {}, html("th", { scope: "row" }, row.name), ...row.cells),
        ),
      ),
    ),
  );
  const update = () => {
    const tokens = model.get("tokens");
    const { seen, labels, fates } = model.get("result");
    const fate = (index) => (fates[index] in EXPECTED ? fates[index] : "");
    tokens.forEach((token, index) => {
      rows[0].cells[index].textContent = token;
      rows[1].cells[index].textContent = seen[index] ?? "";
      rows[1].cells[index].dataset.fate = fate(index);
      rows[2].cells[index].textContent = labels[index] ?? "–";
      rows[3].cells[index].textContent = fate(index);
    });
  };
  return { node, update };
}

// A bar for each outcome, with a mark at the share that is expected.
function countsView(model) {
  const rows = Object.entries(EXPECTED).map(([fate, expected]) => {
    const fillBar = html("div", { class: "bc-fill" });
    const mark = html("div", { class: "bc-mark-at", style: `left: ${100 * expected}%` });
    const number = html("span", { class: "bc-number" });
    const node = html(
      "div",
      { class: "bc-outcome" },
      html("span", {}, SAID[fate]),
      html("div", { class: "bc-track", "data-fate": fate }, fillBar, mark),
      number,
    );
    return { fate, fillBar, number, node };
  });
  const told = html("p", { class: "bc-quiet" });
  const node = html("div", { class: "bc-counts" }, ...rows.map((row) => row.node), told);
  const update = () => {
    const { counts } = model.get("result");
    const chosen = rows.reduce((sum, row) => sum + counts[row.fate], 0);
    rows.forEach((row) => {
      const share = chosen ? counts[row.fate] / chosen : 0;
      row.fillBar.style.width = `${100 * share}%`;
      row.number.textContent = `${counts[row.fate]} (${percent(share)})`;
    });
    told.textContent =
      `${chosen} of ${counts.tokens} words chosen so far, ${percent(chosen / (counts.tokens || 1))}: ` +
      "the share p, rounded to whole words. The marks stand at 80 % and 10 %.";
  };
  return { node, update };
}

// Small goals that tick themselves off once they have been reached.
function goalsView(model) {
  const goals = [
    ["Draw until a chosen word stays as it is. How could the model know?", (r) => r.fates.includes("kept")],
    ["Draw until a word is replaced by another one.", (r) => r.fates.includes("random")],
    ["Draw 100 more, several times: do the shares come to the marks?", () => model.get("draws") > 300],
    ["Set p to 50 %. Could you still guess the words?", () => model.get("p") > 0.45],
  ].map(([text, reached]) => {
    const mark = html("span", { class: "bc-mark" }, "○");
    return { reached, mark, done: false, node: html("li", {}, mark, text) };
  });
  const node = html("ul", { class: "bc-goals", "aria-label": "things to try" });
  node.append(...goals.map((goal) => goal.node));
  const update = () => {
    const result = model.get("result");
    for (const goal of goals) {
      if (goal.done || !goal.reached(result)) continue;
      goal.done = true;
      goal.mark.textContent = "✓";
      goal.node.classList.add("bc-done");
      goal.node.setAttribute("aria-label", `done: ${goal.node.lastChild.textContent}`);
    }
  };
  return { node, update };
}

function controlsView(model) {
  const setDraws = (draws) => {
    model.set("draws", Math.min(MOST_DRAWS, draws));
    model.save_changes();
  };
  const button = (text, next) =>
    html("button", { type: "button", onclick: () => setDraws(next(model.get("draws"))) }, text);
  const again = button("Draw again", (draws) => draws + 1);
  const more = button("Draw 100 more", (draws) => draws + 100);
  const restart = button("Start again", () => 1);
  const save = oncePerFrame(() => model.save_changes());
  const slider = html("input", {
    type: "range",
    min: 5,
    max: 60,
    step: 5,
    "aria-label": "p, the share to choose",
    oninput: (event) => {
      model.set("p", Number(event.target.value) / 100);
      save();
    },
  });
  const size = html("strong", {});
  const node = html(
    "div",
    { class: "bc-row" },
    again,
    more,
    restart,
    html("label", {}, "share to choose ", slider),
    html("span", {}, "p = ", size),
  );
  const update = () => {
    slider.value = Math.round(100 * model.get("p"));
    slider.setAttribute("aria-valuetext", `${slider.value} %`);
    size.textContent = `${Math.round(100 * model.get("p"))} %`;
    again.disabled = more.disabled = model.get("draws") >= MOST_DRAWS;
    restart.disabled = model.get("draws") === 1;
  };
  return { node, update };
}

// The last draw in one sentence.
function summary(model) {
  const { seen, fates } = model.get("result");
  const chosen = model.get("tokens").flatMap((token, index) => {
    if (!(fates[index] in EXPECTED)) return [];
    const became = { "[MASK]": "became [MASK]", kept: "stays" }[fates[index]] ?? `became “${seen[index]}”`;
    return [`“${token}” ${became}`];
  });
  return `Draw ${model.get("draws")}: ${chosen.join(", ") || "nothing was chosen"}.`;
}

function render({ model, el }) {
  const parts = [sequenceView(model), controlsView(model), countsView(model), goalsView(model)];
  const sentence = html("p", { class: "bc-told", "aria-live": "polite" });
  const error = html("p", { class: "bc-error", role: "alert", hidden: true });
  const whose = model.get("made_by");
  const [sequence, controls, counts, goals] = parts.map((part) => part.node);
  el.append(
    frame(
      "bc-board",
      "Masking board",
      sentence,
      error,
      sequence,
      controls,
      html("div", {}, html("h5", {}, "What became of the chosen words, all draws together"), counts),
      html("div", {}, html("h5", {}, "Try"), goals),
      whose ? html("p", { class: "bc-quiet" }, `Drawn by ${whose}.`) : null,
    ),
  );
  return follow(model, ["p", "draws", "result"], () => {
    const result = model.get("result");
    parts.forEach((part) => part.update());
    sentence.textContent = summary(model);
    sentence.hidden = Boolean(result.error);
    error.hidden = !result.error;
    error.textContent = `The masking function failed. ${result.error}`;
  });
}

export default { render };
