// What is being written, kept in this browser until it is sent: nothing is lost with a tab.
// Signing out removes everything that begins with PREFIX (page/sign-out.ts).

export const PREFIX = "vorlauf:draft:"

export interface Draft {
  text: string
  kind?: string
  outcome?: string
  mentions: { id: number; name: string }[]
  place?: { start: number; end: number; version: number; quote: string } | null
}

function isDraft(value: unknown): value is Draft {
  return typeof value === "object" && value !== null && typeof (value as Draft).text === "string" && Array.isArray((value as Draft).mentions)
}

/** The drafts of one person in one text; `paper` tells texts apart. */
export class Drafts {
  private readonly prefix: string

  constructor(person: number, paper: string) {
    this.prefix = `${PREFIX}${person}:${paper}:`
  }

  /** What was being written in this place ("new", "answer-7", "edit-7", "resolve-7"). */
  get(slot: string): Draft | null {
    try {
      const value: unknown = JSON.parse(localStorage.getItem(this.prefix + slot) ?? "null")
      return isDraft(value) ? value : null
    } catch {
      return null
    }
  }

  /** Keep it; an empty text is nothing to keep. False where this browser keeps nothing. */
  put(slot: string, draft: Draft): boolean {
    try {
      if (draft.text.trim()) localStorage.setItem(this.prefix + slot, JSON.stringify(draft))
      else localStorage.removeItem(this.prefix + slot)
      return true
    } catch {
      return false
    }
  }

  drop(slot: string): void {
    try {
      localStorage.removeItem(this.prefix + slot)
    } catch {
      // nothing was kept
    }
  }

  /** The places in which something was being written. */
  slots(): string[] {
    try {
      return Object.keys(localStorage).filter(name => name.startsWith(this.prefix)).map(name => name.slice(this.prefix.length))
    } catch {
      return []
    }
  }
}

/** How many drafts lie in this browser, of all papers and people. */
export function draftsLeft(): number {
  try {
    return Object.keys(localStorage).filter(name => name.startsWith(PREFIX)).length
  } catch {
    return 0
  }
}

/** Forget them all: when somebody signs out. */
export function forgetDrafts(): void {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name)
  } catch {
    // nothing was kept
  }
}
