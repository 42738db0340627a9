const LARGEST_SIZE = 5;
const AXIS_NAMES = { 2: ["S", "D"], 3: ["B", "S", "D"] };

function shapeText(shape) {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

// The place of cell number `index` as it is written in code: [1, 0, 2].
function placeOf(index, shape) {
  const place = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(index % shape[axis]);
    index = Math.floor(index / shape[axis]);
  }
  return place.length ? `[${place.join(", ")}]` : "";
}

// The last two axes are tables of cells; the axes before them lay the tables out.
function tensorView({ shape, cells }, kind) {
  const [columns, rows] = [shape.at(-1) ?? 1, shape.at(-2) ?? 1];
  const across = shape.length === 4 ? shape[1] : 1;
  const nodes = cells.map((text) => html("div", { class: "bc-cell" }, text));
  const tables = [];
  for (let start = 0; start < nodes.length; start += rows * columns) {
    const place = placeOf(start / (rows * columns), shape.slice(0, -2));
    tables.push(
      html(
        "div",
        {},
        html("div", { class: "bc-index" }, `x${place}`),
        html(
          "div",
          { class: "bc-cells", style: `grid-template-columns: repeat(${columns}, auto)` },
          ...nodes.slice(start, start + rows * columns),
        ),
      ),
    );
  }
  const node = html(
    "div",
    {
      class: `bc-tables ${kind}`,
      style: `grid-template-columns: repeat(${across}, auto)`,
      role: "img",
      "aria-label": `tensor of shape ${shapeText(shape)}`,
    },
    ...tables,
  );
  return { node, nodes, columns };
}

// Lets the pointer or the arrow keys choose a cell of the result, and lights what made it.
function connect(result, before, after, told) {
  let chosen = 0;
  function choose(index) {
    chosen = index;
    const sources = new Set(result.sources[index]);
    after.nodes.forEach((node, at) => node.classList.toggle("bc-lit", at === index));
    before.nodes.forEach((node, at) => node.classList.toggle("bc-lit", sources.has(at)));
    const place = `x${placeOf(index, result.after.shape)}`;
    const parts = [...sources].map((at) => result.before.cells[at]).join(", ");
    told.textContent = {
      0: `${place} is ${result.after.cells[index]}, whatever x holds.`,
      1: `${place} is ${result.after.cells[index]}, made from one cell: ${parts}.`,
    }[sources.size] ?? `${place} is ${result.after.cells[index]}, made from ${sources.size} cells: ${parts}.`;
  }
  after.nodes.forEach((node, index) => {
    node.addEventListener("pointerenter", () => choose(index));
    node.addEventListener("click", () => choose(index));
  });
  const steps = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -after.columns,
    ArrowDown: after.columns,
  };
  after.node.setAttribute("tabindex", "0");
  after.node.setAttribute("role", "application");
  after.node.setAttribute(
    "aria-label",
    `result of shape ${shapeText(result.after.shape)}; arrow keys choose a cell`,
  );
  after.node.addEventListener("keydown", (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    const next = chosen + steps[event.key];
    if (next >= 0 && next < after.nodes.length) choose(next);
  });
  choose(0);
}

function stageView(result) {
  const after = tensorView(result.after, "bc-after");
  const title = (word, shape) =>
    html("p", { class: "bc-shape" }, `${word} ${shapeText(shape)}`);
  const end = html("div", {}, title("x.shape is", result.after.shape), after.node);
  if (result.before === null) return [end];
  const before = tensorView(result.before, "bc-before");
  const told = html("p", { "aria-live": "polite" });
  connect(result, before, after, told);
  return [
    html("div", {}, title("before", result.before.shape), before.node),
    html("div", { class: "bc-arrow", "aria-hidden": "true" }, "→"),
    html("div", {}, title("after", result.after.shape), after.node),
    html("div", { style: "flex-basis: 100%" }, html("p", {}, result.says),
      told,
      html("p", { class: "bc-quiet" }, "Point at another cell of the result, or choose one with the arrow keys."),
    ),
  ];
}

function sizesView(model) {
  const names = AXIS_NAMES[model.get("shape").length];
  const resize = (axis, text) => {
    const size = Math.min(LARGEST_SIZE, Math.max(1, Math.round(Number(text)) || 1));
    model.set("shape", model.get("shape").with(axis, size));
    model.save_changes();
    update();
  };
  const inputs = names.map((_, axis) =>
    html("input", {
      type: "number",
      min: 1,
      max: LARGEST_SIZE,
      onchange: (event) => resize(axis, event.target.value),
    }),
  );
  const update = () => {
    inputs.forEach((input, axis) => (input.value = model.get("shape")[axis]));
  };
  const labels = names.map((name, axis) => html("label", {}, `${name} = `, inputs[axis]));
  return { box: html("span", { class: "bc-row" }, ...labels), update };
}

function operationsView(model, take) {
  const groups = new Map();
  for (const operation of model.get("operations")) {
    const button = html(
      "button",
      { type: "button", title: operation.says, onclick: () => take(operation.code) },
      html("code", {}, operation.code),
    );
    groups.set(operation.group, [...(groups.get(operation.group) ?? []), button]);
  }
  const parts = [...groups].flatMap(([name, buttons]) => [
    html("span", {}, name),
    html("div", { role: "group", "aria-label": name }, ...buttons),
  ]);
  return html("div", { class: "bc-groups" }, ...parts);
}

function render({ model, el }) {
  const setSteps = (steps) => {
    model.set("steps", steps);
    model.save_changes();
  };
  // a step that torch refused is not kept
  const kept = () => model.get("steps").slice(0, model.get("result").accepted);
  const undo = html("button", { type: "button", onclick: () => setSteps(kept().slice(0, -1)) }, "Undo");
  const restart = html("button", { type: "button", onclick: () => setSteps([]) }, "Start again");
  const sizes = sizesView(model);
  const code = html("pre", {});
  const error = html("p", { class: "bc-error", role: "alert", hidden: true });
  const stage = html("div", { class: "bc-stage" });
  el.append(
    frame(
      "bc-shapes",
      "Tensor shapes",
      html("h4", {}, "What does it do to the shape?"),
      html("div", { class: "bc-row" }, "Start with", sizes.box, undo, restart),
      operationsView(model, (step) => setSteps([...kept(), step])),
      code,
      error,
      stage,
    ),
  );
  const stops = [
    follow(model, ["shape"], sizes.update),
    follow(model, ["result"], () => {
      const result = model.get("result");
      code.textContent = result.lines.join("\n");
      error.hidden = !result.error;
      error.textContent = result.error;
      stage.replaceChildren(...stageView(result));
      undo.disabled = restart.disabled = result.lines.length === 1;
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

export default { render };
