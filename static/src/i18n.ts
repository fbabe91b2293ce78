// What people read, in their language. The page brings the translations in
// <script type="application/json" id="strings">{msgid: translation}</script>; msgids are English.

let strings: Record<string, string> | null = null

function load(): Record<string, string> {
  const element = typeof document === "undefined" ? null : document.getElementById("strings")
  try {
    return element ? (JSON.parse(element.textContent ?? "{}") as Record<string, string>) : {}
  } catch {
    return {}
  }
}

/** Replace `%(name)s` by the fact of that name; a place without a fact stays as it is. */
export function fill(text: string, facts: Record<string, string | number> = {}): string {
  return text.replace(/%\((\w+)\)s/g, (place, name: string) => String(facts[name] ?? place))
}

/** The translation of `msgid`, or `msgid` itself, with its facts filled in. */
export function t(msgid: string, facts: Record<string, string | number> = {}): string {
  strings ??= load()
  return fill(strings[msgid] || msgid, facts)
}

/** The page's language: "de" or "en". */
export function language(): string {
  return (typeof document === "undefined" ? "" : document.documentElement.lang).slice(0, 2) || "de"
}

/** A whole number as people of this language write it. */
export function number(value: number): string {
  return new Intl.NumberFormat(language()).format(value)
}
