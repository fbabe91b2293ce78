// Typing turns straight quotation marks, hyphens and dots into what a well-set page has, in the
// paper's language; and `# `, `- `, `1. `, `> ` at the start of a paragraph into blocks.
// Backspace right afterwards brings back what was typed.
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules"
import type { EditorState, Plugin } from "prosemirror-state"
import { tooDeep } from "./blocks"
import { node } from "./nodes"

const MARKS: Record<string, { double: [string, string]; single: [string, string] }> = {
  de: { double: ["„", "“"], single: ["‚", "‘"] },
  en: { double: ["“", "”"], single: ["‘", "’"] },
}
const APOSTROPHE = "’"
const OPENS_AFTER = /[\s([{<„“‚‘»›–—/\u00a0\ufffc]$/

/**
 * The quotation mark that is meant where `typed` follows `before` (the paragraph up to there).
 *
 * An apostrophe and a closing single mark look alike while typing: it closes only what is open.
 */
export function quote(before: string, typed: '"' | "'", lang: string): string {
  const { double, single } = MARKS[lang.slice(0, 2)] ?? MARKS.de!
  const [open, close] = typed === '"' ? double : single
  const opens = before === "" || OPENS_AFTER.test(before)
  if (typed === "'") {
    if (opens) return open
    return open !== "‘" && count(before, open) > count(before, close) ? close : APOSTROPHE
  }
  if (!opens) return close
  const closes = /[–—‘]$/.test(before) && count(before, open) > count(before, close)
  return closes ? close : open
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1
}

/** Replace the end of what was typed by `made(before)`, unless in code. */
function replacing(pattern: RegExp, made: (before: string) => string): InputRule {
  return new InputRule(pattern, (state, _match, start, end) => {
    const $start = state.doc.resolve(start)
    const before = $start.parent.textBetween(Math.max(0, $start.parentOffset - 400), $start.parentOffset, null, "\ufffc")
    const text = made(before)
    const { tr } = state
    const marks = state.storedMarks ?? $start.marksAcross(state.doc.resolve(end)) ?? []
    return tr.replaceWith(start, end, state.schema.text(text, marks)).ensureMarks(marks)
  }, { inCodeMark: false })
}

const wraps = (rule: InputRule): InputRule => {
  const { handler } = rule as unknown as { handler: (...args: [EditorState, RegExpMatchArray, number, number]) => unknown }
  return new InputRule((rule as unknown as { match: RegExp }).match, (state, match, start, end) => (tooDeep(state, 2) ? null : (handler(state, match, start, end) as null)))
}

/** The plugin; `lang` is asked each time, for the paper's language can change. */
export function typography(lang: () => string): Plugin {
  return inputRules({
    rules: [
      replacing(/"$/, before => quote(before, '"', lang())),
      replacing(/'$/, before => quote(before, "'", lang())),
      replacing(/(?<!-)--$/, () => "–"),
      replacing(/(?<!\.)\.\.\.$/, () => "…"),
      replacing(/(?<=\S) - $/, () => " – "),
      textblockTypeInputRule(/^(#{1,4})\s$/, node("heading"), match => ({ level: match[1]?.length ?? 1 })),
      wraps(wrappingInputRule(/^\s*[-*+]\s$/, node("bullet_list"))),
      wraps(wrappingInputRule(/^(\d{1,3})[.)]\s$/, node("ordered_list"), match => ({ start: Number(match[1]), style: "decimal" }),
        (match, list) => list.attrs.style === "decimal" && list.childCount + (list.attrs.start as number) === Number(match[1]))),
      wraps(wrappingInputRule(/^([a])\)\s$/, node("ordered_list"), { start: 1, style: "lower-alpha" })),
      wraps(wrappingInputRule(/^\s*>\s$/, node("blockquote"))),
    ],
  })
}
