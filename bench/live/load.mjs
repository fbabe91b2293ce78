// Writers who type into one paper, as many and as fast as told; one JSON line with what they saw.
//
// Both servers get the same people: each types in a paragraph of their own, one character at a
// time, at moments that vary a little. An edit counts as delivered when it is on the screen of
// somebody else; its latency is counted from the keypress.
import { readFileSync } from "node:fs"
import WebSocket from "ws"
import * as Y from "yjs"
import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"

const told = JSON.parse(process.argv[2])
const { kind, port, writers, rate, seconds, warm, processes } = told
const TICKS = 100 // clock ticks a second, as Linux has them on every usual machine

const latencies = new Float64Array(4_000_000) // ms
let seen = 0
let measuring = false
const counts = { typed: 0, delivered: 0, frames: 0, bytes: 0, behind: 0, refused: 0, closed: 0 }

function delivered(since) {
  if (!measuring) return
  counts.delivered++
  if (seen < latencies.length) latencies[seen++] = performance.now() - since
}

const wait = ms => new Promise(done => setTimeout(done, ms))

// One writer at our server: keeps the confirmed version and the cursor, one batch under way.
class OurWriter {
  constructor(index) {
    this.client = `bench${index}x${Math.random().toString(36).slice(2)}`
    this.index = index
    this.waiting = [] // moments of keypresses not sent yet
    this.flight = null
    this.batch = 0
  }
  async open() {
    const headers = { Cookie: told.cookies[this.index], Accept: "application/json" }
    const answer = await fetch(`http://127.0.0.1:${port}/papers/${told.paper}/doc`, { headers })
    const { version, doc } = await answer.json()
    this.version = version
    let at = 0
    doc.content.slice(0, this.index + 1).forEach(block => {
      at += 2 + block.content.reduce((sum, node) => sum + node.text.length, 0)
    })
    this.at = at - 1
    const url = `ws://127.0.0.1:${port}/papers/${told.paper}/live?version=${version}&client=${this.client}`
    this.socket = new WebSocket(url, { headers: { ...headers, Origin: `http://127.0.0.1:${port}` }, perMessageDeflate: false })
    this.socket.on("message", data => this.heard(data))
    this.socket.on("close", () => counts.closed++)
    await new Promise((done, failed) => { this.socket.on("open", done); this.socket.on("error", failed) })
  }
  type() {
    if (measuring) counts.typed++
    this.waiting.push(performance.now())
    this.send()
  }
  send() {
    if (this.flight || this.waiting.length === 0) return
    this.flight = { moments: this.waiting, text: "x".repeat(this.waiting.length) }
    this.waiting = []
    this.batch++
    keypresses.set(`${this.client} ${this.batch}`, this.flight.moments)
    this.launch()
  }
  launch() {
    const step = { stepType: "replace", from: this.at, to: this.at, slice: { content: [{ type: "text", text: this.flight.text }] } }
    this.socket.send(JSON.stringify({ type: "steps", version: this.version, steps: [step], client: this.client, batch: this.batch }))
  }
  heard(data) {
    counts.frames++
    counts.bytes += data.length
    const message = parsed(data)
    if (message.type === "steps") {
      if (message.version !== this.version) throw new Error(`a gap: ${message.version} after ${this.version}`)
      this.version += message.steps.length
      let landed = false
      message.steps.forEach((step, place) => {
        if (step.from <= this.at) this.at += step.slice.content[0].text.length - (step.to - step.from)
        if (message.clients[place] === this.client) landed = true
        else for (const moment of keypresses.get(`${message.clients[place]} ${message.batches[place]}`) ?? []) delivered(moment)
      })
      if (landed) this.flight = null
      else if (this.behind && this.version >= this.behind) { this.behind = 0; this.launch() }
      this.send()
    } else if (message.type === "behind") {
      counts.behind++
      this.behind = message.version
      if (this.version >= this.behind) { this.behind = 0; this.launch() }
    } else if (message.type === "refused") {
      counts.refused++
      console.error(message)
    }
  }
  close() { this.socket.terminate() }
}

const keypresses = new Map()
const frames = new Map() // everybody gets the same bytes: read them once, the load must not cost more than the servers
function parsed(data) {
  const text = data.toString()
  let found = frames.get(text)
  if (!found) {
    if (frames.size > 50) frames.clear()
    frames.set(text, (found = JSON.parse(text)))
  }
  return found
}

// One writer at Hocuspocus: a Y.Doc of their own that makes updates; others' are only timed.
class TheirWriter {
  constructor(index) {
    this.index = index
    this.doc = new Y.Doc()
    this.doc.on("update", update => {
      const message = encoding.createEncoder()
      encoding.writeVarString(message, "paper")
      encoding.writeVarUint(message, 0)
      encoding.writeVarUint(message, 2)
      encoding.writeVarUint8Array(message, update)
      this.socket.send(encoding.toUint8Array(message))
    })
    this.text = this.doc.getText(`paragraph${index}`)
  }
  async open() {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
    this.socket.binaryType = "nodebuffer"
    await new Promise((done, failed) => { this.socket.on("open", done); this.socket.on("error", failed) })
    const synced = new Promise(done => (this.synced = done))
    this.socket.on("message", data => this.heard(data))
    this.socket.on("close", () => counts.closed++)
    const auth = encoding.createEncoder()
    encoding.writeVarString(auth, "paper")
    encoding.writeVarUint(auth, 2)
    encoding.writeVarUint(auth, 0)
    encoding.writeVarString(auth, "")
    this.socket.send(encoding.toUint8Array(auth))
    const sync = encoding.createEncoder()
    encoding.writeVarString(sync, "paper")
    encoding.writeVarUint(sync, 0)
    encoding.writeVarUint(sync, 0)
    encoding.writeVarUint8Array(sync, Y.encodeStateVector(this.doc))
    this.socket.send(encoding.toUint8Array(sync))
    await synced
    this.text.insert(0, "Lorem ipsum dolor sit amet. ".repeat(8))
  }
  type() {
    if (measuring) counts.typed++
    const { clientID } = this.doc
    keypresses.set(`${clientID} ${Y.getState(this.doc.store, clientID)}`, performance.now())
    this.text.insert(this.text.length, "x")
  }
  heard(data) {
    counts.frames++
    counts.bytes += data.length
    const message = decoding.createDecoder(data)
    decoding.readVarString(message)
    const type = decoding.readVarUint(message)
    if (type !== 0 && type !== 4) return
    const sort = decoding.readVarUint(message)
    if (sort === 1) return this.synced()
    if (sort !== 2) return
    for (const { client, clock, length } of structs(decoding.readVarUint8Array(message))) {
      if (client === this.doc.clientID) continue
      for (let at = clock; at < clock + length; at++) {
        const moment = keypresses.get(`${client} ${at}`)
        if (moment !== undefined) delivered(moment)
      }
    }
  }
  close() { this.socket.terminate() }
}

/** What an update of Yjs adds: it may hold several keypresses of several people. */
function structs(update) {
  const key = Buffer.from(update.buffer, update.byteOffset, update.byteLength).toString("latin1")
  let found = frames.get(key)
  if (!found) {
    if (frames.size > 50) frames.clear()
    found = Y.decodeUpdate(update).structs.map(({ id, length }) => ({ client: id.client, clock: id.clock, length }))
    frames.set(key, found)
  }
  return found
}

/** Seconds of processor time that a process and those it started have used. */
function used(pids) {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS
  }, 0)
}

const people = Array.from({ length: writers }, (_, index) => new (kind === "vorlauf" ? OurWriter : TheirWriter)(index))
for (const person of people) await person.open()
await wait(500)

let typing = true
async function write(person) {
  await wait(Math.random() * 1000 / rate)
  while (typing) {
    person.type()
    await wait(1000 / rate * (0.8 + 0.4 * Math.random()))
  }
}
people.forEach(write)
await wait(warm * 1000)
measuring = true
const began = performance.now()
const cpuBefore = used(processes)
const ownBefore = process.cpuUsage()
await wait(seconds * 1000)
const cpu = used(processes) - cpuBefore
const own = process.cpuUsage(ownBefore)
const lasted = (performance.now() - began) / 1000
measuring = false
typing = false
await wait(1000)
people.forEach(person => person.close())

const sorted = latencies.subarray(0, seen).sort()
const part = share => Number((sorted[Math.min(seen - 1, Math.floor(seen * share))] ?? NaN).toFixed(2))
console.log(JSON.stringify({
  kind, writers, seconds: Number(lasted.toFixed(2)), ...counts,
  p50: part(0.5), p95: part(0.95), p99: part(0.99), worst: part(1),
  cpu_seconds: Number(cpu.toFixed(2)), load_cpu_seconds: Number(((own.user + own.system) / 1e6).toFixed(2)),
  cpu_per_delivered: Number((cpu / counts.delivered * 1e6).toFixed(2)),
}))
process.exit(0)
