const REACH = 3;
const SIZE = 300;
const UNIT = SIZE / 2 / (REACH + 0.35);
const STEP = 0.1;

const colour = (index) => `var(--bc-${index % 6})`;
const across = (x) => SIZE / 2 + x * UNIT;
const clamp = (x) => Math.min(REACH, Math.max(-REACH, Math.round(x * 20) / 20));
const shown = (x) => (Math.abs(x) >= 100 ? x.toFixed(0) : x.toFixed(2)).replace("-", "−");

// A plane with a grid; `half` is how far it goes up and down.
function planeView(label, half) {
  const height = 2 * (half + 0.35) * UNIT;
  const down = (y) => height / 2 - y * UNIT;
  const lines = [];
  for (let at = -REACH; at <= REACH; at++) {
    const kind = at === 0 ? "bc-axis" : "bc-grid";
    lines.push(svg("line", { class: kind, x1: across(at), x2: across(at), y1: 0, y2: height }));
    if (Math.abs(at) > half) continue;
    lines.push(svg("line", { class: kind, x1: 0, x2: SIZE, y1: down(at), y2: down(at) }));
  }
  const under = svg("g", {});
  const over = svg("g", {});
  const node = svg(
    "svg",
    { class: "bc-plane", viewBox: `0 0 ${SIZE} ${height}`, role: "group", "aria-label": label },
    ...lines,
    under,
    over,
  );
  const toPlane = (event) => {
    const box = node.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const scale = SIZE / box.width;
    return [clamp((x * scale - SIZE / 2) / UNIT), clamp((height / 2 - y * scale) / UNIT)];
  };
  const within = ([x, y]) => [clamp(x), Math.min(half, Math.max(-half, clamp(y)))];
  return { node, under, over, down, toPlane, within };
}

// A point that the pointer drags and the arrow keys move.
function handleView(plane, label, colours, read, write) {
  const node = svg(
    "g",
    { class: "bc-handle", tabindex: 0, role: "slider", style: `color: ${colours}` },
    svg("circle", { class: "bc-halo", r: 14 }),
  );
  let dragging = false;
  node.addEventListener("pointerdown", (event) => {
    dragging = true;
    node.setPointerCapture(event.pointerId);
    node.focus({ focusVisible: false });
    event.preventDefault();
  });
  node.addEventListener("pointermove", (event) => {
    if (dragging) write(plane.within(plane.toPlane(event)));
  });
  const end = () => (dragging = false);
  node.addEventListener("pointerup", end);
  node.addEventListener("pointercancel", end);
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  node.addEventListener("keydown", (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    const size = event.shiftKey ? 5 * STEP : STEP;
    const [x, y] = read();
    const [right, up] = steps[event.key];
    write(plane.within([x + right * size, y + up * size]));
  });
  const place = ([x, y]) => {
    node.setAttribute("transform", `translate(${across(x)} ${plane.down(y)})`);
    node.setAttribute("aria-label", `${label}; arrow keys move it`);
    node.setAttribute("aria-valuemin", -REACH);
    node.setAttribute("aria-valuemax", REACH);
    node.setAttribute("aria-valuenow", x);
    node.setAttribute("aria-valuetext", `x ${shown(x)}, y ${shown(y)}`);
  };
  return { node, place };
}

// A name beside a point, on the side away from the origin and inside the plane.
function placeName(text, plane, [x, y], distance) {
  const left = x < 0;
  text.setAttribute("text-anchor", left ? "end" : "start");
  const room = SIZE - 6 - text.getComputedTextLength();
  const beside = across(x) + (left ? -distance : distance);
  const at = left ? Math.max(beside, SIZE - room) : Math.min(beside, room);
  // where there is no room beside the point, the name stands above or below it
  const lift = at === beside ? 6 : 14 + distance / 2;
  text.setAttribute("x", at);
  text.setAttribute("y", plane.down(y) + 4 + (y < 0 ? lift : -lift));
}

function arrowView(plane, name, colours, read, write, label) {
  const shaft = svg("line", { "stroke-linecap": "round" });
  const head = svg("path", { d: "M 0 0 L -13 5.5 L -10 0 L -13 -5.5 Z", fill: "currentColor" });
  const text = svg("text", {}, name);
  const handle = handleView(plane, label, colours, read, write);
  const node = svg("g", { style: `color: ${colours}` }, shaft, head, text);
  plane.under.append(node);
  plane.over.append(handle.node);
  return (weight, hidden) => {
    const [x, y] = read();
    const turn = (-Math.atan2(y, x) * 180) / Math.PI;
    const [right, bottom] = [across(x), plane.down(y)];
    fill(shaft, {
      x1: across(0),
      y1: plane.down(0),
      x2: right - 8 * Math.cos(Math.atan2(y, x)),
      y2: bottom + 8 * Math.sin(Math.atan2(y, x)),
      stroke: "currentColor",
      "stroke-width": 1.6 + 5 * weight,
      "stroke-dasharray": hidden ? "3 6" : "none",
    }, []);
    head.setAttribute("transform", `translate(${right} ${bottom}) rotate(${turn}) scale(${1 + 0.5 * weight})`);
    node.classList.toggle("bc-hidden", hidden);
    placeName(text, plane, [x, y], 9);
    handle.place([x, y]);
  };
}

function comparePlane(model, change) {
  const plane = planeView("query and keys", REACH);
  const tokens = model.get("tokens");
  const draws = tokens.map((token, index) =>
    arrowView(
      plane,
      token,
      colour(index),
      () => model.get("key")[index],
      (point) => change("key", model.get("key").with(index, point)),
      `key of ${token}`,
    ),
  );
  const asking = model.get("query_token");
  const drawQuery = arrowView(
    plane,
    `query: ${asking}`,
    "var(--bc-ink)",
    () => model.get("query"),
    (point) => change("query", point),
    `query of ${asking}`,
  );
  const update = () => {
    const { weights } = model.get("result");
    draws.forEach((draw, index) => draw(weights[index] ?? 0, !model.get("visible")[index]));
    drawQuery(0.25, false);
  };
  return { node: plane.node, update };
}

// The corners of the smallest convex outline around the points (Andrew's monotone chain).
function hull(points) {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (list) => {
    const kept = [];
    for (const p of list) {
      while (kept.length > 1) {
        const [a, b] = kept.slice(-2);
        if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
        kept.pop();
      }
      kept.push(p);
    }
    return kept.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.reverse())];
}

function valueView(plane, model, index, change) {
  const token = model.get("tokens")[index];
  const read = () => model.get("value")[index];
  const write = (point) => change("value", model.get("value").with(index, point));
  const pull = svg("line", { stroke: "currentColor", "stroke-linecap": "round", opacity: 0.55 });
  const dot = svg("circle", { fill: "currentColor" });
  const text = svg("text", {}, token);
  const handle = handleView(plane, `value of ${token}`, colour(index), read, write);
  const node = svg("g", { style: `color: ${colour(index)}` }, pull, dot, text);
  plane.under.append(node);
  plane.over.append(handle.node);
  return (weight, hidden, output) => {
    const [x, y] = read();
    fill(dot, { cx: across(x), cy: plane.down(y), r: 4 + 8 * Math.sqrt(Math.max(0, weight)) }, []);
    const [endX, endY] = output.length ? output : [x, y];
    fill(pull, {
      x1: across(x),
      y1: plane.down(y),
      x2: across(endX),
      y2: plane.down(endY),
      "stroke-width": 7 * Math.max(0, weight),
    }, []);
    node.classList.toggle("bc-hidden", hidden);
    placeName(text, plane, [x, y], 8 + 8 * Math.sqrt(Math.max(0, weight)));
    handle.place([x, y]);
  };
}

function mixPlane(model, change) {
  const plane = planeView("values and their weighted mean", 2.2);
  const outline = svg("polygon", { fill: "var(--bc-shade)", opacity: 0.6, stroke: "var(--bc-line)" });
  plane.under.append(outline);
  const draws = model.get("tokens").map((_, index) => valueView(plane, model, index, change));
  const name = svg("text", { "text-anchor": "middle" }, "output");
  const star = svg(
    "g",
    { style: "color: var(--bc-ink)" },
    svg("rect", {
      x: -7,
      y: -7,
      width: 14,
      height: 14,
      transform: "rotate(45)",
      fill: "currentColor",
      stroke: "var(--bc-paper)",
      "stroke-width": 2,
    }),
    name,
  );
  plane.under.append(star);
  const update = () => {
    const { weights, output } = model.get("result");
    const visible = model.get("visible");
    const seen = model.get("value").filter((_, index) => visible[index]);
    const corners = hull(seen).map(([x, y]) => `${across(x)},${plane.down(y)}`);
    outline.setAttribute("points", corners.join(" "));
    draws.forEach((draw, index) => draw(weights[index] ?? 0, !visible[index], output));
    star.style.display = output.length ? "" : "none";
    if (output.length) {
      star.setAttribute("transform", `translate(${across(output[0])} ${plane.down(output[1])})`);
      const heaviest = model.get("value")[weights.indexOf(Math.max(...weights))];
      name.setAttribute("y", heaviest[1] > output[1] ? 23 : -14);
    }
  };
  return { node: plane.node, update };
}

function tableView(model, change) {
  const rows = model.get("tokens").map((token, index) => {
    const fillBar = html("div", { class: "bc-fill" });
    const parts = {
      raw: html("td", {}),
      score: html("td", {}),
      fillBar,
      number: html("span", { class: "bc-number" }),
      hide: html("input", {
        type: "checkbox",
        "aria-label": `hide ${token}`,
        onchange: (event) =>
          change("visible", model.get("visible").with(index, !event.target.checked)),
      }),
    };
    const bar = html(
      "div",
      { class: "bc-bar", style: `color: ${colour(index)}` },
      html("div", { class: "bc-track" }, fillBar),
      parts.number,
    );
    parts.node = html(
      "tr",
      {},
      html("th", { scope: "row", style: `color: ${colour(index)}`, title: token }, token),
      parts.raw,
      parts.score,
      html("td", { class: "bc-weight" }, bar),
      html("td", {}, parts.hide),
    );
    return parts;
  });
  const scoreHead = html("th", { scope: "col" });
  const node = html(
    "table",
    {},
    html(
      "thead",
      {},
      html(
        "tr",
        {},
        html("th", { scope: "col" }, "token"),
        html("th", { scope: "col" }, "q · k"),
        scoreHead,
        html("th", { scope: "col", class: "bc-weight" }, "softmax → weight"),
        html("th", { scope: "col" }, "hide"),
      ),
    ),
    html("tbody", {}, ...rows.map((row) => row.node)),
  );
  const update = () => {
    const { raw, scores, weights } = model.get("result");
    scoreHead.textContent = model.get("divide") ? "÷ √d" : "score";
    rows.forEach((row, index) => {
      const visible = model.get("visible")[index];
      const weight = weights[index];
      row.raw.textContent = shown(raw[index]);
      row.score.textContent = visible ? shown(scores[index]) : "masked";
      row.fillBar.style.width = `${100 * Math.min(1, Math.max(0, weight ?? 0))}%`;
      row.number.textContent = weight === undefined ? "?" : weight.toFixed(2);
      row.hide.checked = !visible;
      row.node.classList.toggle("bc-hidden", !visible);
    });
  };
  return { node, update };
}

function controlsView(model, change) {
  const divide = html("input", {
    type: "checkbox",
    onchange: (event) => change("divide", event.target.checked),
  });
  const slider = html("input", {
    type: "range",
    min: 1,
    max: 9,
    step: 1,
    "aria-label": "d, the number of coordinates",
    oninput: (event) => change("dimension", 2 ** Number(event.target.value)),
  });
  const size = html("strong", {});
  const told = html("p", { class: "bc-quiet" });
  const node = html(
    "div",
    { class: "bc-controls" },
    html("div", {}, html("label", {}, "coordinates", slider), "d = ", size),
    html("label", {}, divide, " divide the dot products by √d"),
    told,
  );
  const update = () => {
    const dimension = model.get("dimension");
    divide.checked = model.get("divide");
    slider.value = Math.round(Math.log2(dimension));
    slider.setAttribute("aria-valuetext", dimension);
    size.textContent = dimension;
    told.textContent = model.get("divide")
      ? "Dot products grow with √d; dividing by it keeps the weights as they are."
      : "Without the division the dot products grow with √d, and soon one token takes all the weight.";
  };
  return { node, update };
}

// What is going on, in one sentence.
function summary(model) {
  const { weights, error } = model.get("result");
  const [tokens, asking] = [model.get("tokens"), model.get("query_token")];
  if (error) return "";
  if (!model.get("visible").includes(true)) return "Every token is hidden: nothing is left to look at.";
  const best = weights.indexOf(Math.max(...weights));
  if (weights[best] - Math.min(...weights) < 0.005) return `“${asking}” looks at all tokens alike.`;
  const share = `${Math.round(100 * weights[best])}%`;
  return `“${asking}” looks at “${tokens[best]}” with ${share} of its attention.`;
}

// The weighted sum in numbers, the heaviest terms first.
function sumView(model) {
  const node = html("p", { class: "bc-sum" });
  const update = () => {
    const { weights, output } = model.get("result");
    const order = weights.map((_, index) => index).sort((a, b) => weights[b] - weights[a]);
    const heaviest = order.slice(0, 3).filter((index) => weights[index] >= 0.005);
    const terms = heaviest.flatMap((index, place) => [
      place ? " + " : "",
      html(
        "strong",
        { style: `color: ${colour(index)}` },
        `${weights[index].toFixed(2)} · ${model.get("tokens")[index]}`,
      ),
    ]);
    const rest = weights.length > heaviest.length ? " + …" : "";
    const total = output.length ? ` = (${shown(output[0])}, ${shown(output[1])})` : "";
    node.replaceChildren("output = ", ...terms, rest, total);
    node.hidden = !output.length;
  };
  return { node, update };
}

// Small goals that tick themselves off once they have been reached.
function goalsView(model) {
  const asking = model.get("query_token");
  const wanted = Math.max(0, model.get("tokens").length - 2);
  const goals = [
    [
      `Turn “${asking}” until it looks at “${model.get("tokens")[wanted]}” with more than 80%.`,
      ({ weights }) => weights[wanted] > 0.8,
    ],
    [
      "Hide a token: its weight is 0, and the others share it out.",
      ({ weights }) => model.get("visible").some((seen, index) => !seen && weights[index] === 0),
    ],
    [
      "Make all weights alike without hiding anything.",
      ({ weights }) =>
        !model.get("visible").includes(false) &&
        Math.max(...weights) - Math.min(...weights) < 0.05,
    ],
    [
      "Stop dividing, and raise d until one token takes 99%.",
      ({ weights }) =>
        !model.get("divide") && model.get("dimension") > 2 && Math.max(...weights) > 0.99,
    ],
  ].map(([text, reached]) => {
    const mark = html("span", { class: "bc-mark" }, "○");
    return { reached, mark, done: false, node: html("li", {}, mark, text) };
  });
  const node = html("ul", { class: "bc-goals", "aria-label": "things to try" });
  node.append(...goals.map((goal) => goal.node));
  const update = () => {
    const result = model.get("result");
    for (const goal of goals) {
      if (goal.done || !result.weights.length || !goal.reached(result)) continue;
      goal.done = true;
      goal.mark.textContent = "✓";
      goal.node.classList.add("bc-done");
      goal.node.setAttribute("aria-label", `done: ${goal.node.lastChild.textContent}`);
    }
  };
  return { node, update };
}

function heading(step, text) {
  return html("h5", {}, html("span", { class: "bc-step" }, `${step}`), text);
}

function render({ model, el }) {
  const save = oncePerFrame(() => model.save_changes());
  const change = (name, value) => {
    model.set(name, value);
    save();
  };
  const compare = comparePlane(model, change);
  const table = tableView(model, change);
  const controls = controlsView(model, change);
  const mix = mixPlane(model, change);
  const sum = sumView(model);
  const goals = goalsView(model);
  const sentence = html("p", { class: "bc-sentence", "aria-live": "polite" });
  const error = html("p", { class: "bc-error", role: "alert", hidden: true });
  const reset = html(
    "button",
    {
      type: "button",
      onclick: () => {
        Object.entries(model.get("start")).forEach(([name, value]) => model.set(name, value));
        model.set("divide", true);
        model.set("dimension", 2);
        model.save_changes();
      },
    },
    "Start again",
  );
  const whose = model.get("made_by");
  el.classList.add("bc-room");
  el.append(
    frame(
      "bc-playground",
      "Attention playground",
      html("div", { class: "bc-wide" }, sentence, error),
      html("div", {}, heading(1, "Compare: drag the arrows"), compare.node),
      html(
        "div",
        { class: "bc-controls" },
        html("div", {}, heading(2, "Weigh: scores become weights"), table.node),
        controls.node,
      ),
      html("div", {}, heading(3, "Mix: drag the values"), mix.node),
      html(
        "div",
        { class: "bc-controls" },
        sum.node,
        html(
          "p",
          { class: "bc-quiet" },
          "Each value pulls with its weight, so the output stays inside the shape they span.",
          whose ? ` Computed by ${whose}.` : "",
        ),
        html("div", {}, html("h5", {}, "Try"), goals.node),
        html("div", {}, reset),
      ),
    ),
  );
  const parts = [compare, table, controls, mix, sum, goals];
  const traits = ["query", "key", "value", "visible", "divide", "dimension", "result"];
  return follow(model, traits, () => {
    const result = model.get("result");
    parts.forEach((part) => part.update());
    sentence.textContent = summary(model);
    sentence.hidden = Boolean(result.error);
    error.hidden = !result.error;
    error.textContent = `The attention function failed. ${result.error}`;
  });
}

export default { render };
