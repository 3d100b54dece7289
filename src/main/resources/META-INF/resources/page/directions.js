/**
 * Signs that change the direction of the text behind them (U+202A–202E, U+2066–2069). A text that leaves one open, or closes one that it
 * has not opened, must not turn what stands around it; one that overrides the direction could show another text than is there.
 */
import { h } from "./dom.js";

/** Pieces of one text, with and without signs that turn, beyond which the signs are left out: each piece is an element. */
const MOST_PIECES = 2_000;
const SIGNS = /[\u202a-\u202e\u2066-\u2069]/;
const ALL_SIGNS = new RegExp(SIGNS, "g");
const OVERRIDES = "\u202d\u202e";
const EMBEDDED = "\u202a\u202b";
const ISOLATED = "\u2066\u2067\u2068";
const CLOSES_EMBEDDED = "\u202c";
const CLOSES_ISOLATED = "\u2069";

/** Leaves such signs their effect only if they are a pair around a text without marks, and never in code. */
export function isolateDirections(fragment) {
  const texts = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    if (SIGNS.test(texts.currentNode.data)) {
      found.push(texts.currentNode);
    }
  }
  found.forEach(isolate);
}

/**
 * A foreign text as what is shown of it where it is no Markdown: a title, an excerpt, what a tool gives back.
 * @param {string} text @returns {string} Without such signs.
 */
export function withoutTurns(text) {
  return text.replace(ALL_SIGNS, "");
}

/** Likewise, for a place within a sentence that a text of the other direction shall not turn either. @param {string} text */
export function isolated(text) {
  return `\u2068${withoutTurns(text)}\u2069`;
}

function isolate(node) {
  const characters = [...node.data];
  const paired = node.parentElement?.closest("code, .katex") ? new Set() : pairs(characters);
  const pieces = [];
  let alone = null;
  characters.forEach((character, at) => {
    const turns = SIGNS.test(character) && !paired.has(at);
    if (turns !== alone) {
      pieces.push({ turns, text: "" });
      alone = turns;
    }
    pieces.at(-1).text += character;
  });
  if (pieces.length > MOST_PIECES) {
    node.data = withoutTurns(node.data);
    return;
  }
  const shown = paired.size > 0 ? h("bdi") : document.createDocumentFragment();
  // What is not displayed has no effect. An isolated element would not do: the sign that ends an isolation would end that one.
  pieces.forEach(({ turns, text }) => shown.append(turns ? h("span", { class: "direction" }, text) : text));
  node.replaceWith(shown);
}

/** The places of the signs that open a direction and of those that close it again. */
function pairs(characters) {
  const open = [];
  const places = new Set();
  characters.forEach((sign, at) => {
    if (OVERRIDES.includes(sign) || EMBEDDED.includes(sign) || ISOLATED.includes(sign)) {
      open.push(at);
    } else if (sign === CLOSES_EMBEDDED || sign === CLOSES_ISOLATED) {
      const opener = characters[open.at(-1)] ?? "";
      if (opener !== "" && (sign === CLOSES_ISOLATED ? ISOLATED : OVERRIDES + EMBEDDED).includes(opener)) {
        const from = open.pop();
        if (!OVERRIDES.includes(opener)) {
          places.add(from).add(at);
        }
      }
    }
  });
  return places;
}
