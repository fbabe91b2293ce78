import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { fill } from "../src/i18n"

const root = process.cwd()

/** msgid -> msgstr of a po file without plurals. */
function po(text: string): Map<string, string> {
  const value = (lines: string): string => lines.trim().split("\n").map(line => JSON.parse(line) as string).join("")
  return new Map([...text.matchAll(/^msgid ((?:".*"\n)+)msgstr ((?:".*"(?:\n|$))+)/gm)].map(([, id, said]) => [value(id ?? '""'), value(said ?? '""')]))
}

function said(): Set<string> {
  const found = new Set<string>()
  for (const folder of ["editor", "live"])
    for (const name of readdirSync(join(root, "src", folder)).filter(file => file.endsWith(".ts"))) {
      const text = readFileSync(join(root, "src", folder, name), "utf8")
      for (const match of text.matchAll(/\bt\(\s*"((?:[^"\\]|\\.)*)"/g)) found.add(JSON.parse(`"${match[1]}"`) as string)
      if (name === "tables.ts") for (const match of text.matchAll(/label: "([^"]+)"/g)) found.add(match[1] as string)
    }
  return found
}

const german = po(readFileSync(join(root, "..", "strategy", "translations", "de", "browser-editor.po"), "utf8"))

test("everything that the editor says is said in German too", () => {
  assert.deepEqual([...said()].filter(words => !german.get(words)), [])
  assert.deepEqual([...german.keys()].filter(words => words && !said().has(words)), [], "and nothing is left over")
})

test("the places for facts are the same in both languages", () => {
  const places = (text: string): string[] => [...text.matchAll(/%\(\w+\)s/g)].map(([place]) => place).sort()
  for (const [english, translated] of german) if (english) assert.deepEqual(places(translated), places(english), english)
})

test("facts are filled in; a place without one stays", () => {
  assert.equal(fill("%(a)s und %(b)s", { a: 1 }), "1 und %(b)s")
  assert.equal(fill("100 % (sicher)", {}), "100 % (sicher)")
})
