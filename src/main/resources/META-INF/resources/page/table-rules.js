/** Tables in whose cells formulas stand: the bar of `P(A|B)` or `|x|` is not the border of a cell. */
import { formulaAt } from "./formula.js";

/** Stands for a bar of a formula while a table is cut into cells; a reply has no use for it. */
const BAR = "\ue07c";
const BORDER = /^[\s>]*\|?\s*:?-[-:|\s]*$/;
/** Characters of a table in which such bars are looked for. */
const LONGEST = 20_000;

/** Lets a parser keep a formula of a cell together. */
export function tableRules(md) {
  const table = md.block.ruler.getRules("")[0];
  md.block.ruler.at("table", (state, line, endLine, silent) => {
    if (silent || line + 1 >= endLine || !BORDER.test(text(state, line + 1)) || !`${text(state, line)}${text(state, line + 1)}`.includes("|")) {
      return table(state, line, endLine, silent);
    }
    const { src, tokens: { length } } = state;
    state.src = withBarsCovered(state, line, endLine);
    const made = table(state, line, endLine, silent);
    state.src = src;
    state.tokens.slice(length).forEach((token) => (token.content = token.content.replaceAll(BAR, "|")));
    return made;
  }, { alt: ["paragraph", "reference"] });
}

function text(state, line) {
  return state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]);
}

function withBarsCovered(state, first, endLine) {
  // Lines that are no table after all are not covered again for each of them.
  if (state.covered?.from <= first && first < state.covered.end) {
    return state.covered.src;
  }
  let end = first;
  while (end < endLine && !state.isEmpty(end) && state.eMarks[end] - state.bMarks[first] < LONGEST) {
    end++;
  }
  const [from, to] = [state.bMarks[first], state.eMarks[Math.max(first, end - 1)]];
  const rows = state.src.slice(from, to).split("\n").map(coveredRow).join("\n");
  state.covered = { from: first, end, src: state.src.slice(0, from) + rows + state.src.slice(to) };
  return state.covered.src;
}

function coveredRow(row) {
  let covered = "";
  for (let at = 0; at < row.length;) {
    const formula = row[at] === "$" || row[at] === "\\" ? formulaAt(row, at) : null;
    const whole = formula !== null && hasOwnBars(row.slice(at, formula.to));
    const to = whole ? formula.to : at + (row[at] === "\\" ? 2 : 1);
    covered += whole ? row.slice(at, to).replaceAll("|", BAR) : row.slice(at, to);
    at = to;
  }
  return covered;
}

/** Whether each bar is one of the formula: it stands within brackets, or has no blanks around it, as the border of a cell has. */
function hasOwnBars(formula) {
  let depth = 0;
  return [...formula].every((sign, at, signs) => {
    depth += "([{".includes(sign) ? 1 : ")]}".includes(sign) ? -1 : 0;
    return sign !== "|" || depth > (formula.startsWith("\\") ? 1 : 0) || signs[at - 1] !== " " || signs[at + 1] !== " ";
  });
}
