// Who is here, and where their cursors are. Classes `others-cursor` (data-moving while they write or
// have just moved), `others-name`, `others-selection`; in the list: `avatars`, `avatar`. All of them
// have data-colour="0" … "11"; editor.css gives each number its colour.
import { Plugin, PluginKey } from "prosemirror-state"
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view"
import { t } from "../i18n"
import { initials } from "../names"
import { announce } from "./announce"
import { el } from "./dom"

const TELL_EVERY = 200 // ms
const MOVING = 2_500 // ms that a name stays after its cursor moved

/** Somebody who has this paper open, as the server says it. */
export interface Here {
  client: string
  person: string
  name: string
  colour: number // 0 … 11
  version: number
  head: number | null
  anchor: number | null
}

interface Cursor extends Here {
  at: { head: number; anchor: number } | null // in this page's text
}

const key = new PluginKey<Map<string, Cursor>>("presence")
const COLOURS = 12

/** What a presence message says; malformed people are left out. */
export function readPresence(message: Record<string, unknown>): { here: Here[]; left: string[] } {
  const here = Array.isArray(message.here) ? message.here : []
  const left = Array.isArray(message.left) ? message.left.map(String) : []
  const place = (value: unknown): number | null => (Number.isInteger(value) && (value as number) >= 0 ? (value as number) : null)
  return {
    left,
    here: here.filter(one => typeof one === "object" && one !== null && typeof one.client === "string").map(one => ({
      client: one.client, person: String(one.person ?? ""), name: String(one.name ?? ""), colour: (place(one.colour) ?? 0) % COLOURS,
      version: place(one.version) ?? 0, head: place(one.head), anchor: place(one.anchor),
    })),
  }
}

/** The plugin that shows the others' cursors and keeps them in place while people write. */
export function presence(): Plugin<Map<string, Cursor>> {
  const carets = new Map<string, HTMLElement>()
  return new Plugin({
    key,
    state: {
      init: () => new Map(),
      apply(tr, before) {
        const told = tr.getMeta(key) as Map<string, Cursor> | undefined
        if (told) return told
        if (!tr.docChanged || before.size === 0) return before
        return new Map([...before].map(([client, cursor]) => [client, {
          ...cursor,
          at: cursor.at && { head: tr.mapping.map(cursor.at.head, -1), anchor: tr.mapping.map(cursor.at.anchor, -1) },
        }]))
      },
    },
    props: {
      decorations(state) {
        const shown: Decoration[] = []
        const most = state.doc.content.size
        for (const cursor of key.getState(state)?.values() ?? []) {
          if (!cursor.at) continue
          const head = Math.min(cursor.at.head, most)
          const [from, to] = [Math.min(head, cursor.at.anchor), Math.min(most, Math.max(head, cursor.at.anchor))]
          shown.push(Decoration.widget(head, () => caret(carets, cursor), { key: `${cursor.client} ${cursor.name} ${cursor.colour}`, side: -1, ignoreSelection: true }))
          if (from < to) shown.push(Decoration.inline(from, to, { class: "others-selection", "data-colour": String(cursor.colour) }))
        }
        return DecorationSet.create(state.doc, shown)
      },
    },
  })
}

function caret(carets: Map<string, HTMLElement>, { client, name, colour }: Cursor): HTMLElement {
  const made = el("span", { class: "others-cursor", "data-client": client, "data-colour": colour, "aria-hidden": "true", contenteditable: "false" }, "\u2060", el("span", { class: "others-name" }, name))
  carets.set(client, made)
  return made
}

export interface Places {
  /** A position of the text at `version`, here and now; null if that is too long ago. */
  here(pos: number, version: number): number | null
  /** A position here and now, in the text at the confirmed version. */
  confirmed(pos: number): number
  version(): number
}

/** Takes in what others say and tells them where we are. */
export class People {
  private readonly all = new Map<string, Here>()
  private timer = 0
  private last = ""
  private readonly moving = new Map<string, number>()

  constructor(
    private readonly view: () => EditorView, private readonly me: { client: string; person: string }, private readonly places: Places,
    private readonly say: (message: Record<string, unknown>) => void, private readonly list: HTMLElement,
  ) {}

  /** Take in who is here; returns whom the server takes us for. */
  take(message: Record<string, unknown>): string {
    const { here, left } = readPresence(message)
    const me = here.find(one => one.client === this.me.client)?.person ?? this.me.person
    const names = new Set([...this.all.values()].map(({ person }) => person))
    const view = this.view()
    const cursors = new Map(key.getState(view.state))
    for (const client of left) {
      this.all.delete(client)
      cursors.delete(client)
    }
    for (const one of here) {
      if (one.client === this.me.client) continue
      if (!names.has(one.person) && one.person !== this.me.person && one.name) announce(t("%(name)s is here now", { name: one.name }))
      names.add(one.person)
      this.all.set(one.client, one)
      const head = one.head === null ? null : this.places.here(one.head, one.version)
      const anchor = one.anchor === null ? head : this.places.here(one.anchor, one.version)
      const before = cursors.get(one.client)?.at
      cursors.set(one.client, { ...one, at: head === null ? null : { head, anchor: anchor ?? head } })
      if (before && before.head !== head) this.moves(one.client)
    }
    view.dispatch(view.state.tr.setMeta(key, cursors).setMeta("addToHistory", false))
    this.show()
    return me
  }

  /** Nobody is known to be here any more: the connection is gone. */
  forget(): void {
    if (this.all.size === 0) return
    this.all.clear()
    this.last = ""
    const view = this.view()
    view.dispatch(view.state.tr.setMeta(key, new Map()).setMeta("addToHistory", false))
    this.show()
  }

  private moves(client: string): void {
    const find = (): HTMLElement | null => this.view().dom.querySelector(`.others-cursor[data-client="${CSS.escape(client)}"]`)
    requestAnimationFrame(() => find()?.setAttribute("data-moving", ""))
    window.clearTimeout(this.moving.get(client))
    this.moving.set(client, window.setTimeout(() => find()?.removeAttribute("data-moving"), MOVING))
  }

  /** Tell the others where our cursor is, soon, if it has moved. */
  tell(): void {
    if (this.timer) return
    this.timer = window.setTimeout(() => {
      this.timer = 0
      const { selection } = this.view().state
      const told = { type: "presence", version: this.places.version(), head: this.places.confirmed(selection.head), anchor: this.places.confirmed(selection.anchor) }
      const json = JSON.stringify(told)
      if (json === this.last) return
      this.last = json
      this.say(told)
    }, TELL_EVERY)
  }

  /** Tell again even if nothing moved: the connection is new. */
  again(): void {
    this.last = ""
    this.tell()
  }

  private show(): void {
    const people = new Map([...this.all.values()].filter(({ person }) => person !== this.me.person).map(one => [one.person || one.client, one]))
    const shown = [...people.values()].slice(0, 5).map(({ name, colour }) =>
      el("span", { class: "avatar", "data-size": "small", "data-colour": colour, title: name, "aria-hidden": "true" }, initials(name)))
    if (people.size > 5) shown.push(el("span", { class: "avatar", "data-size": "small", "aria-hidden": "true" }, `+${people.size - 5}`))
    const names = [...people.values()].map(({ name }) => name).join(", ")
    this.list.replaceChildren(el("span", { class: "avatars" }, ...shown), el("span", { class: "visually-hidden" }, names ? t("Here with you: %(names)s", { names }) : ""))
    this.list.hidden = people.size === 0
  }
}
