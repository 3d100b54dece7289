/**
 * What a history looks like to a reader: each input with the replies to it, and the other versions of each, all of which but one have
 * been superseded.
 */

/**
 * @typedef {object} Slot A place in the conversation where one reply is shown.
 * @property {string} key Stays the same when the reply is generated again.
 * @property {any[]} variants The replies there were, the newest last.
 * @property {number} at Which of them counts, from 0; -1 if none does.
 */

/**
 * @typedef {object} Group
 * @property {string} key
 * @property {any} input A user's or a tool's message, null where the history begins with a reply.
 * @property {any[]} versions The versions of the input, the newest last.
 * @property {number} at Which of them counts, from 0.
 * @property {Slot[]} slots
 * @property {Group[]} earlier What the other versions of the input are, with what followed them.
 */

/**
 * Groups messages in conversation order, superseded ones included. Messages with the same parent and role are versions of one place.
 * @param {any[]} messages
 * @returns {Group[]} Those of the conversation as it is now.
 */
export function group(messages) {
  const behind = Map.groupBy(messages, placeOf);
  const groups = [];
  let last = null;
  for (const message of messages.filter((each) => !each.superseded)) {
    const versions = behind.get(placeOf(message)).filter((each) => each.role === message.role);
    add(groups, message, versions, messages);
    last = message;
  }
  const aside = behind.get(last === null ? null : last.id) ?? [];
  const replies = aside.filter((each) => each.role === "assistant");
  if (replies.length > 0) {
    open(groups, replies, -1);
  }
  const inputs = aside.filter((each) => each.role !== "assistant");
  if (inputs.length > 0) {
    // An edit is under way: what it replaces stays in view until its own input is there.
    groups.push({ key: "edited", input: null, versions: [], at: 0, slots: [], earlier: branches(inputs, messages) });
  }
  return groups;
}

/** The message before, or a place of its own: a server of an earlier version does not say it. */
function placeOf({ parent, id }) {
  return parent === undefined ? `alone ${id}` : parent;
}

function add(groups, message, versions, messages) {
  const at = versions.indexOf(message);
  const isReply = message.role === "assistant";
  if (!isReply || groups.length === 0) {
    const others = isReply ? [] : versions.filter((each) => each !== message);
    groups.push({ key: message.id, input: isReply ? null : message, versions: isReply ? [] : versions, at: isReply ? 0 : at, slots: [],
      earlier: branches(others, messages) });
  }
  if (isReply) {
    open(groups, versions, at);
  }
}

function open(groups, variants, at) {
  const { key, slots } = groups.at(-1);
  slots.push({ key: `${key}/${slots.length}`, variants, at });
}

/** These messages and all that was said after them. */
function branches(roots, messages) {
  if (roots.length === 0) {
    return [];
  }
  const found = new Set(roots.map(({ id }) => id));
  return split(messages.filter(({ id, parent }) => found.has(id) || (found.has(parent) && found.add(id))));
}

/** What superseded branches look like, in the order in which they were said. */
function split(messages) {
  const groups = [];
  for (const message of messages) {
    if (message.role !== "assistant" || groups.length === 0) {
      groups.push({ key: message.id, input: message.role === "assistant" ? null : message, slots: [], earlier: [] });
    }
    if (message.role === "assistant") {
      open(groups, [message], -1);
    }
  }
  return groups;
}
