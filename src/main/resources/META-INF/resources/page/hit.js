/** The words around what was searched for, with what was searched for marked. */
import { withoutTurns } from "./directions.js";
import { h } from "./dom.js";
import { ending } from "./format.js";

/** Characters before the first hit that a narrow list has room for. */
const BEFORE = 18;

/** @param {string} text @param {string} query @returns {(string | HTMLElement)[]} */
export function marked(text, query) {
  const shown = withoutTurns(text);
  const parts = [];
  let done = 0;
  for (const [from, to] of hits(shown, query)) {
    // Where one character has several hits, it is marked once.
    if (to > done) {
      const before = shown.slice(done, Math.max(done, from));
      parts.push(parts.length === 0 ? lastWords(before) : before, h("mark", {}, shown.slice(Math.max(done, from), to)));
      done = to;
    }
  }
  return [...parts, shown.slice(done)].filter((part) => part !== "");
}

/** Where the hits are, each widened to whole characters as a reader sees them. */
function hits(text, query) {
  const pattern = query.trim().split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("\\s+");
  if (pattern === "") {
    return [];
  }
  const characters = new Intl.Segmenter().segment(text);
  return [...text.matchAll(new RegExp(pattern, "giu"))].map(({ 0: hit, index }) => {
    const last = characters.containing(index + hit.length - 1);
    return [characters.containing(index).index, last.index + last.segment.length];
  });
}

/** The last words of a text. */
function lastWords(text) {
  const rest = ending(text, BEFORE);
  const blank = rest.indexOf(" ");
  return rest === text ? text : `…${blank >= 0 && blank < rest.length - 1 ? rest.slice(blank + 1) : rest}`;
}
