/** How large a reply is: one number for it, wherever the page shows it. */

/**
 * The tokens of a reply without the model's thinking, as the provider has counted them; as the service has, where the provider said
 * nothing.
 * @param {any} message
 * @param {any} spent What its turn has used, if that is known.
 */
export function sizeOf(message, spent) {
  return spent?.usage ? replyOf(spent.usage) : message.tokens;
}

/** The tokens of the reply in what a turn has used. @param {any} usage */
export function replyOf({ outputTokens, reasoningTokens }) {
  return Math.max(0, outputTokens - reasoningTokens);
}

/**
 * A preview in which each reply has its one size, and so have the sums. The service estimates how a provider would count the replies
 * that it sends back; for those that the provider has written its own figure is known.
 * @param {any} preview
 * @param {any[]} messages Those of the conversation that are known.
 * @param {Map<string, any>} spending By turn.
 */
export function measured(preview, messages, spending) {
  const sizes = new Map(messages.filter(({ role, turn }) => role === "assistant" && spending.get(turn)?.usage)
    .map((message) => [message.id, sizeOf(message, spending.get(message.turn))]));
  const more = (rows, id) => rows.reduce((sum, row) => sum + (sizes.has(row[id]) ? sizes.get(row[id]) - row.tokens : 0), 0);
  const sized = (rows, id) => rows.map((row) => (sizes.has(row[id]) ? { ...row, tokens: sizes.get(row[id]) } : row));
  const { segments, sent, cache, withoutTrimming } = preview;
  return {
    ...preview,
    segments: sized(segments, "message"),
    messages: sized(preview.messages, "id"),
    sent: { ...sent, tokens: sent.tokens + more(segments, "message") },
    cache: { ...cache, expectedTokens: cache.expectedTokens + more(segments.filter(({ cached }) => cached), "message") },
    withoutTrimming: { ...withoutTrimming, tokens: withoutTrimming.tokens + more(preview.messages, "id") },
  };
}
