/** Finds where formulas begin and end: LaTeX between `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. It tells dollars of formulas from money. */

/** Characters of one formula with its marks; what is longer is text. */
export const LONGEST = 2_000;
/** Scripts that are written without blanks between words, and their punctuation. */
export const CJK = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\u3000-\u303f\u30fb\u30fc\u31c0-\u31ef\u3200-\u33ff\ufe30-\ufe4f\uff00-\uffef]/u;
/** Braces in one another that a formula can have. */
const DEEPEST = 30;
/** Characters of a formula whose lines are indented. */
const FARTHEST = 4 * LONGEST;
const CLOSING = { "\\(": "\\)", "\\[": "\\]", "$$": "$$", $: "$" };
const WORD_SIGN = /[\p{L}\p{N}]/u;
/** A formula that may stand directly before a word, as in "the $n$th". */
const BEFORE_WORD = /^[A-Za-z]$|\\[A-Za-z]|\^/;
/** An amount of money in a sentence: a number, then words, and no sign of a formula between them. */
const AMOUNT = /^\d[^\\^_={}+<>]*[\s,.;:(/-][a-z]{2,}/i;
const CURRENCY = /[€£¥₹₽₩]|(?:^|[\s(])(?:US|AU|CA|CAN|NZ|HK|NT|SG|MX|RD)$/;
const COMMAND = /\\(?:text|mathrm|operatorname|textbf|mathbf)\s*\{[^}]*\}|\\[A-Za-z]+/g;
const OPERATOR = /[\\^_=+<>{}|]/;
/** Stands for signs that are no marks, where marks are looked for. */
const COVER = "\ue07d";
let found = { text: "", close: "", from: 0, at: 0 };

/**
 * The formula that begins at a place.
 * @param {string} text
 * @param {number} at Where its opening mark would be.
 * @param {number} [end] Where the text ends.
 * @param {boolean} [alone] Whether its opening mark has a line for itself, so that nothing else can be meant.
 * @returns {{content: string, to: number, display: boolean} | null} `to` is behind its closing mark.
 */
export function formulaAt(text, at, end = text.length, alone = false) {
  const open = opening(text, at);
  if (open === null) {
    return null;
  }
  const from = at + open.length;
  const close = closingAt(text, from, CLOSING[open], Math.min(end, at + LONGEST));
  if (close < 0) {
    return null;
  }
  const content = text.slice(from, close);
  const to = close + open.length;
  const meant = open.startsWith("$") ? meantByDollars(content, open, text.slice(Math.max(0, at - 2), at), text.slice(to, to + 2), alone)
    : WORD_SIGN.test(content) && (alone || content.split("`").length % 2 === 1);
  return meant ? { content, to, display: open === "\\[" || open === "$$" } : null;
}

/** Whether a formula that begins at a place can have an end. */
export function mayEnd(text, at) {
  const open = opening(text, at);
  const close = open === null ? -1 : next(text, CLOSING[open], at + open.length);
  return close >= 0 && close < at + FARTHEST;
}

/** The opening mark at a place, or null. */
export function opening(text, at) {
  const sign = text[at];
  if (sign === "\\") {
    return text[at + 1] === "(" || text[at + 1] === "[" ? text.slice(at, at + 2) : null;
  }
  if (sign !== "$" || text[at - 1] === "$") {
    return null;
  }
  return text[at + 1] !== "$" ? "$" : text[at + 2] !== "$" ? "$$" : null;
}

/** Where the closing mark of a formula is; within braces a dollar begins a formula inside of the formula. */
function closingAt(text, from, close, end) {
  // A text full of openings must not be searched to its end for each of them.
  const first = next(text, close, from);
  if (first < 0 || first >= end) {
    return -1;
  }
  const dollars = close.startsWith("$");
  for (let at = from, depth = 0; at < end; at++) {
    const sign = text[at];
    if (!dollars && text.startsWith(close, at)) {
      return at + 2 <= end ? at : -1;
    }
    if (sign === "\\") {
      at++;
    } else if (sign === "{" && ++depth > DEEPEST) {
      return -1;
    } else if (sign === "}") {
      depth--;
    } else if (dollars && sign === "$" && depth <= 0) {
      return text.startsWith(close, at) && at + close.length <= end ? at : -1;
    }
  }
  return -1;
}

/** Where a closing mark is next, or -1. */
function next(text, close, from) {
  if (text.length < 2 * LONGEST) {
    return text.indexOf(close, from);
  }
  if (found.text !== text || found.close !== close || from < found.from || (found.at >= 0 && found.at < from)) {
    found = { text, close, from, at: text.indexOf(close, from) };
  }
  return found.at;
}

function meantByDollars(content, open, before, after, alone) {
  if (!WORD_SIGN.test(content) || after.startsWith("$") || (content.includes("`") && !alone)) {
    return false;
  }
  const words = content.trim();
  const blank = content.trimStart() !== content;
  if (open === "$$") {
    return alone || !blank || !isProse(words);
  }
  if (blank !== (content.trimEnd() !== content) || isMoney(words, before, after)) {
    return false;
  }
  if (isLetter(after[0])) {
    return !blank && BEFORE_WORD.test(words);
  }
  return blank ? !isProse(words) : !content.includes("\n") || (OPERATOR.test(words) && !isProse(words));
}

/** Whether two dollars are those of amounts, of variables of a shell or a template, or of names of currencies. */
function isMoney(words, before, after) {
  const amountFollows = /^ ?[\d{]/.test(after) && !/^\\[A-Za-z]/.test(words);
  return isLetter(before.slice(-1)) || /\d $/.test(before) || amountFollows || AMOUNT.test(words) || CURRENCY.test(words) || /.[/:,(]$/.test(words);
}

function isLetter(sign = "") {
  return WORD_SIGN.test(sign) && !CJK.test(sign);
}

/** Whether a text between two dollars is part of a sentence: it has a lone word, or two words in a row. */
function isProse(content) {
  const plain = content.replace(COMMAND, "=");
  return /[a-z]{2}[^\\^_={}+<>*|\n]*[\s,.;:()/-][a-z]{2}/i.test(plain) || (/[a-z]{2,}/.test(plain) && !OPERATOR.test(plain));
}

/**
 * Finds the parts of a text that are neither code, nor a formula, nor an escaped sign.
 * @param {string} text Of one paragraph.
 * @returns {{plain: string, code: string, display: number}} `plain` is as long as the text and has a sign without a meaning in place of all that;
 *   `code` is the mark of a piece of code that has no end, or empty; `display` is where a formula for a line of its own begins that has
 *   no end, or -1.
 */
export function survey(text) {
  let plain = "";
  let display = -1;
  for (let at = 0; at < text.length;) {
    const sign = text[at];
    let to = at;
    if (sign === "`") {
      const mark = /^`+/.exec(text.slice(at))[0];
      to = endOfCode(text, at + mark.length, mark);
      if (to < 0) {
        return { plain: plain.padEnd(text.length, COVER), code: mark, display };
      }
    } else if (sign === "$" || sign === "\\") {
      const formula = formulaAt(text, at);
      to = formula?.to ?? (sign === "\\" && at + 1 < text.length ? at + 2 : at);
      if (formula === null && display < 0 && ["\\[", "$$"].includes(opening(text, at))) {
        display = at;
      }
    }
    plain += to > at ? COVER.repeat(to - at) : sign;
    at = Math.max(to, at + 1);
  }
  return { plain, code: "", display };
}

function endOfCode(text, from, mark) {
  for (const run of text.slice(from).matchAll(/`+/g)) {
    if (run[0].length === mark.length) {
      return from + run.index + mark.length;
    }
  }
  return -1;
}
