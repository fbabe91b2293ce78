// The agenda put into another order by dragging. By keyboard it goes with each item's menu.
type Placed = [item: number, under: number | null]

const list = document.querySelector<HTMLElement>("ol.agenda[data-order]")

const items = (): HTMLElement[] => [...(list?.querySelectorAll<HTMLElement>("[data-item]") ?? [])]
const inner = (item: HTMLElement): boolean => item.dataset["depth"] === "2"

/** The item with what stands under it. */
function family(item: HTMLElement): HTMLElement[] {
  const found = [item]
  if (inner(item)) return found
  for (let next = item.nextElementSibling; next instanceof HTMLElement && inner(next); next = next.nextElementSibling) found.push(next)
  return found
}

/** Every item with the one it stands under, from the top down. */
function order(): Placed[] {
  let top: number | null = null
  return items().map(item => {
    const id = Number(item.dataset["item"])
    if (inner(item)) return [id, top]
    top = id
    return [id, null]
  })
}

async function keep(url: string): Promise<void> {
  const token = list?.dataset["csrf"] ?? ""
  await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ order: order() }),
  })
  location.reload() // numbers and times are the server's to say, and so is a refusal
}

if (list) {
  const url = list.dataset["order"] ?? ""
  let dragged: HTMLElement[] = []
  for (const item of items()) {
    item.draggable = true
    item.addEventListener("dragstart", event => {
      dragged = family(item)
      dragged.forEach(each => (each.dataset["dragged"] = "true"))
      event.dataTransfer?.setData("text/plain", item.dataset["item"] ?? "")
    })
    item.addEventListener("dragover", event => {
      if (dragged.length === 0 || dragged.includes(item)) return
      event.preventDefault()
      item.dataset["over"] = "true"
    })
    item.addEventListener("dragleave", () => delete item.dataset["over"])
    item.addEventListener("drop", event => {
      event.preventDefault()
      delete item.dataset["over"]
      const first = dragged[0]
      if (!first || dragged.includes(item)) return
      // Whatever has items under it, or goes to the top level, lands before a top item.
      let before: HTMLElement = item
      if (!inner(first)) while (inner(before) && before.previousElementSibling instanceof HTMLElement) before = before.previousElementSibling
      if (inner(first) && !inner(before) && before === items()[0]) return
      before.before(...dragged)
      void keep(url)
    })
    item.addEventListener("dragend", () => {
      dragged.forEach(each => delete each.dataset["dragged"])
      dragged = []
    })
  }
}
export {}
