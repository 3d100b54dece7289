/** Where a growing text may be cut, and how its end is shown: marks shall not flicker between being shown and being meant. */
import { LONGEST } from "./math.js";

/** The number of an item, the rest of which may still come. */
const NUMBER = /^ {0,3}\d{1,9}[.)]?\s*$/;
/** A formula of several lines that has no end yet. */
const OPEN_FORMULA = /(?:^|\n)(?:\$\$(?:\\[^]|[^\\$])*|\\\[(?:\\[^\]]|[^\\])*)\\?$/;

/**
 * How many of the blocks of a growing text stay as they are, whatever follows.
 * @param {{raw: string, type: string}[]} blocks
 */
export function staying(blocks) {
  const shown = [...blocks.keys()].filter((at) => blocks[at].type !== "space");
  const last = shown.at(-1) ?? 0;
  const before = shown.at(-2) ?? 0;
  const stays = blocks[before]?.type === "list" && NUMBER.test(blocks[last].raw) ? before : last;
  const open = blocks.slice(0, stays).findIndex((block, at) => block.type === "paragraph" && OPEN_FORMULA.test(block.raw)
    && blocks.slice(at).reduce((length, { raw }) => length + raw.length, 0) < LONGEST);
  return open < 0 ? stays : open;
}

/** Closes what its end has left open. @param {string} text One block. @returns {string} What to show of it. */
export function mend(text) {
  if (/^(`{3,}|~{3,})/.test(text)) {
    return text;
  }
  const whole = opensFormula(text) ? text.replace(/\$+$/, "") : text;
  const line = whole.lastIndexOf("\n") + 1;
  return whole.slice(0, line) + mendLine(whole.slice(line));
}

/** Whether it ends with the marks of a formula that is still to come; a price has them behind it. */
function opensFormula(text) {
  return /(?:^|[\s(])\$\$?$/.test(text) && (!text.endsWith("$$") || text.split("$$").length % 2 === 0);
}

function mendLine(line) {
  if ((line.match(/`/g) ?? []).length % 2 === 1) {
    return line.endsWith("`") ? line.slice(0, -1) : `${line}\``;
  }
  let whole = line
    // A link whose address is still coming is shown as its words.
    .replace(/!?\[([^\]]*)\]\([^)]*$/, "$1")
    .replace(/!?\[([^\]]*)$/, "$1")
    // Marks with nothing behind them yet.
    .replace(/(?:\*{1,3}|_{1,3}|~~)$/, "");
  for (const mark of ["**", "~~"]) {
    if (whole.split(mark).length % 2 === 0) {
      whole = whole.trimEnd() + mark;
    }
  }
  const plain = whole.replaceAll("**", "").replace(/^\s*\*\s/, "");
  return (plain.match(/(?<![\w\s])\*(?=\S)|(?<=\s|^)\*(?=\S)|(?<=\S)\*(?!\w)/g) ?? []).length % 2 === 1 ? `${whole.trimEnd()}*` : whole;
}
