// Runs tests/*.test.ts with node's own runner: each is bundled by esbuild first.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const here = dirname(fileURLToPath(import.meta.url))
const out = mkdtempSync(join(here, "..", "node_modules", ".tests-"))
try {
  const wanted = process.argv.slice(2)
  const entryPoints = readdirSync(here).filter(name => name.endsWith(".test.ts"))
    .filter(name => wanted.length === 0 || wanted.some(part => name.includes(part))).sort().map(name => join(here, name))
  await build({
    entryPoints, bundle: true, platform: "node", format: "esm", outdir: out, outExtension: { ".js": ".mjs" },
    sourcemap: "inline", logLevel: "warning", define: { ICONS_FILE: '"icons.svg"' },
  })
  const files = readdirSync(out).sort().map(name => join(out, name))
  process.exitCode = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" }).status ?? 1
} finally {
  rmSync(out, { recursive: true, force: true })
}
