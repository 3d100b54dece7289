/** The meter: what each turn has used and cost, and what it would have without trimming and caching. */
import { h } from "./dom.js";
import { replyOf } from "./figures.js";
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
  { name: "thinking", label: "Thinking" },
];
/** A smaller share than this is no saving: prices and counts are rounded. */
const LEAST_SAVING = 0.005;

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

  /** The figures of a turn. What was used and what would have been are both in the provider's measure and at today's prices. */
  #measured(turn) {
    const { inputTokens, cachedTokens, cacheWriteTokens, reasoningTokens } = turn.usage;
    const prices = this.#models.find(turn.model)?.prices;
    const price = (name, tokens) => (prices ? Number(prices[name]) * tokens / prices.perTokens : 0);
    const reply = replyOf(turn.usage);
    const tokens = { cached: cachedTokens, fresh: inputTokens - cachedTokens, output: reply, thinking: turn.usage.outputTokens - reply };
    const cost = {
      cached: price("cachedInput", cachedTokens),
      fresh: price("input", Math.max(0, inputTokens - cachedTokens - cacheWriteTokens)) + price("cacheWrite", cacheWriteTokens),
      output: price("output", reply),
      thinking: price("output", tokens.thinking),
    };
    const whole = turn.withoutTrimming?.inputTokens ?? inputTokens;
    const wholeCost = price("input", whole) + cost.output + cost.thinking;
    return {
      model: turn.model,
      at: turn.createdAt,
      state: turn.state,
      tokens: { ...tokens, whole: saving(sum(tokens), whole + sum(tokens) - inputTokens) },
      cost: { ...cost, whole: saving(sum(cost), wholeCost) },
      used: sum(cost),
      wholeCost,
      paid: turn.cost ? Number(turn.cost.amount) : null,
      currency: turn.cost?.currency ?? "USD",
      thinks: reasoningTokens > 0,
    };
  }

  #draw(turns, total, more) {
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.id : "";
    const parts = PARTS.filter(({ name }) => name !== "thinking" || turns.some(({ thinks }) => thinks));
    const shown = turns.slice(-DRAWN);
    const written = this.#kind === "cost" ? (value) => money(value, turns[0]?.currency) : short;
    this.#body.replaceChildren(
      ...this.#summary(turns, total, more),
      this.#choice(),
      turns.length === 0 ? h("p", { class: "note" }, "No turn has ended yet.") : plot({
        bars: shown.map((turn, at) => ({
          label: `Turn ${turns.length - shown.length + at + 1}`, values: parts.map((part) => turn[this.#kind][part.name]), ghost: turn[this.#kind].whole,
        })),
        parts, written, label: `${this.#kind === "cost" ? "Cost" : "Tokens"} of each turn`,
      }),
      h("ul", { class: "legend" }, ...parts.map((part) => h("li", {}, h("i", { class: `swatch ${part.name}` }), part.label)),
        shown.some((turn) => turn[this.#kind].whole > 0) ? h("li", {}, h("i", { class: "swatch whole" }), "Without trimming and caching") : null),
      table(shown, parts),
    );
    if (focused) {
      document.getElementById(focused)?.focus();
    }
  }

  #summary(turns, total, more) {
    const currency = total.cost?.currency ?? "USD";
    const paid = total.cost ? Number(total.cost.amount) : null;
    const { inputTokens, cachedTokens, outputTokens } = total.usage;
    const beside = total.beside.cost ? Number(total.beside.cost.amount) : 0;
    return [
      h("p", { class: "figure" }, h("strong", {}, paid === null ? count(inputTokens + outputTokens) : money(paid, currency)), ` for ${plural(total.turns, "turn")}`),
      // What summaries have cost is no saving, and is known only of all turns together.
      ...(paid === null || (more && beside > 0) ? [] : savedOf(turns, beside, currency, more)),
      h("dl", { class: "rows" },
        h("dt", {}, "Input"), h("dd", {}, `${count(inputTokens)} tokens, ${percent(cachedTokens, inputTokens)} of them cached`),
        h("dt", {}, "Output"), h("dd", {}, `${plural(outputTokens, "token")}${total.usage.reasoningTokens > 0 ? `, ${count(total.usage.reasoningTokens)} of them thinking` : ""}`),
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

/** What has been saved, of the same turns at the same prices. */
function savedOf(turns, beside, currency, more) {
  const used = turns.reduce((all, turn) => all + turn.used, beside);
  const whole = saving(used, turns.reduce((all, turn) => all + turn.wholeCost, 0));
  const which = more ? ` (in the newest ${count(turns.length)} turns)` : "";
  return whole === 0 ? [] : [h("p", { class: "saved" }, h("strong", {}, percent(whole - used, whole)),
    ` less than the ${money(whole, currency)} that sending all messages, uncached, would have cost${which}.`)];
}

/** What it would have been where that is worth a word, else 0. */
function saving(used, whole) {
  return whole > 0 && whole - used >= whole * LEAST_SAVING ? whole : 0;
}

function sum(parts) {
  return Object.values(parts).reduce((all, part) => all + part, 0);
}

/** The same in words. */
function table(turns, parts) {
  const thinking = parts.some(({ name }) => name === "thinking");
  const saved = turns.some((turn) => turn.cost.whole > 0);
  const head = ["Model", "Cached", "Input", "Output", ...(thinking ? ["Thinking"] : []), "Cost", ...(saved ? ["All, uncached"] : [])];
  const row = ({ model, tokens, cost, paid, currency }) => [model ?? "", count(tokens.cached), count(tokens.cached + tokens.fresh), count(tokens.output),
    ...(thinking ? [count(tokens.thinking)] : []), paid === null ? "" : money(paid, currency), ...(saved ? [cost.whole > 0 ? money(cost.whole, currency) : ""] : [])];
  return h("details", { class: "as-table" }, h("summary", {}, "Show as a table"), h("div", { class: "table", tabindex: "0", role: "group", "aria-label": "Turns" },
    h("table", {}, h("thead", {}, h("tr", {}, ...head.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, ...turns.map((turn) => h("tr", {}, ...row(turn).map((value) => h("td", {}, value))))))));
}
