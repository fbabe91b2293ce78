// Commented passages as pieces of text: where they overlap, a piece belongs to several comments.

export interface Span {
  id: number
  start: number
  end: number
}

export interface Piece {
  start: number
  end: number
  ids: number[]
}

/** The spans cut where any of them begins or ends; what nobody covers is left out. */
export function pieces(spans: readonly Span[]): Piece[] {
  const real = spans.filter(span => span.start < span.end)
  const edges = [...new Set(real.flatMap(span => [span.start, span.end]))].sort((one, other) => one - other)
  const made: Piece[] = []
  const waiting = [...real].sort((one, other) => one.start - other.start)
  let open: Span[] = []
  edges.slice(0, -1).forEach((start, index) => {
    const end = edges[index + 1] as number
    open = open.filter(span => span.end > start)
    while (waiting[0] && waiting[0].start <= start) open.push(waiting.shift() as Span)
    if (open.length > 0) made.push({ start, end, ids: open.map(span => span.id).sort((one, other) => one - other) })
  })
  return made
}

/** The span that a click into several of them means: the shortest. */
export function innermost(spans: readonly Span[], ids: readonly number[]): number | null {
  const hit = spans.filter(span => ids.includes(span.id)).sort((one, other) => one.end - one.start - (other.end - other.start) || other.id - one.id)
  return hit[0]?.id ?? null
}
