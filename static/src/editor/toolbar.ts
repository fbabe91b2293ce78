// The toolbar: one stop for the Tab key, arrow keys move inside, each button names itself and its
// keys. In a table a second row offers what tables can do. On phones it lies at the bottom and
// scrolls sideways. Classes `toolbar`, `toolbar-group`, `toolbar-more` (the tables' row), `size-picker`.
import type { Command } from "prosemirror-state"
import { isInTable } from "prosemirror-tables"
import type { EditorView } from "prosemirror-view"
import { icon } from "../icons"
import { t } from "../i18n"
import { type Action, keysInWords, onPicture } from "./actions"
import { level, numberList, numbering } from "./blocks"
import { askFor } from "./dialog"
import { el, field } from "./dom"
import { hang, openMenu } from "./menu"
import { insertTable, MOST_COLUMNS, MOST_ROWS, tableCommands } from "./tables"

interface Shown {
  button: HTMLButtonElement
  action: Action
}

export interface Extra {
  find(): void
  help(): void
}

export class Toolbar {
  private readonly shown: Shown[] = []
  private readonly style: HTMLButtonElement
  private readonly styleWords = el("span", { class: "toolbar-words" })
  private readonly tables: HTMLElement
  private readonly tableButtons: { button: HTMLButtonElement; run: Command }[] = []
  private frame = 0

  constructor(private readonly view: EditorView, private readonly place: HTMLElement, private readonly actions: Record<string, Action>, extra: Extra, mode: HTMLElement) {
    place.classList.add("toolbar")
    this.style = el("button", { type: "button", class: "button toolbar-style", "data-kind": "quiet", "aria-haspopup": "menu", "aria-expanded": "false", title: t("Kind of paragraph") }, this.styleWords, icon("chevron-down"))
    this.style.addEventListener("click", () => this.openStyles())
    const main = el("div", { class: "toolbar-row", role: "toolbar", "aria-label": t("Formatting"), "aria-controls": "editor-text" },
      mode,
      this.group(this.button("undo"), this.button("redo")),
      this.group(this.style),
      this.group(...["strong", "em", "underline", "strike"].map(name => this.button(name)), this.menu("type", t("More formatting"), () => ["superscript", "subscript", "highlight", "code", "align-left", "align-center", "align-right"])),
      this.group(this.button("bullets"), this.button("numbers"), this.menu("list-tree", t("List settings"), () => ["indent", "outdent"], () => this.moreOnLists())),
      this.group(this.button("quote"), this.button("motion")),
      this.group(this.button("link"), this.button("footnote"), this.button("picture"), this.tablePicker(),
        this.menu("plus", t("Insert more"), () => ["rule", "page-break", "break"].concat(onPicture(this.view.state) ? ["describe", "caption"] : []))),
      this.group(this.plain("search", `${t("Find and replace")} (${keysInWords("Mod-f")})`, () => extra.find()), this.plain("keyboard", `${t("Keyboard shortcuts")} (${keysInWords("Mod-?")})`, () => extra.help())))
    this.tables = el("div", { class: "toolbar-row toolbar-more", role: "toolbar", "aria-label": t("Table"), hidden: true }, ...tableCommands.map(({ label, icon: name, run }) => {
      const button = this.plain(name, t(label), () => this.run(run))
      this.tableButtons.push({ button, run })
      return button
    }))
    place.replaceChildren(main, this.tables)
    for (const row of [main, this.tables]) roving(row, () => view.focus())
    this.show()
  }

  /** Move the focus into the toolbar. */
  focus(): void {
    this.place.querySelector<HTMLElement>('.button[tabindex="0"]')?.focus()
  }

  /** Called on each change of the editor; shows it with the next frame. */
  update(): void {
    if (!this.frame) this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.show()
    })
  }

  private group(...buttons: HTMLElement[]): HTMLElement {
    return el("div", { class: "toolbar-group", role: "group" }, ...buttons)
  }

  private plain(name: string, label: string, run: () => void): HTMLButtonElement {
    const button = el("button", { type: "button", class: "button", "data-kind": "icon", "aria-label": label, title: label }, icon(name))
    button.addEventListener("mousedown", event => event.preventDefault()) // the text keeps its selection
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") run()
    })
    return button
  }

  private button(name: string): HTMLButtonElement {
    const action = this.actions[name] as Action
    const keys = action.keys?.[0]
    const button = this.plain(action.icon, keys ? `${action.label} (${keysInWords(keys)})` : action.label, () => this.run(action.run))
    this.shown.push({ button, action })
    return button
  }

  private run(command: Command): void {
    const { view } = this
    command(view.state, view.dispatch, view)
    if (!document.querySelector("dialog[open]") && !document.activeElement?.closest(".footnote-panel")) view.focus()
  }

  private menu(name: string, label: string, names: () => string[], more: () => { label: string; icon: string; disabled: boolean; run: () => void }[] = () => []): HTMLButtonElement {
    const button = this.plain(name, label, () => openMenu(button, label, [
      ...names().map(one => {
        const action = this.actions[one] as Action
        return {
          label: action.label, icon: action.icon, ...(action.keys?.[0] ? { keys: keysInWords(action.keys[0]) } : {}),
          ...(action.isOn ? { checked: action.isOn(this.view.state) } : {}), disabled: !action.run(this.view.state), run: () => this.run(action.run),
        }
      }), ...more(),
    ]))
    button.setAttribute("aria-haspopup", "menu")
    button.setAttribute("aria-expanded", "false")
    return button
  }

  private openStyles(): void {
    openMenu(this.style, t("Kind of paragraph"), ["paragraph", "heading-1", "heading-2", "heading-3", "heading-4"].map(name => {
      const action = this.actions[name] as Action
      return { label: action.label, icon: action.icon, keys: keysInWords(action.keys?.[0] ?? ""), checked: action.isOn?.(this.view.state) ?? false, run: () => this.run(action.run) }
    }))
  }

  private moreOnLists() {
    const now = numbering(this.view.state)
    return [{ label: t("Numbering …"), icon: "list-ordered", disabled: now === null, run: () => void this.askNumbering() }]
  }

  private async askNumbering(): Promise<void> {
    const now = numbering(this.view.state)
    if (!now) return
    const start = el("input", { type: "number", min: 0, max: 99999, value: now.start })
    const styles: [string, string][] = [["decimal", "1, 2, 3"], ["lower-alpha", "a, b, c"], ["upper-alpha", "A, B, C"], ["lower-roman", "i, ii, iii"], ["upper-roman", "I, II, III"]]
    const style = el("select", {}, ...styles.map(([value, words]) => el("option", { value, selected: value === now.style }, words)))
    const answer = await askFor(t("Numbering"), [field(t("Begins with"), start), field(t("Numbers"), style)], t("Apply"), () => {
      const first = Number(start.value)
      if (!Number.isInteger(first) || first < 0 || first > 99999) throw new Error(t("Please give a whole number from 0 to 99999."))
      return { first, style: style.value }
    })
    if (answer) this.run(numberList(answer.first, answer.style))
  }

  private tablePicker(): HTMLButtonElement {
    const button = this.plain("table", t("Table"), () => this.pickSize(button))
    button.setAttribute("aria-haspopup", "dialog")
    button.setAttribute("aria-expanded", "false")
    this.shown.push({ button, action: { name: "table", label: t("Table"), icon: "table", run: insertTable(2, 2) } })
    return button
  }

  private pickSize(anchor: HTMLButtonElement): void {
    if (anchor.getAttribute("aria-expanded") === "true") return
    const words = el("p", { class: "size-picker-words", "aria-live": "polite" }, t("Rows × columns"))
    const cells: HTMLButtonElement[] = []
    const grid = el("div", { class: "size-picker-grid", role: "group" })
    const mark = (rows: number, columns: number): void => {
      words.textContent = t("%(rows)s × %(columns)s", { rows, columns })
      cells.forEach((cell, at) => cell.toggleAttribute("data-on", Math.floor(at / MOST_COLUMNS) < rows && at % MOST_COLUMNS < columns))
    }
    for (let row = 1; row <= MOST_ROWS; row++)
      for (let column = 1; column <= MOST_COLUMNS; column++) {
        const cell = el("button", { type: "button", tabindex: row === 1 && column === 1 ? 0 : -1, "aria-label": t("%(rows)s rows, %(columns)s columns", { rows: row, columns: column }) })
        cell.addEventListener("mouseenter", () => mark(row, column))
        cell.addEventListener("focus", () => mark(row, column))
        cell.addEventListener("click", () => {
          close()
          this.run(insertTable(row, column))
        })
        cells.push(cell)
      }
    grid.append(...cells)
    grid.addEventListener("keydown", event => {
      const at = cells.indexOf(document.activeElement as HTMLButtonElement)
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: MOST_COLUMNS, ArrowUp: -MOST_COLUMNS }[event.key]
      if (step === undefined) return
      event.preventDefault()
      cells[at + step]?.focus()
    })
    const close = hang(el("div", { class: "menu-panel size-picker", role: "dialog", "aria-label": t("Size of the table") }, grid, words), anchor, cells[0])
  }

  private show(): void {
    const { view } = this
    if (view.isDestroyed) return
    const { state } = view
    for (const { button, action } of this.shown) {
      set(button, "aria-disabled", view.editable && action.run(state) ? null : "true")
      if (action.isOn) set(button, "aria-pressed", String(action.isOn(state)))
    }
    const now = level(state)
    const words = now === null ? t("Mixed") : now === 0 ? t("Text") : t("Heading %(level)s", { level: now })
    if (this.styleWords.textContent !== words) {
      this.styleWords.textContent = words
      this.style.setAttribute("aria-label", `${t("Kind of paragraph")}: ${words}`)
    }
    const inTable = isInTable(state) && view.editable
    if (this.tables.hidden === inTable) this.tables.hidden = !inTable
    if (inTable) for (const { button, run } of this.tableButtons) set(button, "aria-disabled", run(state) ? null : "true")
  }
}

function set(element: HTMLElement, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return
  if (value === null) element.removeAttribute(name)
  else element.setAttribute(name, value)
}

/** One stop for Tab; arrows, Home and End move; Escape leaves. */
function roving(row: HTMLElement, leave: () => void): void {
  const buttons = [...row.querySelectorAll<HTMLButtonElement>("button")]
  buttons.forEach((button, at) => (button.tabIndex = at === 0 ? 0 : -1))
  const to = (at: number): void => {
    const next = buttons[(at + buttons.length) % buttons.length]
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1
    next?.focus()
    next?.scrollIntoView({ block: "nearest", inline: "nearest" })
  }
  row.addEventListener("keydown", event => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    if (at < 0) return
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
    if (next !== undefined) {
      event.preventDefault()
      to(next)
    } else if (event.key === "Escape") {
      event.preventDefault()
      leave()
    }
  })
}
