/** The events of a session, followed for as long as the page is looked at. */

const HIDDEN_MILLIS = 5_000;

export class SessionEvents {
  #watch;
  #hear;
  #failed;
  #feed = null;
  #hidden = 0;

  /**
   * @param {(after: number | undefined) => import("../parley-client.js").SessionFeed} watch Follows the events after this one.
   * @param {(event: any) => Promise<void>} hear Called with each event, the next one after it is done.
   * @param {(error: any) => void} failed
   */
  constructor(watch, hear, failed) {
    this.#watch = watch;
    this.#hear = hear;
    this.#failed = failed;
  }

  /** Begins to follow them. */
  open() {
    document.addEventListener("visibilitychange", this.#seen);
    void this.#follow();
    if (document.visibilityState === "hidden") {
      this.#seen();
    }
  }

  /** Follows them no more. */
  close() {
    document.removeEventListener("visibilitychange", this.#seen);
    clearTimeout(this.#hidden);
    this.#feed?.leave();
  }

  /** Browsers allow few connections to one host, so a hidden tab gives its feed up and catches up afterwards. */
  #seen = () => {
    clearTimeout(this.#hidden);
    if (document.visibilityState === "hidden") {
      this.#hidden = setTimeout(() => this.#feed?.leave(), HIDDEN_MILLIS);
    } else {
      void this.#follow();
    }
  };

  async #follow() {
    if (this.#feed?.following) {
      return;
    }
    const feed = this.#watch(this.#feed?.last);
    feed.following = true;
    this.#feed = feed;
    try {
      for await (const event of feed) {
        await this.#hear(event);
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      feed.following = false;
    }
  }
}
