/** The rules by which the Markdown library finds formulas. */
import { LONGEST, formulaAt, mayEnd, opening, survey } from "./formula.js";

/** Lines with a closing mark that are looked at for the end of one formula. */
const MOST_TRIES = 4;
/** Characters behind a formula among which a mark of its sentence can be. */
const NEAR = 4;
/** The mark of a sentence that ends, or goes on, behind a formula. */
const MARK = /^[ \t]*([.,;:!?。，；：！？、])(?=\s|$)/;

/** Lets a parser find formulas: within a line, as blocks, and across lines that would otherwise be something else. */
export function mathRules(md) {
  md.inline.ruler.before("escape", "formula", withinLine);
  md.block.ruler.before("fence", "formula_block", block, { alt: ["paragraph", "reference", "blockquote", "list"] });
  md.block.ruler.before("lheading", "formula_paragraph", paragraphAround);
}

function withinLine(state, silent) {
  const sign = state.src[state.pos];
  const formula = sign === "$" || sign === "\\" ? formulaAt(state.src, state.pos, state.posMax) : null;
  if (formula === null) {
    return false;
  }
  const mark = formula.display ? MARK.exec(state.src.slice(formula.to, formula.to + NEAR)) : null;
  if (!silent) {
    fill(state.push("formula", "", 0), formula, state.src.slice(state.pos, formula.to), mark?.[1]);
  }
  state.pos = formula.to + (mark?.[0].length ?? 0);
  return true;
}

/** A formula that has lines for itself. What follows its end on the same line is the next block. */
function block(state, line, endLine, silent) {
  const from = state.bMarks[line] + state.tShift[line];
  if (state.sCount[line] - state.blkIndent >= 4 || !["\\[", "$$"].includes(opening(state.src, from))) {
    return false;
  }
  const found = acrossLines(state, line, from, endLine);
  if (found === null || (found.rest !== "" && found.line === line)) {
    return false;
  }
  if (silent) {
    return true;
  }
  const mark = MARK.exec(found.rest.slice(0, NEAR));
  const token = fill(state.push("formula_block", "", 0), found.formula, found.raw, mark?.[1]);
  token.block = true;
  token.map = [line, found.line + 1];
  token.meta.joined = found.rest !== (mark?.[0] ?? "");
  state.line = found.line + 1;
  if (token.meta.joined) {
    beginLineAt(state, found.line, found.at + (mark ? state.src.indexOf(mark[1], found.at) + 1 - found.at : 0));
    state.line = found.line;
  }
  return true;
}

/** Lets a line begin behind what was taken from it. */
function beginLineAt(state, line, at) {
  const rest = state.src.slice(at, state.eMarks[line]);
  state.bMarks[line] = at;
  state.tShift[line] = rest.length - rest.trimStart().length;
  state.sCount[line] = state.blkIndent;
}

/** A paragraph with a formula of several lines, some of which look like the beginning of another block. */
function paragraphAround(state, line, endLine) {
  state.formulas ??= state.src.includes("\\[") || state.src.includes("$$");
  if (!state.formulas) {
    return false;
  }
  const parent = state.parentType;
  state.parentType = "paragraph";
  const [end, across] = endOfParagraph(state, line, endLine);
  state.parentType = parent;
  if (!across) {
    return false;
  }
  const map = [line, end];
  state.line = end;
  state.push("paragraph_open", "p", 1).map = map;
  const text = state.push("inline", "", 0);
  Object.assign(text, { content: state.getLines(line, end, state.blkIndent, false).trim(), map: [...map], children: [] });
  state.push("paragraph_close", "p", -1);
  return true;
}

function endOfParagraph(state, first, endLine) {
  const others = state.md.block.ruler.getRules("paragraph");
  let across = false;
  let from = state.bMarks[first] + state.tShift[first];
  let line = first;
  for (;;) {
    const open = survey(state.src.slice(from, state.eMarks[line])).display;
    const found = open < 0 ? null : acrossLines(state, line, from + open, endLine);
    if (found !== null && found.line > line) {
      across = true;
      line = found.line;
      from = found.at;
      continue;
    }
    line++;
    if (line >= endLine || state.isEmpty(line) || interrupts(state, others, line, endLine)) {
      return [line, across];
    }
    from = state.bMarks[line] + state.tShift[line];
  }
}

function interrupts(state, others, line, endLine) {
  return state.sCount[line] - state.blkIndent <= 3 && state.sCount[line] >= 0
    && others.some((rule) => rule(state, line, endLine, true));
}

/** The formula that begins at a place of a line and may end in a later line of the same list item or quote. */
function acrossLines(state, first, from, endLine) {
  if (!mayEnd(state.src, from)) {
    return null;
  }
  const close = state.src[from] === "$" ? "$$" : "\\]";
  const least = Math.min(state.blkIndent, state.sCount[first]);
  const starts = [];
  let text = "";
  for (let line = first, tries = 0; line < endLine && text.length < LONGEST && tries < MOST_TRIES; line++) {
    if (line > first && !state.isEmpty(line) && state.sCount[line] < least) {
      break;
    }
    const begin = line === first ? from : state.bMarks[line] + state.tShift[line];
    const piece = state.src.slice(begin, state.eMarks[line]);
    starts.push(text.length);
    text += `${piece}\n`;
    if (piece.includes(close, line === first ? 2 : 0)) {
      tries++;
      const formula = formulaAt(text, 0, text.length, text.slice(2, text.indexOf("\n")).trim() === "");
      if (formula !== null) {
        const at = begin + formula.to - starts.at(-1);
        return { formula, raw: text.slice(0, formula.to), line, at, rest: state.src.slice(at, state.eMarks[line]).trim() };
      }
    }
  }
  return null;
}

function fill(token, { content, display }, raw, after = "") {
  token.content = content;
  token.meta = { raw, display, after };
  return token;
}
