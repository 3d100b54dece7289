/** How numbers, sums of money, times and parts of texts are written. */
import { withoutTurns } from "./directions.js";

const NUMBER = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const DAY = 86_400_000;

/** `12,345`. */
export function count(number) {
  return NUMBER.format(number);
}

/** `12.3K`. */
export function short(number) {
  return SHORT.format(number);
}

/** A sum with as many digits as say something: cents for dollars, more for less. */
export function money(amount, currency = "USD") {
  const digits = amount === 0 || amount >= 1 ? 2 : Math.min(8, 2 - Math.floor(Math.log10(amount)));
  return new Intl.NumberFormat("en", { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: Math.max(2, digits) })
    .format(amount);
}

/** `37 %`, and never `100 %` or `0 %` of what is not all or nothing. */
export function percent(part, whole) {
  if (whole <= 0 || part <= 0) {
    return "0 %";
  }
  const share = part / whole;
  return share < 0.01 ? "< 1 %" : `${share < 1 ? Math.min(99, Math.round(share * 100)) : Math.round(share * 100)} %`;
}

/** `1 message`, `2 messages`. */
export function plural(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** A point of time for people. */
export function time(iso) {
  return TIME.format(new Date(iso));
}

/** Under which heading a conversation stands in the list. */
export function age(iso, now = new Date()) {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const then = new Date(iso).getTime();
  if (then >= midnight) {
    return "Today";
  }
  if (then >= midnight - DAY) {
    return "Yesterday";
  }
  return then >= midnight - 6 * DAY ? "The last seven days" : then >= midnight - 30 * DAY ? "The last month" : "Earlier";
}

/** The text of a message's blocks. */
export function textOf(content) {
  return content.filter((block) => block.type === "text" || block.type === "refusal").map((block) => block.text).join("");
}

/** The beginning of a text on one line, cut between characters. */
export function excerpt(text, length) {
  const line = withoutTurns(beginning(text, 4 * length)).replace(/\s+/g, " ").trim();
  return line.length > length ? `${beginning(line, length).trimEnd()}…` : line;
}

/**
 * The longest beginning of a text of at most so many UTF-16 units that ends between two characters as a reader sees them. A
 * character of more than 64 units is cut between its code points.
 */
export function beginning(text, length) {
  if (text.length <= length) {
    return text;
  }
  const { index } = new Intl.Segmenter().segment(text.slice(0, length + 64)).containing(length);
  const half = /[\uD800-\uDBFF]/.test(text[length - 1]) ? 1 : 0;
  return text.slice(0, length - index > 64 ? length - half : index);
}

/** The last so many characters of a text, as a reader sees them; the whole text where it has no more. */
export function ending(text, characters) {
  const segments = new Intl.Segmenter().segment(text);
  let from = text.length;
  for (let left = characters; left > 0 && from > 0; left--) {
    from = segments.containing(from - 1).index;
  }
  return text.slice(from);
}

/** Two texts that were written one after the other, the same one once. */
export function joined(earlier, later) {
  return earlier === later || later === "" ? earlier : earlier === "" ? later : `${earlier}\n${later}`;
}
