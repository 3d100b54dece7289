/** Addresses that a text names without marks are links: with a scheme, as `www.…`, or of e-mail. */
import { CJK } from "./formula.js";

/** The addresses that a link may have. */
export const SAFE_LINK = /^(?:https?:|mailto:)/i;

/** The signs of an address. A mark of East Asian punctuation is none, because it belongs to the text around. */
const SIGNS = "[^\\s<>\\[\\]\"`\\\\^{}|\\u3000-\\u303f\\uff00-\\uffef“”‘’]";
const WITH_SCHEME = new RegExp(`^://[\\p{L}\\p{N}\\[]${SIGNS}*`, "u");
/** Characters of a scheme and of the sign before it. */
const LONGEST_SCHEME = 6;
const SCHEME = /(?:^|[^a-z0-9.+-])(https?)$/i;
const BARE = new RegExp(`(?<![\\p{sc=Latn}\\p{N}_./@+-])(?:www\\.[\\p{L}\\p{N}_-]+\\.${SIGNS}+|[a-z0-9._+-]+@[a-z0-9-]+(?:\\.[a-z0-9-]+)+(?![\\w@-]))`, "giu");
/** Marks at the end that belong to the sentence around the address. */
const AFTER = new Set("?!.,:;*_~'\"");
const ENTITY = /&[a-z\d]+;$/i;
const LONGEST_ENTITY = 40;
const WHOLE = /^(?!.*[-_]$)[^/]*\.[^/]/;

/** Lets a parser find addresses. A bare name with a dot in it is none: it may as well be that of a file. */
export function addressRules(md) {
  // An address is shown as it is written, not as its letters look when they are decoded.
  md.normalizeLinkText = (text) => text;
  md.inline.ruler.at("linkify", withScheme);
  md.core.ruler.at("linkify", (state) => state.tokens.filter(({ type }) => type === "inline").forEach((token) => {
    token.children = linked(state, token.children);
  }));
}

function withScheme(state, silent) {
  const scheme = state.src[state.pos] === ":" && state.linkLevel === 0 ? SCHEME.exec(state.pending.slice(-LONGEST_SCHEME))?.[1] : undefined;
  const found = scheme && WITH_SCHEME.exec(state.src.slice(state.pos, state.posMax))?.[0];
  if (!found) {
    return false;
  }
  const address = scheme + trimmed(found);
  const href = state.md.normalizeLink(address);
  if (!state.md.validateLink(href)) {
    return false;
  }
  if (!silent) {
    state.pending = state.pending.slice(0, -scheme.length);
    state.push("link_open", "a", 1).attrs = [["href", href]];
    state.push("text", "", 0).content = address;
    state.push("link_close", "a", -1);
  }
  state.pos += address.length - scheme.length;
  return true;
}

function linked(state, tokens) {
  let inside = 0;
  return tokens.flatMap((token) => {
    inside += token.type === "link_open" ? 1 : token.type === "link_close" ? -1 : 0;
    return token.type === "text" && inside === 0 ? split(state, token) : [token];
  });
}

function split(state, token) {
  const pieces = [];
  let done = 0;
  for (const { 0: found, index } of token.content.matchAll(BARE)) {
    const address = trimmed(found);
    const href = state.md.normalizeLink(`${/^www\./i.test(found) ? "http://" : "mailto:"}${address}`);
    if (WHOLE.test(address) && state.md.validateLink(href)) {
      pieces.push(text(state, token.content.slice(done, index)), ...link(state, href, address));
      done = index + address.length;
    }
  }
  return done === 0 ? [token] : [...pieces, text(state, token.content.slice(done))];
}

/** Without the words of a script without blanks that follow it, and without marks and a bracket of the sentence around it. */
function trimmed(found) {
  let address = found;
  for (let at = 1; at < found.length; at++) {
    if (CJK.test(found[at]) && /[A-Za-z0-9]/.test(found[at - 1])) {
      address = found.slice(0, at);
      break;
    }
  }
  let spare = count(address, ")") - count(address, "(");
  let end = address.length;
  for (; end > 0; end--) {
    const bracket = address[end - 1] === ")" && spare > 0;
    if (!bracket && !AFTER.has(address[end - 1])) {
      break;
    }
    spare -= bracket ? 1 : 0;
    end -= (address[end - 1] === ";" && ENTITY.exec(address.slice(Math.max(0, end - LONGEST_ENTITY), end))?.[0].length - 1) || 0;
  }
  return address.slice(0, end);
}

function count(text, sign) {
  return text.split(sign).length - 1;
}

function text(state, content) {
  return Object.assign(new state.Token("text", "", 0), { content });
}

function link(state, href, content) {
  const open = new state.Token("link_open", "a", 1);
  open.attrSet("href", href);
  return [open, text(state, content), new state.Token("link_close", "a", -1)];
}
