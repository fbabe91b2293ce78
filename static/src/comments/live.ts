// The text that is being written, as the comments see it.
import { type Plugin, TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { Ground } from "./ground"
import { bring, key, passages, show, unconfirmed, versionOf } from "./passages"

const NOTHING = { passages: [], current: null, draft: null }

interface Ends {
  view: EditorView
  add(plugin: Plugin): void
  hear(told: (message: { type: string }) => void): void
}

/** The ground of an editor. */
export function live({ view, add, hear }: Ends): Ground {
  const known = () => (view.isDestroyed ? undefined : key.getState(view.state))
  return {
    dom: view.dom,
    shown: () => known() ?? NOTHING,
    show(change) {
      if (known()) view.dispatch(show(change, view.state))
    },
    selected() {
      if (view.isDestroyed) return null
      const { from: start, to: end, empty } = view.state.selection
      const quote = empty ? "" : view.state.doc.textBetween(start, end, "\n", " ")
      return quote.trim() ? { start, end, quote } : null
    },
    caret: () => (view.hasFocus() ? view.state.selection.head : null),
    at: position => view.coordsAtPos(Math.min(position, view.state.doc.content.size)),
    near(position, blocks) {
      const place = view.state.doc.resolve(Math.min(position, view.state.doc.content.size))
      const start = place.depth > 0 ? place.before(1) : place.pos
      let top = blocks.get(start)
      if (top === undefined) {
        const block = view.nodeDOM(start)
        top = block instanceof Element ? block.getBoundingClientRect().top : view.coordsAtPos(place.pos).top
        blocks.set(start, top)
      }
      return top
    },
    version: () => versionOf(view.state),
    unconfirmed: () => unconfirmed(view.state),
    bring: (span, version) => bring(view.state, span, version),
    go(span) {
      const { state } = view
      view.dispatch(state.tr.setSelection(TextSelection.between(state.doc.resolve(span.end), state.doc.resolve(span.start))))
      if (!view.editable) view.dom.focus({ preventScroll: true })
      view.focus()
    },
    focus: () => view.focus(),
    listen: heard => add(passages(heard)),
    hear,
  }
}
