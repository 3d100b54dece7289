/** Addresses that a text names without marks are links: with a scheme, as `www.…`, or of e-mail. */
import { CJK } from "./formula.js";

/** The addresses that a link may have. */
export const SAFE_LINK = /^(?:https?:|mailto:)/i;

/** Characters of an address; what is longer is text. */
const LONGEST = 2_000;
/** Where words of a script without blanks follow an address. */
const WORDS_FOLLOW = `(?<=[A-Za-z0-9])${CJK.source}`;
/** A sign of an address. A mark of East Asian punctuation is none, because it belongs to the text around. */
const SIGN = `(?!${WORDS_FOLLOW})[^\\s<>\\[\\]"\`\\\\^{}|\\u3000-\\u303f\\uff00-\\uffef“”‘’]`;
/** A sign of the first part of a host. */
const NAME_SIGN = `(?!${WORDS_FOLLOW})[\\p{L}\\p{N}_-]`;
const WITH_SCHEME = new RegExp(`^://[\\p{L}\\p{N}\\[](?:${SIGN})*`, "u");
/** Characters of a scheme and of the sign before it. */
const LONGEST_SCHEME = 6;
const SCHEME = /(?:^|[^a-z0-9.+-])(https?)$/i;
const BARE_HOST = `www\\.(?:${NAME_SIGN})+\\.(?:${SIGN})+`;
const BARE_MAIL = "[a-z0-9._+-]+@[a-z0-9-]+(?:\\.[a-z0-9-]+)+(?![\\w@-])";
const BARE = new RegExp(`(?<![\\p{sc=Latn}\\p{N}_./@+-])(?:${BARE_HOST}|${BARE_MAIL})`, "giu");
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
  if (scheme.length + found.length > LONGEST) {
    // As a whole, so that it is not looked at again for each address in it.
    state.pending += silent ? "" : found;
    state.pos += found.length;
    return true;
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
  BARE.lastIndex = 0;
  for (let found = BARE.exec(token.content); found !== null; found = BARE.exec(token.content)) {
    const address = trimmed(found[0]);
    const href = state.md.normalizeLink(`${/^www\./i.test(address) ? "http://" : "mailto:"}${address}`);
    if (address.length <= LONGEST && WHOLE.test(address) && state.md.validateLink(href)) {
      pieces.push(text(state, token.content.slice(done, found.index)), ...link(state, href, address));
      done = found.index + address.length;
      BARE.lastIndex = done;
    }
  }
  return done === 0 ? [token] : [...pieces, text(state, token.content.slice(done))];
}

/** Without marks and a bracket of the sentence around it. */
function trimmed(address) {
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
