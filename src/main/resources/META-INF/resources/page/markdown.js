/**
 * What a model writes, as elements. It is hostile until shown otherwise: markup in it is text, a picture is only named, and what
 * the libraries make of it is sanitised last, by a list of what is allowed.
 */
import DOMPurify from "../vendor/dompurify/purify.es.mjs";
import { SAFE_LINK } from "./addresses.js";
import { copyText } from "./clipboard.js";
import { isolateDirections, withoutTurns } from "./directions.js";
import { button, h } from "./dom.js";
import { markup } from "./grammar.js";
import { growing as stillGrowing } from "./highlight.js";
import { secureLink } from "./links.js";
import { beginText, drawMath, isMathMissing, restoreStyles } from "./math.js";
import { merge } from "./merge.js";

/** The width in digits that a column keeps for a long text: of a table of up to two, of three, and of more columns. */
const NARROWEST = 12;
const WIDEST = [16, 18, 32];
/** Into so many lines, and a part of one, a text of medium length is broken. */
const LINES = 2;
const SPARE = 3;

/** Attributes whose value is no address. */
const PLAIN = [
  "class", "title", "start", "align", "type", "checked", "disabled", "aria-hidden", "data-style", "data-lang",
  "viewBox", "preserveAspectRatio", "width", "height", "d", "x1", "x2", "y1", "y2", "stroke-width",
  "mathvariant", "stretchy", "fence", "separator", "lspace", "rspace", "minsize", "maxsize", "displaystyle", "scriptlevel",
  "accent", "accentunder", "columnalign", "rowspacing", "columnspacing", "linethickness", "notation", "display", "movablelimits",
];

const ALLOWED = {
  ALLOWED_TAGS: [
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li",
    "table", "thead", "tbody", "tr", "th", "td", "a", "span", "input", "sup", "sub", "svg", "path", "line",
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "mover",
    "munder", "munderover", "mtable", "mtr", "mtd", "mpadded", "mphantom", "menclose", "mstyle", "mmultiscripts",
  ],
  ALLOWED_ATTR: [...PLAIN, "href"],
  ADD_URI_SAFE_ATTR: PLAIN,
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP: SAFE_LINK,
  ADD_FORBID_CONTENTS: ["annotation"],
  RETURN_DOM_FRAGMENT: true,
};

/**
 * A text as elements. A text that cannot be drawn is shown as it is written, so that it does not take the rest of the page with it.
 * @param {string} text
 * @param {boolean} [growing] Whether there will be more of it soon; then what takes long is left for later.
 * @param {Record<string, {href: string, title: string}>} [references] Links that are defined elsewhere.
 * @returns {DocumentFragment}
 */
export function render(text, growing = false, references = {}) {
  try {
    return drawn(text, growing, references);
  } catch (error) {
    console.error("A text could not be drawn:", error);
    const fragment = document.createDocumentFragment();
    fragment.append(h("p", { class: "as-written", dir: "auto" }, withoutTurns(text)));
    return fragment;
  }
}

function drawn(text, growing, references) {
  stillGrowing(growing);
  beginText();
  const fragment = DOMPurify.sanitize(markup(text, references), ALLOWED);
  restoreStyles(fragment);
  fragment.querySelectorAll("h1, h2, h3, h4, h5, h6").forEach(lower);
  fragment.querySelectorAll("a").forEach(secureLink);
  fragment.querySelectorAll("input").forEach(tick);
  fragment.querySelectorAll("table").forEach(frame);
  isolateDirections(fragment);
  // As late as this, because the browser looks for the direction anew with each change inside of the block.
  [...fragment.children].forEach((block) => (block.dir = "auto"));
  fragment.querySelectorAll("pre > code").forEach(dress);
  return fragment;
}

/** Shows a text in an element, with its formulas as soon as what draws them is there. What is there already stays. */
export function show(element, text) {
  merge(element, render(text));
  if (isMathMissing()) {
    void drawMath().then(() => merge(element, render(text)));
  }
}

/** The page's own headings stand above those of a reply: the title of the conversation, and one for each reply. */
function lower(heading) {
  heading.setAttribute("aria-level", String(Math.min(6, Number(heading.localName[1]) + 2)));
}

function tick(box) {
  if (box.type !== "checkbox") {
    box.remove();
  }
  box.disabled = true;
  box.setAttribute("aria-label", box.checked ? "done" : "open");
}

/** A table that does not fit is scrolled sideways; its columns stay wide enough for what they hold. */
function frame(table) {
  const frame = h("div", { class: "table", tabindex: "0", role: "group", "aria-label": "Table" });
  const heads = [...table.rows[0]?.cells ?? []];
  const widest = WIDEST[Math.min(Math.max(heads.length - 2, 0), WIDEST.length - 1)];
  const widths = widthsOf(table);
  heads.forEach((head, column) => {
    const needed = Math.max(NARROWEST, Math.ceil(widths[column] / LINES) + SPARE);
    head.style.minWidth = `${Math.min(widths[column], widest, needed)}ch`;
  });
  table.replaceWith(frame);
  frame.append(table);
}

/** The width of the widest cell of each column. */
function widthsOf(table) {
  const widths = [];
  for (const row of table.rows) {
    let column = 0;
    for (const cell of row.cells) {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell.textContent));
      column++;
    }
  }
  return widths;
}

/** How many digits are as wide; most signs of East Asian scripts are as wide as two. */
function widthOf(text) {
  return text.length + (text.match(/[\u1100-\u11ff\u2e80-\ud7af\uff00-\uff60]/g)?.length ?? 0);
}

function dress(code) {
  code.parentElement.dir = "ltr";
  const language = code.dataset.lang ?? "";
  const pre = code.parentElement;
  pre.tabIndex = 0;
  pre.setAttribute("role", "group");
  pre.setAttribute("aria-label", language ? `Code in ${language}` : "Code");
  const frame = h("div", { class: "code" }, h("div", { class: "code-head" }, h("span", {}, language || "text"), copier(() => code.textContent.replace(/\n$/, ""))));
  pre.replaceWith(frame);
  frame.append(pre);
}

/** A button that copies a text and says so. */
export function copier(text, label = "Copy code") {
  const made = button("copy", label, async () => {
    let told = "Copied";
    try {
      await copyText(text());
      made.replaceChildren(button("check", "", null).firstChild);
    } catch {
      told = "The browser does not allow copying";
    }
    made.setAttribute("aria-label", told);
    made.title = told;
    setTimeout(() => {
      made.replaceChildren(button("copy", "", null).firstChild);
      made.setAttribute("aria-label", label);
      made.title = label;
    }, 2_000);
  }, { class: "quiet copy" });
  return made;
}
