// Footnotes: a number in the text (counted by CSS), its words in a small panel under it.
// Classes `footnote`, `footnote-mark` (the number), `footnote-panel`, `footnote-text`; the node is
// `footnote is-open` while its panel is open.
import { toggleMark } from "prosemirror-commands"
import { redo, undo } from "prosemirror-history"
import { keymap } from "prosemirror-keymap"
import { Fragment, type Node } from "prosemirror-model"
import { type Command, EditorState, NodeSelection, TextSelection, type Transaction } from "prosemirror-state"
import { StepMap } from "prosemirror-transform"
import { type Decoration, EditorView, type NodeView } from "prosemirror-view"
import { t } from "../i18n"
import { randomName } from "../live/wire"
import { cleaned } from "../values"
import { el, iconButton } from "./dom"
import { hardBreak } from "./blocks"
import { guard } from "./guard"
import { mark, node } from "./nodes"
import { typography } from "./typography"

const views = new WeakMap<EditorView, Map<string, Footnote>>()

/** Insert a footnote at the cursor and go into it. */
export const insertFootnote: Command = (state, dispatch, view) => {
  const { $to } = state.selection
  if (!$to.parent.inlineContent || $to.parent.type === node("footnote") || !$to.parent.canReplaceWith($to.index(), $to.index(), node("footnote"))) return false
  if (dispatch) {
    const id = randomName(10)
    const tr = state.tr.insert($to.pos, node("footnote").create({ id }))
    dispatch(tr.setSelection(NodeSelection.create(tr.doc, $to.pos)).scrollIntoView())
    if (view) views.get(view)?.get(id)?.enter()
  }
  return true
}

/** Open the selected footnote. */
export const openFootnote: Command = (state, _dispatch, view) => {
  const { selection } = state
  if (!(selection instanceof NodeSelection) || selection.node.type !== node("footnote") || !view) return false
  const dom = view.nodeDOM(selection.from)
  for (const footnote of views.get(view)?.values() ?? []) if (footnote.dom === dom) footnote.enter()
  return true
}

export class Footnote implements NodeView {
  readonly dom: HTMLElement
  private panel: HTMLElement | null = null
  private inner: EditorView | null = null
  private readonly number: HTMLElement

  constructor(private node: Node, private readonly outer: EditorView, private readonly getPos: () => number | undefined, private readonly lang: () => string) {
    this.number = el("button", { type: "button", class: "footnote-mark", tabindex: "-1", "aria-label": t("Footnote"), contenteditable: "false" })
    this.dom = el("span", { class: "footnote", "data-id": node.attrs.id }, this.number)
    this.number.addEventListener("click", event => {
      event.preventDefault()
      this.enter()
    })
    this.name()
    const known = views.get(outer) ?? new Map<string, Footnote>()
    views.set(outer, known)
    known.set(node.attrs.id ?? randomName(), this)
  }

  private name(): void {
    this.number.title = this.node.textContent || t("Footnote")
    this.number.setAttribute("aria-label", `${t("Footnote")}: ${this.node.textContent}`)
  }

  selectNode(): void {
    this.dom.classList.add("ProseMirror-selectednode")
  }

  deselectNode(): void {
    this.dom.classList.remove("ProseMirror-selectednode")
    if (this.inner && !this.panel?.contains(document.activeElement)) this.shut()
  }

  /** Open the panel, with the cursor in it. */
  enter(): void {
    if (!this.panel) this.open()
    this.inner?.focus()
  }

  private open(): void {
    const text = el("span", { class: "footnote-text" })
    const remove = iconButton("trash-2", t("Delete footnote"), () => this.remove())
    const done = iconButton("check", t("Done"), () => this.leave())
    this.panel = el("span", { class: "footnote-panel", role: "group", "aria-label": t("Footnote"), contenteditable: "false" }, text, done, remove)
    this.dom.append(this.panel)
    this.dom.classList.add("is-open")
    this.panel.addEventListener("focusout", event => {
      if (event.relatedTarget instanceof globalThis.Node && this.dom.contains(event.relatedTarget)) return
      window.setTimeout(() => {
        if (this.panel && !this.panel.contains(document.activeElement) && document.hasFocus()) this.shut()
      })
    })
    const leave: Command = () => {
      this.leave()
      return true
    }
    this.inner = new EditorView(text, {
      state: EditorState.create({
        doc: this.node,
        plugins: [
          typography(this.lang), guard(),
          keymap({
            "Mod-z": () => undo(this.outer.state, this.outer.dispatch), "Mod-y": () => redo(this.outer.state, this.outer.dispatch),
            "Shift-Mod-z": () => redo(this.outer.state, this.outer.dispatch),
            "Mod-b": toggleMark(mark("strong")), "Mod-i": toggleMark(mark("em")), "Mod-u": toggleMark(mark("underline")),
            "Shift-Enter": hardBreak, Enter: leave, Escape: leave,
          }),
        ],
      }),
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": t("Text of the footnote") },
      editable: () => this.outer.editable,
      dispatchTransaction: tr => this.take(tr),
      handlePaste: (view, event) => {
        // A footnote holds text only.
        const plain = event.clipboardData?.getData("text/plain") ?? ""
        view.dispatch(view.state.tr.replaceSelection(sliceOf(plain)).scrollIntoView())
        return true
      },
      handleDOMEvents: { mousedown: view => (this.outer.hasFocus() && view.focus(), false) },
    })
    this.inner.dispatch(this.inner.state.tr.setSelection(TextSelection.atEnd(this.inner.state.doc)))
  }

  private take(tr: Transaction): void {
    if (!this.inner) return
    const { state, transactions } = this.inner.state.applyTransaction(tr)
    this.inner.updateState(state)
    if (tr.getMeta("fromOutside")) return
    const outer = this.outer.state.tr
    const offset = StepMap.offset((this.getPos() ?? 0) + 1)
    for (const transaction of transactions)
      for (const step of transaction.steps) {
        const moved = step.map(offset)
        if (moved) outer.step(moved)
      }
    if (outer.docChanged) this.outer.dispatch(outer)
  }

  private leave(): void {
    const at = this.getPos()
    this.shut()
    if (at !== undefined) {
      const { state } = this.outer
      this.outer.dispatch(state.tr.setSelection(TextSelection.near(state.doc.resolve(at + this.node.nodeSize))))
    }
    this.outer.focus()
  }

  private remove(): void {
    const at = this.getPos()
    this.shut()
    if (at !== undefined) this.outer.dispatch(this.outer.state.tr.delete(at, at + this.node.nodeSize))
    this.outer.focus()
  }

  private shut(): void {
    this.inner?.destroy()
    this.inner = null
    this.panel?.remove()
    this.panel = null
    this.dom.classList.remove("is-open")
  }

  update(next: Node, _decorations: readonly Decoration[]): boolean {
    if (!next.sameMarkup(this.node)) return false
    this.node = next
    this.name()
    if (this.inner) {
      const { state } = this.inner
      const start = next.content.findDiffStart(state.doc.content)
      if (start !== null) {
        const end = next.content.findDiffEnd(state.doc.content)
        if (end) {
          let { a, b } = end
          const overlap = start - Math.min(a, b)
          if (overlap > 0) {
            a += overlap
            b += overlap
          }
          this.inner.dispatch(state.tr.replace(start, b, next.slice(start, a)).setMeta("fromOutside", true).setMeta("rebased", 0))
        }
      }
    }
    return true
  }

  stopEvent(event: Event): boolean {
    return event.target instanceof globalThis.Node && (this.panel?.contains(event.target) === true || this.number.contains(event.target))
  }

  ignoreMutation(): boolean {
    return true
  }

  destroy(): void {
    this.shut()
    const known = views.get(this.outer)
    for (const [id, footnote] of known ?? []) if (footnote === this) known?.delete(id)
  }
}

function sliceOf(text: string) {
  const words = cleaned(text).trim()
  return node("footnote").create(null, words ? Fragment.from(node("footnote").schema.text(words)) : undefined).slice(0)
}
