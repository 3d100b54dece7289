/**
 * What a history looks like to a reader: each input with the replies to it, of which all but the last have been superseded, and
 * with what an edit has put aside.
 */

/**
 * @typedef {object} Slot A place in the conversation where one reply is shown.
 * @property {string} key Stays the same when the reply is generated again.
 * @property {any[]} variants The replies there were, the newest last.
 */

/**
 * @typedef {object} Group
 * @property {string} key
 * @property {any} input A user's or a tool's message, null where the history begins with a reply.
 * @property {Slot[]} slots
 * @property {Group[]} earlier What stood here before an edit.
 */

/**
 * Groups messages in conversation order, superseded ones included.
 * @param {any[]} messages
 * @returns {Group[]} Those of the conversation as it is now.
 */
export function group(messages) {
  const groups = [];
  let aside = [];
  for (const next of split(messages)) {
    if (next.input?.superseded) {
      aside.push(next);
      continue;
    }
    groups.push({ ...next, earlier: aside });
    aside = [];
  }
  if (aside.length > 0) {
    // An edit is under way: what it replaces stays in view until its own input is there.
    groups.push({ key: "edited", input: null, slots: [], earlier: aside });
  }
  return groups;
}

function split(messages) {
  const groups = [];
  for (const message of messages) {
    if (message.role !== "assistant" || groups.length === 0) {
      const isReply = message.role === "assistant";
      groups.push({ key: message.id, input: isReply ? null : message, slots: [], earlier: [] });
      if (!isReply) {
        continue;
      }
    }
    place(groups.at(-1), message);
  }
  return groups;
}

function place(group, reply) {
  const open = group.slots.at(-1);
  if (open && open.variants.at(-1).superseded) {
    open.variants.push(reply);
  } else {
    group.slots.push({ key: `${group.key}/${group.slots.length}`, variants: [reply] });
  }
}
