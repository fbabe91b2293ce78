// What an attribute may hold, by value: the keys validate, least, most, pattern and shape of
// strategy/text/schema.json, as the Python side reads them.

export interface Limits {
  validate?: string // "string", "number", "object|null" …
  least?: number // numbers: smallest value
  most?: number // numbers: largest value; strings: longest length, UTF-16 units
  pattern?: string // strings: a regular expression that the whole value matches
  shape?: string // "change", "widths", "address", "markup"
}

const CHANGE_ID = /^[A-Za-z0-9_.-]{1,80}:[A-Za-z0-9_-]{1,64}$/
// biome-ignore: control characters are what is looked for
const CONTROL = /[\u0000-\u0020\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\\]/

/** Half a character: a surrogate without its partner. */
export const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

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
    if (HALF.test(value)) return "half a character"
    if (limits.most !== undefined && value.length > limits.most) return `longer than ${limits.most}`
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

/** http, https and mailto addresses, and `#id` of a block; nothing that hides its scheme. */
export function isAddress(text: string): boolean {
  if (/^#[A-Za-z0-9_-]{1,40}$/.test(text)) return true
  if (CONTROL.test(text)) return false
  if (/^mailto:[^\s@]+@[^\s@]+$/i.test(text)) return true
  if (!/^https?:\/\/[^/]/i.test(text)) return false
  try {
    const { protocol, hostname } = new URL(text)
    return (protocol === "http:" || protocol === "https:") && hostname !== ""
  } catch {
    return false
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
  return Array.isArray(value) && value.every(width => Number.isInteger(width) && width >= 10 && width <= 5000)
}

function isMarkup(value: unknown): boolean {
  return isRecord(value) && Object.entries(value).every(([key, part]) =>
    (key === "type" && typeof part === "string") || (key === "attrs" && isRecord(part)) ||
    (key === "marks" && Array.isArray(part) && part.every(isRecord)))
}
