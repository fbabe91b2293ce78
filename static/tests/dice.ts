/** Small dice, the same each time: numbers from 0 to below 1. */
export function dice(seed: number): () => number {
  let at = seed >>> 0
  return () => {
    at = (Math.imul(at, 1664525) + 1013904223) >>> 0
    return at / 2 ** 32
  }
}
