/** One conversation: what is known of it, what is being said in it, and how both stay true while others change it. */
import { excerpt, textOf } from "./format.js";
import { History } from "./history.js";
import { SessionEvents } from "./session-events.js";
import { outbox } from "./storage.js";

const TITLE = 60;
/** Turns of all conversations of this page that the service has not acknowledged yet, by their keys. */
const unacknowledged = new Map();
/** In the place of a turn while the conversation itself is still being made. */
const NOT_YET = { id: null, userMessage: null, key: "", text: "", cancel: async () => undefined, leave: () => undefined };

/**
 * @typedef {object} Running A turn that is followed.
 * @property {import("../parley-client.js").Turn} turn
 * @property {any} body What was asked; null where somebody else has asked.
 * @property {any} input The message that is shown until the stored one is there, or null.
 * @property {any} context What the model was sent, as far as told.
 * @property {boolean} stopping
 */

/**
 * Events: `change` (what is to be shown), `progress` (more text of the running reply), `settings`, `settled` (a turn is over; its
 * text), `connection` (`open`, `lost`), `trouble` (an error to be told), `born` (it has an id now), `unsent` (an input
 * could not be said, and why, where no call is left to say so), `gone` (erased or unknown). A conversation that is closed tells of
 * `born` and `unsent` only.
 */
export class Conversation extends EventTarget {
  #client;
  #history;
  #events;
  #mine = new Set();
  #feedLost = false;
  #turnLost = false;
  #loaded = Promise.resolve();
  #closed = false;
  /** The last change of settings, choice of a version, or creation, until it is stored or refused. */
  #changing = Promise.resolve();
  /** Changes of settings that are neither stored nor refused, in their order. */
  #asked = [];

  /**
   * @param {import("../parley-client.js").ParleyClient} client
   * @param {string | null} id Null: one that is kept from the first message on.
   * @param {object} [settings] Of one that is not kept yet.
   */
  constructor(client, id, settings = {}) {
    super();
    this.#client = client;
    this.id = id;
    /** Those of the service; of a conversation that is not kept yet those it is to get. */
    this.settings = settings;
    this.#history = new History(client, () => this.id, () => this.#tell("change"));
    this.#events = new SessionEvents((after) => client.watch(this.id, { after, onConnection: (state) => this.#connected("feed", state) }),
      (event) => this.#hear(event), (error) => {
        this.#noteGone(error);
        this.#tell(error.status === 404 ? "gone" : "trouble", error);
      });
    /** Tokens and cost by turn, of the newest turns. */
    this.spending = new Map();
    /** In which ways each turn sent something else than is shown, by turn: see `Adaptation` in the OpenAPI. */
    this.adaptations = new Map();
    /** @type {Running | null} */
    this.running = null;
    /** Whether it has been erased. */
    this.gone = false;
    /** A turn that failed in this page: its problem, until the next one. */
    this.failure = null;
  }

  /** In conversation order, superseded ones included. */
  get messages() {
    return this.#history.messages;
  }

  /** Cursor of what stands before the first message, null at the beginning. */
  get before() {
    return this.#history.before;
  }

  /** Reads it, joins a turn that is running, says what an earlier page could not, and stays up to date. */
  async load() {
    this.#loaded = this.#read();
    this.#listen();
    try {
      await this.#loaded;
    } catch (error) {
      this.#noteGone(error);
      throw error;
    }
    if (this.#closed) {
      return;
    }
    if (this.running) {
      // The reader has said something before the service answered, perhaps before the storage could be read.
      this.#makeRoom(this.running.turn.key);
      return;
    }
    // Only an answer of the service tells whose storage it is.
    const unsent = outbox.get(this.id);
    if (unsent) {
      void this.#sayAgain(unsent);
    } else {
      this.#join();
    }
  }

  /** Hands back what an earlier page has sent to a conversation that is gone. */
  #noteGone(error) {
    if (error.status !== 404 || this.gone) {
      return;
    }
    this.gone = true;
    const unsent = outbox.get(this.id);
    if (unsent && !unacknowledged.has(unsent.key)) {
      outbox.remove(this.id, unsent.key);
      this.handBack(unsent.body, error);
    }
  }

  /** What an earlier page has sent without having been told that it arrived: under its key it is said once, whatever happened. */
  async #sayAgain({ key, body }) {
    try {
      await this.#begin(body, key);
    } catch (error) {
      this.handBack(body, error);
      this.#join();
    }
  }

  /** Tells that an input could not be said, also where this conversation is no longer shown. */
  handBack(body, error) {
    this.#announce("unsent", { body, error });
  }

  #join() {
    if (this.settings.runningTurn && !this.running) {
      void this.#follow(this.settings.runningTurn);
    }
  }

  async #read() {
    [this.settings] = await Promise.all([this.#client.session(this.id), this.#history.load()]);
    void this.#readSpending();
    this.#tell("settings");
    this.#tell("change");
  }

  /** Reads the page of messages before the first one. */
  loadEarlier() {
    return this.#history.loadEarlier();
  }

  /** Follows no more; a running turn goes on at the service. */
  close() {
    this.#closed = true;
    this.#events.close();
    if (this.running !== null && this.running.turn.id !== null) {
      this.running.turn.leave();
    }
    // One that has not reached the service yet goes on until it has.
  }

  // ---- talking

  /**
   * Says something.
   * @param {string | object[]} content
   * @param {string} [replaces] The message in whose place it goes.
   * @throws {Error} Where it could not be said; then nothing is stored.
   */
  async say(content, replaces) {
    await this.#begin(replaces ? { content, replaces } : { content });
  }

  /** Has the last input answered again. */
  async regenerate() {
    await this.#begin({ regenerate: true }).catch((error) => this.#unlessClosed(error));
  }

  /**
   * Makes another version of a message count, with what followed it; what is said next goes on from there.
   * @param {string} message
   */
  async choose(message) {
    if (this.running) {
      throw new Error("A reply is still being written. Wait until it ends, or stop it. Then choose another version.");
    }
    this.failure = null;
    try {
      await this.#changeInOrder(() => this.#client.chooseMessage(this.id, message));
      await this.refresh(true);
    } catch (error) {
      this.#unlessClosed(error);
    }
  }

  /** An error in a conversation that is no longer shown is of no use in the one that is. */
  #unlessClosed(error) {
    if (!this.#closed) {
      throw error;
    }
  }

  /** Stops the running turn, also before its first token. */
  async stop() {
    const running = this.running;
    if (running === null || running.stopping) {
      return;
    }
    running.stopping = true;
    this.#tell("change");
    await this.#cancel(running);
  }

  async #cancel(running) {
    try {
      await running.turn.cancel();
    } catch (error) {
      running.stopping = false;
      this.#tell("change");
      this.#tell("trouble", error);
    }
  }

  async #create(content) {
    const said = typeof content === "string" ? content : textOf(content);
    const settings = { ...this.settings, title: this.settings.title || excerpt(said, TITLE) || "A picture" };
    this.settings = await this.#client.createSession(settings);
    this.id = this.settings.id;
    this.#announce("born");
    this.#tell("settings");
    this.#listen();
  }

  async #begin(body, key) {
    if (this.running) {
      throw new Error("A reply is still being written. Wait until it ends, or stop it.");
    }
    const running = { turn: NOT_YET, body, input: inputOf(body), context: null, stopping: false };
    this.running = running;
    this.#tell("change");
    try {
      if (this.id === null) {
        // What is changed meanwhile follows with the id.
        await this.#changeInOrder(() => this.#create(body.content));
      }
      this.#prepare(running, key);
      // What was chosen just before holds for what is said now.
      await this.#changing;
      await this.#run(running);
    } catch (error) {
      outbox.remove(this.id, running.turn.key);
      throw error;
    } finally {
      if (unacknowledged.get(running.turn.key) === running.turn) {
        unacknowledged.delete(running.turn.key);
      }
      this.#end(running);
    }
  }

  /** Keeps what is said until the service has acknowledged it. */
  #prepare(running, key) {
    running.turn = this.#client.send(this.id, running.body, { key, onConnection: (state) => this.#connected("turn", state) });
    this.#makeRoom(running.turn.key);
    outbox.put(this.id, running.turn.key, running.body);
    // One that was shown before may still be trying to say the same. Only one of them may be told that it failed.
    unacknowledged.get(running.turn.key)?.leave();
    unacknowledged.set(running.turn.key, running.turn);
    if (running.stopping) {
      // Its id comes with the events that are read next.
      void this.#cancel(running);
    }
  }

  /** Hands back an input that an earlier page has sent and no page has taken up yet: the outbox has room for one input. */
  #makeRoom(key) {
    const unsent = outbox.get(this.id);
    if (unsent && unsent.key !== key && !unacknowledged.has(unsent.key)) {
      outbox.remove(this.id, unsent.key);
      this.handBack(unsent.body, new Error("What you sent before you left was not received. It is in the field again."));
    }
  }

  async #follow(id) {
    if (this.#closed) {
      return;
    }
    const turn = this.#client.follow(this.id, id, { onConnection: (state) => this.#connected("turn", state) });
    try {
      await this.#run({ turn, body: null, input: null, context: null, stopping: false });
    } catch (error) {
      this.#tell("trouble", error);
    }
  }

  /** @param {Running} running */
  async #run(running) {
    this.running = running;
    this.failure = null;
    this.#tell("change");
    let last = null;
    try {
      for await (const event of running.turn) {
        last = event;
        this.#take(running, event);
      }
      if (!this.#closed) {
        await this.#settle(running, last);
      }
    } finally {
      this.#connected("turn", "open");
      this.#end(running);
    }
  }

  #end(running) {
    if (this.running === running) {
      this.running = null;
      this.#tell("change");
    }
  }

  #take(running, { name, data }) {
    switch (name) {
      case "turn":
        this.#mine.add(data.turn);
        outbox.remove(this.id, running.turn.key);
        if (this.#closed) {
          // It was said while the reader went elsewhere; the service carries on without a listener.
          running.turn.leave();
          break;
        }
        if (running.input) {
          running.input.id = data.userMessage;
        }
        // The replies and messages that this turn supersedes are in view with it.
        void this.refresh(mayReplace(running)).catch((error) => this.#tell("trouble", error));
        break;
      case "context":
        running.context = data;
        this.adaptations.set(running.turn.id, data.adaptations ?? []);
        // There is one for each model and form that is tried.
        this.#tell("change");
        break;
      case "delta":
      case "reset":
        this.#tell("progress");
        break;
    }
  }

  async #settle(running, last) {
    await this.refresh(mayReplace(running)).catch((error) => this.#tell("trouble", error));
    this.running = null;
    if (last?.name === "failed") {
      this.failure = { turn: running.turn.id, problem: last.data.problem, saved: last.data.saved !== false, text: running.turn.text };
    }
    this.#tell("change");
    if (last?.name === "failed" && running.turn.text === "" && (running.body?.replaces || running.body?.regenerate)) {
      // What it was to replace is back, so nothing else would tell that it has failed.
      this.handBack(running.body, { problem: last.data.problem });
    }
    this.#tell("settled", running.turn.text);
    void this.#readSpending();
  }

  // ---- staying up to date

  /** Reads the newest messages again, or all that are shown, where any of them may have been superseded or removed. */
  refresh(all = false) {
    return this.#history.refresh(all);
  }

  async #readSpending() {
    try {
      const { data } = await this.#client.usage(this.id, { limit: 100 });
      data.forEach((each) => this.spending.set(each.turn, each));
      data.forEach(({ turn, context }) => context && this.adaptations.set(turn, context.adaptations ?? []));
      this.#tell("change");
    } catch {
      // Only the small print under the replies is missing.
    }
  }

  #listen() {
    if (this.#closed) {
      return;
    }
    this.#events.open();
  }

  async #hear({ name, data }) {
    await this.#loaded;
    switch (name) {
      case "turn-started":
        await this.#hearOfTurn(data.turn);
        break;
      case "turn-ended":
        if (!this.#mine.has(data.turn) && this.running?.turn.id !== data.turn) {
          await this.#catchUp();
        }
        break;
      case "message-changed":
      case "reset":
        await this.#catchUp();
        break;
      case "session-changed":
        await this.#hearOfSettings(data);
        break;
    }
  }

  async #hearOfTurn(id) {
    if (this.#mine.has(id) || this.running?.turn.id === id) {
      return;
    }
    if (this.running?.turn.id === null) {
      // It may be the one that this page has just asked for.
      await new Promise((resolve) => this.addEventListener("change", resolve, { once: true }));
      await this.#hearOfTurn(id);
      return;
    }
    await this.#catchUp();
    if (!this.running) {
      void this.#follow(id);
    }
  }

  async #catchUp() {
    await this.refresh(true).catch((error) => this.#tell("trouble", error));
    void this.#readSpending();
  }

  async #hearOfSettings(data) {
    if (data.deleted) {
      this.#tell("gone");
      return;
    }
    this.settings = await this.#client.session(this.id).catch(() => this.settings);
    this.#tell("settings");
  }

  #connected(which, state) {
    if (which === "turn") {
      this.#turnLost = state === "lost";
    } else {
      this.#feedLost = state === "lost";
    }
    this.#tell("connection", this.#turnLost || this.#feedLost ? "lost" : "open");
  }

  // ---- settings

  /** The settings as they will be if nothing that is asked for is refused. */
  get intended() {
    return this.#asked.reduce(merge, this.settings);
  }

  /** Changes settings; they hold from the next turn on. */
  async change(patch) {
    this.#asked.push(patch);
    try {
      await this.#changeInOrder(async () => {
        // The conversation may have got its id since the change was asked for.
        this.settings = this.id === null ? merge(this.settings, patch) : await this.#client.changeSession(this.id, patch);
      });
    } finally {
      this.#asked.splice(this.#asked.indexOf(patch), 1);
      this.#tell("settings");
    }
  }

  /** Makes a change after all that were asked for before it, refused ones too. */
  #changeInOrder(make) {
    const made = this.#changing.then(make);
    this.#changing = made.catch(() => null);
    return made;
  }

  #tell(type, detail = null) {
    if (!this.#closed) {
      this.#announce(type, detail);
    }
  }

  #announce(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Whether a turn may supersede messages. After a choice they may stand anywhere; of another client's turn the page does not know. */
function mayReplace({ body }) {
  return body === null || body.replaces !== undefined || body.regenerate === true;
}

/** What is shown of an input until the stored message is there. */
function inputOf({ content }) {
  return content === undefined ? null
    : { id: "", role: "user", status: "completed", content: typeof content === "string" ? [{ type: "text", text: content }] : content };
}

function merge(settings, patch) {
  return Object.fromEntries(Object.entries({ ...settings, ...patch }).filter(([, value]) => value !== null));
}
