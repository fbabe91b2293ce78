// Small parts of a card: who, when, which kind, and words as people wrote them.
import { el } from "../editor/dom"
import { language, t } from "../i18n"
import { icon } from "../icons"
import type { Kind, Outcome, Person, Said } from "./threads"
import { parts } from "./words"

export const SIGNS: Record<Kind, string> = { question: "circle-question-mark", objection: "flag", support: "check", note: "info" }

export function kindWords(kind: Kind): string {
  return { question: t("Question"), objection: t("Objection"), support: t("Support"), note: t("Note") }[kind]
}

export function outcomeWords(outcome: Outcome): string {
  return { answered: t("Settled"), accepted: t("Taken up"), refused: t("Not taken up") }[outcome]
}

export function kindPill(kind: Kind): HTMLElement {
  return el("span", { class: "pill", "data-state": kind }, icon(SIGNS[kind]), kindWords(kind))
}

export function avatar(person: Person): HTMLElement {
  return el("span", { class: "avatar", "data-size": "small", "aria-hidden": "true" }, person.initials)
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]]

/** "vor 3 Stunden" for what was said in the last week, else the date. */
export function ago(at: Date, now: Date): string {
  const passed = now.getTime() - at.getTime()
  if (passed > 7 * 86_400_000) return new Intl.DateTimeFormat(language(), { dateStyle: "long" }).format(at)
  const format = new Intl.RelativeTimeFormat(language(), { numeric: "auto" })
  for (const [unit, length] of UNITS) if (passed >= length) return format.format(-Math.floor(passed / length), unit)
  return t("just now")
}

/** A moment as <time>, exact in its tooltip. */
export function moment(iso: string): HTMLTimeElement {
  const at = new Date(iso)
  const exact = new Intl.DateTimeFormat(language(), { dateStyle: "long", timeStyle: "short" }).format(at)
  return el("time", { datetime: iso, title: exact }, ago(at, new Date()))
}

/** Words of a comment: plain text, with links and names. */
export function wordsOf(text: string, names: readonly string[]): DocumentFragment {
  const made = document.createDocumentFragment()
  for (const part of parts(text, names)) {
    if (part.kind === "link") made.append(el("a", { href: part.href, rel: "noopener noreferrer nofollow", target: "_blank" }, part.text))
    else if (part.kind === "mention") made.append(el("span", { class: "mention" }, part.text))
    else made.append(part.text)
  }
  return made
}

/** What somebody said, or the sign that they took it back. */
export function text(said: Said): HTMLElement {
  if (said.deleted) return el("p", { class: "thread-text tombstone" }, t("This comment was deleted."))
  return el("div", { class: "thread-text" }, wordsOf(said.text, said.mentions.map(person => person.name)))
}
