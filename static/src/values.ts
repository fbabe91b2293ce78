// What an attribute and a text may hold, by value: the keys validate, least, most, pattern and shape
// of strategy/text/schema.json, as strategy/text/schema.py reads them.

export interface Limits {
  validate?: string // "string", "number", "object|null" …
  least?: number // numbers: smallest value
  most?: number // numbers: largest value; strings: longest length, code points
  pattern?: string // strings: a regular expression that the whole value matches
  shape?: string // "change", "widths", "address", "markup"
}

const CHANGE_ID = /^[A-Za-z0-9_.-]{1,80}:[A-Za-z0-9_-]{1,64}$/

/** Half a character: a surrogate without its partner. */
export const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

// Control characters but the tab, those that turn the reading direction round, non-characters.
const FORBIDDEN = "\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069\\ufffe\\uffff"
const forbidden = new RegExp(`[${FORBIDDEN}]`)
const allForbidden = new RegExp(`[${FORBIDDEN}]|${HALF.source}`, "g")

const ADDRESS = /^(?:https?:\/\/[^\s/\\?#<>"`{}|^]+[^\s\\<>"`{}|^]*|mailto:[^\s\\<>"`{}|^:/]+|#[A-Za-z0-9_-]{1,40})$/i
const UNPRINTABLE = /[\p{C}\p{Z}]/u

/** Does the text hold a character that no text of ours may hold? */
export function isForbidden(text: string): boolean {
  return forbidden.test(text) || HALF.test(text)
}

/** The text without the characters that no text of ours may hold; line breaks become blanks. */
export function cleaned(text: string): string {
  return isForbidden(text) ? text.replace(/[\r\n]+/g, " ").replace(allForbidden, "") : text
}

/** http, https and mailto addresses with a host or name, and `#id` of a block. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text) && !UNPRINTABLE.test(text)
}

/** Why `value` is not acceptable within `limits`, or null if it is. */
export function wrongValue(value: unknown, limits: Limits): string | null {
  const type = value === null ? "null" : typeof value
  if (limits.validate && !limits.validate.split("|").includes(type)) return `expected ${limits.validate}, got ${type}`
  if (value === null || value === undefined) return null
  if (typeof value === "number") {
    if (!Number.isInteger(value)) return "not a whole number"
    if (limits.least !== undefined && value < limits.least) return `less than ${limits.least}`
    if (limits.most !== undefined && value > limits.most) return `more than ${limits.most}`
  }
  if (typeof value === "string") {
    if (isForbidden(value)) return "a forbidden character"
    if (limits.most !== undefined && value.length > limits.most && [...value].length > limits.most) return `longer than ${limits.most}`
    if (limits.pattern && !new RegExp(`^(?:${limits.pattern})$`).test(value)) return "not of the form it should have"
  }
  return limits.shape ? wrongShape(value, limits.shape) : null
}

function wrongShape(value: unknown, shape: string): string | null {
  switch (shape) {
    case "change": return isChange(value) ? null : "not a change"
    case "widths": return isWidths(value) ? null : "not a list of widths"
    case "address": return typeof value === "string" && isAddress(value) ? null : "not an address that may be linked"
    case "markup": return isMarkup(value) ? null : "not a former markup"
    default: throw new Error(`unknown shape: ${shape}`)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isChange(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 2 && (value.change === "insertion" || value.change === "deletion") &&
    typeof value.id === "string" && CHANGE_ID.test(value.id)
}

function isWidths(value: unknown): boolean {
  return Array.isArray(value) && value.length >= 1 && value.length <= 60 &&
    value.every(width => Number.isInteger(width) && width >= 10 && width <= 5000)
}

function isMarkup(value: unknown): boolean {
  return isRecord(value) && Object.entries(value).every(([key, part]) =>
    (key === "type" && typeof part === "string") || (key === "attrs" && isRecord(part)) ||
    (key === "marks" && Array.isArray(part) && part.every(isRecord)))
}
