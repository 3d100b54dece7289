/** Formulas, drawn by KaTeX, which is fetched with the first one. Where they begin and end: formula.js. */

/** Letters of all formulas of a text, each of which counts as some more: what is beyond is shown as it is written. */
const MOST = 40_000;
const EACH = 20;
/** What KaTeX sets by style attributes, which the page's policy forbids; set one by one they are allowed. */
const STYLES = new Set([
  "height", "width", "min-width", "vertical-align", "top", "bottom", "left", "margin-left", "margin-right", "margin-top", "padding-left",
  "border-bottom-width", "border-top-width", "border-right-width", "border-right-style", "border-width", "color", "background-color",
  "border-color", "position",
]);
const VALUE = /^(?:-?[\d.]+(?:em|ex|px|%)?|[a-z]+|#[0-9a-f]{3,8}|calc\(100% [-+] [\d.]+em\))$/i;
let katex = null;
let loading = null;
let spent = 0;
let missing = false;

/** Whether formulas can be drawn at once. */
export function isMathReady() {
  return katex !== null;
}

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
  const html = katex.renderToString(formula.trim() + (after && `\\text{${after}}`), {
    displayMode: display, throwOnError: false, trust: false, strict: "ignore", maxSize: 40, maxExpand: 200, errorColor: "#b42318",
  });
  // KaTeX escapes quotes in what it is given, so these are its own attributes.
  return html.replaceAll(' style="', ' data-style="');
}

/** Gives the elements of a formula their measures, of which only known ones are taken. */
export function restoreStyles(fragment) {
  fragment.querySelectorAll("[data-style]").forEach((element) => {
    for (const rule of element.dataset.style.split(";")) {
      const [name, value] = rule.split(":").map((part) => part.trim());
      if (STYLES.has(name) && VALUE.test(value) && (name !== "position" || value === "relative")) {
        element.style.setProperty(name, value);
      }
    }
    delete element.dataset.style;
  });
}

function escape(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
