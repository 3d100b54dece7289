/** The panel beside a conversation: its context, its meter or its settings. */
import { cover, covers, uncover } from "./cover.js";
import { button, draw, h } from "./dom.js";
import { Inspector } from "./inspector.js";
import { Meter } from "./meter.js";
import { Settings } from "./settings.js";
import { keep, recall } from "./storage.js";

export class Panel {
  #element = document.getElementById("panel");
  #body = h("div", { class: "panel-body" });
  #title = h("h2", { id: "panel-title" });
  #views;
  #settings;
  #buttons = new Map();
  #shown = null;
  #conversation = null;

  /**
   * @param {import("../parley-client.js").ParleyClient} client
   * @param {import("./models.js").Models} models
   * @param {HTMLElement} switches Where its buttons go.
   * @param {object} page `draft()`, `thread`, `reveal(message)`, `refused(error)`.
   */
  constructor(client, models, switches, page) {
    this.#settings = new Settings({ ...page, unsaved: (any) => this.#markUnsaved(any) });
    this.#views = new Map([
      ["context", { label: "Context", title: "What is sent to the model", view: new Inspector(client, page) }],
      ["meter", { label: "Usage", title: "Tokens and cost", view: new Meter(client, models, page) }],
      ["settings", { label: "Settings", title: "Settings", view: this.#settings }],
    ]);
    for (const [name, { label }] of this.#views) {
      const made = h("button", {
        type: "button", id: `show-${name}`, class: "quiet", "aria-pressed": "false", "aria-controls": "panel", on: { click: () => this.#toggle(name) },
      }, draw(name), h("span", {}, label));
      this.#buttons.set(name, made);
      switches.append(made);
    }
    this.#element.append(h("div", { class: "panel-head" }, this.#title, button("close", "Close", () => this.#toggle(this.#shown), { class: "quiet" })), this.#body);
    this.#element.addEventListener("keydown", (event) => event.key === "Escape" && this.#toggle(this.#shown));
    const last = recall("panel");
    if (this.#views.has(last) && matchMedia("(min-width: 75rem)").matches) {
      this.#show(last);
    }
  }

  /** Is about another conversation now. */
  open(conversation) {
    this.#conversation = conversation;
    for (const event of ["change", "settings"]) {
      conversation.addEventListener(event, () => this.#conversation === conversation && this.#view?.changed(event));
    }
    this.#view?.open(this.#body, conversation);
  }

  /** Closes where it covers the conversation. */
  giveWay() {
    if (this.#shown !== null && covers()) {
      this.#toggle(this.#shown);
    }
  }

  /** A conversation has been erased. */
  forget(id) {
    this.#settings.forget(id);
  }

  #markUnsaved(any) {
    const made = this.#buttons.get("settings");
    made.classList.toggle("unsaved", any);
    any ? made.setAttribute("aria-label", "Settings, with changes that are not saved") : made.removeAttribute("aria-label");
    made.title = any ? "Some changes are not saved" : "";
  }

  /** Something is being written. */
  drafted() {
    this.#view?.changed("draft");
  }

  get #view() {
    return this.#shown === null ? null : this.#views.get(this.#shown).view;
  }

  #toggle(name) {
    const was = this.#shown;
    this.#view?.close();
    this.#show(was === name ? null : name);
    keep("panel", this.#shown);
    (this.#shown === null ? this.#buttons.get(was) : this.#element.querySelector("button"))?.focus();
  }

  #show(name) {
    this.#shown = name;
    this.#element.hidden = name === null;
    document.body.classList.toggle("with-panel", name !== null);
    this.#buttons.forEach((made, each) => made.setAttribute("aria-pressed", String(each === name)));
    if (name === null) {
      uncover(this.#element);
    } else {
      cover(this.#element, () => this.giveWay());
      this.#title.textContent = this.#views.get(name).title;
      this.#body.replaceChildren();
      if (this.#conversation !== null) {
        this.#view.open(this.#body, this.#conversation);
      }
    }
  }
}
