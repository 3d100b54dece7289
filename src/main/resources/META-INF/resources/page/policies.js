/** The context policies, for people. */

/** Each with its parameters: what they mean and what they are where nobody has said. */
export const POLICIES = {
  full: { about: "All messages, until the context window is full.", parameters: {} },
  "sliding-window": { about: "The newest messages.", parameters: { maxMessages: ["Messages kept", 20] } },
  "token-budget": { about: "As many of the newest messages as fit.", parameters: { maxTokens: ["Most tokens", null] } },
  summarise: { about: "A summary replaces the older messages.", parameters: { keepRecent: ["Newest messages kept", 10] } },
  retrieve: { about: "The older turns that fit the new message are sent too.", parameters: { keepRecent: ["Newest messages kept", 10], topK: ["Turns retrieved", 6] } },
};

/** @param {any[]} policies @returns {string} On one line. */
export function describe(policies) {
  return policies.map(({ policy, ...parameters }) => {
    const said = Object.entries(parameters).map(([name, value]) => `${name} ${typeof value === "number" ? value.toLocaleString("en") : value}`);
    return said.length > 0 ? `${policy} (${said.join(", ")})` : policy;
  }).join(" + ");
}
