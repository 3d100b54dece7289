/** Links lead out of the page, and nowhere else than they seem to. */
import { h } from "./dom.js";

/** Words that a reader takes for an address: with a scheme, with `www.`, of e-mail, or a name with dots. */
const ADDRESS = /[a-z][a-z0-9+.-]*:\/\/|\bwww\.|[^\s@]@[^\s@]|^[^\s/]*[\p{L}\p{N}]\.[\p{L}][\p{L}\p{N}-]+(?:[/:?#]\S*)?$/iu;
const HOST = /(?:[a-z][a-z0-9+.-]*:\/\/)?([\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+)(?![\p{L}\p{N}_.-]*@)/giu;
const MAIL = /[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().,;]+/gu;
/** Characters of words among which an address is looked for; a link with more of them says where it leads in any case. */
const LONGEST = 500;
/** Signs that are not seen, and those that change the direction of others. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Lets a link open in a tab of its own. If its words look like an address that it does not lead to, it says where it leads. */
export function open(link) {
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
  link.title = link.title.replace(UNSEEN, "");
  if (!link.title) {
    link.removeAttribute("title");
  }
  if (!URL.canParse(link.getAttribute("href") ?? "")) {
    link.replaceWith(...link.childNodes);
    return;
  }
  const real = destination(link.href);
  if (misleads(link.textContent.replace(UNSEEN, "").trim(), real)) {
    link.append(h("span", { class: "leads-to", dir: "ltr" }, ` (${real.shown})`));
  }
}

function destination(href) {
  const url = new URL(href);
  if (url.protocol === "mailto:") {
    const shown = safelyDecoded(url.pathname);
    return { shown, names: [shown.toLowerCase()], hides: url.pathname.includes(",") };
  }
  return { shown: url.hostname, names: [withoutWww(url.hostname)], hides: url.username !== "" || url.password !== "" };
}

/** Whether words that look like an address name another place than the real one. */
function misleads(words, real) {
  if (words.length > LONGEST) {
    return true;
  }
  if (!ADDRESS.test(words)) {
    return false;
  }
  const mails = words.match(MAIL) ?? [];
  const hosts = [...words.replace(MAIL, " ").matchAll(HOST)].map((found) => withoutWww(found[1].toLowerCase()));
  const named = [...mails.map((mail) => mail.toLowerCase()), ...hosts];
  return real.hides || named.length === 0 || named.some((name) => !real.names.some((host) => host === name || host.endsWith(`.${name}`)));
}

function withoutWww(host) {
  return host.replace(/^www\./, "");
}

function safelyDecoded(text) {
  try {
    return decodeURIComponent(text).replace(UNSEEN, "");
  } catch {
    return text;
  }
}
