// @ and a few letters offer the people of the paper; Enter or Tab takes one. Classes `suggestions`
// (role listbox), `suggestion` (role option).
import { Plugin, PluginKey } from "prosemirror-state"
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view"
import { t } from "../i18n"
import { ask, withQuery } from "../live/server"
import { cleaned } from "../values"
import { announce } from "./announce"
import { el } from "./dom"
import { main, place } from "./menu"
import { node } from "./nodes"

export interface Person {
  id: string
  name: string
}

interface State {
  from: number // where the @ stands
  to: number
  query: string
}

const key = new PluginKey<State | null>("mention")
const TRIGGER = /(?:^|[\s(„“"'‚])@([\p{L}\p{M}.-]*(?: [\p{L}\p{M}.-]*)?)$/u

/** What stands behind an @ in front of the cursor, or null. */
export function asked(before: string): string | null {
  return TRIGGER.exec(before)?.[1] ?? null
}

async function people(url: string, query: string): Promise<Person[]> {
  try {
    const { status, body } = await ask(withQuery(url, { q: query }))
    const list = Array.isArray(body) ? body : (body as { people?: unknown } | null)?.people
    if (status !== 200 || !Array.isArray(list)) return []
    return list.filter((one): one is Person => typeof one?.name === "string" && one.id !== undefined).map(({ id, name }) => ({ id: String(id), name })).slice(0, 8)
  } catch {
    return []
  }
}

/** The plugin; `url` answers ?q= with {people: [{id, name}, …]}. */
export function mentions(url: string): Plugin<State | null> {
  let dismissed = -1
  let panel: Panel | null = null
  return new Plugin<State | null>({
    key,
    state: {
      init: () => null,
      apply(tr, before) {
        const { selection } = tr
        if (!selection.empty || !selection.$head.parent.inlineContent) return null
        if (!before && !tr.docChanged) return null
        const { $head } = selection
        const text = $head.parent.textBetween(0, $head.parentOffset, null, "\ufffc")
        if (text.length !== $head.parentOffset) return null // a footnote lies before: offsets would not fit
        const query = asked(text)
        if (query === null) return null
        const from = $head.pos - query.length - 1
        if (from === dismissed) return null
        return { from, to: $head.pos, query }
      },
    },
    props: {
      decorations(state) {
        const open = key.getState(state)
        return open ? DecorationSet.create(state.doc, [Decoration.inline(open.from, open.to, { class: "mention-query" })]) : null
      },
      handleKeyDown(view, event) {
        if (event.key === "Escape" && key.getState(view.state) && panel?.shown) {
          dismissed = key.getState(view.state)?.from ?? -1
          panel.hide()
          return true
        }
        return panel?.key(event) ?? false
      },
    },
    view(view) {
      panel = new Panel(view, url)
      return panel
    },
  })
}

class Panel {
  private readonly list = el("ul", { class: "suggestions menu-panel", role: "listbox", id: "mention-list", "data-floating": "", "aria-label": t("People") })
  private found: Person[] = []
  private chosen = 0
  private query: string | null = null

  constructor(private readonly view: EditorView, private readonly url: string) {}

  get shown(): boolean {
    return this.list.isConnected
  }

  update(view: EditorView): void {
    const open = key.getState(view.state)
    if (!open) return this.hide()
    if (open.query === this.query) return
    this.query = open.query
    void people(this.url, open.query).then(found => {
      if (this.query !== open.query || !key.getState(view.state)) return
      this.found = found
      this.chosen = 0
      this.show()
    })
  }

  private show(): void {
    const open = key.getState(this.view.state)
    if (!open || this.found.length === 0) return this.hide(false)
    this.list.replaceChildren(...this.found.map((person, at) => {
      const option = el("li", { class: "suggestion menu-item", role: "option", id: `mention-${at}`, "aria-selected": String(at === this.chosen) }, person.name)
      option.addEventListener("mousedown", event => {
        event.preventDefault()
        this.take(at)
      })
      return option
    }))
    const fresh = !this.shown
    main().append(this.list)
    place(this.list, this.view.coordsAtPos(open.from))
    this.view.dom.setAttribute("aria-controls", "mention-list")
    this.view.dom.setAttribute("aria-activedescendant", `mention-${this.chosen}`)
    announce(fresh ? t("%(count)s people. Arrow keys choose, Enter takes: %(name)s", { count: this.found.length, name: this.found[0]?.name ?? "" }) : this.found[this.chosen]?.name ?? "")
  }

  hide(forget = true): void {
    if (forget) this.query = null
    this.list.remove()
    this.view.dom.removeAttribute("aria-activedescendant")
    this.view.dom.removeAttribute("aria-controls")
  }

  key(event: KeyboardEvent): boolean {
    if (!this.shown) return false
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      this.chosen = (this.chosen + step + this.found.length) % this.found.length
      this.show()
      return true
    }
    if (event.key === "Enter" || event.key === "Tab") {
      this.take(this.chosen)
      return true
    }
    return false
  }

  private take(at: number): void {
    const open = key.getState(this.view.state)
    const person = this.found[at]
    if (!open || !person) return
    const { state } = this.view
    const made = node("mention").create({ person: person.id, label: cleaned(person.name).slice(0, 200) })
    this.view.dispatch(state.tr.replaceWith(open.from, open.to, [made, state.schema.text(" ")]).scrollIntoView())
    this.hide()
    this.view.focus()
  }

  destroy(): void {
    this.hide()
  }
}
