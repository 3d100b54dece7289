/** Where a growing text may be cut, and how its end is shown: marks shall not flicker between being shown and being meant. */
import { LONGEST, survey } from "./formula.js";
import { lastTextOf, unclosed } from "./grammar.js";

/** The number of an item, the rest of which may still come. */
const NUMBER = /^ {0,3}\d{1,9}[.)]?\s*$/;
/** A formula of several lines that has no end yet. */
const OPEN_FORMULA = /(?:^|\n)(?:[^\n]*[^\\\n])?(?:\$\$(?:\\[^]|[^\\$])*|\\\[(?:\\[^\]]|[^\\])*)\\?$/;
/** An item of a list that is still to come makes a heading of the line above it. */
const UNDERLINE = /\n {0,3}(?:--?|==?)[ \t]*$/;
/** A link whose address is still coming, and one whose words are. */
const HALF_LINK = /!?\[([^\][]*)\]\([^()\s]*(?:\s[^()]*)?$/;
const OPEN_LINK = /!?\[([^\][]*)$/;
/** The beginning of a formula, of a tag that breaks the line, or of an escaped sign. */
const BEGINNING = /(?:(?<![^\s(（])\$\$?|<(?:br?\s*\/?)?|\\)$/i;
const MARKS = /(?:\*{1,3}|_{1,3}|~{1,2})$/;

/**
 * How many of the blocks of a growing text stay as they are, whatever follows.
 * @param {{type: string, from: number, to: number}[]} blocks
 * @param {string} text The whole of them.
 */
export function staying(blocks, text) {
  const last = blocks.length - 1;
  const stays = last > 0 && /list/.test(blocks[last - 1].type) && NUMBER.test(text.slice(blocks[last].from, blocks[last].to)) ? last - 1 : last;
  const open = blocks.slice(0, Math.max(0, stays)).findIndex(({ type, from, to }) => !/fence|code|formula/.test(type)
    && text.length - from < LONGEST && OPEN_FORMULA.test(text.slice(from, to).trimEnd()));
  return open < 0 ? Math.max(0, stays) : open;
}

/** Closes what its end has left open. @param {string} text One block. @returns {string} What to show of it. */
export function mend(text) {
  const block = text.replace(UNDERLINE, "");
  const whole = block.trimEnd();
  const line = lastTextOf(block);
  // The text of a block has no indents, and that of a row no cells.
  if (!line || !whole.endsWith(line.slice(line.lastIndexOf("\n") + 1))) {
    return block;
  }
  const mended = mendLine(line);
  let kept = 0;
  while (kept < line.length && line[kept] === mended[kept]) {
    kept++;
  }
  return mended !== line && whole.endsWith(line.slice(kept)) ? whole.slice(0, whole.length - line.length + kept) + mended.slice(kept) : block;
}

function mendLine(line) {
  const { plain, code } = survey(line);
  let whole = line;
  if (code !== "") {
    whole = line.replace(/`+$/, "");
    whole = survey(whole).code === code ? whole + code : whole;
  } else {
    whole = withoutHalfLink(line, plain);
    const beginning = BEGINNING.exec(whole === line ? plain : survey(whole).plain)?.[0] ?? "";
    whole = whole.slice(0, whole.length - beginning.length);
  }
  return closeMarks(whole);
}

/** A link that is not whole is shown as its words. */
function withoutHalfLink(line, plain) {
  const half = HALF_LINK.exec(plain) ?? OPEN_LINK.exec(plain);
  if (!half) {
    return line;
  }
  const words = half.index + half[0].indexOf("[") + 1;
  return line.slice(0, half.index) + line.slice(words, words + half[1].length);
}

function closeMarks(line) {
  const end = survey(line).code === "" ? MARKS.exec(survey(line).plain)?.[0] ?? "" : "";
  const body = line.slice(0, line.length - end.length);
  const open = unclosed(body);
  if (open.length === 0) {
    // Marks with nothing behind them yet, unless they have closed something.
    return end !== "" && unclosed(`${line}x`).length > 0 ? body : line;
  }
  const trimmed = body.trimEnd();
  return end === "" || open.some((mark) => mark[0] === end[0]) ? trimmed + open.join("") : line;
}
