/** A reply as it is read aloud: the words that are shown, without the marks of Markdown and without what is there for the eye only. */

const SILENT = "[aria-hidden=true], button, .code-head, annotation";
const BLOCKS = new Set(["p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "pre", "blockquote", "hr", "br", "div"]);
/** What is said between the parts of a formula or of a row. */
const BETWEEN = { mfrac: " over ", msup: " to the power of ", msub: " sub ", msubsup: " ", tr: ", " };
const BEFORE = { msqrt: "square root of ", mroot: "root of " };

/** @param {Element} element A reply as it is shown. @returns {string} Its words, a line for each paragraph, item and row. */
export function spoken(element) {
  return words(element).replace(/[^\S\n]+/g, " ").replace(/\s*\n\s*/g, "\n").trim();
}

function words(node, number = "") {
  if (node.nodeType === Node.TEXT_NODE) {
    return node.parentElement.closest("pre") ? node.data : node.data.replace(/\s+/g, " ");
  }
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(SILENT)) {
    return "";
  }
  const name = node.localName;
  if (name === "input") {
    return `${node.getAttribute("aria-label")}: `;
  }
  const parts = (name === "ol" ? items(node) : [...node.childNodes].map((child) => words(child))).filter((part) => name !== "tr" || part.trim() !== "");
  const said = `${BEFORE[name] ?? ""}${number}${parts.join(BETWEEN[name] ?? "")}`;
  return BLOCKS.has(name) ? `\n${said}\n` : said;
}

/** The items of a list with their numbers, which are marks of the list and no text. */
function items(list) {
  let next = list.start;
  return [...list.children].map((item) => words(item, `${next++}. `));
}
