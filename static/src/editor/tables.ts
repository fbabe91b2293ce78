// Tables: made, changed, walked through by keyboard, and repaired by one person at a time.
import { Fragment } from "prosemirror-model"
import { type Command, type EditorState, Plugin } from "prosemirror-state"
import {
  addColumnAfter, addColumnBefore, addRowAfter, addRowBefore, CellSelection, columnResizing, deleteColumn, deleteRow,
  deleteTable, fixTables, goToNextCell, isInTable, mergeCells, splitCell, tableEditing, toggleHeaderColumn, toggleHeaderRow,
} from "prosemirror-tables"
import type { EditorView } from "prosemirror-view"
import { isLocal } from "../live/collab"
import { insertBlock, within } from "./blocks"
import { node } from "./nodes"

export const MOST_ROWS = 8
export const MOST_COLUMNS = 8

/** Insert a table of this size; its first row is a header row. */
export function insertTable(rows: number, columns: number): Command {
  const insert = insertBlock(() => {
    const row = (cell: string) => node("table_row").create(null, Array.from({ length: columns }, () => node(cell).createAndFill() ?? []).flat())
    return node("table").create(null, Fragment.from(Array.from({ length: rows }, (_, at) => row(at === 0 ? "table_header" : "table_cell"))))
  })
  return (state, dispatch, view) => !within(state, "table") && insert(state, dispatch, view)
}

export const tableCommands: { name: string; label: string; icon: string; run: Command }[] = [
  { name: "row-above", label: "Add row above", icon: "between-horizontal-end", run: addRowBefore },
  { name: "row-below", label: "Add row below", icon: "between-horizontal-start", run: addRowAfter },
  { name: "column-before", label: "Add column before", icon: "between-vertical-end", run: addColumnBefore },
  { name: "column-after", label: "Add column after", icon: "between-vertical-start", run: addColumnAfter },
  { name: "delete-row", label: "Delete row", icon: "fold-vertical", run: deleteRow },
  { name: "delete-column", label: "Delete column", icon: "fold-horizontal", run: deleteColumn },
  { name: "header-row", label: "Header row on or off", icon: "panel-top", run: toggleHeaderRow },
  { name: "header-column", label: "Header column on or off", icon: "panel-left", run: toggleHeaderColumn },
  { name: "merge", label: "Merge cells", icon: "table-cells-merge", run: mergeCells },
  { name: "split", label: "Split cell", icon: "table-cells-split", run: splitCell },
  { name: "delete-table", label: "Delete table", icon: "trash-2", run: deleteTable },
]

/** Tab in the last cell adds a row. */
export const nextCell: Command = (state, dispatch, view) => {
  if (!isInTable(state)) return false
  if (goToNextCell(1)(state, dispatch)) return true
  if (!addRowAfter(state)) return false
  if (dispatch && view) {
    addRowAfter(state, dispatch)
    goToNextCell(1)(view.state, view.dispatch)
  }
  return true
}

export const previousCell: Command = (state, dispatch) => isInTable(state) && (goToNextCell(-1)(state, dispatch) || true)

/** Extend the selection of cells by one, for those who merge without a mouse. */
export function extendCells(axis: "horiz" | "vert", direction: 1 | -1): Command {
  return (state, dispatch) => {
    if (!isInTable(state)) return false
    const { selection } = state
    if (selection instanceof CellSelection) {
      const $head = nextCellPlace(state, selection.$headCell.pos, axis, direction)
      if ($head === null) return true
      dispatch?.(state.tr.setSelection(CellSelection.create(state.doc, selection.$anchorCell.pos, $head)))
      return true
    }
    const { $from } = selection
    for (let depth = $from.depth; depth > 0; depth--)
      if (["table_cell", "table_header"].includes($from.node(depth).type.name)) {
        dispatch?.(state.tr.setSelection(CellSelection.create(state.doc, $from.before(depth))))
        return true
      }
    return false
  }
}

function nextCellPlace(state: EditorState, cell: number, axis: "horiz" | "vert", direction: 1 | -1): number | null {
  const $cell = state.doc.resolve(cell)
  const row = $cell.parent
  const table = $cell.node(-1)
  const column = $cell.index()
  if (axis === "horiz") {
    const to = column + direction
    if (to < 0 || to >= row.childCount) return null
    return direction > 0 ? cell + row.child(column).nodeSize : cell - row.child(to).nodeSize
  }
  const at = $cell.index(-1) + direction
  if (at < 0 || at >= table.childCount) return null
  let place = $cell.start(-1)
  for (let r = 0; r < at; r++) place += table.child(r).nodeSize
  const target = table.child(at)
  place += 1
  for (let c = 0; c < Math.min(column, target.childCount - 1); c++) place += target.child(c).nodeSize
  return place
}

const REPAIR_FIRST = 1_500 // ms
const REPAIR_SPREAD = 4_000 // ms; by chance, so that one person repairs and the others see it done

/**
 * What prosemirror-tables does, but a table that two people's edits broke together is repaired
 * by one of them after a while, not by everybody at once.
 */
export function tables(editable: () => boolean): Plugin[] {
  const editing = tableEditing({ allowTableNodeSelection: true })
  const repair = editing.spec.appendTransaction
  const calm = new Plugin({
    ...editing.spec,
    appendTransaction(transactions, before, state) {
      if (!transactions.every(isLocal)) return null
      return repair?.call(editing, transactions, before, state)
    },
  })
  let timer = 0
  const late = new Plugin({
    view: () => ({
      update(view: EditorView, before: EditorState) {
        if (view.state.doc === before.doc) return
        window.clearTimeout(timer)
        timer = window.setTimeout(() => {
          if (view.isDestroyed || !editable()) return
          const tr = fixTables(view.state)
          if (tr?.docChanged) view.dispatch(tr.setMeta("addToHistory", false))
        }, REPAIR_FIRST + Math.random() * REPAIR_SPREAD)
      },
      destroy: () => window.clearTimeout(timer),
    }),
  })
  return [columnResizing({ cellMinWidth: 40, defaultCellMinWidth: 40 }), calm, late]
}
