/** The catalogue of models. */
import { h } from "./dom.js";
import { short } from "./format.js";

export class Models {
  #client;
  #all = [];
  #loading = null;

  /** @param {import("../parley-client.js").ParleyClient} client */
  constructor(client) {
    this.#client = client;
  }

  /** Reads it, unless it is there or on its way. */
  load() {
    this.#loading ??= this.#read().catch((error) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  async #read() {
    this.#all = (await this.#client.models()).data;
  }

  /** The one of a name, or the default where there is no name. */
  find(name) {
    return this.#all.find((model) => (name ? model.id === name : model.default));
  }

  /** Whether a model can look at pictures; an unknown one may. */
  sees(name) {
    return this.find(name)?.abilities.includes("images") ?? true;
  }

  /** Which pictures a message may have, see `pictures` of a model in the OpenAPI: the same for each model that takes any. */
  async pictures() {
    await this.load();
    const limits = this.#all.find((model) => model.pictures)?.pictures;
    if (!limits) {
      throw new Error("No model of this server takes pictures.");
    }
    return limits;
  }

  /** All that can answer, for a list to choose from. */
  configured() {
    return this.#all.filter((model) => model.configured);
  }

  /** Fills a list to choose from. */
  fill(select, chosen) {
    const standard = this.find("");
    const groups = Map.groupBy(this.#all, (model) => model.provider);
    const usable = (models) => (models.some((model) => model.configured) ? 0 : 1);
    select.replaceChildren(
      h("option", { value: "" }, standard ? `${standard.id} (default)` : "Default model"),
      ...[...groups].sort(([, a], [, b]) => usable(a) - usable(b)).map(([provider, models]) => h("optgroup", { label: usable(models) ? `${provider} · no API key` : provider },
        ...models.map((model) => h("option", { value: model.id, disabled: !model.configured, title: `${short(model.contextWindow)} tokens` }, model.id)))),
    );
    if (chosen && !this.find(chosen)) {
      select.append(h("option", { value: chosen }, chosen));
    }
    select.value = chosen;
  }
}
