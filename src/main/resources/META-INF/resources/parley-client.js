/**
 * The client of Parley's native API for browsers: one ES module without dependencies.
 *
 * The client adds three things to plain `fetch` calls:
 *
 * - It sends each POST with an `Idempotency-Key` and repeats the POST under this key until it gets an answer, so no message is
 *   stored twice.
 * - When a stream breaks, falls silent or is ended by a server that shuts down, it connects again and resumes after the last
 *   event that it received. Any replica can answer. No event is lost or comes twice.
 * - It can cancel a turn at any time, even before the service has sent the id of the turn.
 *
 * With the option `onOwner` it also notices that another owner has signed in, and then sends nothing more.
 *
 * ```js
 * import { ParleyClient } from "/parley-client.js";
 * const parley = new ParleyClient();
 * const session = await parley.createSession({ title: "Latin" });
 * const turn = parley.send(session.id, { content: "Salve!" });
 * for await (const event of turn) {
 *   console.log(event.name, turn.text);
 * }
 * ```
 *
 * @module parley-client
 */

/** Milliseconds before the first repetition; each further repetition waits twice as long, up to {@link LONGEST_PAUSE}. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** The service sends a comment every 15 s, so a connection that is silent for longer than this is dead. */
const LONGEST_SILENCE = 40_000;
/** Bytes per second of the slowest upload that still counts as alive. */
const SLOWEST_UPLOAD = 8 * 1024;
/** How many times a POST without an answer is sent; attempts while the device is offline do not count. */
const MOST_ATTEMPTS = 8;
/** The most characters of one event. The service stores replies of at most 4 MiB. */
const LONGEST_EVENT = 16 * 1024 * 1024;
/** The header by which the service tells the owner's tag, and by which a request is for this owner only. */
const OWNER_TAG = "X-Parley-Owner-Tag";
/** States of a turn that end with `failed`; the others end with `done`. */
const UNFINISHED = ["failed", "interrupted"];

/**
 * @typedef {object} StreamEvent One server-sent event.
 * @property {number | null} id A number that rises within a turn or a session. Resume after the last id that you received.
 * @property {string} name Of a turn: `turn`, `context`, `delta`, `reset`, `done`, `failed`. Of a session: `turn-started`,
 *   `turn-ended`, `message-changed`, `session-changed`, `reset`. Ignore unknown names.
 * @property {any} data The data of this event, as described in the OpenAPI of the service.
 */

/**
 * @typedef {object} Page One page of a list.
 * @property {any[]} data
 * @property {boolean} hasMore Whether there are more items in the direction of paging.
 * @property {string | null} before The cursor for the items before this page.
 * @property {string | null} after The cursor for the items after this page.
 */

/**
 * @typedef {object} Paging
 * @property {number} [limit] 1 to 100, by default 50.
 * @property {string} [before]
 * @property {string} [after]
 */

/**
 * @typedef {"open" | "lost"} Connection Whether events can arrive at the moment.
 */

/**
 * @typedef {object} ListenOptions
 * @property {number} [after] The id of the last event that you received. By default the events of a turn begin with the first
 *   one, and the events of a session with the next one.
 * @property {(state: Connection) => void} [onConnection] Called when the state of the connection changes.
 */

/** The service refused the request or failed, or it gave no answer (status 0, code `unreachable`). */
export class ParleyError extends Error {
  /**
   * @param {number} status The HTTP status; 0 if there was no answer.
   * @param {any} problem The RFC 9457 problem, or an object with some of its fields.
   */
  constructor(status, problem) {
    super(problem.detail ?? `The server answered with status ${status}.`);
    this.name = "ParleyError";
    this.status = status;
    this.problem = problem;
    /** @type {string} The stable code of the problem. The OpenAPI of the service has a table of all codes. */
    this.code = problem.code ?? "unknown";
    /** Whether the same request may succeed later. */
    this.retryable = problem.retryable ?? (status === 0 || status >= 500);
    /** @type {number | undefined} The seconds to wait before the next attempt. */
    this.retryAfter = problem.retryAfter;
  }
}

/** The client of one Parley service. Each call of the API is a method. */
export class ParleyClient {
  #base;
  #headers;
  #fetch;
  #onOwner;
  /** The owner whom the first answer named. @type {string | null} */
  #owner = null;

  /**
   * @param {object} [options]
   * @param {string} [options.baseUrl] The URL of the service; by default the server of the page.
   * @param {Record<string, string>} [options.headers] Headers for every request, e.g. `Authorization` for a proxy.
   * @param {typeof fetch} [options.fetch] By default the `fetch` of the browser.
   * @param {(tag: string) => void} [options.onOwner] Called with the tag of the owner when the first answer tells it, and with
   *   another tag each time an answer shows that another owner has signed in. From the first answer on, requests are for that
   *   owner only: the service refuses them with the code `owner-changed` if another owner sends them.
   */
  constructor({ baseUrl = "", headers = {}, fetch = (...request) => globalThis.fetch(...request), onOwner } = {}) {
    this.#base = baseUrl.replace(/\/$/, "");
    this.#headers = headers;
    this.#fetch = fetch;
    this.#onOwner = onOwner;
  }

  // ---- sessions

  /**
   * Lists the owner's sessions, newest first.
   * @param {Paging & {q?: string}} [options] `q` searches titles and texts.
   * @returns {Promise<Page>}
   */
  sessions(options) {
    return this.#json(`/sessions${query(options)}`);
  }

  /** Creates a session. @param {object} [settings] See `Settings` in the OpenAPI. @returns {Promise<any>} */
  createSession(settings = {}) {
    return this.#once("/sessions", settings);
  }

  /** Reads a session. @param {string} session @returns {Promise<any>} */
  session(session) {
    return this.#json(at("sessions", session));
  }

  /** Changes settings. @param {string} session @param {object} patch A JSON Merge Patch (RFC 7396). @returns {Promise<any>} */
  changeSession(session, patch) {
    return this.#json(at("sessions", session), { method: "PATCH", ...body(patch, "application/merge-patch+json") });
  }

  /** Erases a session for good. @param {string} session @returns {Promise<void>} */
  async eraseSession(session) {
    await this.request(at("sessions", session), { method: "DELETE" });
  }

  /**
   * Makes a new session from the history up to a message.
   * @param {string} session
   * @param {string} through The last message that is copied.
   * @returns {Promise<any>} The new session.
   */
  forkSession(session, through) {
    return this.#once(`${at("sessions", session)}/forks`, { through });
  }

  // ---- messages

  /**
   * Reads the history in conversation order. Without a cursor, this is the newest page.
   * @param {string} session
   * @param {Paging & {superseded?: boolean}} [options] `superseded`: include messages that were replaced.
   * @returns {Promise<Page>}
   */
  messages(session, options) {
    return this.#json(`${at("sessions", session)}/messages${query(options)}`);
  }

  /** Reads a message. @param {string} session @param {string} message @returns {Promise<any>} */
  message(session, message) {
    return this.#json(`${at("sessions", session)}/${at("messages", message)}`);
  }

  /** Reads a picture of a message. @param {string} url As in the source of its block. @returns {Promise<Blob>} */
  async picture(url) {
    return (await this.request(url.slice(url.indexOf("/api/v1") + "/api/v1".length))).blob();
  }

  /** Adds messages without asking the model. @param {string} session @param {object | object[]} messages @returns {Promise<any>} */
  appendMessages(session, messages) {
    return this.#once(`${at("sessions", session)}/messages`, messages);
  }

  /**
   * Replaces the content of a message.
   * @param {string} session
   * @param {string} message
   * @param {string | object[]} content
   * @returns {Promise<any>}
   */
  editMessage(session, message, content) {
    const path = `${at("sessions", session)}/${at("messages", message)}`;
    return this.#json(path, { method: "PATCH", ...body({ content }, "application/merge-patch+json") });
  }

  /**
   * Makes a superseded version of a message count again, with what followed it. The next turn goes on from there.
   * @param {string} session
   * @param {string} message
   * @returns {Promise<any>} The message. Messages with the same `parent` are versions of one place.
   */
  chooseMessage(session, message) {
    return this.#json(`${at("sessions", session)}/${at("messages", message)}/chosen`, { method: "PUT" });
  }

  /** Removes a message. @param {string} session @param {string} message @returns {Promise<void>} */
  async removeMessage(session, message) {
    await this.request(`${at("sessions", session)}/${at("messages", message)}`, { method: "DELETE" });
  }

  // ---- context, usage, models

  /**
   * Shows which messages would be sent to the model, and why. Stores nothing and calls no provider.
   * @param {string} session
   * @param {object} [turn] The body of a turn; without it, the context of the present history is shown.
   * @returns {Promise<any>} See `ContextPreview` in the OpenAPI.
   */
  context(session, turn) {
    const path = `${at("sessions", session)}/context`;
    return turn === undefined ? this.#json(path) : this.#json(path, { method: "POST", ...body(turn) });
  }

  /**
   * Reads tokens and cost.
   * @param {string} session
   * @param {Paging} [options]
   * @returns {Promise<Page & {total: any}>} One item per turn, newest first, and the total.
   */
  usage(session, options) {
    return this.#json(`${at("sessions", session)}/usage${query(options)}`);
  }

  /** @returns {Promise<Page>} All models, also those that cannot be called because no key is configured. */
  models() {
    return this.#json("/models");
  }

  // ---- turns

  /**
   * Sends an input to the model. Iterate over the returned turn to get the events of the reply. The request is sent when the
   * iteration begins.
   * @param {string} session
   * @param {object} turn See `TurnRequest` in the OpenAPI, e.g. `{content: "Salve!"}` or `{regenerate: true}`.
   * @param {ListenOptions & {key?: string}} [options] `key`: the `key` of an earlier turn, to repeat that turn.
   * @returns {Turn}
   */
  send(session, turn, options = {}) {
    return new Turn(this, session, null, turn, options);
  }

  /**
   * Follows a turn that was started before, e.g. by this page before a reload, or by another device.
   * @param {string} session
   * @param {string} turn
   * @param {ListenOptions} [options]
   * @returns {Turn}
   */
  follow(session, turn, options = {}) {
    return new Turn(this, session, turn, null, options);
  }

  /** Lists turns, newest first. @param {string} session @param {Paging & {state?: string}} [options] @returns {Promise<Page>} */
  turns(session, options) {
    return this.#json(`${at("sessions", session)}/turns${query(options)}`);
  }

  /** Reads a turn and its `content` so far. @param {string} session @param {string} turn @returns {Promise<any>} */
  turn(session, turn) {
    return this.#json(`${at("sessions", session)}/${at("turns", turn)}`);
  }

  /**
   * Stops a turn. The text so far is kept. A turn that has already ended does not change.
   * @param {string} session
   * @param {string} turn
   * @returns {Promise<any>} The turn in its present state.
   */
  cancel(session, turn) {
    return this.#once(`${at("sessions", session)}/${at("turns", turn)}/cancel`, undefined);
  }

  /**
   * Follows the events of a session, also those that other tabs, devices and replicas cause.
   * @param {string} session
   * @param {ListenOptions} [options]
   * @returns {SessionFeed}
   */
  watch(session, options = {}) {
    return new SessionFeed(this, session, options);
  }

  /**
   * Sends any request of the API. Use it for calls that have no method here.
   * @param {string} path The path after `/api/v1`.
   * @param {RequestInit} [init]
   * @returns {Promise<Response>} An answer with a 2xx status.
   * @throws {ParleyError} For every other status, and if there is no answer.
   */
  async request(path, init = {}) {
    let response;
    try {
      // The browser's own cache would show an old state after a reload.
      response = await this.#fetch(`${this.#base}/api/v1${path}`, {
        cache: "no-store", ...init, headers: { ...this.#headers, ...(this.#owner === null ? {} : { [OWNER_TAG]: this.#owner }), ...init.headers },
      });
    } catch (error) {
      if (init.signal?.aborted) {
        throw error;
      }
      throw unreachable("The server cannot be reached. Check the network and try again.");
    }
    this.#hearOwner(response.headers.get(OWNER_TAG));
    if (!response.ok) {
      throw new ParleyError(response.status, await response.json().catch(() => ({})));
    }
    return response;
  }

  /** @param {string | null} tag Null where the answer is not the service's own, or names no owner. */
  #hearOwner(tag) {
    if (this.#onOwner !== undefined && tag !== null && tag !== this.#owner) {
      this.#owner ??= tag;
      this.#onOwner(tag);
    }
  }

  /** @param {string} path @param {RequestInit} [init] @returns {Promise<any>} */
  async #json(path, init) {
    const response = await this.request(path, init);
    const text = await response.text().catch(() => {
      throw unreachable("The answer broke off. Try again.");
    });
    return JSON.parse(text);
  }

  /** A POST, repeated under one key until there is an answer. @param {string} path @param {any} value @returns {Promise<any>} */
  async #once(path, value) {
    const init = { method: "POST", ...body(value) };
    init.headers = { ...init.headers, "Idempotency-Key": newKey() };
    for (let failures = 0; ;) {
      try {
        return await this.#json(path, init);
      } catch (error) {
        failures = oneMore(failures);
        if (!passes(error) || failures >= MOST_ATTEMPTS) {
          throw error;
        }
        await pause(failures, error);
      }
    }
  }
}

/**
 * One input and the reply to it, as an async iterable of events. It can be iterated once and ends with `done` or `failed`. If you
 * leave the loop early, only the listening stops; {@link cancel} stops the turn.
 */
export class Turn {
  #client;
  #request;
  #options;
  #stop = new AbortController();
  /** A cancel that waits for the id. @type {{promise: Promise<void>, resolve: (done?: Promise<void>) => void} | null} */
  #early = null;
  #over = false;

  /**
   * @param {ParleyClient} client
   * @param {string} session
   * @param {string | null} id
   * @param {object | null} request
   * @param {ListenOptions & {key?: string}} options
   */
  constructor(client, session, id, request, options) {
    this.#client = client;
    this.#request = request;
    this.#options = options;
    this.session = session;
    /** @type {string | null} The id of the turn; null before the `turn` event. */
    this.id = id;
    /** @type {string | null} The id of the message that the turn answers; null before the `turn` event. */
    this.userMessage = null;
    /** The text of the reply so far. */
    this.text = "";
    /** @type {string} `running`, then one of `completed`, `cancelled`, `failed`, `interrupted`. */
    this.state = "running";
    /** The `Idempotency-Key`. Pass it to a later {@link ParleyClient.send} to repeat this request without a second message. */
    this.key = options.key ?? newKey();
    /** The id of the last event that was received. */
    this.last = options.after ?? 0;
  }

  /** @returns {AsyncGenerator<StreamEvent, void, void>} */
  async *[Symbol.asyncIterator]() {
    const events = resume({
      open: (signal) => this.#open(signal),
      patience: () => (this.id === null ? (JSON.stringify(this.#request).length / SLOWEST_UPLOAD) * 1000 : 0),
      resumesAt: (id) => (this.last = id),
      nothingMore: () => this.#end(),
      isLast: (event) => event.name === "done" || event.name === "failed",
      mayWait: () => this.id !== null,
      signal: this.#stop.signal,
      onConnection: this.#options.onConnection,
    });
    try {
      for await (const event of events) {
        this.#take(event);
        yield event;
      }
    } finally {
      this.#over = true;
      this.#early?.resolve();
    }
  }

  /**
   * Stops the turn. If the id of the turn is not known yet, the turn is stopped as soon as the `turn` event has told it. The text
   * so far is kept, and the events end with `done` in the state `cancelled`.
   * @returns {Promise<void>} Resolves when the service has stopped the turn, or when there is no turn to stop. Before the id is
   *   known, it resolves only if your code iterates over the events.
   * @throws {ParleyError} If the service could not be told to stop.
   */
  async cancel() {
    if (this.id !== null) {
      await this.#client.cancel(this.session, this.id);
    } else if (!this.#over) {
      this.#early ??= Promise.withResolvers();
      await this.#early.promise;
    }
  }

  /** Stops listening. The turn goes on, unless its `onDisconnect` is `cancel`. */
  leave() {
    this.#stop.abort();
  }

  /** @param {AbortSignal} signal */
  #open(signal) {
    if (this.id !== null) {
      const path = `${at("sessions", this.session)}/${at("turns", this.id)}/events?after=${this.last}`;
      return this.#client.request(path, { signal, headers: { Accept: "text/event-stream" } });
    }
    const init = { method: "POST", signal, ...body(this.#request) };
    init.headers = { ...init.headers, Accept: "text/event-stream", "Idempotency-Key": this.key };
    return this.#client.request(`${at("sessions", this.session)}/turns`, init);
  }

  /** The last event of a turn that has already sent it; null while the turn runs. @returns {Promise<StreamEvent | null>} */
  async #end() {
    const turn = this.id === null ? { state: "running" } : await this.#client.turn(this.session, this.id);
    return turn.state === "running" ? null : { id: null, name: UNFINISHED.includes(turn.state) ? "failed" : "done", data: turn };
  }

  /** @param {StreamEvent} event */
  #take({ name, data }) {
    switch (name) {
      case "turn":
        this.id = data.turn;
        this.userMessage = data.userMessage;
        this.#early?.resolve(this.cancel());
        this.#early = null;
        break;
      case "delta":
        this.text += data.text ?? "";
        break;
      case "reset":
        this.text = data.text;
        break;
      case "done":
      case "failed":
        this.state = data.state;
        break;
    }
  }
}

/** The events of a session, as an async iterable. It ends when the session is erased or {@link leave} is called. */
export class SessionFeed {
  #client;
  #options;
  #stop = new AbortController();

  /** @param {ParleyClient} client @param {string} session @param {ListenOptions} options */
  constructor(client, session, options) {
    this.#client = client;
    this.#options = options;
    this.session = session;
    /** @type {number | undefined} The id of the last event. Pass it as `after` to a later feed to continue without a gap. */
    this.last = options.after;
  }

  /** @returns {AsyncGenerator<StreamEvent, void, void>} */
  async *[Symbol.asyncIterator]() {
    yield* resume({
      open: (signal) => this.#client.request(`${at("sessions", this.session)}/events${query({ after: this.last })}`,
        { signal, headers: { Accept: "text/event-stream" } }),
      resumesAt: (id) => (this.last = id),
      nothingMore: async () => null,
      isLast: (event) => event.name === "session-changed" && event.data.deleted === true,
      mayWait: () => true,
      signal: this.#stop.signal,
      onConnection: this.#options.onConnection,
    });
  }

  /** Stops listening. */
  leave() {
    this.#stop.abort();
  }
}

/**
 * Reads a stream to its last event, over as many connections as necessary.
 * @param {object} stream
 * @param {(signal: AbortSignal) => Promise<Response>} stream.open Requests the events after the last one.
 * @param {() => number} [stream.patience] Milliseconds that the request may take in addition to {@link LONGEST_SILENCE}.
 * @param {(id: number) => void} stream.resumesAt Called with the id after which the next connection resumes.
 * @param {() => Promise<StreamEvent | null>} stream.nothingMore Called for the last event when the service answers 204.
 * @param {(event: StreamEvent) => boolean} stream.isLast
 * @param {() => boolean} stream.mayWait Whether attempts are repeated for ever; otherwise {@link MOST_ATTEMPTS} times.
 * @param {AbortSignal} stream.signal Ends the stream.
 * @param {((state: Connection) => void) | undefined} stream.onConnection
 * @returns {AsyncGenerator<StreamEvent, void, void>}
 */
async function* resume({ open, patience = () => 0, resumesAt, nothingMore, isLast, mayWait, signal, onConnection }) {
  for (let failures = 0; !signal.aborted;) {
    const connection = new Connected(signal, patience());
    let reason;
    try {
      const response = await open(connection.signal);
      onConnection?.("open");
      for await (const event of response.status === 204 ? only(await nothingMore()) : connection.read(response)) {
        if (event.name === "reconnect") {
          resumesAt(event.data.after);
          break;
        }
        failures = 0;
        if (event.id !== null) {
          resumesAt(event.id);
        }
        if (event.data !== null) {
          yield event;
        }
        if (isLast(event)) {
          connection.letEnd();
          return;
        }
      }
      if (connection.hasLasted) {
        failures = 0;
      }
    } catch (error) {
      reason = error;
    } finally {
      connection.close();
    }
    if (signal.aborted) {
      return;
    }
    // Each end without an event before it makes the next pause longer, whatever its cause.
    failures = oneMore(failures);
    if (reason !== undefined && !passes(reason)) {
      throw reason;
    }
    if (!mayWait() && failures >= MOST_ATTEMPTS) {
      throw reason ?? unreachable("The server ends each answer before the first event. Try again later.");
    }
    onConnection?.("lost");
    await pause(failures, reason, signal);
  }
}

/** @param {StreamEvent | null} event */
function* only(event) {
  if (event !== null) {
    yield event;
  }
}

/** One connection to a stream. It is closed by its owner, after a long silence, or when the device wakes up after a silence. */
class Connected {
  #control = new AbortController();
  #begun = Date.now();
  #heard;
  #ending = false;
  #watch;
  #sleepers;

  /** @param {AbortSignal} owner @param {number} patience Milliseconds until the answer begins, in addition to the longest silence. */
  constructor(owner, patience) {
    this.#heard = Date.now() + patience;
    this.signal = this.#control.signal;
    const abort = () => this.#control.abort();
    owner.addEventListener("abort", abort, { signal: this.signal });
    this.#watch = setInterval(() => this.#closeIfSilent(LONGEST_SILENCE), LONGEST_SILENCE / 8);
    // After a sleep the connection may be broken, and the device may not know it.
    this.#sleepers = onWake(() => this.#closeIfSilent(LONGEST_SILENCE / 2));
  }

  /** @param {Response} response @returns {AsyncGenerator<StreamEvent, void, void>} */
  async *read(response) {
    const decoder = new EventDecoder();
    this.#heard = Date.now();
    const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
    try {
      for (;;) {
        const { value, done } = await reader.read().catch((error) => {
          throw this.signal.aborted ? error : unreachable("The connection broke. Try again.");
        });
        if (done) {
          return;
        }
        this.#heard = Date.now();
        yield* decoder.decode(value);
      }
    } finally {
      void (this.#ending ? readOut(reader) : reader.cancel()).catch(() => undefined);
    }
  }

  /** Whether the connection lasted so long that its end does not count as a failure. */
  get hasLasted() {
    return Date.now() - this.#begun > LONGEST_PAUSE;
  }

  /** Lets the server end the answer after the last event, so that the connection can be used again. */
  letEnd() {
    this.#ending = true;
  }

  close() {
    clearInterval(this.#watch);
    this.#sleepers();
    if (this.#ending) {
      setTimeout(() => this.#control.abort(), LONGEST_PAUSE);
    } else {
      this.#control.abort();
    }
  }

  /** @param {number} millis */
  #closeIfSilent(millis) {
    if (Date.now() - this.#heard > millis) {
      this.#control.abort();
    }
  }
}

/** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
async function readOut(reader) {
  for (let done = false; !done;) {
    ({ done } = await reader.read());
  }
}

/** Decodes server-sent events (WHATWG HTML, section 9.2.6) from bytes that arrive in pieces of any size. */
export class EventDecoder {
  #text = new TextDecoder();
  #rest = "";
  /** @type {{id: number | null, name: string, data: string[]}} */
  #event = { id: null, name: "message", data: [] };

  /** @param {Uint8Array} bytes @returns {Generator<StreamEvent, void, void>} The events that are complete with these bytes. */
  *decode(bytes) {
    this.#rest += this.#text.decode(bytes, { stream: true });
    if (this.#rest.length > LONGEST_EVENT) {
      throw new ParleyError(0, { code: "provider-protocol", detail: "The server sent an event that is too long.", retryable: false });
    }
    let begin = 0;
    for (let end = this.#rest.indexOf("\n"); end >= 0; end = this.#rest.indexOf("\n", begin)) {
      const line = this.#rest.slice(begin, this.#rest[end - 1] === "\r" ? end - 1 : end);
      begin = end + 1;
      if (line === "") {
        yield* this.#complete();
      } else {
        this.#take(line);
      }
    }
    this.#rest = this.#rest.slice(begin);
  }

  /** @param {string} line */
  #take(line) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    switch (field) {
      case "id":
        this.#event.id = Number(value);
        break;
      case "event":
        this.#event.name = value;
        break;
      case "data":
        this.#event.data.push(value);
        break;
    }
  }

  /** @returns {Generator<StreamEvent, void, void>} */
  *#complete() {
    const { id, name, data } = this.#event;
    this.#event = { id: null, name: "message", data: [] };
    if (id !== null || data.length > 0) {
      yield { id, name, data: data.length > 0 ? JSON.parse(data.join("\n")) : null };
    }
  }
}

/** @param {string} detail */
function unreachable(detail) {
  return new ParleyError(0, { code: "unreachable", detail, retryable: true });
}

/** Whether a later attempt may succeed. @param {any} error */
function passes(error) {
  return error instanceof ParleyError ? error.retryable && error.status !== 409 : error?.name === "AbortError";
}

/** The count of failures plus one; a failure while the device is offline is not counted. @param {number} failures */
function oneMore(failures) {
  return isOffline() ? failures : failures + 1;
}

function isOffline() {
  return globalThis.navigator?.onLine === false;
}

/**
 * Waits before the next attempt: for the time that the server asked for, or else longer each time. When the network comes back,
 * the wait ends at once, unless the server asked for a time.
 * @param {number} failures
 * @param {any} [error]
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function pause(failures, error, signal) {
  const asked = (error instanceof ParleyError ? error.retryAfter ?? 0 : 0) * 1000;
  const own = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, failures - 1)) * (0.75 + Math.random() / 2);
  return new Promise((resolve) => {
    let timer = /** @type {any} */ (undefined);
    let forget = () => {};
    const end = () => {
      clearTimeout(timer);
      forget();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    // While the device is offline, only the return of the network is worth an attempt; the timer is for browsers that do not tell it.
    timer = setTimeout(end, isOffline() ? 4 * LONGEST_PAUSE : Math.max(asked, own));
    forget = onWake(() => (asked > 0 ? undefined : end()));
    signal?.addEventListener("abort", end);
    if (signal?.aborted) {
      end();
    }
  });
}

/** Calls back when the network returns or the page becomes visible. @param {() => void} call @returns {() => void} Stops that. */
function onWake(call) {
  const woken = () => (globalThis.document?.visibilityState === "hidden" ? undefined : call());
  globalThis.addEventListener?.("online", call);
  globalThis.document?.addEventListener("visibilitychange", woken);
  return () => {
    globalThis.removeEventListener?.("online", call);
    globalThis.document?.removeEventListener("visibilitychange", woken);
  };
}

/** @param {any} value @param {string} [type] @returns {{headers: Record<string, string>, body?: string}} */
function body(value, type = "application/json") {
  return value === undefined ? { headers: {} } : { headers: { "Content-Type": type }, body: JSON.stringify(value) };
}

/** @param {string} collection @param {string} id */
function at(collection, id) {
  return `${collection === "sessions" ? "/" : ""}${collection}/${encodeURIComponent(id)}`;
}

/** @param {object} [options] */
function query(options = {}) {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
