// Now and then the server tells a hash of the document at a version; a page whose text at that
// version is another one must load it anew. The hash is that of strategy/text/fingerprint.py.
import type { Session } from "../live/collab"

/** JSON with sorted keys and no blanks, as the server writes it. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value).filter(([, part]) => part !== undefined).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`).join(",")}}`
  return JSON.stringify(value)
}

/** SHA-256 of the canonical JSON, 64 hex digits; null where the page may not compute it. */
export async function fingerprint(doc: unknown): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical(doc)))
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, "0")).join("")
}

/** False only if this page surely has another text at that version. */
export async function sameText(session: Session, told: { version: number; hash: string }): Promise<boolean> {
  if (session.version() !== told.version) return true // too late to tell
  const hash = await fingerprint(session.confirmed().toJSON())
  return hash === null || hash === told.hash
}
