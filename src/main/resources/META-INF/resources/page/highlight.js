/** Colours code, as soon as the library that does so is there. */

/** Characters of code up to which it is coloured while it is still growing. */
const LONGEST_LIVELY_CODE = 6_000;
/** Characters of code beyond which it is never coloured: the expressions of a grammar may take very long. */
const LONGEST_CODE = 100_000;
let lively = false;

/** Whether the text that is drawn from here on is still growing. */
export function growing(yes) {
  lively = yes;
}

/** Code as markup; null where no grammar is known for it, or it would take too long. */
export function highlighted(text, language) {
  const hljs = globalThis.hljs;
  if (!hljs?.getLanguage(language) || text.length > (lively ? LONGEST_LIVELY_CODE : LONGEST_CODE)) {
    return null;
  }
  return hljs.highlight(text, { language, ignoreIllegals: true }).value;
}
