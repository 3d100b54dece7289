/** The settings of a conversation: what the model is told each time, and how its context is chosen. */
import { button, h } from "./dom.js";
import { POLICIES } from "./policies.js";

export class Settings {
  #page;
  #body = null;
  #conversation = null;
  #policies = [];
  #touched = false;
  #said = "";

  /** @param {object} page `refused(error)`. */
  constructor(page) {
    this.#page = page;
  }

  open(body, conversation) {
    this.#body = body;
    this.#conversation = conversation;
    this.#said = "";
    this.#draw();
  }

  close() {
  }

  /** Shows what others have changed, unless something has been changed here that is not saved. */
  changed(what) {
    if (what === "settings" && !this.#touched) {
      this.#draw();
    }
  }

  #draw() {
    this.#touched = false;
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
      h("div", { class: "row" }, told, h("button", { type: "submit", class: "main" }, "Save")));
    form.addEventListener("input", () => {
      this.#touched = true;
      this.#said = "";
    });
    form.addEventListener("click", (event) => (this.#touched ||= event.target.closest("fieldset button") !== null));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save(form, told, {
        systemPrompt: prompt.value.trim() === "" ? null : prompt.value,
        facts: facts.value.split("\n").map((fact) => fact.trim()).filter(Boolean),
        context: this.#policies,
        temperature: numberOf(temperature),
        maxOutputTokens: numberOf(longest),
      });
    });
    this.#body.replaceChildren(form);
  }

  #drawPolicies(element) {
    const again = () => this.#drawPolicies(element);
    element.replaceChildren(...this.#policies.map((each, at) => {
      const select = h("select", { id: `policy-${at}`, "aria-label": `Policy ${at + 1}` }, ...Object.keys(POLICIES).map((policy) => h("option", { value: policy }, policy)));
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
    form.querySelectorAll("[data-of]").forEach((place) => (place.textContent = ""));
    try {
      await this.#conversation.change(patch);
      this.#touched = false;
      this.#said = this.#conversation.id === null ? "Kept for the first message." : "Saved. The settings take effect with the next turn.";
      told.textContent = this.#said;
    } catch (error) {
      told.textContent = "";
      const errors = error.problem?.errors ?? [];
      const placed = errors.filter(({ pointer, detail }) => {
        const place = form.querySelector(`[data-of="${pointer.split("/")[1]}"]`);
        if (place) {
          place.textContent = `${pointer.split("/").slice(2).join(" ")} ${detail}`.trim();
        }
        return place;
      });
      if (placed.length === 0) {
        this.#page.refused(error);
      }
    }
  }
}

function field(label, name, input, about = "", id = name) {
  const key = { "system-prompt": "systemPrompt" }[name] ?? name;
  return h("div", { class: "field" }, h("label", { for: id }, label), input, about ? h("p", { class: "note" }, about) : null,
    h("p", { class: "problem", dataset: { of: key }, role: "alert" }));
}

function numberOf(input) {
  return input.value === "" ? null : Number(input.value);
}
