/** The settings of a conversation: what the model is told each time, and how its context is chosen. */
import { button, h } from "./dom.js";
import { POLICIES } from "./policies.js";
import { ruleInWords } from "./words.js";

const UNSAVED = "These changes are not saved yet.";

export class Settings {
  #page;
  #body = null;
  #conversation = null;
  #policies = [];
  #said = "";
  /**
   * Forms with changes that are not saved, also of conversations that are not shown.
   * @type {{conversation: any, form: HTMLFormElement, policies: any[]}[]}
   */
  #unsaved = [];

  /** @param {object} page `refused(error)`, `unsaved(any)`. */
  constructor(page) {
    this.#page = page;
    addEventListener("beforeunload", (event) => {
      // A page that lets go of its owner has taken all of its parts away, and asks nothing.
      if (this.#unsaved.length > 0 && document.getElementById("panel") !== null) {
        event.preventDefault();
      }
    });
  }

  open(body, conversation) {
    this.#body = body;
    this.#conversation = conversation;
    this.#said = "";
    const kept = this.#kept();
    if (kept === undefined) {
      this.#draw();
      return;
    }
    // What was written before is there again.
    kept.conversation = conversation;
    this.#policies = kept.policies;
    body.replaceChildren(kept.form);
  }

  close() {
  }

  /** Shows what others have changed, unless something has been changed here that is not saved. */
  changed(what) {
    if (what === "settings" && this.#kept() === undefined) {
      this.#draw();
    }
  }

  /** Nothing of this conversation can be saved any more. */
  forget(id) {
    this.#unsaved = this.#unsaved.filter(({ conversation }) => conversation.id !== id);
    this.#page.unsaved(this.#unsaved.length > 0);
  }

  /** What is not saved of the conversation that is shown. It may have got its id since. */
  #kept() {
    return this.#unsaved.find(({ conversation }) => conversation.id === this.#conversation.id);
  }

  #touch(form, told) {
    if (this.#kept() === undefined) {
      this.#unsaved.push({ conversation: this.#conversation, form, policies: this.#policies });
      this.#page.unsaved(true);
    }
    this.#said = "";
    told.textContent = UNSAVED;
    form.classList.add("unsaved");
  }

  #discard() {
    this.forget(this.#conversation.id);
    this.#said = "";
    this.#draw();
    this.#body.querySelector("textarea")?.focus();
  }

  #draw() {
    const { settings } = this.#conversation;
    this.#policies = settings.context?.length > 0 ? settings.context.map((each) => ({ ...each })) : [{ policy: "token-budget" }];
    const prompt = h("textarea", { id: "system-prompt", rows: "6", placeholder: "You are …" });
    prompt.value = settings.systemPrompt ?? "";
    const facts = h("textarea", { id: "facts", rows: "4", placeholder: "One fact per line" });
    facts.value = (settings.facts ?? []).join("\n");
    const temperature = h("input", { id: "temperature", type: "number", min: "0", max: "2", step: "0.1", placeholder: "the model's" });
    temperature.value = settings.temperature ?? "";
    const longest = h("input", { id: "max-output", type: "number", min: "1", step: "1", placeholder: "the model's" });
    longest.value = settings.maxOutputTokens ?? "";
    const policies = h("div", { class: "policies" });
    this.#drawPolicies(policies);
    // The feed tells of one's own change too, and what is drawn anew then still says that it is saved.
    const told = h("p", { class: "note", role: "status" }, this.#said);
    const form = h("form", { class: "settings", novalidate: true },
      field("System prompt", "system-prompt", prompt, "The instructions that the model gets in every turn."),
      field("Facts", "facts", facts, "Facts that the model gets in every turn. They are data, not instructions."),
      h("fieldset", {}, h("legend", {}, "Context"), policies, h("p", { class: "problem", dataset: { of: "context" } })),
      h("div", { class: "pair" }, field("Temperature", "temperature", temperature), field("Longest reply (tokens)", "maxOutputTokens", longest, "", "max-output")),
      h("div", { class: "row" }, told, h("button", { type: "button", class: "discard", on: { click: () => this.#discard() } }, "Discard"),
        h("button", { type: "submit", id: "save", class: "main" }, "Save")));
    form.addEventListener("input", ({ target }) => {
      this.#touch(form, told);
      placeOf(form, target).textContent = "";
    });
    form.addEventListener("click", ({ target }) => {
      if (target.closest("fieldset button")) {
        this.#touch(form, told);
        form.querySelector("[data-of=context]").textContent = "";
      }
    });
    const written = () => ({
      systemPrompt: prompt.value.trim() === "" ? null : prompt.value,
      facts: facts.value.split("\n").map((fact) => fact.trim()).filter(Boolean),
      context: this.#policies,
      temperature: numberOf(temperature),
      maxOutputTokens: numberOf(longest),
    });
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.id : "";
    const shown = JSON.parse(JSON.stringify(written()));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      // What others have changed since stays as it is.
      void this.#save(form, told, changesOf(shown, written()));
    });
    this.#body.replaceChildren(form);
    if (focused) {
      document.getElementById(focused)?.focus();
    }
  }

  #drawPolicies(element) {
    const again = () => this.#drawPolicies(element);
    element.replaceChildren(...this.#policies.map((each, at) => {
      const select = h("select", { id: `policy-${at}`, "aria-label": `Policy ${at + 1}` }, ...Object.entries(POLICIES).map(([policy, { name }]) => h("option", { value: policy }, name)));
      select.value = each.policy;
      select.addEventListener("change", () => {
        this.#policies[at] = { policy: select.value };
        again();
        document.getElementById(select.id)?.focus();
      });
      return h("div", { class: "policy" },
        h("div", { class: "row" }, select, this.#policies.length > 1 ? button("close", `Remove policy ${at + 1}`, () => {
          this.#policies.splice(at, 1);
          again();
        }, { class: "quiet" }) : null),
        h("p", { class: "note" }, POLICIES[each.policy].about),
        ...Object.entries(POLICIES[each.policy].parameters).map(([name, [label, standard]]) => this.#parameter(each, at, name, label, standard)));
    }), this.#policies.length < 3 ? button("plus", "Add a policy", () => {
      this.#policies.push({ policy: Object.keys(POLICIES).find((policy) => !this.#policies.some((each) => each.policy === policy)) });
      again();
    }, { text: true, class: "quiet add" }) : "");
  }

  #parameter(policy, at, name, label, standard) {
    const input = h("input", { id: `policy-${at}-${name}`, type: "number", min: "1", step: "1", placeholder: standard ?? "all that fit" });
    input.value = policy[name] ?? "";
    input.addEventListener("input", () => {
      if (input.value === "") {
        delete policy[name];
      } else {
        policy[name] = Number(input.value);
      }
    });
    return h("label", { class: "parameter" }, label, input);
  }

  async #save(form, told, patch) {
    const conversation = this.#conversation;
    form.querySelectorAll("[data-of]").forEach((place) => (place.textContent = ""));
    try {
      await conversation.change(patch);
      this.#unsaved = this.#unsaved.filter((each) => each.form !== form);
      this.#page.unsaved(this.#unsaved.length > 0);
      if (form.isConnected) {
        this.#said = conversation.id === null ? "Kept for the first message." : "Saved. The settings take effect with the next turn.";
        this.#draw();
      }
    } catch (error) {
      told.textContent = UNSAVED;
      const broken = (error.problem?.errors ?? []).map(ruleInWords)
        .map(({ field, sentence }) => ({ place: form.querySelector(`[data-of="${CSS.escape(field)}"]`), sentence }));
      broken.filter(({ place }) => place !== null).forEach(({ place, sentence }) => (place.textContent = sentence));
      if (!broken.some(({ place }) => place !== null)) {
        this.#page.refused(error);
      }
    }
  }
}

/** Where it is said what is wrong with a field. */
function placeOf(form, input) {
  return input.closest(".field")?.querySelector("[data-of]") ?? form.querySelector("[data-of=context]");
}

function changesOf(before, after) {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));
}

function field(label, name, input, about = "", id = name) {
  const key = { "system-prompt": "systemPrompt" }[name] ?? name;
  return h("div", { class: "field" }, h("label", { for: id }, label), input, about ? h("p", { class: "note" }, about) : null,
    h("p", { class: "problem", dataset: { of: key }, role: "alert" }));
}

function numberOf(input) {
  return input.value === "" ? null : Number(input.value);
}
