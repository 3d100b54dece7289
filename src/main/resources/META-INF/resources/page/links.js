/** Links lead out of the page, and nowhere else than they seem to. */
import { h, unwrap } from "./dom.js";

/** What stands before a host in an address that is written in full. */
const BEGINNING = /[a-z][a-z0-9+.-]*:\/\/|\bwww\./i;
/** Names or numbers with dots between them, or an address of e-mail, whose beginning is the first group. */
const DOTTED = /(?:([^\s@<>()"“”/:?#]+)@)?([\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+)/gu;
const REST_OF_ADDRESS = /[/?#:]\S*/uy;
const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const IPV6 = /(?<![\p{L}\p{N}_:.])[0-9a-f:.]+(?![\p{L}\p{N}_])/giu;
/** The last part of a name with dots that can be a host. */
const LAST = /\.\p{L}[\p{L}\p{N}-]+$/u;
/** A name with a domain in it that no reader takes for anything else, whatever follows. */
const DOMAIN = /\.(?:com|net|org)(?:[._-]|$)/i;
/** The last parts of names of files. None of them is a top-level domain in which a stranger can have a name. */
const FILE = new RegExp(`\\.(?:${`
  avi bak bat bmp bz2 cfg cjs clj conf cpp cs css csv cxx dart db diff dll dmg docx ejs env epub erl exe exs fs gif go gradle gz h5 hpp hs htm
  html hxx ico ini ipynb iso jar java jl jpeg jpg js json jsonl jsx kt kts less lock log lua mdx mjs mp3 mp4 msi odp ods odt ogg parquet patch
  pdf pem php png pptx proto ps1 py3 rar rb rst rtf sass scala scss sql sqlite svelte svg tar tex tgz tmp toml ts tsv tsx txt vb vue war wasm
  wav webm webp woff woff2 xhtml xls xlsx xml xsd xsl xz yaml yml`.trim().split(/\s+/).join("|")})$`, "i");
/** Letters, except those of scripts in whose sentences a mark may stand without a blank behind it. */
const WORD_SIGN = "[[\\p{N}\\p{L}]--[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}]]";
/** Signs that look like the dot of a host where they stand within a word: of other scripts, and in the middle of the line. */
const LIKE_DOT = new RegExp(`(?<=${WORD_SIGN})(?:[\\u0660\\u06f0\\u0701\\u0702\\u2022\\u2027\\u2219\\u22c5\\u3002\\u30fb\\ua4f8\\ua60e\\u{10a50}]`
  // Between two of the letter l it is spelling, in Catalan.
  + `|(?<!l)\\u00b7|\\u00b7(?!l))(?=${WORD_SIGN})`, "giv");
/** Blanks that are hardly seen. */
const NARROW = "[\\u2006\\u2009\\u200a\\u202f\\u205f]";
/** Likewise anywhere, and dots with a narrow blank beside them, if a well-known top-level domain follows. */
const LIKE_DOT_OF_DOMAIN = new RegExp(`(?:[\\u00b7\\u2022\\u3002\\u30fb]|${NARROW}\\.|\\.${NARROW})(?=(?:com|net|org|[a-z]{2})(?![\\p{L}\\p{N}]))`, "giu");
/** Signs that are not seen: those that Unicode calls so, those that only turn others, marks on letters, and a pattern without dots. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{M}\u2800]/gu;
/** Characters of words among which an address is looked for; a link with more of them says where it leads in any case. */
const LONGEST = 500;

/** Lets a link open in a tab of its own. If its words look like an address that it does not lead to, it says where it leads. */
export function secureLink(link) {
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
  link.title = withoutUnseen(link.title);
  if (!link.title) {
    link.removeAttribute("title");
  }
  if (!URL.canParse(link.getAttribute("href") ?? "")) {
    unwrap(link);
    return;
  }
  const real = destination(link.href);
  if (misleads(link.textContent, real)) {
    link.append(h("span", { class: "leads-to", dir: "ltr" }, ` (${real.shown})`));
  }
}

function destination(href) {
  const url = new URL(href);
  if (url.protocol === "mailto:") {
    const shown = safelyDecoded(url.pathname);
    return { shown, names: [shown.toLowerCase()], hides: url.pathname.includes(",") };
  }
  return { shown: url.hostname, names: [nameOf(url.hostname)], hides: url.username !== "" || url.password !== "" };
}

/** Whether words that look like an address name another place than the real one. */
function misleads(words, real) {
  if (words.length > LONGEST) {
    return true;
  }
  const seen = asSeen(words);
  const named = namesIn(seen);
  if (named.length === 0) {
    return BEGINNING.test(seen);
  }
  return real.hides || named.some((name) => !real.names.some((host) => host === name || host.endsWith(`.${name}`)));
}

/** Words with the dots that a reader sees, and without the signs that no reader sees. */
function asSeen(words) {
  // The normal form has no narrow blanks any more, and some dots only it has.
  return words.replace(LIKE_DOT_OF_DOMAIN, ".").normalize("NFKC").replace(/[\t\n\r]/g, " ").replace(UNSEEN, "")
    .replace(LIKE_DOT_OF_DOMAIN, ".").replace(LIKE_DOT, ".");
}

/** The hosts of the addresses in a text, each as the browser names it, and its addresses of e-mail. What follows a host belongs to it. */
function namesIn(words) {
  const found = [];
  DOTTED.lastIndex = 0;
  for (let dotted = DOTTED.exec(words); dotted !== null; dotted = DOTTED.exec(words)) {
    const [whole, user, name] = dotted;
    if (isHost(name, words.slice(0, dotted.index))) {
      found.push(user === undefined ? nameOf(name.toLowerCase()) : whole.toLowerCase());
      REST_OF_ADDRESS.lastIndex = DOTTED.lastIndex;
      DOTTED.lastIndex += REST_OF_ADDRESS.exec(words)?.[0].length ?? 0;
    }
  }
  const numbers = (words.match(IPV6) ?? []).filter((number) => /\d/.test(number)).map((number) => `http://[${number}]`);
  return [...found, ...numbers.filter((address) => URL.canParse(address)).map((address) => new URL(address).hostname)];
}

function isHost(name, before) {
  if (IPV4.test(name)) {
    return URL.canParse(`http://${name}`);
  }
  return before.endsWith("://") || /^www\./i.test(name) || DOMAIN.test(name) || (LAST.test(name) && !FILE.test(name));
}

function nameOf(host) {
  return host.replace(/^www\./i, "").replace(/\.$/, "");
}

function safelyDecoded(text) {
  try {
    return withoutUnseen(decodeURIComponent(text));
  } catch {
    return text;
  }
}

function withoutUnseen(text) {
  return text.replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/gu, "");
}
