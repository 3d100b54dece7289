/** What a first visitor sees: what this is, and something to begin with. */
import { h } from "./dom.js";

const BEGINNINGS = [
  ["Show me everything", "Show me Markdown: a table, a list, code and a formula."],
  ["See that it remembers", "My name is Ada and I live in Turin. Remember that."],
  ["Leave during a reply", "[words=400][pace=40] Talk for a while. I will reload this page in the meantime."],
];

/** @param {HTMLElement} element @param {(text: string) => void} begin */
export function greet(element, begin) {
  element.append(
    h("h2", { id: "greeting" }, "What would you like to talk about?"),
    h("p", {}, "The server keeps every conversation. You can reload the page, lose the network or change the device at any time, even during a reply."),
    h("ul", {}, ...BEGINNINGS.map(([name, text]) => h("li", {}, h("button", { type: "button", on: { click: () => begin(text) } },
      h("strong", {}, name), h("span", {}, text.replace(/\[[^\]]*\]\s*/g, "")))))),
  );
}
