/** The conversations that are listed: those that are searched for, or all, newest first, as far as they have been read. */

const PAGE = 50;

export class SessionList {
  #client;
  #changed;
  #after = null;
  #asked = 0;
  /** What is put or removed while the list is being read, whose answer may be older than that; null while it is not. */
  #changesWhileReading = null;
  #reading = Promise.resolve();

  /**
   * @param {import("../parley-client.js").ParleyClient} client
   * @param {() => void} changed Called when other conversations are listed, or the same ones differently.
   */
  constructor(client, changed) {
    this.#client = client;
    this.#changed = changed;
    this.sessions = [];
    /** What is searched for, empty where all are listed. */
    this.query = "";
  }

  /** Whether there are more than have been read. */
  get hasMore() {
    return this.#after !== null;
  }

  /** Reads the list from its beginning. @returns {Promise<boolean>} Whether it is listed; not where it was read anew meanwhile. */
  load() {
    return this.#read((page) => {
      this.sessions = page.data;
      this.#after = page.hasMore ? page.after : null;
    });
  }

  /** Takes in what other tabs and devices have changed, and leaves all else in the list as it is. */
  async refresh() {
    if (this.#changesWhileReading !== null) {
      // What is under way may have been answered before what has changed now.
      await this.#reading.catch(() => undefined);
    }
    await (this.#changesWhileReading !== null ? this.#reading : this.#read((page) => {
      const last = this.sessions.findIndex((each) => each.id === page.data.at(-1)?.id);
      const older = page.hasMore && last >= 0 ? this.sessions.slice(last + 1).filter((each) => !page.data.some(({ id }) => id === each.id)) : [];
      if (older.length === 0) {
        this.#after = page.hasMore ? page.after : null;
      }
      this.sessions = [...page.data, ...older];
    }));
  }

  /** Reads on, and leaves it to the caller to show it. @returns {Promise<any[]>} What came; nothing where another search has begun since. */
  async loadMore() {
    const [query, after] = [this.query, this.#after];
    const page = await this.#client.sessions({ q: query, limit: PAGE, after });
    if (query !== this.query || after !== this.#after) {
      return [];
    }
    const more = page.data.filter((each) => !this.#has(each.id));
    this.sessions.push(...more);
    this.#after = page.hasMore ? page.after : null;
    return more;
  }

  /** Lists a conversation as it is now, a new one on top. @returns {boolean} Whether it is new or has another title. */
  put(session) {
    const known = this.sessions.find((each) => each.id === session.id);
    this.#change(() => this.#place(session));
    return known?.title !== session.title;
  }

  /** Takes one off the list. @returns {boolean} Whether it was there. */
  remove(id) {
    const known = this.#has(id);
    this.#change(() => (this.sessions = this.sessions.filter((each) => each.id !== id)));
    return known;
  }

  /** Which conversation stands in the place of this one once it is gone. */
  beside(id) {
    const at = this.sessions.findIndex((each) => each.id === id);
    return this.sessions[at + 1] ?? this.sessions[at - 1];
  }

  #read(take) {
    this.#reading = this.#readNow(take);
    return this.#reading;
  }

  async #readNow(take) {
    const asked = ++this.#asked;
    this.#changesWhileReading = [];
    let page = null;
    let changes = null;
    try {
      page = await this.#client.sessions({ q: this.query, limit: PAGE });
    } finally {
      if (asked === this.#asked) {
        changes = this.#changesWhileReading;
        this.#changesWhileReading = null;
      }
    }
    if (changes !== null) {
      take(page);
      changes.forEach((change) => change());
      this.#changed();
    }
    return changes !== null;
  }

  #change(change) {
    this.#changesWhileReading?.push(change);
    change();
    this.#changed();
  }

  #place(session) {
    const at = this.sessions.findIndex((each) => each.id === session.id);
    if (at >= 0) {
      this.sessions[at] = { ...session, found: this.sessions[at].found };
    } else if (this.query === "") {
      this.sessions.unshift(session);
    }
  }

  #has(id) {
    return this.sessions.some((each) => each.id === id);
  }
}
