/**
 * What a model writes, as elements. It is hostile until shown otherwise: markup in it is text, a picture is only named, and what
 * the libraries make of it is sanitised last, by a list of what is allowed.
 */
import DOMPurify from "../vendor/dompurify/purify.es.mjs";
import { Marked } from "../vendor/marked/marked.esm.js";
import { beginText, drawMath, isMathReady, mathBlock, mathInline, mayHaveMath, restoreStyles } from "./math.js";
import { copyText } from "./clipboard.js";
import { button, h } from "./dom.js";

/** Characters of code up to which it is coloured while it is still growing. */
const LONGEST_LIVELY_CODE = 6_000;
/** Characters of code beyond which it is never coloured: the expressions of a grammar may take very long. */
const LONGEST_CODE = 100_000;
/** Marks of emphasis in one paragraph beyond which all of them are text. */
const MOST_MARKS = 600;
/** Characters from a mark to the end of its paragraph beyond which nothing is struck through. */
const LONGEST_STRUCK = 6_000;
const SAFE_LINK = /^(?:https?:|mailto:)/i;

/** Attributes whose value is no address. */
const PLAIN = [
  "class", "title", "start", "align", "type", "checked", "disabled", "aria-hidden", "data-style", "data-lang",
  "viewBox", "preserveAspectRatio", "width", "height", "d", "x1", "x2", "y1", "y2", "stroke-width",
  "mathvariant", "stretchy", "fence", "separator", "lspace", "rspace", "minsize", "maxsize", "displaystyle", "scriptlevel",
  "accent", "accentunder", "columnalign", "rowspacing", "columnspacing", "linethickness", "notation", "display", "movablelimits",
];

const ALLOWED = {
  ALLOWED_TAGS: [
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li",
    "table", "thead", "tbody", "tr", "th", "td", "a", "span", "input", "sup", "sub", "svg", "path", "line",
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "mover",
    "munder", "munderover", "mtable", "mtr", "mtd", "mpadded", "mphantom", "menclose", "mstyle", "mmultiscripts",
  ],
  ALLOWED_ATTR: [...PLAIN, "href"],
  ADD_URI_SAFE_ATTR: PLAIN,
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP: SAFE_LINK,
  ADD_FORBID_CONTENTS: ["annotation"],
  RETURN_DOM_FRAGMENT: true,
};

const marked = new Marked({
  gfm: true,
  extensions: [mathBlock, mathInline],
  tokenizer: {
    // A tag within a line is text; the library's own would also take what follows a <script> for markup.
    tag(text) {
      const found = this.rules.inline.tag.exec(text);
      return found ? { type: "text", raw: found[0], text: found[0], escaped: false } : undefined;
    },
    // For each mark the library searches the rest of the paragraph: thousands of them would stop the page.
    emStrong: (text, paragraph) => (tooManyMarks(paragraph) ? undefined : false),
    del: (text) => (text.length > LONGEST_STRUCK ? undefined : false),
  },
  renderer: {
    code({ text, lang }) {
      const language = /^[\w+#.-]{1,30}/.exec(lang ?? "")?.[0] ?? "";
      const code = coloured(text, language);
      return `<pre><code data-lang="${escape(language)}">${code ?? escape(text)}</code></pre>`;
    },
    html({ text }) {
      return `<p>${escape(text.replace(/\n+$/, ""))}</p>`;
    },
    image({ href, text }) {
      // It is never fetched: an address can carry what was said to whoever made the model write it.
      const name = escape(text || "picture");
      return SAFE_LINK.test(href) ? `<a href="${escape(href)}" class="remote">${name}</a>` : name;
    },
  },
});

let lively = false;
let counted = { paragraph: "", tooMany: false };

function tooManyMarks(paragraph) {
  if (counted.paragraph !== paragraph) {
    counted = { paragraph, tooMany: paragraph.length > MOST_MARKS && (paragraph.match(/[*_]/g)?.length ?? 0) > MOST_MARKS };
  }
  return counted.tooMany;
}

/**
 * The blocks of a text.
 * @param {string} text With `\n` as its only line break.
 * @returns {{raw: string, type: string}[]} Which together are the text.
 */
export function blocksOf(text) {
  try {
    return marked.lexer(text);
  } catch {
    return [{ raw: text, type: "text" }];
  }
}

/** As markup; as it is written where it is nested deeper than the library can follow. */
function markupOf(text, definitions) {
  try {
    return marked.parse(`${definitions}\n\n${text}`);
  } catch {
    return `<p>${escape(text)}</p>`;
  }
}

/**
 * A text as elements.
 * @param {string} text
 * @param {boolean} [growing] Whether there will be more of it soon; then what takes long is left for later.
 * @param {string} [definitions] Of links, which stand elsewhere.
 * @returns {DocumentFragment}
 */
export function render(text, growing = false, definitions = "") {
  lively = growing;
  beginText();
  const fragment = DOMPurify.sanitize(markupOf(text, definitions), ALLOWED);
  restoreStyles(fragment);
  [...fragment.children].forEach((block) => (block.dir = "auto"));
  fragment.querySelectorAll("a").forEach(open);
  fragment.querySelectorAll("input").forEach(tick);
  fragment.querySelectorAll("table").forEach(frame);
  fragment.querySelectorAll("pre > code").forEach(dress);
  return fragment;
}

/** Shows a text in an element, with its formulas as soon as what draws them is there. */
export function show(element, text) {
  element.replaceChildren(render(text));
  if (!isMathReady() && mayHaveMath(text)) {
    void drawMath().then(() => element.replaceChildren(render(text)));
  }
}

/** Colours code; null where nobody knows how, or it would take too long. */
function coloured(text, language) {
  const hljs = globalThis.hljs;
  if (!hljs?.getLanguage(language) || text.length > (lively ? LONGEST_LIVELY_CODE : LONGEST_CODE)) {
    return null;
  }
  return hljs.highlight(text, { language, ignoreIllegals: true }).value;
}

function open(link) {
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
  if (!link.hasAttribute("href")) {
    link.replaceWith(...link.childNodes);
  }
}

function tick(box) {
  if (box.type !== "checkbox") {
    box.remove();
  }
  box.disabled = true;
  box.setAttribute("aria-label", box.checked ? "done" : "open");
}

function frame(table) {
  const frame = h("div", { class: "table", tabindex: "0", role: "group", "aria-label": "Table" });
  table.replaceWith(frame);
  frame.append(table);
}

function dress(code) {
  code.parentElement.dir = "ltr";
  const language = code.dataset.lang ?? "";
  const pre = code.parentElement;
  pre.tabIndex = 0;
  pre.setAttribute("role", "group");
  pre.setAttribute("aria-label", language ? `Code in ${language}` : "Code");
  const frame = h("div", { class: "code" }, h("div", { class: "code-head" }, h("span", {}, language || "text"), copier(() => code.textContent)));
  pre.replaceWith(frame);
  frame.append(pre);
}

/** A button that copies a text and says so. */
export function copier(text, label = "Copy code") {
  const made = button("copy", label, async () => {
    let told = "Copied";
    try {
      await copyText(text());
      made.replaceChildren(button("check", "", null).firstChild);
    } catch {
      told = "The browser does not allow copying";
    }
    made.setAttribute("aria-label", told);
    made.title = told;
    setTimeout(() => {
      made.replaceChildren(button("copy", "", null).firstChild);
      made.setAttribute("aria-label", label);
      made.title = label;
    }, 2_000);
  }, { class: "quiet copy" });
  return made;
}

function escape(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
