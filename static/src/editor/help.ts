// The sheet of keyboard shortcuts. Classes `shortcuts` (a list of terms), kbd.
import { t } from "../i18n"
import { type Action, keysInWords } from "./actions"
import { openDialog } from "./dialog"
import { el } from "./dom"

/** Show all keys, grouped. */
export function showHelp(actions: Record<string, Action>): void {
  if (document.querySelector("dialog[open]")) return
  const row = (label: string, keys: string[]): HTMLElement => el("div", { class: "shortcut" }, el("dt", {}, label), el("dd", {}, ...keys.flatMap((key, at) => [at ? " " : null, el("kbd", {}, key)])))
  const ofActions = Object.values(actions).filter(({ keys }) => keys?.length).map(({ label, keys }) => row(label, [keysInWords(keys?.[0] ?? "")]))
  const others = [
    row(t("Find and replace"), [keysInWords("Mod-f")]), row(t("Toolbar"), ["Alt+F10", "Esc"]), row(t("Back to the text"), ["Esc"]),
    row(t("Next, previous cell of a table"), ["Tab", keysInWords("Shift-Tab")]),
    row(t("Select cells of a table"), [`${keysInWords("Ctrl-Alt-Shift")}+←→↑↓`]),
    row(t("Indent, outdent a list item"), ["Tab", keysInWords("Shift-Tab")]),
    row(t("Open a selected footnote or picture"), [keysInWords("Enter")]),
    row(t("Follow a link"), [`${keysInWords("Mod")}+${t("click")}`]),
    row(t("Comment on the selection"), [keysInWords("Ctrl-Alt-m")]), row(t("Next, previous comment"), ["Alt+N", "Alt+P"]),
    row(t("Next, previous tracked change"), [keysInWords("Alt-Shift-n"), keysInWords("Alt-Shift-p")]),
    row(t("Mention somebody"), ["@"]), row(t("This sheet"), [keysInWords("Mod-?")]),
  ]
  const typed = [["# ", t("Heading")], ["- ", t("Bullet list")], ["1. ", t("Numbered list")], ["> ", t("Quote")], ["--", "–"], ["...", "…"], ['"', "„ “"]] as const
  openDialog(t("Keyboard shortcuts"), [
    el("dl", { class: "shortcuts" }, ...ofActions, ...others),
    el("h3", {}, t("While typing")),
    el("dl", { class: "shortcuts" }, ...typed.map(([keys, what]) => row(what, [keys]))),
  ], { wide: true })
}
