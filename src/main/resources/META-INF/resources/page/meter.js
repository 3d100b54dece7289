/** The meter: what each turn has used and cost, and what it would have without trimming and caching. */
import { h } from "./dom.js";
import { count, money, percent, plural, short } from "./format.js";
import { plot } from "./plot.js";
import { inWords } from "./words.js";

const PAGE = 100;
/** Pages of turns that are added up. */
const MOST_PAGES = 10;
/** Turns that are drawn, the newest. */
const DRAWN = 40;
const PARTS = [
  { name: "cached", label: "Input, cached" }, { name: "fresh", label: "Input, not cached" }, { name: "output", label: "Output" },
];

export class Meter {
  #client;
  #models;
  #body = null;
  #conversation = null;
  #kind = "tokens";
  #about = "";
  #asked = 0;

  /** @param {import("../parley-client.js").ParleyClient} client @param {import("./models.js").Models} models */
  constructor(client, models) {
    this.#client = client;
    this.#models = models;
  }

  open(body, conversation) {
    this.#body = body;
    this.#conversation = conversation;
    this.#about = "";
    this.changed();
  }

  close() {
    this.#asked++;
  }

  /** Reads it again when a turn has ended. */
  changed() {
    const about = `${this.#conversation.id}|${this.#conversation.running === null}|${this.#conversation.spending.size}`;
    if (about !== this.#about && this.#conversation.running === null) {
      this.#about = about;
      void this.#read();
    }
  }

  async #read() {
    const asked = ++this.#asked;
    const { id } = this.#conversation;
    if (id === null) {
      this.#body.replaceChildren(h("p", { class: "note" }, "Nothing has been used yet."));
      return;
    }
    try {
      const { turns, total, more } = await this.#all(id);
      if (asked === this.#asked) {
        this.#draw(turns, total, more);
      }
    } catch (error) {
      if (asked === this.#asked) {
        // It is tried again with the next change.
        this.#about = "";
        this.#body.replaceChildren(h("p", { class: "note" }, inWords(error)));
      }
    }
  }

  /** The turns, oldest first. */
  async #all(id) {
    const turns = [];
    let page = await this.#client.usage(id, { limit: PAGE });
    const { total } = page;
    for (let pages = 1; ; pages++) {
      turns.push(...page.data);
      if (!page.hasMore || pages === MOST_PAGES) {
        return { turns: turns.filter((turn) => turn.usage).reverse().map((turn) => this.#measured(turn)), total, more: page.hasMore };
      }
      page = await this.#client.usage(id, { limit: PAGE, after: page.after });
    }
  }

  #measured(turn) {
    const { inputTokens, cachedTokens, cacheWriteTokens, outputTokens } = turn.usage;
    const prices = this.#models.find(turn.model)?.prices;
    const price = (name, tokens) => (prices ? Number(prices[name]) * tokens / prices.perTokens : 0);
    const output = price("output", outputTokens);
    return {
      model: turn.model,
      at: turn.createdAt,
      state: turn.state,
      tokens: { cached: cachedTokens, fresh: inputTokens - cachedTokens, output: outputTokens, whole: (turn.withoutTrimming?.inputTokens ?? inputTokens) + outputTokens },
      cost: {
        cached: price("cachedInput", cachedTokens),
        fresh: price("input", Math.max(0, inputTokens - cachedTokens - cacheWriteTokens)) + price("cacheWrite", cacheWriteTokens),
        output,
        whole: turn.withoutTrimming?.cost ? Number(turn.withoutTrimming.cost.amount) + output : 0,
      },
      paid: turn.cost ? Number(turn.cost.amount) : null,
      currency: turn.cost?.currency ?? "USD",
    };
  }

  #draw(turns, total, more) {
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.id : "";
    const written = this.#kind === "cost" ? (value) => money(value, turns[0]?.currency) : short;
    this.#body.replaceChildren(
      ...this.#summary(turns, total, more),
      this.#choice(),
      turns.length === 0 ? h("p", { class: "note" }, "No turn has ended yet.") : plot({
        bars: turns.slice(-DRAWN).map((turn, at) => ({
          label: `Turn ${Math.max(0, turns.length - DRAWN) + at + 1}`, values: PARTS.map((part) => turn[this.#kind][part.name]), ghost: turn[this.#kind].whole,
        })),
        parts: PARTS, written, label: `${this.#kind === "cost" ? "Cost" : "Tokens"} of each turn`,
      }),
      h("ul", { class: "legend" }, ...PARTS.map((part) => h("li", {}, h("i", { class: `swatch ${part.name}` }), part.label)),
        h("li", {}, h("i", { class: "swatch whole" }), "Without trimming and caching")),
      table(turns.slice(-DRAWN)),
    );
    if (focused) {
      document.getElementById(focused)?.focus();
    }
  }

  #summary(turns, total, more) {
    const currency = total.cost?.currency ?? "USD";
    const paid = total.cost ? Number(total.cost.amount) : null;
    const whole = turns.reduce((sum, turn) => sum + turn.cost.whole, 0);
    const { inputTokens, cachedTokens, outputTokens } = total.usage;
    const beside = total.beside.cost ? Number(total.beside.cost.amount) : 0;
    const saved = paid !== null && whole > paid
      ? [h("p", { class: "saved" }, h("strong", {}, percent(whole - paid, whole)), ` less than the ${money(whole, currency)} that sending all messages, uncached, would have cost${more ? ` (in the newest ${count(turns.length)} turns)` : ""}.`)]
      : [h("p", { class: "note" }, whole > 0 ? "The conversation is too short to save anything by trimming and caching." : "")];
    return [
      h("p", { class: "figure" }, h("strong", {}, paid === null ? count(inputTokens + outputTokens) : money(paid, currency)), ` for ${plural(total.turns, "turn")}`),
      ...saved,
      h("dl", { class: "rows" },
        h("dt", {}, "Input"), h("dd", {}, `${count(inputTokens)} tokens, ${percent(cachedTokens, inputTokens)} of them cached`),
        h("dt", {}, "Output"), h("dd", {}, plural(outputTokens, "token")),
        ...(beside > 0 ? [h("dt", {}, "Summaries, embeddings"), h("dd", {}, `${money(beside, currency)} of the cost`)] : [])),
    ];
  }

  #choice() {
    return h("fieldset", { class: "switch" }, h("legend", { class: "unseen" }, "What the chart shows"), ...["tokens", "cost"].map((kind) => {
      const input = h("input", { type: "radio", name: "meter-kind", id: `meter-${kind}`, value: kind, checked: kind === this.#kind });
      input.addEventListener("change", () => {
        this.#kind = kind;
        void this.#read();
      });
      return h("label", { for: `meter-${kind}` }, input, kind === "tokens" ? "Tokens" : "Cost");
    }));
  }
}

/** The same in words. */
function table(turns) {
  return h("details", { class: "as-table" }, h("summary", {}, "Show as a table"), h("div", { class: "table", tabindex: "0", role: "group", "aria-label": "Turns" },
    h("table", {}, h("thead", {}, h("tr", {}, ...["Model", "Cached", "Input", "Output", "Cost", "All, uncached"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, ...turns.map((turn) => h("tr", {}, h("td", {}, turn.model ?? ""), ...[turn.tokens.cached, turn.tokens.cached + turn.tokens.fresh, turn.tokens.output]
        .map((value) => h("td", {}, count(value))), h("td", {}, turn.paid === null ? "" : money(turn.paid, turn.currency)),
      h("td", {}, turn.cost.whole > 0 ? money(turn.cost.whole, turn.currency) : "")))))));
}
