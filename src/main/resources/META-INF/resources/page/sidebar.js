/** The list of conversations: find, open, rename, delete. */
import { button, byId, draw, h } from "./dom.js";
import { cover, covers, uncover } from "./cover.js";
import { confirmed, menu } from "./dialogs.js";
import { isolated, withoutTurns } from "./directions.js";
import { age, plural } from "./format.js";
import { marked } from "./hit.js";
import { Roving } from "./roving.js";
import { SessionList } from "./session-list.js";

const TYPING_MILLIS = 250;

export class Sidebar {
  #client;
  #actions;
  #parts = byId("sidebar", "new", "search", "found", "sessions", "open-sidebar", "close-sidebar");
  #roving = new Roving(this.#parts.sessions, "li > a, #sessions > .more", "li > .more");
  #list;
  #current = null;
  #typing = 0;
  #renaming = false;
  #tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("parley.sessions") : null;
  #drawn = "";

  /**
   * @param {import("../parley-client.js").ParleyClient} client
   * @param {object} actions `open(id|null)`, `again()` (what the address names is wanted again), `renamed(session)`, `erasing(id)`, `erased(id)`, `notErased(id)`, `refused(error)`.
   */
  constructor(client, actions) {
    this.#client = client;
    this.#list = new SessionList(client, () => this.#render());
    this.#actions = actions;
    const { sidebar, search, openSidebar, closeSidebar } = this.#parts;
    this.#parts.new.append(draw("plus"), h("span", {}, "New conversation"));
    this.#parts.new.addEventListener("click", () => {
      this.close();
      actions.open(null);
    });
    openSidebar.append(draw("list"));
    openSidebar.addEventListener("click", () => (sidebar.classList.contains("open") ? this.close() : this.#openList()));
    closeSidebar.append(draw("close"));
    closeSidebar.addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    // A hidden tab reads its list when it is shown again.
    this.#tabs?.addEventListener("message", () => document.visibilityState === "visible" && void this.refresh().catch(() => undefined));
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
    if (await this.#list.load()) {
      this.#parts.found.textContent = this.#list.query === "" ? "" : `${plural(this.#list.sessions.length, "conversation")} found`;
    }
  }

  /** Takes in what other tabs and devices have changed. */
  async refresh() {
    await this.#list.refresh();
  }

  /** Marks the one that is shown. */
  mark(id) {
    this.#current = id;
    this.#render();
  }

  /** Shows a conversation as it is now, a new one on top. */
  put(session) {
    if (this.#list.put(session)) {
      this.#tellTabs();
    }
  }

  /** Takes one off the list. */
  remove(id) {
    if (this.#list.remove(id)) {
      this.#tellTabs();
    }
  }

  /** Other tabs of this browser read their lists again; nothing of the conversation itself goes to them. */
  #tellTabs() {
    this.#tabs?.postMessage("changed");
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
    this.#list.query = this.#parts.search.value.trim();
    await this.load().catch(this.#actions.refused);
  }

  async #more() {
    const more = await this.#list.loadMore();
    const first = document.activeElement.matches("#sessions > .more") ? more[0] : undefined;
    this.#render();
    if (first) {
      this.#focus(first.id);
    }
  }

  #render() {
    const drawn = JSON.stringify([this.#current, this.#list.hasMore, this.#list.query, this.#list.sessions.map(({ id, title, createdAt, found }) => [id, title, age(createdAt), found])]);
    if (this.#renaming || drawn === this.#drawn) {
      return;
    }
    this.#drawn = drawn;
    const focused = document.activeElement.closest("#sessions li")?.dataset.session;
    const onActions = document.activeElement.matches("#sessions li .more");
    const sections = Map.groupBy(this.#list.sessions, (session) => age(session.createdAt));
    const parts = [...sections].map(([heading, sessions]) => h("section", { "aria-label": heading },
      h("h2", {}, heading), h("ul", {}, ...sessions.map((session) => this.#entry(session)))));
    if (parts.length === 0) {
      parts.push(h("p", { class: "note" }, this.#list.query === "" ? "Your conversations are listed here." : "No conversation has this text."));
    }
    if (this.#list.hasMore) {
      parts.push(h("button", { type: "button", class: "more", on: { click: () => void this.#more().catch(this.#actions.refused) } }, "Show more"));
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

  #entry(session) {
    const current = session.id === this.#current;
    const address = `#${session.id}${session.found ? `/${session.found.message}` : ""}`;
    const opened = () => {
      this.close();
      if (location.hash === address) {
        // The address does not change, so nothing else tells that the place is wanted again.
        this.#actions.again();
      }
    };
    const item = h("li", { class: current ? "current" : "", dataset: { session: session.id } },
      h("a", { href: address, "aria-current": current ? "page" : null, on: { click: opened } },
        h("span", { class: "title" }, titleOf(session)), session.found?.text ? h("span", { class: "hit" }, ...marked(session.found.text, this.#list.query)) : null));
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
      this.#drawn = "";
      if (keep && field.value.trim() !== session.title) {
        try {
          const renamed = await this.#client.changeSession(session.id, { title: field.value.trim() });
          this.put(renamed);
          this.#actions.renamed(renamed);
        } catch (error) {
          this.#actions.refused(error);
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
    const sure = await confirmed("Delete this conversation?", `“${isolated(titleOf(session))}” and all its messages are erased for good.`, "Delete");
    if (!sure) {
      this.#focus(session.id, true);
      return;
    }
    try {
      this.#actions.erasing(session.id);
      await this.#client.eraseSession(session.id);
      const besides = this.#list.beside(session.id);
      this.remove(session.id);
      if (document.activeElement === document.body) {
        besides ? this.#focus(besides.id) : this.#parts.new.focus();
      }
      this.#actions.erased(session.id);
    } catch (error) {
      this.#actions.refused(error);
      this.#actions.notErased(session.id);
    }
  }
}

/** What a conversation is called. */
export function titleOf(session) {
  return withoutTurns(session.title ?? "") || "Untitled";
}
