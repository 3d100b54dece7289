/** The elements of one message and what can be done with it. */
import { adaptationNotes } from "./adaptations.js";
import { isolateDirections, withoutTurns } from "./directions.js";
import { button, draw, h } from "./dom.js";
import { sizeOf } from "./figures.js";
import { count, money, textOf, time } from "./format.js";
import { copier, show } from "./markdown.js";

/**
 * What a message can ask for; the thread does it.
 * @typedef {object} Deeds
 * @property {(message: any) => void} edit
 * @property {() => void} regenerate
 * @property {(message: any) => void} fork
 * @property {(message: any) => string} link
 */

/** A user's message. @param {any} message @param {{deeds: Deeds, editable: boolean, choice?: Node | null}} how */
export function userMessage(message, { deeds, editable, choice = null }) {
  const text = textOf(message.content);
  const shown = h("div", { class: "text", dir: "auto" }, text);
  isolateDirections(shown);
  const actions = h("div", { class: "actions" },
    copier(() => text, "Copy message"),
    editable ? button("edit", "Edit and continue from here", () => deeds.edit(message), { class: "quiet edit" }) : null);
  return [
    h("span", { class: "unseen" }, "You said: "),
    h("div", { class: "bubble" }, pictures(message), text ? shown : null),
    choice ? h("div", { class: "under" }, actions, choice) : message.id ? actions : null,
  ];
}

/** The inside of a reply: where its text goes, which may be there already, and what stands under it. */
export function replyFrame(text = h("div", { class: "text markdown" })) {
  const foot = h("div", { class: "under" });
  return { text, foot, parts: [h("h2", { class: "unseen" }, "Parley said:"), text, foot] };
}

/**
 * A reply that is stored.
 * @param {any} message
 * @param {{deeds: Deeds, last: boolean, spent: any, adaptations?: any[], choice: Node | null,
 *   view?: import("./reply-view.js").ReplyView}} how `view` has drawn it so far.
 */
export function storedReply(message, how) {
  const { text, foot, parts } = replyFrame(how.view?.element);
  how.view ? how.view.finish(textOf(message.content)) : show(text, textOf(message.content));
  foot.append(...underReply(message, how));
  return [...parts.slice(0, -1), ...others(message), foot];
}

/** What stands under a stored reply. */
function underReply(message, { deeds, last, spent, adaptations, choice }) {
  const parts = [choice, note(message, spent), h("div", { class: "actions" },
    copier(() => textOf(message.content), "Copy reply"),
    last ? button("again", "Get another reply", deeds.regenerate, { class: "quiet regenerate" }) : null,
    message.superseded ? null : button("fork", "Continue from here in a new conversation", () => deeds.fork(message), { class: "quiet fork" }),
    // A link to what is not part of the conversation would lead nowhere.
    message.superseded ? null : permalink(deeds.link(message))),
  ...adaptationNotes(adaptations, deeds.link)];
  return parts.filter(Boolean);
}

function permalink(href) {
  return h("a", { class: "quiet permalink", href, "aria-label": "Link to this message", title: "Link to this message" }, draw("link"));
}

function note(message, spent) {
  const parts = [];
  if (message.status !== "completed") {
    parts.push({ cancelled: "stopped", failed: "failed", interrupted: "interrupted" }[message.status] ?? message.status);
  } else if (message.finishReason && !["stop", "tool-calls"].includes(message.finishReason)) {
    parts.push({ length: "cut at the length limit", refusal: "refused by the model", "content-filter": "stopped by the content filter" }[message.finishReason]
      ?? message.finishReason);
  }
  if (message.model) {
    parts.push(message.model);
  }
  if (spent?.usage) {
    const { inputTokens, cachedTokens, reasoningTokens } = spent.usage;
    const thought = reasoningTokens > 0 ? ` + ${count(reasoningTokens)} of thinking` : "";
    parts.push(`${count(inputTokens)}${cachedTokens > 0 ? ` (${count(cachedTokens)} cached)` : ""} + ${count(sizeOf(message, spent))} tokens${thought}`);
  } else if (message.tokens) {
    parts.push(`${count(sizeOf(message, null))} tokens`);
  }
  if (spent?.cost) {
    parts.push(money(Number(spent.cost.amount), spent.cost.currency));
  }
  return h("p", { class: `note ${message.status}`, title: message.createdAt ? time(message.createdAt) : null }, parts.join(" · "));
}

/**
 * Goes through the versions of a message. The conversation goes on from the one that is shown.
 * @param {any[]} versions @param {number} at From 0. @param {(message: any, later: boolean) => void} choose
 */
export function choice(versions, at, choose) {
  const [name, word] = versions[at].role === "user" ? ["Versions of this message", "version"] : ["Answers", "reply"];
  return h("div", { class: "choice", role: "group", "aria-label": name },
    button("previous", `Earlier ${word}`, () => choose(versions[at - 1], false), { class: "quiet", disabled: at === 0 }),
    h("span", { "aria-live": "polite" }, `${at + 1}/${versions.length}`),
    button("next", `Later ${word}`, () => choose(versions[at + 1], true), { class: "quiet", disabled: at === versions.length - 1 }));
}

/**
 * Keeps the focus on the button that was pressed, or on the other one at the end of the versions. A reader who is elsewhere by now stays there.
 * @param {HTMLElement | null} element The message that was chosen. @param {boolean} later Whether it is a later version.
 */
export function focusChoice(element, later) {
  const [previous, next] = element?.querySelectorAll(":scope > .under > .choice button") ?? [];
  const { activeElement } = document;
  const isHere = activeElement === document.body || activeElement === element || activeElement.closest(".choice")?.contains(previous);
  if (previous && isHere) {
    const [pressed, other] = later ? [next, previous] : [previous, next];
    (pressed.disabled ? other : pressed).focus();
  }
}

/** The result of a tool, folded. */
export function toolMessage(message) {
  const results = message.content.map((block) => (typeof block.content === "string" ? block.content : textOf(block.content ?? [])));
  return [h("details", { class: "tool" }, h("summary", {}, "Result of a tool"), h("pre", { tabindex: "0" }, withoutTurns(results.join("\n\n"))))];
}

function pictures(message) {
  return message.content.filter((block) => block.type === "image").map(({ source }) => {
    if (source.type === "url") {
      // It is the provider that fetches it; this page shows no one's pictures but the user's own.
      return h("a", { class: "remote", href: source.url, target: "_blank", rel: "noopener noreferrer" }, draw("picture"), "Picture");
    }
    const own = source.type === "base64" ? `data:${source.mediaType};base64,${source.data}` : source.url;
    return h("img", {
      src: own, alt: "Picture in the message", loading: "lazy", decoding: "async", width: source.width || null, height: source.height || null,
    });
  });
}

function others(message) {
  return message.content.filter((block) => block.type === "tool-call").map((call) => h("details", { class: "tool" },
    h("summary", {}, "Calls the tool ", h("code", {}, withoutTurns(call.name))),
    h("pre", { tabindex: "0" }, withoutTurns(JSON.stringify(call.arguments ?? {}, null, 2)))));
}
