/** The fields in which the context policies of a conversation are chosen. */
import { button, h } from "./dom.js";
import { POLICIES } from "./policies.js";

const MOST = 3;

export class PolicyFields {
  #policies;
  element = h("div", { class: "policies" });

  /** @param {{policy: string}[] | undefined} policies Those of the settings; without any the standard one is shown. */
  constructor(policies) {
    this.#policies = structuredClone(policies?.length > 0 ? policies : [{ policy: "token-budget" }]);
    this.#draw();
  }

  /** What is chosen now. */
  get value() {
    return structuredClone(this.#policies);
  }

  #draw() {
    this.element.replaceChildren(...this.#policies.map((policy, at) => this.#entry(policy, at)),
      this.#policies.length < MOST ? button("plus", "Add a policy", () => this.#add(), { text: true, class: "quiet add" }) : "");
  }

  #entry(policy, at) {
    const { about, parameters } = POLICIES[policy.policy];
    return h("div", { class: "policy" },
      h("div", { class: "row" }, this.#select(policy, at), this.#policies.length > 1
        ? button("close", `Remove policy ${at + 1}`, () => this.#remove(at), { class: "quiet" }) : null),
      h("p", { class: "note" }, about),
      ...Object.entries(parameters).map(([name, [label, standard]]) => parameterField(policy, at, name, label, standard)));
  }

  #select({ policy }, at) {
    const options = Object.entries(POLICIES).map(([value, { name }]) => h("option", { value }, name));
    const select = h("select", { id: `policy-${at}`, "aria-label": `Policy ${at + 1}` }, ...options);
    select.value = policy;
    select.addEventListener("change", () => {
      this.#policies[at] = { policy: select.value };
      this.#draw();
      document.getElementById(select.id)?.focus();
    });
    return select;
  }

  #add() {
    this.#policies.push({ policy: Object.keys(POLICIES).find((policy) => !this.#policies.some((each) => each.policy === policy)) });
    this.#draw();
  }

  #remove(at) {
    this.#policies.splice(at, 1);
    this.#draw();
  }
}

function parameterField(policy, at, name, label, standard) {
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
