/** The items of a conversation as it is read: its messages, the reply that grows, and what is said where there is no reply. */
import { fingerprintOf } from "./adaptations.js";
import { plural } from "./format.js";
import { group } from "./groups.js";
import { problemInWords } from "./words.js";

/** What has gone wrong, by the status of a reply. */
const BROKEN = { failed: "The model failed in the middle of this reply.", interrupted: "The server stopped in the middle of this reply." };

/**
 * What is to be shown, in order; the `fingerprint` of an item changes with whatever it shows.
 * @param {import("./conversation.js").Conversation} conversation @param {import("./editing.js").Edit | null} edit What is being edited.
 */
export function itemsOf(conversation, edit) {
  const { failure } = conversation;
  const running = stillToCome(conversation);
  const groups = group(conversation.messages).filter((each) => each.key !== "edited" || conversation.running !== null);
  const items = [];
  for (const each of groups) {
    if (each.input || each.earlier.length > 0) {
      items.push(inputItem(each, edit));
    }
    each.slots.forEach((slot, index) => {
      const last = each === groups.at(-1) && index === each.slots.length - 1;
      items.push(last && replacesReply(running, slot) ? runningItem(conversation, slot) : replyItem(slot, conversation, last));
    });
  }
  if (running) {
    const { input } = running;
    if (input && !conversation.messages.some((message) => message.id === input.id)) {
      items.push({ key: "said", role: "user", message: input, editable: false, fingerprint: `said${input.id}` });
    }
    if (!items.some((item) => item.running)) {
      items.push(runningItem(conversation, null, groups.at(-1)));
    }
  } else {
    const lost = lostReply(groups, failure);
    if (lost) {
      items.push({ key: "lost", role: "assistant", lost, fingerprint: lost.text });
    }
  }
  return items;
}

/** The running turn, unless its reply is stored and only its end has not been told yet. */
function stillToCome({ running, messages }) {
  const stored = running !== null && running.turn.id !== null
    && messages.some((message) => message.role === "assistant" && message.turn === running.turn.id);
  return stored ? null : running;
}

function inputItem({ key, input, earlier, versions, at }, current) {
  // Another version may have been chosen or written elsewhere since the edit was begun.
  const edit = versions.some(({ id }) => id === current?.message.id) ? current : null;
  const editable = input?.role === "user";
  return {
    key: `in:${key}`, role: input?.role ?? "user", message: input ?? { id: "", content: [] }, earlier, editable, edit, versions, at,
    fingerprint: [input?.id, input?.updatedAt, earlier.length, editable, edit?.message.id, ids(versions), at].join("|"),
  };
}

function ids(messages) {
  return messages.map(({ id }) => id).join();
}

/** Whether the running turn answers again what this slot is the answer to. */
function replacesReply(running, slot) {
  return running !== null && (running.body?.regenerate === true || slot.at < 0)
    && slot.variants.at(-1).turn !== running.turn.id;
}

function runningItem({ running }, slot, lastGroup) {
  const stopping = running.stopping ? ["Stopping …"] : [];
  const sent = running.context ? [sentNote(running.context)] : [];
  const adaptations = running.context?.adaptations ?? [];
  const { userMessage, key: sending } = running.turn;
  // As that of the stored reply will be, which then takes its place.
  const key = slot?.key ?? (userMessage === null ? sending : `${userMessage}/${lastGroup?.key === userMessage ? lastGroup.slots.length : 0}`);
  return {
    key: `slot:${key}`, role: "assistant", running: true, turn: running.turn, note: stopping.length > 0 ? stopping : sent, adaptations,
    fingerprint: ["running", running.turn.key, running.stopping, sent, fingerprintOf(adaptations)].join("|"),
  };
}

function sentNote({ sent, omitted, model }) {
  return omitted.messages > 0
    ? `${plural(sent.messages, "message")} sent to ${model}, ${omitted.messages} left out`
    : `${plural(sent.messages, "message")} sent to ${model}`;
}

function replyItem(slot, conversation, last) {
  const versions = slot.variants;
  const at = slot.at < 0 ? versions.length - 1 : slot.at;
  const message = versions[at];
  const busy = conversation.running !== null;
  const spent = conversation.spending.get(message.turn);
  const adaptations = conversation.adaptations.get(message.turn) ?? [];
  const broken = last && !busy && message.status in BROKEN;
  const retry = broken ? failureInWords(conversation.failure) ?? `${BROKEN[message.status]} The text so far is kept.` : null;
  return {
    key: `slot:${slot.key}`, role: "assistant", message, turn: message.turn ?? message.id, versions, at, last, spent, adaptations, retry,
    fingerprint: [message.id, message.updatedAt, message.superseded, ids(versions), at, last, retry, spent?.usage?.inputTokens,
      spent?.cost?.amount, fingerprintOf(adaptations)].join("|"),
  };
}

/** What is said where an input has got no reply at all, and whether that is a failure; null where nothing is amiss. */
function lostReply(groups, failure) {
  const last = groups.at(-1);
  if (!last || last.input?.role !== "user" || last.slots.some((slot) => slot.at >= 0)) {
    return null;
  }
  const failed = failureInWords(failure);
  return { text: failed ?? "This message has no reply.", failed: failed !== undefined };
}

function failureInWords(failure) {
  return failure?.problem ? problemInWords(failure.problem) : undefined;
}
