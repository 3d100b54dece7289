/**
 * The client of Parley's native API for browsers: one ES module without dependencies.
 *
 * It keeps the promises of the service on the client's side of the network:
 *
 * - A POST carries an `Idempotency-Key` and is repeated under it until there is an answer: nothing is said twice.
 * - A stream that breaks, falls silent or is ended by a server that shuts down goes on behind the last event that was seen, on
 *   whichever replica answers: no gap, no repetition.
 * - A turn can be cancelled at any moment, also before the service has told its id.
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

/** Milliseconds before the first repetition; each further one waits twice as long, up to {@link LONGEST_PAUSE}. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** The service sends a comment every 15 s, so a connection that is silent for longer than this is dead. */
const LONGEST_SILENCE = 40_000;
/** Bytes a second that a request is given at least to be sent, before that counts as silence. */
const SLOWEST_UPLOAD = 8 * 1024;
/** How often a POST without an answer is repeated; time without a network does not count. */
const MOST_ATTEMPTS = 8;
/** Characters of one event. The service keeps replies of at most 4 MiB. */
const LONGEST_EVENT = 16 * 1024 * 1024;
/** States of a turn that end with `failed`; the others end with `done`. */
const UNFINISHED = ["failed", "interrupted"];

/**
 * @typedef {object} StreamEvent One server-sent event.
 * @property {number | null} id Rises within a turn or a session; where to resume.
 * @property {string} name Of a turn: `turn`, `context`, `delta`, `reset`, `done`, `failed`. Of a session: `turn-started`,
 *   `turn-ended`, `message-changed`, `session-changed`, `reset`. Ignore what you do not know.
 * @property {any} data What the service's description of its API (OpenAPI) says of this event.
 */

/**
 * @typedef {object} Page A part of a list.
 * @property {any[]} data
 * @property {boolean} hasMore Whether there is more in the direction of paging.
 * @property {string | null} before Cursor for what stands before.
 * @property {string | null} after Cursor for what stands after.
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
 * @property {number} [after] The last event id that was seen; by default a turn is told from its start and a session from now on.
 * @property {(state: Connection) => void} [onConnection] Told whenever it changes.
 */

/** The service has refused or failed, or (status 0, code `unreachable`) gave no answer. */
export class ParleyError extends Error {
  /**
   * @param {number} status The HTTP status, 0 where there was no answer.
   * @param {any} problem The RFC 9457 problem, or what is known of it.
   */
  constructor(status, problem) {
    const first = problem.errors?.[0];
    super(first ? `${first.pointer} ${first.detail}` : problem.detail ?? `The server answered ${status}.`);
    this.name = "ParleyError";
    this.status = status;
    this.problem = problem;
    /** @type {string} Stable, for programs; the table of all is in the service's OpenAPI. */
    this.code = problem.code ?? "unknown";
    /** Whether the same request may succeed later. */
    this.retryable = problem.retryable ?? (status === 0 || status >= 500);
    /** @type {number | undefined} Seconds to wait before that. */
    this.retryAfter = problem.retryAfter;
  }
}

/** A connection to one Parley; everything that asks it something is a method of this. */
export class ParleyClient {
  #base;
  #headers;
  #fetch;

  /**
   * @param {object} [options]
   * @param {string} [options.baseUrl] Where the service is; by default where the page comes from.
   * @param {Record<string, string>} [options.headers] Sent with every request, e.g. `Authorization` for a proxy in front.
   * @param {typeof fetch} [options.fetch] By default the browser's.
   */
  constructor({ baseUrl = "", headers = {}, fetch = (...request) => globalThis.fetch(...request) } = {}) {
    this.#base = baseUrl.replace(/\/$/, "");
    this.#headers = headers;
    this.#fetch = fetch;
  }

  // ---- sessions

  /**
   * The owner's sessions, newest first.
   * @param {Paging & {q?: string}} [options] `q` searches titles and texts.
   * @returns {Promise<Page>}
   */
  sessions(options) {
    return this.#json(`/sessions${query(options)}`);
  }

  /** @param {object} [settings] See `Settings` in the OpenAPI. @returns {Promise<any>} */
  createSession(settings = {}) {
    return this.#once("/sessions", settings);
  }

  /** @param {string} session @returns {Promise<any>} */
  session(session) {
    return this.#json(at("sessions", session));
  }

  /** @param {string} session @param {object} patch A JSON Merge Patch (RFC 7396). @returns {Promise<any>} */
  changeSession(session, patch) {
    return this.#json(at("sessions", session), { method: "PATCH", ...body(patch, "application/merge-patch+json") });
  }

  /** Erases a session for good. @param {string} session @returns {Promise<void>} */
  async eraseSession(session) {
    await this.request(at("sessions", session), { method: "DELETE" });
  }

  /** @param {string} session @param {string} through The last message the fork has too. @returns {Promise<any>} The new session. */
  forkSession(session, through) {
    return this.#once(`${at("sessions", session)}/forks`, { through });
  }

  // ---- messages

  /**
   * History in conversation order, without a cursor the newest page.
   * @param {string} session
   * @param {Paging & {superseded?: boolean}} [options] `superseded`: what was regenerated or edited away too.
   * @returns {Promise<Page>}
   */
  messages(session, options) {
    return this.#json(`${at("sessions", session)}/messages${query(options)}`);
  }

  /** @param {string} session @param {string} message @returns {Promise<any>} */
  message(session, message) {
    return this.#json(`${at("sessions", session)}/${at("messages", message)}`);
  }

  /** Adds without asking the model. @param {string} session @param {object | object[]} messages @returns {Promise<any>} */
  appendMessages(session, messages) {
    return this.#once(`${at("sessions", session)}/messages`, messages);
  }

  /** @param {string} session @param {string} message @param {string | object[]} content @returns {Promise<any>} */
  editMessage(session, message, content) {
    const path = `${at("sessions", session)}/${at("messages", message)}`;
    return this.#json(path, { method: "PATCH", ...body({ content }, "application/merge-patch+json") });
  }

  /** @param {string} session @param {string} message @returns {Promise<void>} */
  async removeMessage(session, message) {
    await this.request(`${at("sessions", session)}/${at("messages", message)}`, { method: "DELETE" });
  }

  // ---- what is sent, what it costs, who can answer

  /**
   * What would be sent, and why. Stores nothing, calls nobody.
   * @param {string} session
   * @param {object} [turn] A turn's body; without it the history as it stands.
   * @returns {Promise<any>} See `ContextPreview` in the OpenAPI.
   */
  context(session, turn) {
    const path = `${at("sessions", session)}/context`;
    return turn === undefined ? this.#json(path) : this.#json(path, { method: "POST", ...body(turn) });
  }

  /** @param {string} session @param {Paging} [options] @returns {Promise<Page & {total: any}>} Per turn, newest first. */
  usage(session, options) {
    return this.#json(`${at("sessions", session)}/usage${query(options)}`);
  }

  /** @returns {Promise<Page>} The catalogue, models that want a key included. */
  models() {
    return this.#json("/models");
  }

  // ---- turns

  /**
   * Says something. The answer comes as the events of the turn that is returned; nothing is sent before they are read.
   * @param {string} session
   * @param {object} turn See `TurnRequest` in the OpenAPI, e.g. `{content: "Salve!"}` or `{regenerate: true}`.
   * @param {ListenOptions & {key?: string}} [options] `key`: that of an earlier attempt, which this one repeats.
   * @returns {Turn}
   */
  send(session, turn, options = {}) {
    return new Turn(this, session, null, turn, options);
  }

  /**
   * Listens to a turn that somebody has started, e.g. before the page was loaded again.
   * @param {string} session
   * @param {string} turn
   * @param {ListenOptions} [options]
   * @returns {Turn}
   */
  follow(session, turn, options = {}) {
    return new Turn(this, session, turn, null, options);
  }

  /** @param {string} session @param {Paging & {state?: string}} [options] @returns {Promise<Page>} Newest first. */
  turns(session, options) {
    return this.#json(`${at("sessions", session)}/turns${query(options)}`);
  }

  /** @param {string} session @param {string} turn @returns {Promise<any>} With its `content` so far. */
  turn(session, turn) {
    return this.#json(`${at("sessions", session)}/${at("turns", turn)}`);
  }

  /**
   * Stops a turn; what was said so far is kept. No harm if it is over already.
   * @param {string} session
   * @param {string} turn
   * @returns {Promise<any>} The turn as it stands.
   */
  cancel(session, turn) {
    return this.#once(`${at("sessions", session)}/${at("turns", turn)}/cancel`, undefined);
  }

  /**
   * Follows what happens in a session, whoever does it: another tab, another device, another replica.
   * @param {string} session
   * @param {ListenOptions} [options]
   * @returns {SessionFeed}
   */
  watch(session, options = {}) {
    return new SessionFeed(this, session, options);
  }

  /**
   * Any request of the API, for what has no method here.
   * @param {string} path From `/api/v1` on.
   * @param {RequestInit} [init]
   * @returns {Promise<Response>} One of status 2xx.
   * @throws {ParleyError} For every other answer, and for none.
   */
  async request(path, init = {}) {
    let response;
    try {
      // The browser's own cache would show an old state after a reload.
      response = await this.#fetch(`${this.#base}/api/v1${path}`, {
        cache: "no-store", ...init, headers: { ...this.#headers, ...init.headers },
      });
    } catch (error) {
      if (init.signal?.aborted) {
        throw error;
      }
      throw unreachable("The server cannot be reached.");
    }
    if (!response.ok) {
      throw new ParleyError(response.status, await response.json().catch(() => ({})));
    }
    return response;
  }

  /** @param {string} path @param {RequestInit} [init] @returns {Promise<any>} */
  async #json(path, init) {
    const response = await this.request(path, init);
    const text = await response.text().catch(() => {
      throw unreachable("The answer broke off.");
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
 * One input and the reply to it, as an async iterable of its events. It is read once, and ends with `done` or `failed`. Breaking
 * off the iteration only stops listening; {@link cancel} stops the turn.
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
    /** @type {string | null} Known from the `turn` event on. */
    this.id = id;
    /** @type {string | null} The message that is answered; known from the `turn` event on. */
    this.userMessage = null;
    /** The text of the reply so far. */
    this.text = "";
    /** @type {string} `running`, then one of `completed`, `cancelled`, `failed`, `interrupted`. */
    this.state = "running";
    /** The `Idempotency-Key`: with it a later {@link ParleyClient.send} repeats this one instead of saying it again. */
    this.key = options.key ?? newKey();
    /** The last event that was seen. */
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
   * Stops the turn, at once or, where the service has not told its id yet, as soon as it has. What was said is kept, and the
   * events end with `done` in the state `cancelled`.
   * @returns {Promise<void>} Done once the service knows it, which before its id is told takes somebody who reads the events; also
   *   where there was nothing to stop.
   * @throws {ParleyError} Where the service could not be told.
   */
  async cancel() {
    if (this.id !== null) {
      await this.#client.cancel(this.session, this.id);
    } else if (!this.#over) {
      this.#early ??= Promise.withResolvers();
      await this.#early.promise;
    }
  }

  /** Stops listening; the turn goes on unless its `onDisconnect` says otherwise. */
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

  /** What the last event has told, of a turn that has nothing more to tell. @returns {Promise<StreamEvent | null>} */
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

/** What happens in a session, as an async iterable that ends when the session is erased or {@link leave} is called. */
export class SessionFeed {
  #client;
  #options;
  #stop = new AbortController();

  /** @param {ParleyClient} client @param {string} session @param {ListenOptions} options */
  constructor(client, session, options) {
    this.#client = client;
    this.#options = options;
    this.session = session;
    /** @type {number | undefined} The last event that was seen; with it as `after` a later feed goes on without a gap. */
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
 * Reads a stream to its last event, over as many connections as it takes.
 * @param {object} stream
 * @param {(signal: AbortSignal) => Promise<Response>} stream.open Asks for what follows the last event.
 * @param {() => number} [stream.patience] Milliseconds that asking may take beside {@link LONGEST_SILENCE}.
 * @param {(id: number) => void} stream.resumesAt Told after which event the next connection has to go on.
 * @param {() => Promise<StreamEvent | null>} stream.nothingMore Asked for the last event where the service has nothing to tell.
 * @param {(event: StreamEvent) => boolean} stream.isLast
 * @param {() => boolean} stream.mayWait Whether it is tried for ever; else {@link MOST_ATTEMPTS} times.
 * @param {AbortSignal} stream.signal Ends it all.
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
    // Whatever an end was for, the next one without an event between them is waited for longer.
    failures = oneMore(failures);
    if (reason !== undefined && !passes(reason)) {
      throw reason;
    }
    if (!mayWait() && failures >= MOST_ATTEMPTS) {
      throw reason ?? unreachable("The server ends its answers before they have begun.");
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

/** One connection to a stream: closed by its owner, by silence, or by the device waking up after a silence. */
class Connected {
  #control = new AbortController();
  #begun = Date.now();
  #heard;
  #ending = false;
  #watch;
  #sleepers;

  /** @param {AbortSignal} owner @param {number} patience Milliseconds until the answer may begin, beside the longest silence. */
  constructor(owner, patience) {
    this.#heard = Date.now() + patience;
    this.signal = this.#control.signal;
    const abort = () => this.#control.abort();
    owner.addEventListener("abort", abort, { signal: this.signal });
    this.#watch = setInterval(() => this.#closeIfSilent(LONGEST_SILENCE), LONGEST_SILENCE / 8);
    // After a sleep the connection may be gone without the device having been told.
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
          throw this.signal.aborted ? error : unreachable("The connection broke.");
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

  /** Whether it was there for so long that its end says nothing of the next one. */
  get hasLasted() {
    return Date.now() - this.#begun > LONGEST_PAUSE;
  }

  /** The last event is read: the server ends the answer itself, after which the connection can be used again. */
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

/** Bytes to server-sent events (WHATWG HTML, section 9.2.6), whatever the pieces they come in. */
export class EventDecoder {
  #text = new TextDecoder();
  #rest = "";
  /** @type {{id: number | null, name: string, data: string[]}} */
  #event = { id: null, name: "message", data: [] };

  /** @param {Uint8Array} bytes @returns {Generator<StreamEvent, void, void>} The events that are complete with these bytes. */
  *decode(bytes) {
    this.#rest += this.#text.decode(bytes, { stream: true });
    if (this.#rest.length > LONGEST_EVENT) {
      throw new ParleyError(0, { code: "provider-protocol", detail: "The server sent an event without an end.", retryable: false });
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

/** Whether time may mend what has failed. @param {any} error */
function passes(error) {
  return error instanceof ParleyError ? error.retryable && error.status !== 409 : error?.name === "AbortError";
}

/** The count of failures with one more, unless there is no network, which says nothing of the server. @param {number} failures */
function oneMore(failures) {
  return isOffline() ? failures : failures + 1;
}

function isOffline() {
  return globalThis.navigator?.onLine === false;
}

/**
 * Waits before the next attempt: for as long as the server asks, else longer each time; not over a network that is back.
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
    // Without a network only its return is worth an attempt; the timer is for browsers that do not tell.
    timer = setTimeout(end, isOffline() ? 4 * LONGEST_PAUSE : Math.max(asked, own));
    forget = onWake(() => (asked > 0 ? undefined : end()));
    signal?.addEventListener("abort", end);
    if (signal?.aborted) {
      end();
    }
  });
}

/** Calls back when the network returns or the page is looked at again. @param {() => void} call @returns {() => void} Forgets it. */
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
