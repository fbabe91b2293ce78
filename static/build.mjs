// Builds static/src into static/dist: hashed names, minified, no source maps.
//
//   node static/build.mjs [FOLDER]   into static/dist or FOLDER, which is replaced when all is done;
//                                    its manifest.json says {logical name -> file}
//
// Entries: editor.js, page.js, comments.js (if src/comments/index.ts exists), one per file in
// src/pages/, app.css (if src/css/index.css exists), icons.svg (the icons named in src/icons.txt,
// src/editor/icons.txt and src/comments/icons.txt), every woff2 font the CSS names. dist/fonts-print/ holds the fonts that typst sets PDFs with.
import { build } from "esbuild"
import { gzipSync } from "node:zlib"
import { createHash } from "node:crypto"
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"

const here = dirname(fileURLToPath(import.meta.url))
const src = join(here, "src")
const modules = join(here, "node_modules")
const place = process.argv[2] ? resolve(process.argv[2]) : join(here, "dist")
const dist = join(process.argv[2] ? dirname(place) : modules, `.building-${process.pid}`)

/** Lines of a list file without comments and blanks; [] if there is no such file. */
function listed(file) {
  if (!existsSync(file)) return []
  return readFileSync(file, "utf8").split("\n").map(line => line.replace(/#.*/, "").trim()).filter(Boolean)
}

/** One SVG with a <symbol> per icon, so that pages refer to `icons.svg#name`. */
function sprite(names) {
  const symbols = [...new Set(names)].sort().map(name => {
    const file = join(modules, "lucide-static", "icons", `${name}.svg`)
    if (!existsSync(file)) throw new Error(`an icons.txt names an icon that lucide does not have: ${name}`)
    const shapes = readFileSync(file, "utf8").replace(/<!--[^]*?-->/g, "").replace(/^[^]*?<svg[^>]*>/, "")
      .replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "")
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
      `stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`
}

function hashed(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 10)
  return name.replace(/(\.\w+)$/, `-${hash}$1`)
}

function scripts() {
  const entries = { editor: join(src, "editor", "index.ts"), page: join(src, "page.ts") }
  const comments = join(src, "comments", "index.ts")
  if (existsSync(comments)) entries.comments = comments
  const pages = join(src, "pages")
  if (existsSync(pages))
    for (const file of readdirSync(pages).sort())
      if (/^[\w-]+\.ts$/.test(file)) entries[basename(file, ".ts")] = join(pages, file)
  return entries
}

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist, { recursive: true })
const manifest = {}

const icons = sprite([join(src, "icons.txt"), join(src, "editor", "icons.txt"), join(src, "comments", "icons.txt")].flatMap(listed))
const iconsFile = hashed("icons.svg", icons)
writeFileSync(join(dist, iconsFile), icons)
manifest["icons.svg"] = iconsFile

const common = {
  bundle: true, minify: true, sourcemap: false, metafile: true, legalComments: "none",
  outdir: dist, entryNames: "[name]-[hash]", chunkNames: "chunk-[hash]", assetNames: "fonts/[name]-[hash]",
  absWorkingDir: here, target: ["es2022", "chrome109", "firefox115", "safari16.4"], logLevel: "warning",
  loader: { ".woff2": "file", ".svg": "file" },
}
const built = [await build({
  ...common, entryPoints: scripts(), format: "esm", splitting: true,
  define: { ICONS_FILE: JSON.stringify(iconsFile) },
})]
const css = join(src, "css", "index.css")
const editorCss = join(src, "editor", "editor.css")
const style = existsSync(css) ? css : editorCss
if (existsSync(style))
  built.push(await build({ ...common, entryPoints: { app: style } }))

for (const { metafile } of built)
  for (const [out, { entryPoint }] of Object.entries(metafile.outputs)) {
    const file = relative(dist, join(here, out))
    const logical = file.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1")
    if (entryPoint || file.startsWith("fonts/")) manifest[logical] = file
  }

const fonts = listed(join(here, "..", "strategy", "text", "write", "fonts.txt"))
mkdirSync(join(dist, "fonts-print"), { recursive: true })
for (const font of fonts) copyFileSync(join(modules, font), join(dist, "fonts-print", basename(font)))

const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(join(dist, "manifest.json"), JSON.stringify(sorted, null, 1) + "\n")

for (const name of readdirSync(dist).sort())
  if (/\.(js|css|svg)$/.test(name)) writeFileSync(join(dist, `${name}.gz`), gzipSync(readFileSync(join(dist, name)), { level: 9 }))

rmSync(place, { recursive: true, force: true })
renameSync(dist, place)
