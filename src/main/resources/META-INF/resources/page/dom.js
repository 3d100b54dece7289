/** Small helpers to build elements; text only ever becomes a text node. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element: `class`, `dataset` and `on` (listeners by event) are set as such, booleans switch attributes, `null` leaves one
 * out. A list of children that may be long is given as a list.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  set(element, attributes);
  appendAll(element, children);
  return element;
}

/** Puts an element's children in its place. */
export function unwrap(element) {
  const children = document.createDocumentFragment();
  while (element.firstChild) {
    children.append(element.firstChild);
  }
  element.replaceWith(children);
}

/** As `h`, for drawings. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  set(element, attributes);
  appendAll(element, children);
  return element;
}

/** One by one, because a call takes only so many arguments as the stack has room for. */
function appendAll(element, children) {
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child);
    }
  }
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      Object.entries(value).forEach(([event, listener]) => element.addEventListener(event, listener));
    } else if (name === "dataset") {
      Object.assign(element.dataset, value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
}

/** The elements of the page by their ids. */
export function byId(...ids) {
  return Object.fromEntries(ids.map((id) => [id.replace(/-(.)/g, (_, letter) => letter.toUpperCase()), document.getElementById(id)]));
}

/** A button with an icon; without `text` the label is for screen readers and as a hint only. */
export function button(icon, label, listener, { text = false, ...attributes } = {}) {
  return h("button", {
    type: "button", "aria-label": text ? null : label, title: text ? null : label, on: { click: listener }, ...attributes,
  }, draw(icon), text ? h("span", {}, label) : null);
}

const ICONS = {
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  list: "M4 6h16M4 12h16M4 18h10",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  check: "M5 12.5l4.5 4.500L19 7",
  edit: "M4 20h4L19.5 8.500l-4-4L4 16zM13.5 6.500l4 4",
  again: "M20 11a8 8 0 1 0-.7 4.500M20 5v6h-6",
  fork: "M6 4v6a4 4 0 0 0 4 4h4a4 4 0 0 1 4 4v2M6 10v10M18 20l-2.5-2.500M18 20l2.5-2.500M3.5 17.500L6 20l2.5-2.5",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.700l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.700l1-1",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  previous: "M14.5 6L8.5 12l6 6",
  next: "M9.5 6l6 6-6 6",
  send: "M12 19V5M5.5 11.500L12 5l6.5 6.5",
  stop: "M7 7h10v10H7z",
  picture: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.500h.01",
  context: "M4 5h16v5H4zM4 14h10M4 18.500h13",
  meter: "M4 20V10M10 20V4M16 20v-8M21 20H3",
  settings: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.500v5M8 14.500v5",
  down: "M12 5v14M5.5 12.500L12 19l6.5-6.5",
  trash: "M5 7h14M9.5 7V4.500h5V7M7 7l1 13h8l1-13",
  chat: "M5 5h14v11h-7.500L7 20v-4H5z",
};

/** One of the page's icons, drawn in the colour of the text. */
export function draw(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}
