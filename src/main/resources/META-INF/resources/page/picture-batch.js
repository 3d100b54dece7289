/** The pictures of one message, read or still being read. */
export class PictureBatch {
  items = [];
  /** @type {PictureBatch | null} */
  #into = null;
  #joined = [];
  #read = Promise.resolve();
  #reading = 0;

  /** Where its pictures stand, which is another batch once it has been joined to that one. @returns {PictureBatch} */
  get root() {
    return this.#into?.root ?? this;
  }

  /** Whether there are pictures, or will be in a moment. */
  get any() {
    return this.items.length > 0 || this.#waits;
  }

  /** @returns {boolean} */
  get #waits() {
    return this.#reading > 0 || this.#joined.some((batch) => batch.#waits);
  }

  /**
   * Reads more, after what is being read.
   * @param {(batch: PictureBatch) => Promise<void>} reader Adds to the `items` of the root, which may change meanwhile.
   * @returns {{read: Promise<void>}} Fulfilled once it has been read.
   */
  add(reader) {
    this.#reading++;
    this.#read = this.#read.then(() => reader(this)).finally(() => this.#reading--);
    return { read: this.#read };
  }

  /** Takes the pictures of a newer batch after its own, those that are still being read too. @param {PictureBatch} newer */
  join(newer) {
    this.items.push(...newer.items);
    newer.items = [];
    newer.#into = this;
    this.#joined.push(newer);
  }

  /** Waits until nothing is being read. @returns {Promise<void>} */
  async whole() {
    while (this.#waits) {
      await Promise.all([this.#read, ...this.#joined.map((batch) => batch.whole())]);
    }
  }
}
