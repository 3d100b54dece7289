/** The form in which the settings of one conversation are changed. */
import { h } from "./dom.js";
import { PolicyFields } from "./policy-fields.js";
import { ruleInWords } from "./words.js";

const UNSAVED = "These changes are not saved yet.";

export class SettingsForm {
  #fields;
  #policies;
  #status;
  /** What is stored, as far as this form knows. */
  #stored;

  /**
   * @param {any} settings Those of the conversation.
   * @param {string} status What is said about them at first.
   * @param {{touched: () => void, save: () => void, discard: () => void}} actions
   */
  constructor(settings, status, actions) {
    this.#fields = fieldsOf(settings);
    this.#policies = new PolicyFields(settings.context);
    this.#status = h("p", { class: "note", role: "status" }, status);
    this.element = this.#draw(actions.discard);
    this.#listen(actions);
    this.#stored = this.written();
  }

  /** What stands in the form at this moment. */
  written() {
    const { prompt, facts, temperature, longest } = this.#fields;
    return {
      systemPrompt: prompt.value.trim() === "" ? null : prompt.value,
      facts: facts.value.split("\n").map((fact) => fact.trim()).filter(Boolean),
      context: this.#policies.value,
      temperature: numberOf(temperature),
      maxOutputTokens: numberOf(longest),
    };
  }

  /** What of it is not stored. What others have changed since the form was drawn is not among it. */
  changes(written = this.written()) {
    return Object.fromEntries(Object.entries(written).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(this.#stored[name])));
  }

  /** Takes note that this has been stored. @returns {boolean} Whether it is all that stands in the form. */
  stored(written) {
    this.#stored = written;
    return Object.keys(this.changes()).length === 0;
  }

  /** Says that there are changes that are not stored. */
  showUnsaved() {
    this.#status.textContent = UNSAVED;
    this.element.classList.add("unsaved");
  }

  clearProblems() {
    this.element.querySelectorAll("[data-of]").forEach((place) => (place.textContent = ""));
  }

  /** Says at its fields what the service has refused. @returns {boolean} Whether there is a field for any of it. */
  showProblems(error) {
    const broken = (error.problem?.errors ?? []).map(ruleInWords)
      .map(({ field, sentence }) => ({ place: this.element.querySelector(`[data-of="${CSS.escape(field)}"]`), sentence }))
      .filter(({ place }) => place !== null);
    broken.forEach(({ place, sentence }) => (place.textContent = sentence));
    return broken.length > 0;
  }

  #draw(discard) {
    const { prompt, facts, temperature, longest } = this.#fields;
    return h("form", { class: "settings", novalidate: true },
      field("System prompt", "systemPrompt", prompt, "The instructions that the model gets in every turn."),
      field("Facts", "facts", facts, "Facts that the model gets in every turn. They are data, not instructions."),
      h("fieldset", {}, h("legend", {}, "Context"), this.#policies.element, h("p", { class: "problem", dataset: { of: "context" } })),
      h("div", { class: "pair" }, field("Temperature", "temperature", temperature), field("Longest reply (tokens)", "maxOutputTokens", longest)),
      h("div", { class: "row" }, this.#status, h("button", { type: "button", class: "discard", on: { click: discard } }, "Discard"),
        h("button", { type: "submit", id: "save", class: "main" }, "Save")));
  }

  #listen({ touched, save }) {
    this.element.addEventListener("input", ({ target }) => {
      touched();
      this.#placeOf(target).textContent = "";
    });
    this.element.addEventListener("click", ({ target }) => {
      if (target.closest("fieldset button")) {
        touched();
        this.element.querySelector("[data-of=context]").textContent = "";
      }
    });
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      save();
    });
  }

  /** Where it is said what is wrong with a field. */
  #placeOf(input) {
    return input.closest(".field")?.querySelector("[data-of]") ?? this.element.querySelector("[data-of=context]");
  }
}

function fieldsOf({ systemPrompt, facts, temperature, maxOutputTokens }) {
  return {
    prompt: filled(h("textarea", { id: "system-prompt", rows: "6", placeholder: "You are …" }), systemPrompt),
    facts: filled(h("textarea", { id: "facts", rows: "4", placeholder: "One fact per line" }), (facts ?? []).join("\n")),
    temperature: filled(h("input", { id: "temperature", type: "number", min: "0", max: "2", step: "0.1", placeholder: "the model's" }), temperature),
    longest: filled(h("input", { id: "max-output", type: "number", min: "1", step: "1", placeholder: "the model's" }), maxOutputTokens),
  };
}

function filled(input, value) {
  input.value = value ?? "";
  return input;
}

function field(label, name, input, about = "") {
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input, about ? h("p", { class: "note" }, about) : null,
    h("p", { class: "problem", dataset: { of: name }, role: "alert" }));
}

function numberOf(input) {
  return input.value === "" ? null : Number(input.value);
}
