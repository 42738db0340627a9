const WIDTH = 440;
const HEIGHT = 210;
const EDGE = { left: 52, right: 26, top: 10, bottom: 38 };

// Three to six round numbers from 0 to the top.
function ticks(top) {
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough);
  const count = Math.floor(top / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

function written(value) {
  if (value === 0) return "0";
  if (value < 0.01) return Number(value.toPrecision(2)).toExponential();
  return String(Number(value.toPrecision(3)));
}

function axesView(panel, across, down) {
  const words = (text, place) => svg("text", { class: "bc-tick", ...place }, text);
  const rows = ticks(panel.y_max).map((y) =>
    svg(
      "g",
      {},
      svg("line", { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: down(y), y2: down(y) }),
      words(written(y), { x: EDGE.left - 6, y: down(y) + 4, "text-anchor": "end" }),
    ),
  );
  const columns = ticks(panel.x_max).map((x) =>
    words(written(x), { x: across(x), y: HEIGHT - 20, "text-anchor": "middle" }),
  );
  const name = words(panel.x_label, {
    x: (EDGE.left + WIDTH - EDGE.right) / 2,
    y: HEIGHT - 3,
    "text-anchor": "middle",
  });
  return [...rows, ...columns, name];
}

// One picture with its lines, and the names of the lines below it.
function panelView(panel) {
  const across = (x) => EDGE.left + (x / panel.x_max) * (WIDTH - EDGE.left - EDGE.right);
  const down = (y) => HEIGHT - EDGE.bottom - (y / panel.y_max) * (HEIGHT - EDGE.top - EDGE.bottom);
  const dashes = (line) => (line.dashed ? "5 4" : null);
  const lines = panel.lines.map((line, index) =>
    svg("polyline", {
      class: "bc-line",
      style: `stroke: var(--bc-${index % 6})`,
      "stroke-dasharray": dashes(line),
      points: line.x.map((x, at) => `${across(x)},${down(Math.min(line.y[at], panel.y_max))}`).join(" "),
    }),
  );
  const ends = panel.lines
    .map((line, index) => [line, index])
    .filter(([line]) => line.dots)
    .flatMap(([line, index]) =>
      line.x.map((x, at) =>
        svg("circle", { cx: across(x), cy: down(line.y[at]), r: 3, fill: `var(--bc-${index % 6})` }),
      ),
    );
  const key = panel.lines.map((line, index) => {
    const sample = svg("line", {
      class: "bc-line",
      style: `stroke: var(--bc-${index % 6})`,
      "stroke-dasharray": dashes(line),
      x1: 0,
      x2: 24,
      y1: 6,
      y2: 6,
    });
    const drawing = svg("svg", { width: 24, height: 12, "aria-hidden": "true" }, sample);
    return html("span", { class: "bc-row" }, drawing, line.name);
  });
  const drawing = svg(
    "svg",
    { class: "bc-chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": panel.says },
    ...axesView(panel, across, down),
    ...lines,
    ...ends,
  );
  return html("div", {}, html("h5", {}, panel.title), drawing, html("div", { class: "bc-row" }, ...key));
}

function sliderView(model, slider) {
  const input = html("input", { type: "range", "aria-label": slider.label });
  const reading = html("span", { class: "bc-number" });
  input.addEventListener(
    "input",
    oncePerFrame(() => {
      model.set(slider.trait, Number(input.value));
      model.save_changes();
    }),
  );
  const update = () => {
    const { min, max, step, text } = model.get("sliders").find((each) => each.trait === slider.trait);
    Object.assign(input, { min, max, step });
    input.value = model.get(slider.trait);
    input.setAttribute("aria-valuetext", text);
    reading.textContent = text;
  };
  return { row: html("label", {}, html("span", {}, slider.label), input, reading), update };
}

function tableView(table) {
  const cells = (tag, row) => row.map((text) => html(tag, {}, text));
  return html(
    "table",
    {},
    html("thead", {}, html("tr", {}, ...cells("th", table.columns))),
    html("tbody", {}, ...table.rows.map((row) => html("tr", {}, ...cells("td", row)))),
  );
}

function render({ model, el }) {
  const sliders = model.get("sliders").map((slider) => sliderView(model, slider));
  const charts = html("div", { class: "bc-charts" });
  const says = html("p", { "aria-live": "polite" });
  const table = html("div", {});
  el.append(
    frame(
      "bc-runs",
      model.get("heading"),
      html("h4", {}, model.get("heading")),
      sliders.length ? html("div", { class: "bc-sliders" }, ...sliders.map(({ row }) => row)) : null,
      charts,
      says,
      table,
    ),
  );
  const stops = [
    follow(model, ["panels"], () => charts.replaceChildren(...model.get("panels").map(panelView))),
    follow(model, ["says"], () => (says.textContent = model.get("says"))),
    follow(model, ["table"], () => {
      const { rows } = model.get("table");
      table.replaceChildren(...(rows.length ? [tableView(model.get("table"))] : []));
    }),
    follow(model, ["sliders"], () => sliders.forEach(({ update }) => update())),
  ];
  return () => stops.forEach((stop) => stop());
}

export default { render };
