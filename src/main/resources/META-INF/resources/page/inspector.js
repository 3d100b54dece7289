/** The context inspector: what the next turn will send, and why. */
import { adaptationNotes } from "./adaptations.js";
import { h } from "./dom.js";
import { measured } from "./figures.js";
import { count, excerpt, money, percent, plural, short, textOf } from "./format.js";
import { describe, POLICIES } from "./policies.js";
import { inWords } from "./words.js";

const PAUSE_MILLIS = 300;
/** Pieces of a bar beyond which neighbours of one kind are drawn as one. */
const MOST_PIECES = 120;
const KINDS = {
  tools: "Tools", system: "System prompt", facts: "Facts", summary: "Summary", user: "You", assistant: "Replies", tool: "Tool results",
  retrieved: "Retrieved", message: "Messages",
};
const STATUSES = {
  kept: "sent as it is", summarised: "in the summary", retrieved: "retrieved", omitted: "left out",
};

export class Inspector {
  #client;
  #page;
  #body = null;
  #conversation = null;
  #timer = 0;
  #asked = 0;
  #tried = "";
  #about = null;

  /** @param {import("../parley-client.js").ParleyClient} client @param {object} page `draft()`, `thread`, `refused(error)`. */
  constructor(client, page) {
    this.#client = client;
    this.#page = page;
  }

  open(body, conversation) {
    this.#body = body;
    this.#conversation = conversation;
    this.#tried = "";
    this.#about = null;
    void this.#look();
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked++;
    this.#page.thread.mark(null);
  }

  /** Looks again, once nothing has changed for a moment. */
  changed(what) {
    const about = this.#subject();
    if (what === "draft" || what === "settings" || about !== this.#about) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#look(), PAUSE_MILLIS);
    }
  }

  /** What the context depends on beside settings and draft. */
  #subject() {
    const last = this.#conversation.messages.at(-1);
    return `${this.#conversation.id}|${last?.id}|${last?.updatedAt}|${this.#conversation.messages.length}|${this.#conversation.running !== null}|${this.#conversation.spending.size}`;
  }

  async #look() {
    const conversation = this.#conversation;
    const asked = ++this.#asked;
    this.#about = this.#subject();
    if (conversation.id === null) {
      this.#body.replaceChildren(h("p", { class: "note" }, "Send a message first. Then this list shows for each message whether it is sent to the model."));
      return;
    }
    const draft = this.#page.draft();
    const turn = { ...(draft && !conversation.running ? { content: draft } : {}), ...(this.#tried ? { context: [{ policy: this.#tried }] } : {}) };
    try {
      const preview = await this.#client.context(conversation.id, Object.keys(turn).length > 0 ? turn : undefined);
      if (asked === this.#asked) {
        this.#draw(measured(preview, conversation.messages, conversation.spending), draft !== "");
      }
    } catch (error) {
      if (asked === this.#asked) {
        // It is tried again with the next change.
        this.#about = null;
        this.#body.replaceChildren(h("p", { class: "note" }, inWords(error)));
      }
    }
  }

  #draw(preview, withDraft) {
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = this.#body.scrollTop;
    this.#page.thread.mark(new Map(preview.messages.map((message) => [message.id, message.status])));
    this.#body.replaceChildren(
      h("p", { class: "figure" }, h("strong", {}, count(preview.sent.tokens)), ` tokens in ${plural(preview.sent.messages, "message")}`),
      h("p", { class: "note" }, `${withDraft ? "With your draft, " : ""}for ${preview.model} · ${describe(preview.policies)}`),
      this.#bars(preview),
      this.#figures(preview),
      this.#trial(),
      this.#list(preview),
      ...this.#adaptations(preview),
    );
    this.#body.scrollTop = scrolled;
    if (focused) {
      document.getElementById(focused)?.focus();
    }
  }

  #bars(preview) {
    const { contextWindow, outputReserve, ceiling } = preview.window;
    const pieces = piecesOf(preview.segments);
    const sent = preview.sent.tokens;
    const parts = Object.entries(Object.groupBy(pieces, (piece) => piece.kind))
      .map(([kind, each]) => `${KINDS[kind]} ${count(each.reduce((sum, piece) => sum + piece.tokens, 0))}`);
    const told = `${count(sent)} of ${count(contextWindow)} tokens of the context window: ${parts.join(", ")}; ${count(preview.cache.expectedTokens)} tokens expected in the cache`;
    return h("figure", { class: "bars" },
      h("div", { role: "img", "aria-label": told },
        h("div", { class: "bar window" }, ...pieces.map((piece) => drawn(piece)), grow(h("i", { class: "free" }), Math.max(0, contextWindow - outputReserve - sent)),
          grow(h("i", { class: "reserve", title: `${count(outputReserve)} tokens reserved for the reply` }), outputReserve)),
        h("div", { class: "scale" }, h("span", {}, `${percent(sent, contextWindow)} of the window`),
          h("span", {}, ceiling < contextWindow - outputReserve ? `at most ${short(ceiling)} · ${short(contextWindow)}` : short(contextWindow))),
        h("div", { class: "bar large" }, ...pieces.map((piece) => drawn(piece))),
        h("div", { class: "cache-line" }, grow(h("i", { class: "known" }), preview.cache.expectedTokens), grow(h("i", {}), Math.max(0, sent - preview.cache.expectedTokens)))),
      h("figcaption", {}, h("ul", { class: "legend" }, ...[...new Set(pieces.map((piece) => piece.kind))].map((kind) => h("li", {},
        h("i", { class: `swatch ${kind}` }), KINDS[kind], " ", h("b", {}, short(pieces.filter((piece) => piece.kind === kind).reduce((sum, piece) => sum + piece.tokens, 0))))),
      h("li", {}, h("i", { class: "swatch known" }), "Cached ", h("b", {}, short(preview.cache.expectedTokens))))));
  }

  #figures(preview) {
    const { cost, withoutTrimming, cache } = preview;
    const why = {
      first: "Nothing has been sent yet.", idle: "The cache has expired since the last turn.", model: "The model has changed.", settings: "The settings have changed.",
    }[cache.cold] ?? (cache.difference ? `The request differs from the last one, beginning with ${this.#called(cache.difference)}.` : null);
    const rows = [
      ["Input of this turn", cost ? `about ${money(Number(cost.amount), cost.currency)}` : "price unknown"],
      // Where all is sent and nothing cached there is nothing to compare.
      withoutTrimming.tokens > preview.sent.tokens || cache.expectedTokens > 0 ? ["All messages, uncached", `${short(withoutTrimming.tokens)} tokens${withoutTrimming.cost ? `, ${money(Number(withoutTrimming.cost.amount), withoutTrimming.cost.currency)}` : ""}`] : null,
      ["In the provider's cache", cache.expectedTokens > 0 ? percent(cache.expectedTokens, preview.sent.tokens) : "nothing"],
      ...(why ? [["", why]] : []),
      ...(cache.cut ? [["", "The history begins later than in the last request, so the cache must be filled again."]] : []),
    ];
    return h("dl", { class: "rows" }, ...rows.filter(Boolean).flatMap(([name, value]) => (name ? [h("dt", {}, name), h("dd", {}, value)] : [h("dd", { class: "why" }, value)])));
  }

  /** What people call a part of a request. */
  #called(part) {
    const message = this.#conversation.messages.find(({ id }) => `message ${id}` === part);
    if (message) {
      const text = excerpt(textOf(message.content), 30);
      return text ? `the message “${text}”` : "a message without text";
    }
    return KINDS[part] ? `the ${KINDS[part].toLowerCase()}` : "an earlier message";
  }

  /** Looks at the same with another policy. */
  #trial() {
    const select = h("select", { id: "trial" }, h("option", { value: "" }, "as in the settings"), ...Object.entries(POLICIES).map(([policy, { name }]) => h("option", { value: policy }, name)));
    select.value = this.#tried;
    select.addEventListener("change", () => {
      this.#tried = select.value;
      void this.#look();
    });
    const use = h("button", { type: "button", id: "use-trial", hidden: this.#tried === "" }, "Use this policy");
    use.addEventListener("click", () => {
      const context = [{ policy: this.#tried }];
      this.#tried = "";
      const conversation = this.#conversation;
      void conversation.change({ context }).catch((error) => conversation === this.#conversation && this.#page.refused(error));
    });
    return h("div", { class: "trial" }, h("label", { for: "trial" }, "Policy"), select, use);
  }

  /** Lists the differences between the sent history and the stored one. */
  #adaptations({ adaptations }) {
    const heading = "What is changed for the provider";
    const notes = adaptationNotes(adaptations, ({ id }) => `#${this.#conversation.id}/${id}`);
    return notes.length > 0 ? [h("section", { class: "fates", "aria-label": heading }, h("h3", {}, heading), ...notes)] : [];
  }

  #list(preview) {
    const texts = new Map(this.#conversation.messages.map((message) => [message.id, textOf(message.content) || "(no text)"]));
    const rows = preview.messages.map(({ id, role, tokens, status }) => {
      const text = id === null ? this.#page.draft() : texts.get(id) ?? "";
      const inside = [h("span", { class: "state" }, STATUSES[status]), h("span", { class: "who" }, role === "user" ? "You" : role === "tool" ? "Tool" : "Reply"),
        h("span", { class: "excerpt" }, id === null ? `${excerpt(text, 80)} (not sent yet)` : excerpt(text, 80)), h("span", { class: "tokens" }, count(tokens))];
      return h("li", { class: status }, id !== null && texts.has(id)
        ? h("button", { type: "button", on: { click: () => this.#page.reveal(id) } }, ...inside) : h("span", { class: "row" }, ...inside));
    });
    const before = preview.segments.filter((segment) => segment.kind !== "message" && segment.kind !== "retrieved").map((segment) => h("li", { class: "kept fixed" },
      h("span", { class: "row" }, h("span", { class: "state" }, segment.cached ? "cached" : "always"), h("span", { class: "who" }, KINDS[segment.kind]), h("span", { class: "excerpt" },
        segment.kind === "summary" && preview.summarised ? `of ${plural(preview.summarised.messages, "message")}, ${count(preview.summarised.tokens)} tokens` : ""),
      h("span", { class: "tokens" }, count(segment.tokens)))));
    const older = preview.older.messages > 0
      ? [h("li", { class: "omitted" }, h("span", { class: "row" }, h("span", { class: "state" }, preview.summarised ? "in the summary" : "left out"), h("span", { class: "who" }, "Older"),
        h("span", { class: "excerpt" }, plural(preview.older.messages, "message")), h("span", { class: "tokens" }, count(preview.older.tokens))))] : [];
    return h("section", { class: "fates", "aria-label": "What happens to each message" }, h("h3", {}, "What happens to each message"),
      h("ol", {}, before, older, rows));
  }
}

/** What is sent as pieces of a bar, in its order. */
function piecesOf(segments) {
  const pieces = segments.map(({ kind, role, tokens, cached }) => ({ kind: kind === "message" ? role ?? "message" : kind, tokens, cached }));
  if (pieces.length <= MOST_PIECES) {
    return pieces;
  }
  return pieces.reduce((merged, piece) => {
    const last = merged.at(-1);
    if (last?.kind === piece.kind || merged.length >= MOST_PIECES) {
      last.tokens += piece.tokens;
    } else {
      merged.push({ ...piece });
    }
    return merged;
  }, []);
}

function drawn({ kind, tokens, cached }) {
  return grow(h("i", { class: `${kind}${cached ? " cached" : ""}`, title: `${KINDS[kind]}: ${plural(tokens, "token")}${cached ? ", cached" : ""}` }), tokens);
}

function grow(element, share) {
  element.style.setProperty("flex-grow", String(share));
  return element;
}
