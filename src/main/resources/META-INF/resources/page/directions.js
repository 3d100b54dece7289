/**
 * Signs that change the direction of the text behind them (U+202A–202E, U+2066–2069). A text that leaves one open, or closes one that it
 * has not opened, must not turn what stands around it; one that overrides the direction could show another text than is there.
 */
import { h } from "./dom.js";

const SIGNS = /[\u202a-\u202e\u2066-\u2069]/;
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

function isolate(node) {
  const signs = [...node.data];
  const paired = node.parentElement?.closest("code, .katex") ? new Set() : pairs(signs);
  const pieces = [];
  let alone = null;
  signs.forEach((sign, at) => {
    const turns = SIGNS.test(sign) && !paired.has(at);
    if (turns !== alone) {
      pieces.push({ turns, text: "" });
      alone = turns;
    }
    pieces.at(-1).text += sign;
  });
  // What is not displayed has no effect. An isolated element would not do: the sign that ends an isolation would end that one.
  const nodes = pieces.map(({ turns, text }) => (turns ? h("span", { class: "direction" }, text) : text));
  node.replaceWith(...(paired.size > 0 ? [h("bdi", {}, ...nodes)] : nodes));
}

/** The places of the signs that open a direction and of those that close it again. */
function pairs(signs) {
  const open = [];
  const places = new Set();
  signs.forEach((sign, at) => {
    if (OVERRIDES.includes(sign) || EMBEDDED.includes(sign) || ISOLATED.includes(sign)) {
      open.push(at);
    } else if (sign === CLOSES_EMBEDDED || sign === CLOSES_ISOLATED) {
      const opener = signs[open.at(-1)] ?? "";
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
