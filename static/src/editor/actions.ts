// What a person can do in the editor: each with a name, an icon, keys, and when it is on.
import { toggleMark } from "prosemirror-commands"
import { redo, undo } from "prosemirror-history"
import { type Command, type EditorState, NodeSelection } from "prosemirror-state"
import { t } from "../i18n"
import { align, hardBreak, indent, insertPageBreak, insertRule, level, outdent, setLevel, toggleList, toggleWrap, tooDeep, within } from "./blocks"
import { isMac } from "./dom"
import { insertFootnote } from "./footnote"
import { editLink, linkAt } from "./link"
import { mark, node } from "./nodes"
import { caption, describeSelected, pickPicture } from "./pictures"

export interface Action {
  name: string
  label: string
  icon: string
  keys?: string[] // as prosemirror-keymap writes them; the first is shown
  run: Command
  isOn?: (state: EditorState) => boolean
}

/** Does the selection carry this mark (or would typing)? */
export function hasMark(state: EditorState, name: string): boolean {
  const type = mark(name)
  const { from, $from, to, empty } = state.selection
  return empty ? Boolean(type.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, type)
}

function marking(name: string, label: string, icon: string, ...keys: string[]): Action {
  return { name, label, icon, keys, run: toggleMark(mark(name)), isOn: state => hasMark(state, name) }
}

const deepEnough = (command: Command): Command => (state, dispatch, view) => !tooDeep(state, 2) && command(state, dispatch, view)

/** Digits with Ctrl+Alt write other characters on many keyboards of Windows: there it is Ctrl+Shift. */
const digit = (at: number): string[] => (isMac ? [`Mod-Alt-${at}`] : [`Mod-Shift-${at}`, `Mod-Alt-${at}`])

export function makeActions(files: string): Record<string, Action> {
  const list: Action[] = [
    { name: "undo", label: t("Undo my last step"), icon: "undo-2", keys: ["Mod-z"], run: undo },
    { name: "redo", label: t("Redo"), icon: "redo-2", keys: isMac ? ["Shift-Mod-z", "Mod-y"] : ["Mod-y", "Shift-Mod-z"], run: redo },
    { name: "paragraph", label: t("Text"), icon: "pilcrow", keys: digit(0), run: setLevel(0), isOn: state => level(state) === 0 },
    ...[1, 2, 3, 4].map((at): Action => ({
      name: `heading-${at}`, label: t("Heading %(level)s", { level: at }), icon: `heading-${at}`, keys: digit(at), run: setLevel(at), isOn: state => level(state) === at,
    })),
    marking("strong", t("Bold"), "bold", "Mod-b"),
    marking("em", t("Italic"), "italic", "Mod-i"),
    marking("underline", t("Underline"), "underline", "Mod-u"),
    marking("strike", t("Strike through"), "strikethrough", "Mod-Shift-x"),
    marking("superscript", t("Superscript"), "superscript", "Mod-."),
    marking("subscript", t("Subscript"), "subscript", "Mod-,"),
    marking("highlight", t("Highlight"), "highlighter", "Mod-Shift-h"),
    marking("code", t("Code"), "code", "Mod-e"),
    { name: "link", label: t("Link"), icon: "link", keys: ["Mod-k"], run: editLink, isOn: state => linkAt(state) !== null },
    { name: "bullets", label: t("Bullet list"), icon: "list", keys: digit(8), run: deepEnough(toggleList("bullet_list")), isOn: state => within(state, "bullet_list") },
    { name: "numbers", label: t("Numbered list"), icon: "list-ordered", keys: digit(7), run: deepEnough(toggleList("ordered_list")), isOn: state => within(state, "ordered_list") },
    { name: "indent", label: t("Indent"), icon: "list-indent-increase", run: indent },
    { name: "outdent", label: t("Outdent"), icon: "list-indent-decrease", run: outdent },
    { name: "quote", label: t("Quote"), icon: "text-quote", keys: digit(9), run: toggleWrap("blockquote"), isOn: state => within(state, "blockquote") },
    { name: "motion", label: t("Motion (what is to be decided)"), icon: "gavel", keys: digit(6), run: toggleWrap("motion"), isOn: state => within(state, "motion") },
    { name: "align-left", label: t("Align left"), icon: "text-align-start", keys: ["Mod-Shift-l"], run: align(null) },
    { name: "align-center", label: t("Centre"), icon: "text-align-center", keys: ["Mod-Shift-e"], run: align("center") },
    { name: "align-right", label: t("Align right"), icon: "text-align-end", keys: ["Mod-Shift-r"], run: align("right") },
    { name: "footnote", label: t("Footnote"), icon: "message-square-text", keys: ["Mod-Alt-f"], run: insertFootnote },
    { name: "picture", label: t("Picture"), icon: "image", run: pickPicture(files) },
    { name: "describe", label: t("Describe the picture"), icon: "captions", run: describeSelected },
    { name: "caption", label: t("Caption"), icon: "subtitles", run: caption },
    { name: "rule", label: t("Dividing line"), icon: "minus", run: insertRule },
    { name: "page-break", label: t("Page break"), icon: "scissors-line-dashed", keys: ["Mod-Enter"], run: insertPageBreak },
    { name: "break", label: t("Line break"), icon: "corner-down-left", keys: ["Shift-Enter"], run: hardBreak },
  ]
  return Object.fromEntries(list.map(action => [action.name, action]))
}

/** Is a picture or figure selected? */
export function onPicture(state: EditorState): boolean {
  const { selection } = state
  return selection instanceof NodeSelection && [node("figure"), node("image")].includes(selection.node.type)
}

/** Keys as people read them: "Strg+B" or "⌘B". */
export function keysInWords(keys: string): string {
  const parts = keys.split(/-(?=.)/)
  const names: Record<string, string> = isMac
    ? { Mod: "⌘", Shift: "⇧", Alt: "⌥", Ctrl: "⌃", Enter: "↩" }
    : { Mod: t("Ctrl"), Ctrl: t("Ctrl"), Shift: t("Shift"), Alt: "Alt", Enter: t("Enter"), Escape: "Esc", Tab: "Tab" }
  return parts.map(part => names[part] ?? part.toUpperCase()).join(isMac ? "" : "+")
}
