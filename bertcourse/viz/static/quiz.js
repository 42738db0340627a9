function questionView(model, question, number) {
  const name = `${model.model_id ?? "quiz"}-${question.id}`;
  const check = html("button", { type: "button", class: "bc-check", disabled: true }, "Check");
  const choices = question.choices.map((text, index) => {
    const input = html("input", {
      type: "radio",
      name,
      value: index,
      onchange: () => (check.disabled = false),
    });
    const reply = html("div", { class: "bc-reply", "aria-live": "polite" });
    const node = html(
      "div",
      { class: "bc-choice" },
      html("label", {}, input, html("span", {}, ...prose(text))),
      reply,
    );
    return { input, reply, node };
  });
  check.addEventListener("click", () => {
    const index = choices.findIndex((choice) => choice.input.checked);
    model.set("answers", { ...model.get("answers"), [question.id]: index });
    model.save_changes();
  });
  const node = html(
    "fieldset",
    {},
    html("legend", {}, `${number}. `, ...prose(question.text)),
    ...choices.map((choice) => choice.node),
    check,
  );
  return { node, show: (reply) => showReply(choices, check, reply) };
}

function showReply(choices, check, reply) {
  choices.forEach((choice, index) => {
    const replied = reply !== undefined && reply.index === index;
    choice.reply.classList.toggle("bc-right", replied && reply.right);
    if (!replied) {
      choice.reply.replaceChildren();
      return;
    }
    choice.input.checked = true;
    check.disabled = false;
    const mark = html("span", { class: "bc-mark", "aria-hidden": "true" }, reply.right ? "✓" : "✗");
    choice.reply.replaceChildren(mark, ...prose(reply.text));
  });
}

function render({ model, el }) {
  const questions = model.get("questions");
  const views = questions.map((question, index) => questionView(model, question, index + 1));
  const score = html("p", { class: "bc-quiet" });
  el.append(
    frame(
      "bc-quiz",
      model.get("title"),
      html("h4", {}, model.get("title")),
      score,
      ...views.map((view) => view.node),
    ),
  );
  return follow(model, ["replies"], () => {
    const replies = model.get("replies");
    views.forEach((view, index) => view.show(replies[questions[index].id]));
    const right = Object.values(replies).filter((reply) => reply.right).length;
    score.textContent = `${right} of ${questions.length} right so far`;
  });
}

export default { render };
