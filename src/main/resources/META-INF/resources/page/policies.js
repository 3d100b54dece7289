/** The context policies, for people. */
import { count } from "./format.js";

/** The policies with their names and parameters: what each parameter means, and its value where the settings have none. */
export const POLICIES = {
  full: { name: "All messages", about: "Until the context window is full.", parameters: {} },
  "sliding-window": { name: "The newest messages", about: "The older ones are left out.", parameters: { maxMessages: ["Messages kept", 20] } },
  "token-budget": { name: "As many as fit", about: "The newest messages, until the limit is reached.", parameters: { maxTokens: ["Most tokens", null] } },
  summarise: { name: "A summary of the older ones", about: "A summary replaces the older messages.", parameters: { keepRecent: ["Newest messages kept", 10] } },
  retrieve: {
    name: "The older ones that matter", about: "The older turns that fit the new message are sent too.",
    parameters: { keepRecent: ["Newest messages kept", 10], topK: ["Turns retrieved", 6] },
  },
};

/** @param {any[]} policies @returns {string} On one line. */
export function describe(policies) {
  return policies.map(({ policy, ...parameters }) => {
    const known = POLICIES[policy];
    const said = Object.entries(parameters).filter(([name]) => known?.parameters[name])
      .map(([name, value]) => `${known.parameters[name][0].toLowerCase()}: ${count(value)}`);
    const name = known?.name.toLowerCase() ?? "another choice";
    return said.length > 0 ? `${name} (${said.join(", ")})` : name;
  }).join(" + ");
}
