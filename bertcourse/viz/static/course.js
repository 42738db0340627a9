// Helpers for the widgets of the course. This file is put in front of each of them, so that a
// widget is one module without imports. Text only ever becomes text: nothing here sets HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// An HTML element; strings among the children become text nodes.
function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

// An SVG element.
function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

// Words as nodes: what stands between backticks becomes code.
function prose(text) {
  const marked = (part) => part.length > 2 && part.startsWith("`");
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (marked(part) ? html("code", {}, part.slice(1, -1)) : part));
}

// The box of a widget. Keys pressed in it belong to it: the data attribute turns off JupyterLab's
// shortcuts, and keydown stops here because the notebook itself takes the arrow keys.
function frame(kind, label, ...children) {
  return html(
    "section",
    {
      class: `bc ${kind}`,
      "aria-label": label,
      "data-lm-suppress-shortcuts": "true",
      onkeydown: (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
      },
    },
    ...children,
  );
}

// Calls `update` now and whenever one of the traits changes; returns what stops it.
function follow(model, traits, update) {
  const events = traits.map((name) => `change:${name}`);
  events.forEach((event) => model.on(event, update));
  update();
  return () => events.forEach((event) => model.off(event, update));
}

// Runs `action` at most once a frame, with the latest arguments.
function oncePerFrame(action) {
  let latest = null;
  return (...given) => {
    const waiting = latest !== null;
    latest = given;
    if (waiting) return;
    requestAnimationFrame(() => {
      const last = latest;
      latest = null;
      action(...last);
    });
  };
}
