/** What a first visitor sees: what this is, and something to begin with. */
import { h } from "./dom.js";

const BEGINNINGS = [
  ["Show me everything", "Show me Markdown: a table, a list, code and a formula."],
  ["Be remembered", "My name is Ada and I live in Turin. Remember that."],
  ["Leave in the middle", "[words=400][pace=40] Talk for a while; I will reload this page meanwhile."],
];

/** @param {HTMLElement} element @param {(text: string) => void} begin */
export function greet(element, begin) {
  element.append(
    h("h2", { id: "greeting" }, "What shall we talk about?"),
    h("p", {}, "Everything is kept on the server: reload, lose the network or change the device whenever you like, in the middle of a reply too."),
    h("ul", {}, ...BEGINNINGS.map(([name, text]) => h("li", {}, h("button", { type: "button", on: { click: () => begin(text) } },
      h("strong", {}, name), h("span", {}, text.replace(/\[[^\]]*\]\s*/g, "")))))),
  );
}
