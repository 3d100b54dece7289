/**
 * Markdown as models write it, as markup: CommonMark with GitHub's tables, struck text, addresses and boxes to tick, and with formulas.
 * What looks like HTML is text, except a tag that breaks the line.
 */
import "../vendor/markdown-it/markdown-it.min.js";
import { SAFE_LINK, addressRules } from "./addresses.js";
import { withCjk } from "./flanking.js";
import { highlighted } from "./highlight.js";
import { drawn } from "./math.js";
import { mathRules } from "./math-rules.js";
import { tableRules } from "./table-rules.js";

/** Marks of emphasis in one paragraph beyond which all of them are text. */
const MOST_MARKS = 2_000;
/** Blocks in one another beyond which a text is shown as it is written. */
const DEEPEST = 100;
/** Characters of a tag within a line; what is longer is no tag. */
const LONGEST_TAG = 2_000;
const TAG = /^<(?:[a-z][a-z0-9-]*(?:\s+[a-z_:][\w:.-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?>|\/[a-z][a-z0-9-]*\s*>|!---?>|!--[^]*?-->|\?[^]*?\?>|![a-z][^>]*>|!\[CDATA\[[^]*?\]\]>)/i;
const BREAK = /^<br\s*\/?>$/i;
const TICK = /^\[([ xX])\](?=\s)/;

const md = new globalThis.markdownit({ html: false, linkify: true, xhtmlOut: true, maxNesting: DEEPEST });
const escape = md.utils.escapeHtml;
md.inline.State = withCjk(md.inline.State);
tableRules(md);
mathRules(md);
addressRules(md);
md.inline.ruler.before("strikethrough", "marks", marksAsText);
md.inline.ruler.before("html_inline", "tag", tag);
md.inline.ruler2.after("balance_pairs", "unclosed", noteUnclosed);
md.core.ruler.before("inline", "tick", findTicks);
md.core.ruler.after("inline", "ticked", showTicks);
Object.assign(md.renderer.rules, {
  s_open: () => "<del>",
  s_close: () => "</del>",
  th_open: cell,
  td_open: cell,
  image: picture,
  tick: (tokens, at) => `<input ${tokens[at].meta ? 'checked="" ' : ""}disabled="" type="checkbox" />`,
  formula: (tokens, at) => drawn(tokens[at].content, tokens[at].meta),
  formula_block: (tokens, at) => `<p>${drawn(tokens[at].content, tokens[at].meta)}</p>\n`,
  code_block: (tokens, at) => code(tokens[at].content, ""),
  fence: (tokens, at) => code(tokens[at].content, md.utils.unescapeAll(tokens[at].info).trim()),
});

/**
 * The blocks of a text, in their order, and the links that it defines.
 * @param {string} text With `\n` as its only line break.
 * @returns {{blocks: {type: string, from: number, to: number}[], references: Record<string, {href: string, title: string}>}}
 */
export function outline(text) {
  const env = { references: {} };
  const tokens = [];
  md.block.parse(text, md, env, tokens);
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  const blocks = [];
  let joined = false;
  for (const { type, level, nesting, map, meta } of tokens) {
    if (level === 0 && nesting >= 0) {
      const to = starts[map[1]] ?? text.length;
      joined ? Object.assign(blocks.at(-1), { type, to }) : blocks.push({ type, from: starts[map[0]], to });
      joined = meta?.joined ?? false;
    }
  }
  return { blocks, references: env.references };
}

/**
 * A text as markup, which still has to be sanitised.
 * @param {string} text
 * @param {Record<string, {href: string, title: string}>} [references] Links that are defined elsewhere.
 */
export function markup(text, references = {}) {
  const env = { references: { ...references } };
  const tokens = md.parse(text, env);
  // The library leaves out what stands deeper.
  return tokens.some(({ level }) => level >= DEEPEST) ? `<p>${escape(text)}</p>` : md.renderer.render(tokens, md.options, env);
}

/**
 * The last text of a block: that of its last paragraph, heading or cell.
 * @returns {string | null} Null if the block ends with something else.
 */
export function lastTextOf(block) {
  const tokens = [];
  md.block.parse(block, md, { references: {} }, tokens);
  const last = tokens.findLast(({ type, nesting, content }) => nesting === 0 && (type !== "inline" || content !== ""));
  return last?.type === "inline" ? last.content : null;
}

/** The marks that emphasise or strike what is behind them but have no end, the last one first. */
export function unclosed(line) {
  const env = { references: {}, unclosed: [] };
  md.parseInline(line, env);
  return env.unclosed.reverse();
}

function noteUnclosed(state) {
  if (state.env.unclosed) {
    state.env.unclosed = state.delimiters.filter(({ open, end }) => open && end < 0)
      .map(({ marker }) => String.fromCharCode(marker)).map((sign) => (sign === "~" ? "~~" : sign));
  }
}

/** Thousands of marks would make as many elements within one another. */
function marksAsText(state, silent) {
  if (!"*_~".includes(state.src[state.pos])) {
    return false;
  }
  state.marks ??= state.src.length > MOST_MARKS ? (state.src.match(/[*_~]/g)?.length ?? 0) : 0;
  if (state.marks <= MOST_MARKS) {
    return false;
  }
  state.pending += silent ? "" : state.src[state.pos];
  state.pos++;
  return true;
}

/** A tag is text with all that it holds, or breaks the line. */
function tag(state, silent) {
  if (state.src[state.pos] !== "<") {
    return false;
  }
  const found = TAG.exec(state.src.slice(state.pos, Math.min(state.posMax, state.pos + LONGEST_TAG)))?.[0];
  if (found === undefined) {
    return false;
  }
  if (!silent && BREAK.test(found)) {
    state.push("hardbreak", "br", 0);
  } else if (!silent) {
    state.push("text_special", "", 0).content = found;
  }
  state.pos += found.length;
  return true;
}

function findTicks({ tokens }) {
  tokens.forEach((token, at) => {
    const found = token.type === "inline" && tokens[at - 2]?.type === "list_item_open" ? TICK.exec(token.content) : null;
    if (found) {
      token.meta = { ticked: found[1] !== " " };
      token.content = token.content.slice(found[0].length);
    }
  });
}

function showTicks(state) {
  state.tokens.filter(({ type, meta }) => type === "inline" && meta).forEach((token) => {
    const box = new state.Token("tick", "input", 0);
    box.meta = token.meta.ticked;
    token.children.unshift(box);
  });
}

function cell(tokens, at) {
  const side = /left|right|center/.exec(tokens[at].attrGet("style") ?? "")?.[0];
  return `<${tokens[at].tag}${side ? ` align="${side}"` : ""}>`;
}

/** The page never fetches a remote picture: its address can carry the conversation to the attacker who made the model write it. */
function picture(tokens, at, options, env, renderer) {
  const address = tokens[at].attrGet("src");
  const name = escape(renderer.renderInlineAsText(tokens[at].children, options, env) || "picture");
  return SAFE_LINK.test(address) ? `<a href="${escape(address)}" class="remote">${name}</a>` : name;
}

function code(text, info) {
  const language = /^[^\s\p{C}]{1,30}/u.exec(info)?.[0] ?? "";
  return `<pre><code data-lang="${escape(language)}">${highlighted(text, language) ?? escape(text)}</code></pre>\n`;
}
