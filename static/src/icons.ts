// Icons come from one SVG sprite beside the scripts; src/icons.txt lists what is in it.

declare const ICONS_FILE: string

const SVG = "http://www.w3.org/2000/svg"

/** The icon as an element that says nothing: its button carries the label. Class `icon`. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("class", "icon")
  svg.setAttribute("aria-hidden", "true")
  const use = document.createElementNS(SVG, "use")
  use.setAttribute("href", `${new URL(ICONS_FILE, import.meta.url).pathname}#${name}`)
  svg.append(use)
  return svg
}
