// Small tools for making elements, without a string of HTML anywhere.
import { icon } from "../icons"

type Child = Node | string | null | undefined | false

/** An element with attributes (true: present, false and null: absent) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string | number | boolean | null | undefined> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : String(value))
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false))
  return element
}

/** A button with an icon; `label` is its name and its tooltip. Class `button`, data-kind="icon". */
export function iconButton(name: string, label: string, run?: () => void): HTMLButtonElement {
  const button = el("button", { type: "button", class: "button", "data-kind": "icon", "aria-label": label, title: label }, icon(name))
  if (run) button.addEventListener("click", run)
  return button
}

/** A button with words. kind: "primary", "danger", "quiet" or none. */
export function button(words: string, run?: () => void, kind?: string): HTMLButtonElement {
  const made = el("button", { type: "button", class: "button", "data-kind": kind ?? null }, words)
  if (run) made.addEventListener("click", run)
  return made
}

let counted = 0

/** A labelled input. Classes `field`, `input`. */
export function field(label: string, input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, hint?: string): HTMLParagraphElement {
  input.id ||= `field-${++counted}`
  input.classList.add("input")
  const said = hint ? el("span", { class: "hint", id: `${input.id}-hint` }, hint) : null
  if (said) input.setAttribute("aria-describedby", said.id)
  return el("p", { class: "field" }, el("label", { for: input.id }, label), said, input)
}

/** The element of this id, or a new one put where `place` says. */
export function found(id: string, tag: keyof HTMLElementTagNameMap, place: (made: HTMLElement) => void): HTMLElement {
  const there = document.getElementById(id)
  if (there) return there
  const made = el(tag, { id })
  place(made)
  return made
}

/** Call `work` when nothing has asked for it for `ms` milliseconds. */
export function calmly(ms: number, work: () => void): () => void {
  let timer = 0
  return () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(work, ms)
  }
}

/** Does this person want little motion? */
export function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches
}

export const isMac = typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.platform)
