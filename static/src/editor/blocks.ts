// Commands that change blocks: headings, lists, quotes, motions, alignment, breaks.
import { autoJoin, chainCommands, lift, wrapIn } from "prosemirror-commands"
import type { Attrs, Node, NodeType } from "prosemirror-model"
import { liftListItem, sinkListItem, wrapInList } from "prosemirror-schema-list"
import { type Command, type EditorState, NodeSelection, Selection, TextSelection, type Transaction } from "prosemirror-state"
import { node } from "./nodes"

export const MOST_DEPTH = 12 // blocks inside one another below the document

/** The innermost node around the selection that `test` likes, with its position; null if there is none. */
export function around(state: EditorState, test: (node: Node) => boolean): { node: Node; pos: number; depth: number } | null {
  const { $from } = state.selection
  for (let depth = $from.depth; depth > 0; depth--)
    if (test($from.node(depth))) return { node: $from.node(depth), pos: $from.before(depth), depth }
  return null
}

export function within(state: EditorState, ...names: string[]): boolean {
  return around(state, ({ type }) => names.includes(type.name)) !== null
}

function isList(type: NodeType): boolean {
  return type.name === "bullet_list" || type.name === "ordered_list"
}

function textblocks(state: EditorState): { node: Node; pos: number }[] {
  const found: { node: Node; pos: number }[] = []
  for (const { $from, $to } of state.selection.ranges)
    state.doc.nodesBetween($from.pos, $to.pos, (at, pos) => {
      if (at.isTextblock && (at.type.name === "paragraph" || at.type.name === "heading")) found.push({ node: at, pos })
    })
  return found
}

/** The kind of the selected textblocks: 0 for paragraphs, 1–4 for headings, null if they differ. */
export function level(state: EditorState): number | null {
  const levels = new Set(textblocks(state).map(({ node: at }) => (at.type.name === "heading" ? (at.attrs.level as number) : 0)))
  return levels.size === 1 ? [...levels][0] ?? null : null
}

/** Make the selected textblocks paragraphs (0) or headings (1–4); they keep their ids. */
export function setLevel(to: number): Command {
  return (state, dispatch) => {
    const changed = textblocks(state).filter(({ node: at }) => (at.type.name === "heading" ? at.attrs.level : 0) !== to)
    if (changed.length === 0) return false
    if (dispatch) {
      const { tr } = state
      for (const { node: at, pos } of changed) {
        const { id, end } = at.attrs
        const type = node(to ? "heading" : "paragraph")
        tr.setBlockType(tr.mapping.map(pos), tr.mapping.map(pos + at.nodeSize), type, to ? { id, end, level: to } : { id, end })
      }
      dispatch(tr.scrollIntoView())
    }
    return true
  }
}

/** Align the selected paragraphs; `to` null is the left. */
export function align(to: "center" | "right" | null): Command {
  return (state, dispatch) => {
    const changed = textblocks(state).filter(({ node: at }) => at.type.name === "paragraph" && at.attrs.align !== to)
    if (changed.length === 0) return false
    if (dispatch) dispatch(changed.reduce((tr, { pos }) => tr.setNodeAttribute(pos, "align", to), state.tr))
    return true
  }
}

/** Make the selection a list of this kind, change the list's kind, or take it out of the list. */
export function toggleList(name: "bullet_list" | "ordered_list", attrs: Attrs = {}): Command {
  return (state, dispatch, view) => {
    const list = around(state, at => isList(at.type))
    const { $from } = state.selection
    if (list && $from.depth - list.depth <= 2) {
      if (list.node.type.name === name) return liftListItem(node("list_item"))(state, dispatch, view)
      dispatch?.(state.tr.setNodeMarkup(list.pos, node(name), attrs))
      return true
    }
    return autoJoin(wrapInList(node(name), attrs), before => before.type.name === name)(state, dispatch, view)
  }
}

/** Number the list from `start` in this style. */
export function numberList(start: number, style: string): Command {
  return (state, dispatch) => {
    const list = around(state, at => at.type.name === "ordered_list")
    if (!list) return false
    dispatch?.(state.tr.setNodeMarkup(list.pos, null, { start, style }))
    return true
  }
}

/** The numbering of the list around the selection. */
export function numbering(state: EditorState): { start: number; style: string } | null {
  const list = around(state, at => at.type.name === "ordered_list")
  return list ? (list.node.attrs as { start: number; style: string }) : null
}

/** Put the selected blocks into a quote or motion, or take them out of it. */
export function toggleWrap(name: "blockquote" | "motion"): Command {
  return (state, dispatch, view) => {
    const wrap = around(state, at => at.type.name === name)
    if (!wrap) return wrapIn(node(name))(state, dispatch, view)
    const { $from, $to } = state.selection
    const range = $from.blockRange($to, parent => parent.type.name === name)
    if (!range) return lift(state, dispatch)
    dispatch?.(state.tr.lift(range, range.depth - 1).scrollIntoView())
    return true
  }
}

export const indent: Command = (state, dispatch) =>
  !tooDeep(state, 2) && sinkListItem(node("list_item"))(state, dispatch)

export const outdent: Command = chainCommands(liftListItem(node("list_item")))

/** Would `more` levels around the selection be too deep? */
export function tooDeep(state: EditorState, more: number): boolean {
  const { $from, $to } = state.selection
  let deepest = $from.depth
  state.doc.nodesBetween($from.pos, $to.pos, (at, pos) => {
    if (at.isTextblock) deepest = Math.max(deepest, state.doc.resolve(pos).depth + 1)
  })
  return deepest + more > MOST_DEPTH
}

/** Put a block behind the selection's, with an empty paragraph to go on in if there is nothing. */
export function insertBlock(made: (state: EditorState) => Node): Command {
  return (state, dispatch) => {
    const { $from } = state.selection
    let depth = $from.depth
    while (depth > 0 && !$from.node(depth - 1).canReplaceWith($from.index(depth - 1), $from.index(depth - 1), made(state).type)) depth--
    if (depth === 0) return false
    if (!dispatch) return true
    const tr: Transaction = state.tr.deleteSelection()
    const $at = tr.doc.resolve(tr.mapping.map(state.selection.from))
    const at = Math.min(depth, $at.depth)
    const block = at > 0 ? $at.node(at) : null
    const empty = block?.type.name === "paragraph" && block.content.size === 0
    const fresh = made(state)
    const before = at > 0 ? $at.before(at) : $at.pos
    if (empty && block) tr.replaceWith(before, before + block.nodeSize, fresh)
    else tr.insert(at > 0 ? $at.after(at) : $at.pos, fresh)
    const start = empty ? before : at > 0 ? $at.after(at) : $at.pos
    const after = start + fresh.nodeSize
    if (!Selection.findFrom(tr.doc.resolve(after), 1, true)) tr.insert(after, node("paragraph").create())
    const inside = fresh.isAtom || fresh.isLeaf ? null : Selection.findFrom(tr.doc.resolve(start + 1), 1, true)
    const next = inside && inside.from < after ? inside : Selection.findFrom(tr.doc.resolve(after), 1, true)
    if (fresh.type.name === "figure") tr.setSelection(NodeSelection.create(tr.doc, start))
    else if (next) tr.setSelection(next)
    dispatch(tr.scrollIntoView())
    return true
  }
}

export const insertRule: Command = insertBlock(() => node("horizontal_rule").create())
export const insertPageBreak: Command = insertBlock(() => node("page_break").create())

export const hardBreak: Command = (state, dispatch) => {
  if (!state.selection.$from.parent.inlineContent) return false
  dispatch?.(state.tr.replaceSelectionWith(node("hard_break").create()).scrollIntoView())
  return true
}

/** Leave a quote, motion, cell or caption downwards when its last paragraph is empty. */
export const leaveEmpty: Command = (state, dispatch) => {
  const { $from, empty } = state.selection
  if (!empty || $from.parent.content.size > 0 || $from.depth < 2) return false
  const wrap = $from.node(-1)
  if (!["blockquote", "motion"].includes(wrap.type.name) || $from.index(-1) !== wrap.childCount - 1) return false
  return lift(state, dispatch)
}

/** After a caption comes a paragraph. */
export const leaveCaption: Command = (state, dispatch) => {
  const { $from } = state.selection
  if ($from.parent.type.name !== "caption") return false
  if (dispatch) {
    const after = $from.after($from.depth - 1)
    const tr = state.tr.insert(after, node("paragraph").create())
    dispatch(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView())
  }
  return true
}
