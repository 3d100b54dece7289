/** Marks of emphasis beside Chinese, Japanese and Korean, where CommonMark's rules, which count on blanks between words, fail. */
import { CJK } from "./formula.js";

const BLANK = /\s/;
const PUNCTUATION = /[\p{P}\p{S}]/u;

/**
 * The state of a parser of lines, for which such text needs no blanks: its punctuation does not keep a mark from being one, and its
 * letters stand beside a mark as a blank would. Other text has CommonMark's own rules.
 */
export function withCjk(State) {
  return class extends State {
    /** What a run of marks can do. @param {number} start @param {boolean} canSplitWord */
    scanDelims(start, canSplitWord) {
      let end = start;
      while (end < this.posMax && this.src[end] === this.src[start]) {
        end++;
      }
      const last = kind(signBefore(this.src, start));
      const next = kind(end < this.posMax ? String.fromCodePoint(this.src.codePointAt(end)) : " ");
      const left = flanks(next, last);
      const right = flanks(last, next);
      return {
        can_open: left && (canSplitWord || !right || last.mark || (next.mark && next.cjk)),
        can_close: right && (canSplitWord || !left || next.mark || (last.mark && last.cjk)),
        length: end - start,
      };
    }
  };
}

function signBefore(text, at) {
  if (at === 0) {
    return " ";
  }
  const low = text.charCodeAt(at - 1);
  return at > 1 && (low & 0xfc00) === 0xdc00 ? String.fromCodePoint(text.codePointAt(at - 2)) : text[at - 1];
}

function kind(sign) {
  return { blank: BLANK.test(sign), mark: PUNCTUATION.test(sign), cjk: CJK.test(sign) };
}

/** Whether marks belong to the text that begins with the one sign, given the sign on their other side. */
function flanks(inner, outer) {
  return !inner.blank && (!inner.mark || inner.cjk || outer.blank || outer.mark || outer.cjk);
}
