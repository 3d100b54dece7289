/** Formulas, drawn by KaTeX, which is fetched with the first one. Where they begin and end: formula.js. */

/** Letters of all formulas of a text, each of which counts as some more: what is beyond is shown as it is written. */
const MOST = 40_000;
const EACH = 20;
/** In widths of an M: the largest measure that a formula may give to a part of itself, its thickest line, its farthest move back. */
const LARGEST = 10;
const THICKEST = 2;
const FARTHEST_BACK = -2;
/** How tall a formula may be, and how much taller each row makes it; KaTeX bounds no measure below zero. */
const TALLEST = 15;
const ROW = 3;
/** What KaTeX sets by style attributes, which the page's policy forbids; set one by one they are allowed. */
const STYLES = new Set([
  "height", "width", "min-width", "vertical-align", "top", "bottom", "left", "margin-left", "margin-right", "margin-top", "padding-left",
  "border-bottom-width", "border-top-width", "border-right-width", "border-right-style", "border-width", "color", "background-color",
  "border-color", "position",
]);
const VALUE = /^(?:-?[\d.]+(?:em|ex|px|%)?|[a-z]+|#[0-9a-f]{3,8}|calc\(100% [-+] [\d.]+em\))$/i;
/** Commands that make a fraction or the like of all that stands before and behind them. */
const INFIX = /\\(?:over|atop|above|choose|brace|brack)(?![A-Za-z])/;
let katex = null;
let loading = null;
let spent = 0;
let missing = false;

/** Whether a formula was shown as it is written, because what draws it is not there yet. */
export function isMathMissing() {
  return missing && katex === null;
}

/** Fetches what draws formulas; without it they stay as they are written. */
export function drawMath() {
  loading ??= import("../vendor/katex/katex.min.js").then(() => {
    katex = globalThis.katex;
  }).catch(() => {
    loading = null;
  });
  return loading;
}

/** Another text is drawn from here on. */
export function beginText() {
  spent = 0;
  missing = false;
}

/**
 * A formula as markup.
 * @param {string} formula Without its marks.
 * @param {{raw: string, display: boolean, after: string}} how As it is written, whether it has a line for itself, and the mark of the
 *   sentence that stands on this line too.
 */
export function drawn(formula, { raw, display, after }) {
  spent += formula.length + EACH;
  missing ||= katex === null;
  const asWritten = `<code>${escape(raw.trim())}</code>${after}`;
  if (katex === null || spent > MOST) {
    return asWritten;
  }
  // KaTeX escapes quotes in what it is given, so these are its own attributes.
  const styled = withMark(withoutBlanks(formula), after, display).replaceAll(' style="', ' data-style="');
  return fits(styled, formula) ? styled : asWritten;
}

/** A formula without blanks around it; a blank behind a backslash is a command. */
function withoutBlanks(formula) {
  return formula.trim().replace(/(?<!\\)(?:\\\\)*\\$/, "$& ");
}

/** A formula with the mark of the sentence behind it, which is on its line only as a part of it. */
function withMark(formula, mark, display) {
  const alone = typeset(formula, display);
  if (mark === "" || alone.includes('class="katex-error"')) {
    // What is not whole would take the mark for its missing part.
    return alone + mark;
  }
  // A comment ends with its line, and a fraction that is made by what stands in it ends with its braces.
  const line = formula.includes("%") ? `${formula}\n` : formula;
  return typeset(`${INFIX.test(formula) ? `{${line}}` : line}\\text{${mark}}`, display);
}

function typeset(formula, display) {
  return katex.renderToString(formula, {
    displayMode: display, throwOnError: false, trust: false, strict: "ignore", maxSize: LARGEST, maxExpand: 200, errorColor: "#b42318",
  });
}

function fits(styled, formula) {
  const most = TALLEST + ROW * formula.split(/\\\\|\\cr|\\newline/).length;
  return [...styled.matchAll(/ data-style="[^"]*"/g)].every(([style]) =>
    [...style.matchAll(/-?[\d.]+(?=em)/g)].every(([size]) => Math.abs(Number(size)) <= most));
}

/** Gives the elements of a formula their measures, of which only known ones are taken. */
export function restoreStyles(fragment) {
  fragment.querySelectorAll("[data-style]").forEach((element) => {
    for (const rule of element.dataset.style.split(";")) {
      const [name, value] = rule.split(":").map((part) => part.trim());
      if (STYLES.has(name) && VALUE.test(value) && (name !== "position" || value === "relative")) {
        element.style.setProperty(name, bounded(name, value));
      }
    }
    delete element.dataset.style;
  });
}

/** What is moved far to the other side, or a line as thick as it is long, would cover the text around. */
function bounded(name, value) {
  const size = value.endsWith("em") ? Number.parseFloat(value) : 0;
  if (/^border-(?:top|bottom)-width$/.test(name) && size > THICKEST) {
    return `${THICKEST}em`;
  }
  return name.startsWith("margin-") && size < FARTHEST_BACK ? `${FARTHEST_BACK}em` : value;
}

function escape(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
