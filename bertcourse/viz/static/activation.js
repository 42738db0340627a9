const REACH = 4;
const STEPS = 20;
const WIDTH = 340;
const HEIGHT = 240;
const LOWEST = -0.6;

const across = (x) => ((x + REACH) / (2 * REACH)) * WIDTH;
const up = (y) => HEIGHT - ((y - LOWEST) / (REACH + 0.2 - LOWEST)) * HEIGHT;
const tall = (y) => HEIGHT - 24 - (y / 0.44) * (HEIGHT - 24);
const shown = (x, digits = 2) => x.toFixed(digits).replace("-", "−");
const percent = (share) => `${Math.round(100 * share)}%`;

// What every curve has at x.
function heights(model) {
  const curves = model.get("curves");
  const index = Math.round((model.get("x") + REACH) * STEPS);
  return Object.fromEntries(Object.entries(curves).map(([name, curve]) => [name, curve[index]]));
}

function path(xs, ys, down) {
  return xs.map((x, i) => `${i ? "L" : "M"} ${across(x).toFixed(1)} ${down(ys[i]).toFixed(1)}`).join(" ");
}

// A drawing that the pointer can drag x in; the slider is for the keyboard.
function stage(label, move, ...children) {
  const node = svg(
    "svg",
    { class: "bc-plane bc-curves", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    ...children,
  );
  const drag = (event) => {
    const box = node.getBoundingClientRect();
    move(((event.clientX - box.left) / box.width) * 2 * REACH - REACH);
  };
  let dragging = false;
  node.addEventListener("pointerdown", (event) => {
    dragging = true;
    node.setPointerCapture(event.pointerId);
    drag(event);
    event.preventDefault();
  });
  node.addEventListener("pointermove", (event) => dragging && drag(event));
  const end = () => (dragging = false);
  node.addEventListener("pointerup", end);
  node.addEventListener("pointercancel", end);
  return node;
}

function bellView(model, move) {
  const { x: xs, height } = model.get("curves");
  const area = svg("path", { class: "bc-area" });
  const edge = svg("line", { stroke: "currentColor", "stroke-width": 2, y1: HEIGHT - 24 });
  const told = svg("text", { x: 10, y: 24 });
  const place = svg("text", { y: HEIGHT - 7, "text-anchor": "middle" });
  const node = stage(
    "how much of a bell curve lies below x",
    move,
    area,
    svg("path", { d: path(xs, height, tall), class: "bc-line", stroke: "currentColor" }),
    svg("line", { class: "bc-axis", x1: 0, x2: WIDTH, y1: HEIGHT - 24, y2: HEIGHT - 24 }),
    edge,
    told,
    place,
  );
  const update = () => {
    const here = heights(model);
    const count = Math.round((here.x + REACH) * STEPS) + 1;
    const outline = path(xs.slice(0, count), height.slice(0, count), tall);
    area.setAttribute("d", `${outline} L ${across(here.x)} ${HEIGHT - 24} L 0 ${HEIGHT - 24} Z`);
    edge.setAttribute("x1", across(here.x));
    edge.setAttribute("x2", across(here.x));
    edge.setAttribute("y2", tall(here.height));
    place.setAttribute("x", Math.min(WIDTH - 34, Math.max(34, across(here.x))));
    place.textContent = `x = ${shown(here.x)}`;
    told.textContent = `below x: ${percent(here.share)}`;
  };
  return { node, update };
}

// A curve, with a point and a short tangent at x.
function curveView(model, value, slope, colours, dash) {
  const { x: xs, [value]: ys } = model.get("curves");
  const tangent = svg("line", { stroke: "currentColor", "stroke-width": 6, opacity: 0.45, "stroke-linecap": "round" });
  const point = svg("circle", { r: 5.5, fill: "currentColor" });
  const node = svg(
    "g",
    { style: `color: ${colours}` },
    svg("path", { d: path(xs, ys, up), class: "bc-line", stroke: "currentColor", "stroke-dasharray": dash }),
    tangent,
    point,
  );
  const update = (here) => {
    const half = 0.7 / Math.hypot(1, here[slope]);
    tangent.setAttribute("x1", across(here.x - half));
    tangent.setAttribute("x2", across(here.x + half));
    tangent.setAttribute("y1", up(here[value] - half * here[slope]));
    tangent.setAttribute("y2", up(here[value] + half * here[slope]));
    point.setAttribute("cx", across(here.x));
    point.setAttribute("cy", up(here[value]));
  };
  return { node, update };
}

function curvesView(model, move) {
  const relu = curveView(model, "relu", "relu_slope", "var(--bc-1)", "6 4");
  const own = curveView(model, "y", "slope", "var(--bc-0)", "none");
  const node = stage(
    `${model.get("name")} and ReLU`,
    move,
    svg("line", { class: "bc-axis", x1: 0, x2: WIDTH, y1: up(0), y2: up(0) }),
    svg("line", { class: "bc-axis", x1: across(0), x2: across(0), y1: 0, y2: HEIGHT }),
    relu.node,
    own.node,
    svg("text", { x: 10, y: 24, style: "fill: var(--bc-0)" }, model.get("name")),
    svg("text", { x: 10, y: 44, style: "fill: var(--bc-1)" }, "ReLU (dashed)"),
  );
  const update = () => [relu, own].forEach((curve) => curve.update(heights(model)));
  return { node, update };
}

function tableView(model) {
  const row = (name, number, value, slope) => {
    const cells = { value: html("td", {}), slope: html("td", {}) };
    const node = html(
      "tr",
      {},
      html("th", { scope: "row", style: `color: var(--bc-${number})` }, name),
      cells.value,
      cells.slope,
    );
    const update = (here) => {
      cells.value.textContent = shown(here[value]);
      cells.slope.textContent = shown(here[slope]);
    };
    return { node, update };
  };
  const rows = [row(model.get("name"), 0, "y", "slope"), row("ReLU", 1, "relu", "relu_slope")];
  const head = ["", "comes out", "slope"];
  const node = html(
    "table",
    {},
    html("thead", {}, html("tr", {}, ...head.map((text) => html("th", { scope: "col" }, text)))),
    html("tbody", {}, ...rows.map((each) => each.node)),
  );
  return { node, update: () => rows.forEach((each) => each.update(heights(model))) };
}

// Small goals that tick themselves off once they have been reached.
function goalsView(model) {
  const name = model.get("name");
  const lowest = Math.min(...model.get("curves").y);
  const goals = [
    [`Find the lowest point of ${name}.`, (here) => here.y <= lowest + 0.0005],
    [
      "Find a place where ReLU lets no gradient back, and the other does.",
      (here) => here.relu_slope === 0 && here.slope > 0.1,
    ],
    [`Find a place where ${name} is steeper than ReLU ever is.`, (here) => here.slope > 1.02],
    [
      "Go to the right until the two differ by less than 0.01.",
      (here) => here.x > 0 && Math.abs(here.y - here.relu) < 0.01,
    ],
  ].map(([text, reached]) => {
    const mark = html("span", { class: "bc-mark" }, "○");
    return { reached, mark, done: false, node: html("li", {}, mark, text) };
  });
  const node = html("ul", { class: "bc-goals", "aria-label": "things to try" });
  node.append(...goals.map((goal) => goal.node));
  const update = () => {
    for (const goal of goals) {
      if (goal.done || !goal.reached(heights(model))) continue;
      goal.done = true;
      goal.mark.textContent = "✓";
      goal.node.classList.add("bc-done");
      goal.node.setAttribute("aria-label", `done: ${goal.node.lastChild.textContent}`);
    }
  };
  return { node, update };
}

function sliderView(model, move) {
  const slider = html("input", {
    type: "range",
    min: -REACH,
    max: REACH,
    step: 1 / STEPS,
    "aria-label": "x",
    oninput: (event) => move(Number(event.target.value)),
  });
  const node = html("label", { class: "bc-slide" }, "x", slider);
  const update = () => {
    slider.value = model.get("x");
    slider.setAttribute("aria-valuetext", shown(model.get("x")));
  };
  return { node, update };
}

function heading(step, text) {
  return html("h5", {}, html("span", { class: "bc-step" }, `${step}`), text);
}

function render({ model, el }) {
  el.classList.add("bc-room");
  if (model.get("error")) {
    const said = `The activation failed. ${model.get("error")}`;
    el.append(frame("bc-activation", "Activation playground", html("p", { class: "bc-error", role: "alert" }, said)));
    return undefined;
  }
  const save = oncePerFrame(() => model.save_changes());
  const move = (x) => {
    const within = Math.min(REACH, Math.max(-REACH, x));
    model.set("x", Math.round(within * STEPS) / STEPS);
    save();
  };
  const bell = bellView(model, move);
  const curves = curvesView(model, move);
  const slider = sliderView(model, move);
  const table = tableView(model);
  const goals = goalsView(model);
  const sum = html("p", { class: "bc-sentence", "aria-live": "polite" });
  const whose = model.get("made_by");
  el.append(
    frame(
      "bc-activation",
      "Activation playground",
      html("div", { class: "bc-wide" }, sum, slider.node),
      html("div", {}, heading(1, "How much of it to keep"), bell.node),
      html("div", {}, heading(2, "What comes out"), curves.node),
      html("div", {}, table.node, whose ? html("p", { class: "bc-quiet" }, `Computed by ${whose}.`) : null),
      html("div", {}, html("h5", {}, "Try"), goals.node),
    ),
  );
  const parts = [bell, curves, slider, table, goals];
  return follow(model, ["x"], () => {
    const here = heights(model);
    parts.forEach((part) => part.update());
    sum.textContent = `${shown(here.x)} times ${percent(here.share)} is ${shown(here.x * here.share)}`;
  });
}

export default { render };
