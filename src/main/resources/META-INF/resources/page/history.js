/** The messages of a conversation as they are read: from the newest page backwards, one reading after the other. */

const PAGE = 50;

export class History {
  #client;
  #session;
  #changed;
  /** The last reading, done or not: each one takes up where the one before has ended. */
  #reading = Promise.resolve();

  /**
   * @param {import("../parley-client.js").ParleyClient} client
   * @param {() => string | null} session Its id, once there is one.
   * @param {() => void} changed Called when other messages are there.
   */
  constructor(client, session, changed) {
    this.#client = client;
    this.#session = session;
    this.#changed = changed;
    /** In conversation order, superseded ones included. */
    this.messages = [];
    /** Cursor of what stands before the first message, null at the beginning. */
    this.before = null;
  }

  /** Reads the newest messages for the first time, and leaves it to the caller to tell of them. */
  load() {
    return this.#inOrder(async () => this.#replace(await this.#page({ limit: PAGE })));
  }

  /** Reads the page of messages before the first one. */
  loadEarlier() {
    return this.#inOrder(async () => {
      if (this.before === null) {
        // What was read meanwhile reaches to the beginning.
        return;
      }
      const page = await this.#page({ limit: PAGE, before: this.before });
      this.#replace({ ...page, data: [...page.data, ...this.messages] });
      this.#changed();
    });
  }

  /** Reads the newest messages again, or all that are shown, where any of them may have been superseded or removed. */
  refresh(all) {
    return this.#inOrder(() => this.#readAgain(all));
  }

  async #readAgain(all) {
    const shown = this.messages.length;
    let page = await this.#page({ limit: PAGE });
    let data = page.data;
    while (all && page.hasMore && data.length < shown) {
      page = await this.#page({ limit: 2 * PAGE, before: page.before });
      data = [...page.data, ...data];
    }
    const first = this.messages.findIndex((message) => message.id === data[0]?.id);
    if (all || first < 0) {
      this.#replace({ ...page, data });
    } else {
      this.messages = [...this.messages.slice(0, first), ...data];
    }
    this.#changed();
  }

  #page(options) {
    return this.#client.messages(this.#session(), { superseded: true, ...options });
  }

  #replace({ data, hasMore, before }) {
    this.messages = data;
    this.before = hasMore ? before : null;
  }

  #inOrder(read) {
    const done = this.#reading.then(read);
    this.#reading = done.catch(() => null);
    return done;
  }
}
