/** The list of conversations: find, open, rename, delete. */
import { button, byId, draw, h } from "./dom.js";
import { cover, covers, uncover } from "./cover.js";
import { confirmed, menu } from "./dialogs.js";
import { age, plural } from "./format.js";
import { Roving } from "./roving.js";

const PAGE = 50;
const TYPING_MILLIS = 250;

export class Sidebar {
  #client;
  #deeds;
  #parts = byId("sidebar", "new", "search", "found", "sessions", "open-sidebar", "close-sidebar");
  #roving = new Roving(this.#parts.sessions, "li > a, #sessions > .more", "li > .more");
  #sessions = [];
  #after = null;
  #current = null;
  #query = "";
  #asked = 0;
  /** What has been put or removed while the list is being read, whose answer may be older than that; null while it is not. */
  #since = null;
  #typing = 0;
  #renaming = false;

  /**
   * @param {import("../parley-client.js").ParleyClient} client
   * @param {object} deeds `open(id|null)`, `renamed(session)`, `erasing(id)`, `erased(id)`, `refused(error)`.
   */
  constructor(client, deeds) {
    this.#client = client;
    this.#deeds = deeds;
    const { sidebar, search, openSidebar, closeSidebar } = this.#parts;
    this.#parts.new.append(draw("plus"), h("span", {}, "New conversation"));
    this.#parts.new.addEventListener("click", () => {
      this.close();
      deeds.open(null);
    });
    openSidebar.append(draw("list"));
    openSidebar.addEventListener("click", () => (sidebar.classList.contains("open") ? this.close() : this.#openList()));
    closeSidebar.append(draw("close"));
    closeSidebar.addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    const typed = (event) => {
      clearTimeout(this.#typing);
      // What an input method has not converted yet is not looked for.
      this.#typing = event.isComposing ? 0 : setTimeout(() => void this.#find(), TYPING_MILLIS);
    };
    search.addEventListener("input", typed);
    search.addEventListener("compositionend", typed);
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && search.value !== "") {
        event.stopPropagation();
        search.value = "";
        void this.#find();
      }
    });
  }

  /** Reads the list again. */
  async load() {
    const asked = ++this.#asked;
    this.#since = [];
    let page = null;
    let since = null;
    try {
      page = await this.#client.sessions({ q: this.#query, limit: PAGE });
    } finally {
      if (asked === this.#asked) {
        since = this.#since;
        this.#since = null;
      }
    }
    if (since !== null) {
      this.#sessions = page.data;
      this.#after = page.hasMore ? page.after : null;
      since.forEach((change) => change());
      this.#render();
      this.#parts.found.textContent = this.#query === "" ? "" : `${plural(page.data.length, "conversation")} found`;
    }
  }

  /** Marks the one that is shown. */
  mark(id) {
    this.#current = id;
    this.#render();
  }

  /** Shows a conversation as it is now, a new one on top. */
  put(session) {
    this.#since?.push(() => this.#place(session));
    this.#place(session);
    this.#render();
  }

  #place(session) {
    const at = this.#sessions.findIndex((each) => each.id === session.id);
    if (at >= 0) {
      this.#sessions[at] = session;
    } else if (this.#query === "") {
      this.#sessions.unshift(session);
    }
  }

  /** Takes one off the list. */
  remove(id) {
    this.#since?.push(() => this.#drop(id));
    this.#drop(id);
    this.#render();
  }

  #drop(id) {
    this.#sessions = this.#sessions.filter((each) => each.id !== id);
  }

  /** Puts the cursor into the search field. */
  search() {
    this.#openList();
    this.#parts.search.focus();
    this.#parts.search.select();
  }

  /** Closes the list where it covers the conversation. */
  close() {
    const { sidebar, openSidebar } = this.#parts;
    if (sidebar.classList.contains("open")) {
      sidebar.classList.remove("open");
      uncover(sidebar);
      openSidebar.setAttribute("aria-expanded", "false");
      openSidebar.focus();
    }
  }

  #openList() {
    if (covers()) {
      const { sidebar, openSidebar, closeSidebar } = this.#parts;
      sidebar.classList.add("open");
      cover(sidebar, () => this.close());
      openSidebar.setAttribute("aria-expanded", "true");
      closeSidebar.focus();
    }
  }

  async #find() {
    this.#query = this.#parts.search.value.trim();
    await this.load().catch(this.#deeds.refused);
  }

  async #more() {
    const page = await this.#client.sessions({ q: this.#query, limit: PAGE, after: this.#after });
    const more = page.data.filter((each) => !this.#sessions.some((known) => known.id === each.id));
    const first = document.activeElement.matches("#sessions > .more") ? more[0] : null;
    this.#sessions.push(...more);
    this.#after = page.hasMore ? page.after : null;
    this.#render();
    if (first) {
      this.#focus(first.id);
    }
  }

  #render() {
    if (this.#renaming) {
      return;
    }
    const focused = document.activeElement.closest("#sessions li")?.dataset.session;
    const onActions = document.activeElement.matches("#sessions li .more");
    const sections = Map.groupBy(this.#sessions, (session) => age(session.createdAt));
    const parts = [...sections].map(([heading, sessions]) => h("section", { "aria-label": heading },
      h("h2", {}, heading), h("ul", {}, ...sessions.map((session) => this.#entry(session)))));
    if (parts.length === 0) {
      parts.push(h("p", { class: "note" }, this.#query === "" ? "Your conversations are listed here." : "No conversation has this text."));
    }
    if (this.#after !== null) {
      parts.push(h("button", { type: "button", class: "more", on: { click: () => void this.#more().catch(this.#deeds.refused) } }, "Show more"));
    }
    this.#parts.sessions.replaceChildren(...parts);
    this.#roving.refresh();
    if (focused) {
      this.#focus(focused, onActions);
    }
  }

  /** Puts the focus on a conversation of the list, or on its button. */
  #focus(id, onActions = false) {
    this.#parts.sessions.querySelector(`li[data-session="${id}"] ${onActions ? ".more" : "a"}`)?.focus();
  }

  /** Which conversation stands in the place of this one once it is gone. */
  #besides(id) {
    const at = this.#sessions.findIndex((each) => each.id === id);
    return this.#sessions[at + 1] ?? this.#sessions[at - 1];
  }

  #entry(session) {
    const current = session.id === this.#current;
    const item = h("li", { class: current ? "current" : "", dataset: { session: session.id } },
      h("a", { href: `#${session.id}`, "aria-current": current ? "page" : null, on: { click: () => this.close() } }, titleOf(session)));
    const more = button("more", `Actions for ${titleOf(session)}`, () => menu(more, [
      { icon: "edit", label: "Rename", act: () => this.#rename(session, item) },
      { icon: "trash", label: "Delete", danger: true, act: () => void this.#erase(session) },
    ]), { class: "quiet more", id: `actions-${session.id}`, "aria-haspopup": "menu" });
    item.append(more);
    return item;
  }

  #rename(session, item) {
    const field = h("input", { type: "text", "aria-label": "Title", maxlength: "500" });
    field.value = session.title ?? "";
    this.#renaming = true;
    const end = async (keep) => {
      if (!this.#renaming) {
        return;
      }
      this.#renaming = false;
      if (keep && field.value.trim() !== session.title) {
        try {
          const renamed = await this.#client.changeSession(session.id, { title: field.value.trim() });
          this.put(renamed);
          this.#deeds.renamed(renamed);
        } catch (error) {
          this.#deeds.refused(error);
        }
      }
      this.#render();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        void end(event.key === "Enter");
      }
    });
    field.addEventListener("blur", () => void end(true));
    item.replaceChildren(field);
    field.focus();
    field.select();
  }

  async #erase(session) {
    const sure = await confirmed("Delete this conversation?", `“${titleOf(session)}” and all its messages are erased for good.`, "Delete");
    if (!sure) {
      this.#focus(session.id, true);
      return;
    }
    try {
      this.#deeds.erasing(session.id);
      await this.#client.eraseSession(session.id);
      const besides = this.#besides(session.id);
      this.remove(session.id);
      if (document.activeElement === document.body) {
        besides ? this.#focus(besides.id) : this.#parts.new.focus();
      }
      this.#deeds.erased(session.id);
    } catch (error) {
      this.#deeds.refused(error);
    }
  }
}

/** What a conversation is called. */
export function titleOf(session) {
  return session.title || "Untitled";
}
