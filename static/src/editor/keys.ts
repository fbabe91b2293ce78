// Which keys do what, in the text.
import { chainCommands } from "prosemirror-commands"
import { undoInputRule } from "prosemirror-inputrules"
import { keymap } from "prosemirror-keymap"
import { liftListItem, splitListItem } from "prosemirror-schema-list"
import { type Command, Plugin } from "prosemirror-state"
import { t } from "../i18n"
import type { Action } from "./actions"
import { announce } from "./announce"
import { isMac } from "./dom"
import { indent, leaveCaption, leaveEmpty, outdent, within } from "./blocks"
import { openFootnote } from "./footnote"
import { node } from "./nodes"
import { describeSelected } from "./pictures"
import { extendCells, nextCell, previousCell } from "./tables"

export interface Ways {
  toolbar(): void
  find(): void
  help(): void
}

export function keys(actions: Record<string, Action>, ways: Ways): Plugin[] {
  const bound: Record<string, Command> = {}
  for (const { keys: all, run } of Object.values(actions)) for (const key of all ?? []) bound[key] = run
  const always = (work: () => void): Command => () => {
    work()
    return true
  }
  const item = node("list_item")
  const inList = (command: Command): Command => (state, dispatch, view) => within(state, "list_item") && (command(state, dispatch, view) || true)
  return [
    keymap({ Backspace: undoInputRule }),
    digits(bound),
    keymap(bound),
    keymap({
      Enter: chainCommands(openFootnote, describeSelected, leaveCaption, leaveEmpty, splitListItem(item)),
      Tab: chainCommands(inListInsideCell(indent), nextCell, inList(indent)),
      "Shift-Tab": chainCommands(inListInsideCell(outdent), previousCell, inList(liftListItem(item))),
      "Ctrl-Alt-Shift-ArrowRight": extendCells("horiz", 1), "Ctrl-Alt-Shift-ArrowLeft": extendCells("horiz", -1),
      "Ctrl-Alt-Shift-ArrowDown": extendCells("vert", 1), "Ctrl-Alt-Shift-ArrowUp": extendCells("vert", -1),
      "Alt-F10": always(ways.toolbar), Escape: always(ways.toolbar),
      "Mod-f": always(ways.find), "Mod-/": always(ways.help), "Mod-?": always(ways.help), F1: always(ways.help),
      "Mod-s": always(() => announce(t("Everything is saved by itself."))),
    }),
  ]
}

/** Ctrl+Shift and a digit mean the key, not the character that it writes (on German keyboards 7 writes /). */
function digits(bound: Record<string, Command>): Plugin {
  return new Plugin({
    props: {
      handleKeyDown(view, event) {
        const digit = /^Digit(\d)$/.exec(event.code)?.[1]
        if (!digit || !event.shiftKey || event.altKey || !(isMac ? event.metaKey : event.ctrlKey)) return false
        return bound[`Mod-Shift-${digit}`]?.(view.state, view.dispatch, view) ?? false
      },
    },
  })
}

/** In a list that stands in a table's cell, Tab moves the item if it can. */
function inListInsideCell(command: Command): Command {
  return (state, dispatch, view) => {
    const { $from } = state.selection
    for (let depth = $from.depth; depth > 0; depth--) {
      const { name } = $from.node(depth).type
      if (name === "list_item") return command(state, dispatch, view)
      if (name === "table_cell" || name === "table_header") return false
    }
    return false
  }
}
