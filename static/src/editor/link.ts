// Links: made, changed, removed in a dialog; the address is checked before it is taken.
import type { Mark } from "prosemirror-model"
import { type Command, type EditorState, Plugin, TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { t } from "../i18n"
import { cleaned, isAddress } from "../values"
import { askFor } from "./dialog"
import { button, el, field, still } from "./dom"
import { mark } from "./nodes"

/** The link at the cursor or around the selection's start, and how far it reaches. */
export function linkAt(state: EditorState): { from: number; to: number; link: Mark } | null {
  const { $from, empty } = state.selection
  const type = mark("link")
  const link = $from.marks().find(found => found.type === type) ?? ($from.nodeAfter ? type.isInSet($from.nodeAfter.marks) : undefined) ??
    (empty && $from.nodeBefore ? type.isInSet($from.nodeBefore.marks) : undefined)
  if (!link) return null
  let from = $from.pos - $from.parentOffset
  let range: { from: number; to: number } | null = null
  $from.parent.forEach((child, offset) => {
    const start = $from.start() + offset
    const end = start + child.nodeSize
    if (!link.isInSet(child.marks)) return
    if (range && range.to === start) range.to = end
    else if (!range || range.to < $from.pos) range = { from: start, to: end }
  })
  const found = range as { from: number; to: number } | null
  from = found?.from ?? from
  return found ? { from, to: found.to, link } : null
}

/** What a person meant by an address: `www.x.de` is https, `a@b.de` a mail address. */
export function meant(text: string): string {
  const typed = text.trim()
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(typed)) return `mailto:${typed}`
  if (/^[a-z][a-z0-9+.-]*:/i.test(typed) && !/^[^/:]+:\d/.test(typed)) return typed
  return /^#/.test(typed) || typed === "" ? typed : `https://${typed.replace(/^\/+/, "")}`
}

/** Follow links: with Ctrl or Cmd while writing, by a plain click while reading; `#id` leads to the block. */
export function following(): Plugin {
  return new Plugin({
    props: {
      handleDOMEvents: {
        click(view, event) {
          const target = event.target instanceof Element ? event.target : null
          const reference = target?.closest<HTMLElement>(".cross-ref[data-target]")
          const href = reference ? `#${reference.dataset.target}` : target?.closest("a[href]")?.getAttribute("href")
          if (!href || !isAddress(href)) return false
          event.preventDefault()
          if (view.editable && !(event.ctrlKey || event.metaKey)) return false
          if (href.startsWith("#")) {
            const block = view.dom.querySelector(`[data-id="${CSS.escape(href.slice(1))}"]`)
            block?.scrollIntoView({ block: "center", behavior: still() ? "auto" : "smooth" })
          } else window.open(href, "_blank", "noopener,noreferrer")
          return true
        },
      },
    },
  })
}

/** Ask for an address and link the selection to it. */
export const editLink: Command = (state, _dispatch, view) => {
  if (!state.selection.$from.parent.inlineContent) return false
  if (view) void ask(view)
  return true
}

async function ask(view: EditorView): Promise<void> {
  const { state } = view
  const there = linkAt(state)
  const { from, to } = there ?? state.selection
  const href = el("input", { type: "text", inputmode: "url", autocomplete: "url", spellcheck: "false" })
  href.value = there?.link.attrs.href ?? ""
  const words = el("input", { type: "text" })
  words.value = state.doc.textBetween(from, to, " ")
  const remove = there ? button(t("Remove link"), () => {
    view.dispatch(view.state.tr.removeMark(there.from, there.to, mark("link")))
    remove?.closest("dialog")?.close()
  }, "quiet") : null
  const plain = state.selection.$from.sameParent(state.doc.resolve(to))
  const before = view.state
  const answer = await askFor(there ? t("Change link") : t("Insert link"), [
    field(t("Address"), href, t("For example www.example.org or name@example.org")),
    ...(plain ? [field(t("Words"), words)] : []),
  ], t("Apply"), () => {
    const address = meant(href.value)
    if (!isAddress(address)) throw new Error(t("This address cannot be linked. It should begin with https:// or be a mail address."))
    return { address, words: cleaned(words.value).trim() }
  }, { also: remove ? [remove] : [] })
  if (!answer) return view.focus()
  const link = mark("link").create({ href: answer.address, title: there?.link.attrs.title ?? null })
  // Others may have written meanwhile: then the selection has been kept up to date, the range has not.
  const now = view.state.doc.eq(before.doc) ? { from, to } : linkAt(view.state) ?? view.state.selection
  const { tr } = view.state
  const text = plain ? answer.words || answer.address : ""
  if (plain && text !== view.state.doc.textBetween(now.from, now.to, " ")) {
    const marks = view.state.doc.resolve(now.from).marksAcross(view.state.doc.resolve(now.to)) ?? []
    tr.replaceWith(now.from, now.to, view.state.schema.text(text, link.addToSet(marks)))
    tr.setSelection(TextSelection.create(tr.doc, now.from + text.length)).removeStoredMark(mark("link"))
  } else tr.addMark(now.from, now.to, link)
  view.dispatch(tr.scrollIntoView())
  view.focus()
}
