// A tiny server for trying the browser side: node static/tests/dev-server.mjs PORT [LOG] [PAPER.json]
//
// It keeps the fixed live protocol (authority.ts), serves dist/ under the strict
// Content-Security-Policy that the real pages have, and can be told to misbehave:
//   POST /control {"sockets": false}     WebSockets are refused and dropped (and true: allowed again)
//   POST /control {"signedIn": false}    every session has expired; signing in makes it true
//   POST /control {"refuse": "word"}     batches that hold this word are refused ("" : none)
//   POST /control {"lose": 3}            the answers to the next three batches are lost
//   POST /control {"hash": true}         send a hash of the document now
import { createHash } from "node:crypto"
import { existsSync, mkdtempSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { dirname, extname, join, normalize } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "esbuild"
import { WebSocketServer } from "ws"

const here = dirname(fileURLToPath(import.meta.url))
const [port = "8123", log = "", paper = ""] = process.argv.slice(2)
const out = join(mkdtempSync(join(tmpdir(), "vorlauf-")), "authority.mjs")
await build({ entryPoints: [join(here, "authority.ts")], bundle: true, platform: "node", format: "esm", outfile: out, logLevel: "warning" })
const { Authority } = await import(pathToFileURL(out).href)

const blank = {
  type: "doc", attrs: { title: "Ein Papier", lang: "de" }, content: [
    { type: "heading", attrs: { id: "h1", level: 1 }, content: [{ type: "text", text: "Ausgangslage" }] },
    { type: "paragraph", attrs: { id: "p1" }, content: [{ type: "text", text: "Hier beginnt der Text." }] },
    { type: "paragraph", attrs: { id: "p2" }, content: [{ type: "text", text: "Und hier geht er weiter." }] },
  ],
}
const authority = new Authority(paper ? JSON.parse(readFileSync(paper, "utf8")) : blank, log || null)
const control = { token: "token", sockets: true, signedIn: true, refuse: "", lose: 0, may: true }
const rooms = new Set()
const waiting = new Set()
const files = new Map()
const people = ["Anna Berg", "Ben Çelik", "Clara Döring", "David Engel"].map((name, at) => ({
  id: `p${at + 1}`, name, color: ["#0b6e4f", "#a3320b", "#3d3a9c", "#7a5200"][at],
}))

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
const TYPES = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".json": "application/json" }

const escape = text => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)

function strings() {
  const file = join(here, "..", "..", "strategy", "translations", "de", "browser-editor.po")
  if (!existsSync(file)) return {}
  const found = {}
  for (const [, id, str] of readFileSync(file, "utf8").matchAll(/^msgid ((?:".*"\n)+)msgstr ((?:".*"(?:\n|$))+)/gm)) {
    const value = text => text.trim().split("\n").map(line => JSON.parse(line)).join("")
    if (value(id)) found[value(id)] = value(str)
  }
  return found
}

function page(query) {
  const manifest = JSON.parse(readFileSync(join(here, "..", "dist", "manifest.json"), "utf8"))
  const me = people[Number(query.get("as") ?? 1) - 1] ?? people[0]
  const lang = query.get("lang") ?? "de"
  const data = {
    id: "1", lang: authority.doc.attrs.lang, may: { edit: query.get("read") === null, suggest: query.get("read") === null, comment: true }, me, csrf: control.token,
    urls: { doc: "/doc", steps: "/steps", live: "/live", files: "/files", people: "/people", signIn: "/sign-in" },
  }
  return `<!doctype html><html lang="${lang}" data-theme="${query.get("theme") ?? "light"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Ein Papier</title>
${manifest["app.css"] ? `<link rel="stylesheet" href="/static/${manifest["app.css"]}">` : ""}
<script type="application/json" id="strings">${JSON.stringify(lang === "de" ? strings() : {}).replace(/</g, "\\u003c")}</script>
<script type="module" src="/static/${manifest["editor.js"]}"></script>
<script type="module" src="/static/${manifest["page.js"]}"></script></head><body>
<header><h1>Ein Papier</h1><div id="present"></div><p id="saved"></p></header><div id="toolbar"></div>
<main class="paper-page"><nav id="outline"></nav>
<div id="editor" class="paper" data-paper="${escape(JSON.stringify(data))}"><p>${escape(authority.doc.textContent)}</p></div>
<p id="wordcount"></p></main></body></html>`
}

function tell(message, except) {
  const text = JSON.stringify(message)
  for (const socket of rooms) if (socket !== except) socket.send(text)
}

function spread(answer) {
  tell(answer)
  for (const wake of [...waiting]) wake()
}

function take(sent, person) {
  const before = authority.version
  const answer = authority.accept(sent, person, json => control.refuse !== "" && json.includes(control.refuse))
  if (authority.version > before) spread(answer)
  return answer
}

async function body(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost")
  const answer = (status, value) => {
    response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" })
    response.end(JSON.stringify(value))
  }
  try {
    if (url.pathname === "/control") {
      const told = JSON.parse(await body(request))
      Object.assign(control, Object.fromEntries(Object.entries(told).filter(([name]) => name in control)))
      if (told.sockets === false || told.signedIn === false) for (const socket of rooms) socket.terminate()
      if (told.steps) take(told.steps, "p9")
      if (told.hash) tell({ type: "hash", version: authority.version, hash: told.hash })
      if (told.state) tell({ type: "paper", state: told.state })
      return answer(200, { ...control, version: authority.version })
    }
    if (url.pathname === "/truth")
      return answer(200, { version: authority.version, doc: authority.doc.toJSON(), replayed: authority.replay().eq(authority.doc), log: authority.log.map(({ client, batch }) => [client, batch]) })
    if (url.pathname === "/favicon.ico") return response.writeHead(204).end()
    if (url.pathname === "/") {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CSP, "Set-Cookie": `who=?as=${url.searchParams.get("as") ?? 1}` })
      return response.end(page(url.searchParams))
    }
    if (url.pathname.startsWith("/static/")) {
      const file = join(here, "..", "dist", normalize(url.pathname.slice(8)))
      if (!existsSync(file)) return answer(404, {})
      response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" })
      return response.end(readFileSync(file))
    }
    if (url.pathname === "/sign-in" && request.method === "POST") {
      const sent = new URLSearchParams((await body(request)).toString())
      if (sent.get("password") !== "richtig") return answer(422, { reason: "E-Mail oder Passwort stimmt nicht." })
      control.signedIn = true
      return answer(200, { csrf: control.token })
    }
    if (url.pathname === "/sign-in") return answer(200, { csrf: control.token, signed_in: control.signedIn })
    if (!control.signedIn) return answer(401, { reason: "signed out" })
    if (request.method === "POST" && request.headers["x-csrftoken"] !== control.token) return answer(400, { reason: "csrf" })
    if (url.pathname === "/doc") return answer(200, { version: authority.version, doc: authority.doc.toJSON() })
    if (url.pathname === "/people") {
      const q = (url.searchParams.get("q") ?? "").toLowerCase()
      return answer(200, { people: people.filter(({ name }) => name.toLowerCase().includes(q)) })
    }
    if (url.pathname === "/files" && request.method === "POST") {
      const data = await body(request)
      const type = /Content-Type: (image\/\w+)/i.exec(data.toString("latin1"))?.[1]
      if (!type) return answer(422, { reason: "Das ist kein Bild." })
      const start = data.indexOf("\r\n\r\n") + 4
      const image = data.subarray(start, data.lastIndexOf("\r\n--"))
      const file = createHash("sha256").update(image).digest("hex")
      files.set(file, { type, image })
      return answer(200, { file, width: 1, height: 1 })
    }
    const stored = files.get(url.pathname.slice("/files/".length))
    if (stored) {
      response.writeHead(200, { "Content-Type": stored.type })
      return response.end(stored.image)
    }
    if (url.pathname === "/steps" && request.method === "GET") {
      const since = Number(url.searchParams.get("since"))
      const wait = Number(url.searchParams.get("wait") ?? 0) * 1000
      if (wait > 0 && since >= authority.version)
        await new Promise(done => {
          const wake = () => { clearTimeout(timer); waiting.delete(wake); done() }
          const timer = setTimeout(wake, wait)
          waiting.add(wake)
          request.on("close", wake)
        })
      return answer(200, authority.since(since))
    }
    if (url.pathname === "/steps" && request.method === "POST") {
      const got = take(JSON.parse(await body(request)), "p1")
      if (control.lose > 0) {
        control.lose--
        return request.socket.destroy()
      }
      return answer(got.type === "steps" ? 200 : got.type === "behind" ? 409 : 422, got)
    }
    answer(404, {})
  } catch (error) {
    answer(500, { reason: String(error) })
  }
})

const sockets = new WebSocketServer({ noServer: true })
server.on("upgrade", (request, socket, head) => {
  const url = new URL(request.url, "http://localhost")
  if (!control.sockets || !control.signedIn) return socket.destroy()
  sockets.handleUpgrade(request, socket, head, ws => {
    const client = url.searchParams.get("client")
    const missed = authority.since(Number(url.searchParams.get("version")))
    if (missed.steps.length > 0) ws.send(JSON.stringify(missed))
    const as = /[?&]as=(\d)/.exec(request.headers.cookie ?? "")?.[1]
    const who = people[Number(as ?? 1) - 1]
    const here = { client, person: who.id, name: who.name, colour: sockets.clients.size % 12, version: 0, head: null, anchor: null }
    ws.here = here
    rooms.add(ws)
    ws.send(JSON.stringify({ type: "presence", here: [...rooms].map(page => page.here), left: [] }))
    tell({ type: "presence", here: [here], left: [] }, ws)
    ws.on("close", () => {
      rooms.delete(ws)
      tell({ type: "presence", here: [], left: [client] })
    })
    ws.on("message", data => {
      const message = JSON.parse(data.toString())
      if (message.type === "presence") {
        Object.assign(here, { version: message.version, head: message.head, anchor: message.anchor })
        return tell({ type: "presence", here: [here], left: [] }, ws)
      }
      if (message.type !== "steps") return
      const before = authority.version
      const got = take(message, "p1")
      if (control.lose > 0) {
        control.lose--
        return ws.terminate()
      }
      if (authority.version === before) ws.send(JSON.stringify(got)) // else everybody was told
    })
  })
})
server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`))
