/** Says in which ways the model was sent something other than what stands in the conversation. */
import { h } from "./dom.js";
import { count } from "./format.js";

/** The most messages to which one sentence leads. */
const MOST_LINKS = 5;

const PLURALS = { "message": "messages", "reply": "replies", "tool result": "tool results" };

/** By kind: what was done, with the messages in the place of `{}`, and why. `reply` is the noun where replies are meant. */
const WORDS = {
  "merged": ["A message was sent as a part of the one before it", "the provider wants both sides to take turns."],
  "greeting-bridged": ["A short message was sent before {}", "the provider wants the user to begin."],
  "results-bridged": ["A short reply was sent before {}", "the provider wants one after the results of tools."],
  "blank-text": ["A part without text was left out of {}", "the provider refuses it."],
  "bound-elsewhere": ["The reasoning in {} was left out", "only the provider that made it can read it.", "reply"],
  "call-without-result": ["A tool call in {} was left out", "it has no result.", "reply"],
  "result-without-call": ["The result of a tool in {} was left out", "no reply asked for it."],
  "tools-as-text": ["Tool calls or results in {} were sent as text", "the model knows no tools."],
  "tool-renamed": ["The name of a tool in {} was written in other letters", "providers take only some letters there.", "reply"],
  "picture-unseen": ["The model did not see the pictures of {}", "it takes no pictures."],
  "picture-left-out": ["The model did not see the pictures of {}", "newer pictures filled the request."],
  "picture-refused": ["The model did not see the pictures of {}", "its provider refused the request with pictures."],
  "picture-of-reply": ["The model did not see the pictures of {}", "providers take pictures from the user only.", "reply"],
  "misplaced": ["A part of {} was left out", "no provider takes such a part from that side."],
  "picture-smaller": ["The pictures of {} were made smaller", "providers refuse larger ones."],
  "pictures-after-result": ["The pictures in {} were sent after it", "the provider takes only text in the result of a tool.", "tool result"],
};

/**
 * A list of sentences about a turn, as the only element; none where nothing differs.
 * @param {{message: string | null, kind: string, reason: string}[] | undefined} [adaptations] Those of the turn, see the OpenAPI.
 * @param {(message: {id: string}) => string} link The address of a message.
 * @returns {HTMLElement[]}
 */
export function adaptationNotes(adaptations, link) {
  if (!adaptations || adaptations.length === 0) {
    return [];
  }
  return [h("ul", { class: "adaptations", "aria-label": "What the model was sent" },
    ...Map.groupBy(adaptations, ({ kind, reason }) => (WORDS[kind] ? kind : reason)).values()
      .map((alike) => h("li", {}, ...sentence(alike, link))))];
}

/** What tells one list from another. */
export function fingerprintOf(adaptations) {
  return (adaptations ?? []).map(({ message, kind }) => `${message}:${kind}`).join(",");
}

function sentence(alike, link) {
  const [{ kind, reason }] = alike;
  const ids = [...new Set(alike.map(({ message }) => message))].filter((id) => id !== null);
  if (!WORDS[kind]) {
    return [reason, ...(ids.length > 0 ? [" (", ...links(ids, link), ")"] : [])];
  }
  const [what, why, noun = "message"] = WORDS[kind];
  const [before, after] = what.split("{}");
  const which = ids.length === 0 ? ["your message"] : ids.length === 1
    ? [h("a", { href: link({ id: ids[0] }) }, `an earlier ${noun}`)] : [`${count(ids.length)} earlier ${PLURALS[noun]} (`, ...links(ids, link), ")"];
  return after === undefined ? [`${before}: ${why}`] : [before, ...which, `${after}: ${why}`];
}

function links(ids, link) {
  const shown = ids.slice(0, MOST_LINKS).flatMap((id, at) => [...(at > 0 ? [", "] : []), h("a", { href: link({ id }), "aria-label": `Message ${at + 1} of ${ids.length}` }, String(at + 1))]);
  return ids.length > MOST_LINKS ? [...shown, ", …"] : shown;
}
