// Lines as addresses and people name them: #Z17, #Z17-19, "17", "17 – 19".

export interface Lines {
  first: number
  last: number
}

/** The lines that an address or a person names, in order; null if that is none. */
export function parse(said: string): Lines | null {
  const found = /^#?\s*Z?\s*(\d{1,6})(?:\s*[-–]\s*Z?\s*(\d{1,6}))?\s*$/i.exec(said.trim())
  if (!found) return null
  const [one, other] = [Number(found[1]), Number(found[2] ?? found[1])]
  return one < 1 || other < 1 ? null : { first: Math.min(one, other), last: Math.max(one, other) }
}

/** Their place in the page's address. */
export function address({ first, last }: Lines): string {
  return first === last ? `#Z${first}` : `#Z${first}-${last}`
}

/** The lines that are marked when `number` is chosen: from the ones before, if the choice goes on. */
export function chosen(before: Lines | null, number: number, goesOn: boolean): Lines {
  if (!before || !goesOn) return { first: number, last: number }
  return { first: Math.min(before.first, number), last: Math.max(before.last, number) }
}
