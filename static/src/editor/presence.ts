// Who is here, and where their cursors are (carets.ts draws them). Classes in the list of who is here:
// `avatars`, `avatar` with data-colour="0" … "11".
import { Plugin, PluginKey } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { t } from "../i18n"
import { initials } from "../names"
import { announce } from "./announce"
import { type Caret, Carets, COLOURS } from "./carets"
import { el } from "./dom"

const TELL_EVERY = 200 // ms

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

const key = new PluginKey<Map<string, Caret>>("presence")

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
export function presence(): Plugin<Map<string, Caret>> {
  return new Plugin({
    key,
    state: {
      init: () => new Map(),
      apply(tr, before) {
        const told = tr.getMeta(key) as Map<string, Caret> | undefined
        if (told) return told
        if (!tr.docChanged || before.size === 0) return before
        return new Map([...before].map(([client, caret]) => [client, {
          ...caret,
          at: caret.at && { head: tr.mapping.map(caret.at.head, -1), anchor: tr.mapping.map(caret.at.anchor, -1) },
        }]))
      },
    },
    view(view) {
      const carets = new Carets(view, () => key.getState(view.state)?.values() ?? [])
      return { update: carets.soon, destroy: () => carets.destroy() }
    },
  })
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
      const before = cursors.get(one.client)
      const moved = before?.at && before.at.head !== head ? performance.now() : (before?.moved ?? Number.NEGATIVE_INFINITY)
      cursors.set(one.client, { client: one.client, name: one.name, colour: one.colour, at: head === null ? null : { head, anchor: anchor ?? head }, moved })
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
