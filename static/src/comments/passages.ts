// Commented passages in the text: decorations that go along with what everybody types.
//
// A place that the server names belongs to a version. It is brought to the text on the screen
// through the steps that were confirmed since and through those that are not confirmed yet.
import { getVersion, sendableSteps } from "prosemirror-collab"
import { type EditorState, Plugin, PluginKey, type Transaction } from "prosemirror-state"
import type { Mappable, StepMap } from "prosemirror-transform"
import { Decoration, DecorationSet } from "prosemirror-view"
import type { Brought, Heard, Shown } from "./ground"
import { innermost, pieces, type Span } from "./spans"

const REMEMBERED = 4_000 // confirmed steps whose maps are kept

export interface Passages extends Shown {
  decorated: DecorationSet
  confirmed: { version: number; map: StepMap }[] // the version that each led to
}

type Change = Partial<Shown>

export const key = new PluginKey<Passages>("comments")

/** Show these passages, or another current one, or what a new comment is about. */
export function show(change: Change, state: EditorState): Transaction {
  return state.tr.setMeta(key, change).setMeta("addToHistory", false)
}

/** The confirmed version, or null where the text is a revision that never changes. */
export function versionOf(state: EditorState): number | null {
  return collaborates(state) ? getVersion(state) : null
}

function collaborates(state: EditorState): boolean {
  return "collab$" in state && state["collab$" as keyof EditorState] !== undefined
}

/** How many steps of this page nobody has confirmed yet. */
export function unconfirmed(state: EditorState): number {
  return collaborates(state) ? (sendableSteps(state)?.steps.length ?? 0) : 0
}

/** See Ground.bring. */
export function bring(state: EditorState, span: Span, version: number): Brought {
  const here = versionOf(state)
  if (here === null) return { at: span }
  if (version > here) return "later"
  const { confirmed } = key.getState(state) as Passages
  const way = confirmed.filter(each => each.version > version)
  if (way.length !== here - version) return "unknown"
  const maps = [...way.map(each => each.map), ...(sendableSteps(state)?.steps ?? []).map(step => step.getMap())]
  return { at: maps.reduce<Span | null>((at, map) => at && through(at, map), span) }
}

function through<S extends Span>(span: S, mapping: Mappable): S | null {
  const start = mapping.map(span.start, 1)
  const end = mapping.map(span.end, -1)
  return start < end ? { ...span, start, end } : null
}

/** The maps of the steps that this transaction has confirmed. */
function newlyConfirmed(tr: Transaction, before: EditorState, after: EditorState): Passages["confirmed"] {
  if (!collaborates(before) || !collaborates(after)) return []
  const from = getVersion(before)
  const count = getVersion(after) - from
  if (count <= 0) return []
  const own = sendableSteps(before)?.steps ?? []
  // Foreign steps lie between our own ones taken back and put on again; a run of own ones adds none.
  const maps = tr.steps.length === 0 ? own.slice(0, count).map(step => step.getMap()) : tr.mapping.maps.slice(own.length, own.length + count)
  return maps.map((map, index) => ({ version: from + index + 1, map }))
}

function decorated(state: Shown, doc: EditorState["doc"]): DecorationSet {
  const draft = state.draft ? [{ ...state.draft, id: 0 }] : []
  const within = (span: Span): Span => ({ ...span, end: Math.min(span.end, doc.content.size) })
  const resolved = new Set(state.passages.filter(each => each.resolved).map(each => each.id))
  return DecorationSet.create(doc, pieces([...state.passages, ...draft].map(within)).map(({ start, end, ids }) => {
    const current = ids.includes(0) || (state.current !== null && ids.includes(state.current))
    const real = ids.filter(id => id !== 0)
    const looks = ["commented", ...(current ? ["is-current"] : []), ...(real.length > 0 && real.every(id => resolved.has(id)) ? ["is-resolved"] : [])]
    return Decoration.inline(start, end, { class: looks.join(" "), "data-comments": real.join(" ") })
  }))
}

/** The plugin. */
export function passages(heard: Heard): Plugin<Passages> {
  return new Plugin<Passages>({
    key,
    state: {
      init: () => ({ passages: [], current: null, draft: null, decorated: DecorationSet.empty, confirmed: [] }),
      apply(tr, value, before, after) {
        const change = tr.getMeta(key) as Change | undefined
        const news = newlyConfirmed(tr, before, after)
        const confirmed = news.length > 0 ? [...value.confirmed, ...news].slice(-REMEMBERED) : value.confirmed
        const moved = <S extends Span>(span: S): S | null => (tr.docChanged ? through(span, tr.mapping) : span)
        const kept = {
          current: value.current,
          draft: value.draft && moved(value.draft),
          passages: tr.docChanged ? value.passages.flatMap(span => moved(span) ?? []) : value.passages,
        }
        const lost = kept.passages.length !== value.passages.length || kept.draft !== null !== (value.draft !== null)
        if (change || lost) {
          const next = { ...kept, ...change }
          return { ...next, decorated: decorated(next, tr.doc), confirmed }
        }
        return { ...kept, decorated: tr.docChanged ? value.decorated.map(tr.mapping, tr.doc) : value.decorated, confirmed }
      },
    },
    props: {
      handleDOMEvents: {
        focus: () => void setTimeout(() => heard.turned()), // once the editor has taken the selection over
      },
      decorations: state => key.getState(state)?.decorated,
      handleClick(view, at) {
        const spans = (key.getState(view.state)?.passages ?? []).filter(span => span.start <= at && at <= span.end)
        const id = innermost(spans, spans.map(span => span.id))
        if (id !== null) heard.clicked(id)
        return false
      },
    },
    view: () => ({
      update(view, before) {
        if (view.state.doc !== before.doc) heard.moved()
        if (!view.state.selection.eq(before.selection)) heard.turned()
      },
      destroy: () => queueMicrotask(() => heard.renewed()),
    }),
  })
}
