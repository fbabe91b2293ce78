// What is not confirmed lies in this browser (IndexedDB) before it goes to the wire: it survives a
// closed tab, a crash, a restart of the server, a day offline.
//
// clients   one row per open page: {paper, person, client, version, batch, inFlight, alive, base}
// steps     the unconfirmed steps of a client, in chunks {paper, person, client, n, steps, units}
// pictures  what waits to be uploaded: {id, paper, person, client, name, blob, near, alive}
// aside     words that could not go into the text: {id, paper, person, at, why, words, doc}

export interface Row {
  paper: string
  person: string
  client: string
  version: number // the steps stand on this version
  batch: number // the number of the newest batch that was sent
  inFlight: number // how many of the first steps that batch holds; 0: none is under way
  alive: number // ms since 1970, when the page last said that it lives
  base?: { version: number; doc: unknown } // the confirmed text, kept when offline for long
}

export interface Chunk {
  paper: string
  person: string
  client: string
  n: number
  steps: unknown[]
  units: number[] // of each step, the number of its transaction
}

export interface Aside {
  id?: number
  paper: string
  person: string
  at: string // ISO 8601
  why: "refused" | "dropped" | "far-behind" | "differs"
  reason: string
  words: string[] // what was written, paragraph by paragraph
  doc: unknown // the writer's whole text, or null
}

const NAME = "vorlauf"
const VERSION = 2
const DEAD_AFTER = 180_000 // ms; only where Web Locks are missing
const BEAT = 20_000 // ms

let opening: Promise<IDBDatabase> | null = null

function database(): Promise<IDBDatabase> {
  opening ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, VERSION)
    request.onupgradeneeded = () => {
      const db = request.result
      const stores: [string, IDBObjectStoreParameters][] = [
        ["clients", { keyPath: ["paper", "person", "client"] }], ["steps", { keyPath: ["paper", "person", "client", "n"] }],
        ["aside", { keyPath: "id", autoIncrement: true }], ["pictures", { keyPath: "id", autoIncrement: true }],
      ]
      for (const [name, parameters] of stores) if (!db.objectStoreNames.contains(name)) db.createObjectStore(name, parameters)
    }
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close()
        opening = null
      }
      done(request.result)
    }
    request.onerror = () => failed(request.error)
    request.onblocked = () => failed(new Error("the database is blocked"))
  })
  opening.catch(() => (opening = null))
  return opening
}

async function transact<T>(stores: string[], mode: IDBTransactionMode, work: (of: (name: string) => IDBObjectStore) => IDBRequest<T> | null): Promise<T | undefined> {
  const db = await database()
  return new Promise((done, failed) => {
    const transaction = db.transaction(stores, mode)
    const request = work(name => transaction.objectStore(name))
    transaction.oncomplete = () => done(request?.result)
    transaction.onabort = transaction.onerror = () => failed(transaction.error)
  })
}

const all = (...key: string[]): IDBKeyRange => IDBKeyRange.bound(key, [...key, []])

/** Everything that a page of this person has not got confirmed. */
export class Keep {
  private stored: readonly unknown[] = [] // the steps that the chunks hold, in order
  private chunks = 0
  private writing: Promise<void> = Promise.resolve()
  private queued: Promise<void> | null = null
  /** False once the browser has refused to keep anything. */
  works = true

  constructor(readonly paper: string, readonly person: string, readonly client: string) {}

  /**
   * Write down `now()`, the state at the moment of writing. Resolves when it is safe. Calls that
   * come while one is written share the next. A browser that keeps nothing resolves at once.
   *
   * now().steps    the steps themselves, compared by identity: what is there already is not written again
   */
  save(now: () => { row: Omit<Row, "paper" | "person" | "client" | "alive">; steps: readonly { toJSON(): unknown }[]; units: readonly number[] }): Promise<void> {
    this.queued ??= this.writing.then(() => {
      this.queued = null
      this.writing = this.write(now()).catch(() => {
        this.works = false
      })
      return this.writing
    })
    return this.queued
  }

  private async write({ row, steps, units }: ReturnType<Parameters<Keep["save"]>[0]>): Promise<void> {
    const { paper, person, client } = this
    const length = this.stored.length
    const grows = length > 0 && length <= steps.length && this.stored[0] === steps[0] && this.stored[length - 1] === steps[length - 1]
    const start = grows ? length : 0
    const fresh = steps.slice(start)
    const first = grows ? this.chunks : 0
    await transact(["clients", "steps"], "readwrite", of => {
      if (steps.length === 0) {
        of("clients").delete([paper, person, client])
      } else {
        const { base, ...plain } = row
        of("clients").put({ paper, person, client, alive: Date.now(), ...plain, ...(base ? { base } : {}) } satisfies Row)
      }
      if (!grows) of("steps").delete(all(paper, person, client))
      if (fresh.length > 0)
        of("steps").put({ paper, person, client, n: first, steps: fresh.map(step => step.toJSON()), units: units.slice(start) } satisfies Chunk)
      return null
    })
    this.stored = steps.slice()
    this.chunks = steps.length === 0 ? 0 : first + (fresh.length > 0 ? 1 : 0)
  }
}

const lockName = (row: { paper: string; person: string; client: string }): string => `vorlauf ${row.paper} ${row.person} ${row.client}`

/** Say for as long as this page lives that its client is alive. */
export function live(row: { paper: string; person: string; client: string }): void {
  if (navigator.locks) {
    void navigator.locks.request(lockName(row), () => new Promise(() => undefined))
    return
  }
  const key = [row.paper, row.person, row.client]
  window.setInterval(() => {
    void transact<Row>(["clients"], "readwrite", of => {
      const clients = of("clients")
      const found = clients.get(key) as IDBRequest<Row | undefined>
      found.onsuccess = () => found.result && clients.put({ ...found.result, alive: Date.now() })
      return null
    }).catch(() => undefined)
  }, BEAT)
}

/** Do `work` if the client is dead, and be the only page that does it. */
async function ifDead(row: Pick<Row, "paper" | "person" | "client" | "alive">, work: () => Promise<void>): Promise<void> {
  if (navigator.locks) {
    await navigator.locks.request(lockName(row), { ifAvailable: true }, async lock => {
      if (lock) await work()
    })
  } else if (Date.now() - row.alive > DEAD_AFTER) {
    await work()
  }
}

export interface Leftover {
  row: Row
  steps: unknown[]
  units: number[]
}

/**
 * Hand each dead client's leftovers to `deliver`, one after the other. It returns true when they
 * are done with (confirmed or put aside): then they are removed here.
 */
export async function adopt(paper: string, person: string, deliver: (left: Leftover) => Promise<boolean>): Promise<void> {
  let rows: Row[]
  try {
    rows = (await transact<Row[]>(["clients"], "readonly", of => of("clients").getAll(all(paper, person)))) ?? []
  } catch {
    return
  }
  for (const row of rows) {
    await ifDead(row, async () => {
      const key = [row.paper, row.person, row.client]
      const still = await transact<Row>(["clients"], "readonly", of => of("clients").get(key))
      if (!still) return
      const chunks = (await transact<Chunk[]>(["steps"], "readonly", of => of("steps").getAll(all(row.paper, row.person, row.client)))) ?? []
      const left = { row: still, steps: chunks.flatMap(chunk => chunk.steps), units: chunks.flatMap(chunk => chunk.units) }
      if (await deliver(left)) await forget(still)
    })
  }
}

async function forget(row: Row): Promise<void> {
  await transact(["clients", "steps"], "readwrite", of => {
    of("clients").delete([row.paper, row.person, row.client])
    of("steps").delete(all(row.paper, row.person, row.client))
    return null
  })
}

/** Keep words beside the text until their writer has dealt with them. */
export async function putAside(aside: Aside): Promise<number | null> {
  try {
    return ((await transact<IDBValidKey>(["aside"], "readwrite", of => of("aside").add(aside))) as number) ?? null
  } catch {
    return null
  }
}

export async function asides(paper: string, person: string): Promise<Aside[]> {
  try {
    const found = (await transact<Aside[]>(["aside"], "readonly", of => of("aside").getAll())) ?? []
    return found.filter(aside => aside.paper === paper && aside.person === person)
  } catch {
    return []
  }
}

export async function dropAside(id: number): Promise<void> {
  await transact(["aside"], "readwrite", of => {
    of("aside").delete(id)
    return null
  }).catch(() => undefined)
}

export interface Waiting {
  id?: number
  paper: string
  person: string
  client: string
  name: string
  blob: Blob
  near: string | null // the id of the block that it was put behind
  alive: number // ms since 1970, when it was put here
}

/** Keep a picture until it is uploaded; its number, or null where nothing can be kept. */
export async function keepPicture(picture: Omit<Waiting, "alive">): Promise<number | null> {
  try {
    return ((await transact<IDBValidKey>(["pictures"], "readwrite", of => of("pictures").add({ ...picture, alive: Date.now() }))) as number) ?? null
  } catch {
    return null
  }
}

export async function dropPicture(id: number): Promise<void> {
  await transact(["pictures"], "readwrite", of => {
    of("pictures").delete(id)
    return null
  }).catch(() => undefined)
}

/** Take over the pictures that pages which died had not uploaded; they are no longer kept here. */
export async function adoptPictures(paper: string, person: string, take: (picture: Waiting) => void): Promise<void> {
  try {
    const all = (await transact<Waiting[]>(["pictures"], "readonly", of => of("pictures").getAll())) ?? []
    for (const picture of all.filter(one => one.paper === paper && one.person === person))
      await ifDead(picture, async () => {
        const still = await transact<Waiting>(["pictures"], "readonly", of => of("pictures").get(picture.id ?? -1))
        if (!still) return
        await dropPicture(still.id ?? -1)
        take(still)
      })
  } catch {
    return
  }
}

/** How many unconfirmed pieces of text lie in this browser, of all papers and people. */
export async function unconfirmed(): Promise<number> {
  try {
    return (await transact<number>(["clients"], "readonly", of => of("clients").count())) ?? 0
  } catch {
    return 0
  }
}

/** Forget everything that lies in this browser: when somebody signs out. */
export async function wipe(): Promise<void> {
  const db = await opening?.catch(() => null)
  db?.close()
  opening = null
  await new Promise<void>(done => {
    const request = indexedDB.deleteDatabase(NAME)
    request.onsuccess = request.onerror = request.onblocked = () => done()
  })
}
