/** Formulas: LaTeX between `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, drawn by KaTeX, which is fetched with the first one. */

/** Characters of one formula with its marks; what is longer is text. */
export const LONGEST = 2_000;
/** Letters of all formulas of a text, each of which counts as some more: what is beyond is shown as it is written. */
const MOST = 40_000;
const EACH = 20;
/** A dollar is money unless it looks like a formula: no space inside its marks and no digit behind. */
const INLINE = /^\$(?!\s)((?:\\.|[^\\$\n])+?)(?<!\s)\$(?![\d$])|^\\\(((?:\\.|[^\\])+?)\\\)/;
const BLOCK = /^\$\$((?:\\.|[^\\$])+?)\$\$(?:\n+|$)|^\\\[((?:\\.|[^\\])+?)\\\](?:\n+|$)/;
const INLINE_BLOCK = /^\$\$((?:\\.|[^\\$])+?)\$\$/;
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

/** Whether formulas can be drawn at once. */
export function isMathReady() {
  return katex !== null;
}

/** Whether it is worth having what draws them. */
export function mayHaveMath(text) {
  return /\$[^\s$]|\$\$|\\[([]/.test(text);
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
}

/** What a formula that begins here can be: a text full of openings must not be searched to its end for each of them. */
function near(text) {
  return text.length > LONGEST ? text.slice(0, LONGEST) : text;
}

function token(type, match, display) {
  return { type, raw: match[0], text: match[1] ?? match[2], display };
}

/** `$$…$$` and `\[…\]` as paragraphs of their own. */
export const mathBlock = {
  name: "mathBlock",
  level: "block",
  // The library joins a paragraph that was cut in vain, by a line break: anywhere but there would be one too many.
  start(text) {
    const at = text.search(/\n(?:\$\$|\\\[)/);
    return at < 0 ? undefined : at + 1;
  },
  tokenizer(text) {
    const match = BLOCK.exec(near(text));
    return match ? token("mathBlock", match, true) : undefined;
  },
  renderer: (found) => `<p>${drawn(found)}</p>\n`,
};

/** Formulas within a line. */
export const mathInline = {
  name: "mathInline",
  level: "inline",
  start: (text) => text.match(/\$|\\\(/)?.index,
  tokenizer(text) {
    const beginning = near(text);
    const display = INLINE_BLOCK.exec(beginning);
    const match = display ?? INLINE.exec(beginning);
    return match ? token("mathInline", match, display !== null) : undefined;
  },
  renderer: (found) => drawn(found),
};

function drawn({ text, raw, display }) {
  spent += text.length + EACH;
  if (katex === null || spent > MOST) {
    return `<code>${escape(raw.trim())}</code>`;
  }
  const html = katex.renderToString(text.trim(), {
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
