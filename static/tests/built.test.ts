import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { gzipSync } from "node:zlib"

const folder = mkdtempSync(join(tmpdir(), "built-"))
const [one, two] = [join(folder, "one"), join(folder, "two")]
const build = (into: string): void => void execFileSync(process.execPath, ["build.mjs", into])
build(one)
after(() => rmSync(folder, { recursive: true, force: true }))

const manifest = JSON.parse(readFileSync(join(one, "manifest.json"), "utf8")) as Record<string, string>
const bytes = (file: string): number => gzipSync(readFileSync(join(one, file)), { level: 9 }).length

/** A script and all that it imports before it runs. */
function withImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, next] of readFileSync(join(one, file), "utf8").matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g)) withImports(next as string, seen)
  return seen
}

function page(...scripts: string[]): number {
  const files = new Set(scripts.filter(name => manifest[name]).flatMap(name => [...withImports(manifest[name] as string)]))
  for (const name of ["app.css", "icons.svg"]) if (manifest[name]) files.add(manifest[name])
  return [...files].reduce((sum, file) => sum + bytes(file), 0)
}

test("the editor's page brings at most 250 kB, every other page at most 60 kB, compressed", () => {
  const editor = page("editor.js", "comments.js", "page.js", "theme.js")
  assert.ok(editor <= 250_000, `${editor} bytes`)
  for (const name of Object.keys(manifest).filter(name => name.endsWith(".js") && !["editor.js", "comments.js"].includes(name))) {
    const size = page(name, "page.js", "theme.js")
    assert.ok(size <= 60_000, `${name}: ${size} bytes`)
  }
})

test("building twice gives the same files", () => {
  build(two)
  const files = (at: string): string[] => readdirSync(at, { recursive: true, encoding: "utf8" }).sort()
  assert.deepEqual(files(two), files(one))
  for (const name of files(one).filter(name => /\.\w+$/.test(name))) assert.ok(readFileSync(join(one, name)).equals(readFileSync(join(two, name))), name)
})

test("everything that the manifest names is there; names change with content; no source maps", () => {
  for (const [logical, file] of Object.entries(manifest)) {
    assert.ok(existsSync(join(one, file)), logical)
    assert.match(file, /-[A-Za-z0-9]{8,10}\.\w+$/)
  }
  assert.ok(!readdirSync(one).some(name => name.endsWith(".map")))
  for (const name of readdirSync(one).filter(name => name.endsWith(".js"))) assert.ok(!readFileSync(join(one, name), "utf8").includes("sourceMappingURL"), name)
})

test("nothing that is built asks another host for anything by itself, or writes HTML from strings", () => {
  for (const name of readdirSync(one).filter(name => /\.(js|css)$/.test(name))) {
    const text = readFileSync(join(one, name), "utf8")
    assert.doesNotMatch(text, /(?:url\(|fetch\(|import\(|src=)["'`]?https?:/i, name)
    assert.doesNotMatch(text, /document\.write|insertAdjacentHTML|\beval\(|new Function\(/, name)
  }
})

test("there is one copy of each part of ProseMirror", () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, { version?: string; resolved?: string }> }
  const parts = Object.keys(lock.packages).filter(path => /prosemirror-\w+$/.test(path)).map(path => path.replace(/^.*node_modules\//, ""))
  assert.equal(new Set(parts).size, parts.length)
  assert.equal(lock.packages["node_modules/prosemirror-transform"]?.version, "1.12.2")
  assert.ok(Object.values(lock.packages).every(({ resolved }) => resolved === undefined), "the lock names no registry")
})
