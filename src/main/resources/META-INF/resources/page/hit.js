/** The words around what was searched for, with what was searched for marked. */
import { h } from "./dom.js";

/** Letters before the first hit that a narrow list has room for. */
const BEFORE = 18;

/** @param {string} text @param {string} query @returns {(string | HTMLElement)[]} */
export function marked(text, query) {
  const pattern = query.trim().split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("\\s+");
  // The text is cut at each hit, which stands at every other place then.
  const [before, ...rest] = text.split(new RegExp(`(${pattern})`, "iu"));
  return [rest.length > 0 ? ending(before) : before, ...rest.map((part, at) => (at % 2 === 0 ? h("mark", {}, part) : part))].filter((part) => part !== "");
}

/** The last words of a text. */
function ending(text) {
  const letters = [...text];
  if (letters.length <= BEFORE) {
    return text;
  }
  const rest = letters.slice(-BEFORE).join("");
  const blank = rest.indexOf(" ");
  return `…${blank >= 0 && blank < rest.length - 1 ? rest.slice(blank + 1) : rest}`;
}
