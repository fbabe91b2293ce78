// Find and replace. What is found is shown by decorations, never by marks. Classes `find-hit`,
// `find-hit is-current`; the panel: `find`, `find-count`.
import type { Node } from "prosemirror-model"
import { type EditorState, NodeSelection, Plugin, PluginKey, TextSelection } from "prosemirror-state"
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view"
import { number, t } from "../i18n"
import { cleaned } from "../values"
import { announce } from "./announce"
import { button, el, iconButton } from "./dom"

export interface Query {
  text: string
  caseMatters: boolean
  wholeWords: boolean
}

export interface Hit {
  from: number
  to: number
}

interface State {
  query: Query | null
  hits: Hit[]
  current: number // index, -1: none
  shown: DecorationSet
}

const key = new PluginKey<State>("find")
const NONE: State = { query: null, hits: [], current: -1, shown: DecorationSet.empty }
export const MOST_HITS = 5_000

function pattern({ text, caseMatters, wholeWords }: Query): RegExp {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/-]/g, c => `\\${c}`).replace(/ /g, "[ \\u00a0]")
  const edge = "[\\p{L}\\p{M}\\p{N}_]"
  return new RegExp(wholeWords ? `(?<!${edge})${escaped}(?!${edge})` : escaped, caseMatters ? "gu" : "giu")
}

/** The text of a textblock in which each offset is a position: what is not text is filled up. */
function plainText(block: Node): string {
  let text = ""
  block.forEach(child => (text += child.isText ? child.text : "\ufffc".repeat(child.nodeSize)))
  return text
}

/** Where the query occurs, in reading order, at most MOST_HITS places. */
export function search(doc: Node, query: Query): Hit[] {
  if (query.text === "") return []
  const wanted = pattern(query)
  const hits: Hit[] = []
  doc.descendants((node, pos) => {
    if (hits.length >= MOST_HITS) return false
    if (!node.inlineContent) return true
    for (const match of plainText(node).matchAll(wanted)) {
      if (hits.length >= MOST_HITS) break
      hits.push({ from: pos + 1 + match.index, to: pos + 1 + match.index + match[0].length })
    }
    return true
  })
  return hits.sort((a, b) => a.from - b.from)
}

function show(doc: Node, hits: Hit[], current: number): DecorationSet {
  return DecorationSet.create(doc, hits.map(({ from, to }, at) => Decoration.inline(from, to, { class: at === current ? "find-hit is-current" : "find-hit" })))
}

export function finding(): Plugin<State> {
  return new Plugin({
    key,
    state: {
      init: () => NONE,
      apply(tr, before): State {
        const told = tr.getMeta(key) as Partial<State> | undefined
        if (!told && (!tr.docChanged || !before.query)) return before
        const query = told?.query === undefined ? before.query : told.query
        if (!query) return NONE
        const hits = tr.docChanged || told?.query ? search(tr.doc, query) : before.hits
        let current = told?.current ?? before.current
        if (tr.docChanged && told?.current === undefined) {
          const was = before.hits[before.current]
          current = was ? hits.findIndex(hit => hit.from >= tr.mapping.map(was.from)) : -1
        }
        current = Math.min(current, hits.length - 1)
        return { query, hits, current, shown: show(tr.doc, hits, current) }
      },
    },
    props: { decorations: state => key.getState(state)?.shown },
  })
}

function nearest(hits: Hit[], direction: 1 | -1, from: number): number {
  if (hits.length === 0) return -1
  if (direction > 0) {
    const next = hits.findIndex(hit => hit.from >= from)
    return next < 0 ? 0 : next
  }
  for (let at = hits.length - 1; at >= 0; at--) if ((hits[at]?.to ?? 0) <= from) return at
  return hits.length - 1
}

/** The panel over the text; `openFind(view)` shows it, Escape closes it. */
export class FindPanel {
  readonly dom: HTMLElement
  private readonly words = el("input", { type: "search", class: "input", "aria-label": t("Find"), placeholder: t("Find"), autocomplete: "off", spellcheck: "false" })
  private readonly instead = el("input", { type: "text", class: "input", "aria-label": t("Replace with"), placeholder: t("Replace with"), autocomplete: "off" })
  private readonly caseMatters = el("input", { type: "checkbox" })
  private readonly wholeWords = el("input", { type: "checkbox" })
  private readonly count = el("span", { class: "find-count", "aria-live": "polite" })
  private view: EditorView | null = null

  constructor() {
    const again = (): void => this.look()
    for (const input of [this.words, this.caseMatters, this.wholeWords]) input.addEventListener("input", again)
    const replacing = el("div", { class: "find-row" }, this.instead, button(t("Replace"), () => this.replace()), button(t("Replace all"), () => this.replaceAll()))
    this.dom = el("div", { class: "find", role: "search", "aria-label": t("Find and replace"), hidden: true },
      el("div", { class: "find-row" }, this.words, this.count, iconButton("chevron-up", t("Previous (Shift+Enter)"), () => this.go(-1)),
        iconButton("chevron-down", t("Next (Enter)"), () => this.go(1)),
        el("label", { class: "find-option" }, this.caseMatters, t("Match case")),
        el("label", { class: "find-option" }, this.wholeWords, t("Whole words")),
        iconButton("x", t("Close"), () => this.close())),
      replacing)
    this.dom.addEventListener("keydown", event => {
      if (event.key === "Escape") {
        event.preventDefault()
        this.close()
      } else if (event.key === "Enter" && event.target === this.words) {
        event.preventDefault()
        this.go(event.shiftKey ? -1 : 1)
      } else if (event.key === "Enter" && event.target === this.instead) {
        event.preventDefault()
        this.replace()
      }
    })
  }

  open(view: EditorView): void {
    this.view = view
    const { from, to } = view.state.selection
    const selected = view.state.doc.textBetween(from, to, "\n")
    if (selected && !selected.includes("\n") && selected.length < 100) this.words.value = selected
    this.dom.hidden = false
    for (const part of this.dom.querySelectorAll<HTMLElement>(".find-row:last-child *")) part.toggleAttribute("disabled", !view.editable)
    this.words.focus()
    this.words.select()
    this.look()
  }

  close(): void {
    this.dom.hidden = true
    this.view?.dispatch(this.view.state.tr.setMeta(key, { query: null }))
    this.view?.focus()
  }

  /** Called on every change of the editor. */
  update(view: EditorView): void {
    if (this.dom.hidden) return
    this.view = view
    const { hits, current, query } = key.getState(view.state) ?? NONE
    const text = !query || query.text === "" ? "" : hits.length === 0 ? t("Nothing found")
      : current < 0 ? t("%(count)s places", { count: number(hits.length) }) : t("%(at)s of %(count)s", { at: number(current + 1), count: number(hits.length) })
    if (this.count.textContent !== text) this.count.textContent = text
  }

  private look(): void {
    if (!this.view) return
    const query: Query = { text: this.words.value, caseMatters: this.caseMatters.checked, wholeWords: this.wholeWords.checked }
    const { state } = this.view
    this.view.dispatch(state.tr.setMeta(key, { query, current: -1 }))
    if (query.text) this.go(1, state.selection.from)
  }

  private go(direction: 1 | -1, start?: number): void {
    const { view } = this
    if (!view) return
    const { hits, current } = key.getState(view.state) ?? NONE
    if (hits.length === 0) return
    const at = start !== undefined || current < 0 ? nearest(hits, direction, start ?? view.state.selection.from)
      : (current + direction + hits.length) % hits.length
    const hit = hits[at]
    if (!hit) return
    const $from = view.state.doc.resolve(hit.from)
    const tr = view.state.tr.setMeta(key, { current: at })
    tr.setSelection($from.parent.type.name === "footnote" ? NodeSelection.create(tr.doc, $from.before()) : TextSelection.create(tr.doc, hit.from, hit.to))
    view.dispatch(tr.scrollIntoView())
  }

  private replace(): void {
    const { view } = this
    if (!view?.editable) return
    const { hits, current } = key.getState(view.state) ?? NONE
    const hit = hits[current]
    if (!hit) return this.go(1)
    const text = cleaned(this.instead.value)
    view.dispatch(replaced(view.state, [hit], text))
    this.go(1, hit.from + text.length)
  }

  private replaceAll(): void {
    const { view } = this
    if (!view?.editable) return
    const { hits } = key.getState(view.state) ?? NONE
    if (hits.length === 0) return
    view.dispatch(replaced(view.state, hits, cleaned(this.instead.value)))
    announce(t("%(count)s places replaced", { count: number(hits.length) }))
  }
}

function replaced(state: EditorState, hits: Hit[], text: string) {
  const { tr } = state
  for (const { from, to } of [...hits].reverse()) {
    const marks = state.doc.resolve(from).marksAcross(state.doc.resolve(to)) ?? []
    if (text) tr.replaceWith(from, to, state.schema.text(text, marks))
    else tr.delete(from, to)
  }
  return tr
}
