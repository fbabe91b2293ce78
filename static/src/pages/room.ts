// The room view keeps up with the session: it looks every few seconds, and shows what is new.
const SECOND = 1000 // ms

const room = document.querySelector<HTMLElement>(".room")

async function look(): Promise<void> {
  if (document.hidden || !room) return
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } })
    if (!answer.ok) return
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const fresh = page.querySelector<HTMLElement>(".room")
    if (fresh && fresh.innerHTML !== room.innerHTML) room.replaceChildren(...fresh.childNodes)
  } catch {
    return // no connection for now: what stands here stays
  }
}

if (room) setInterval(() => void look(), Number(room.dataset["refresh"] ?? "5") * SECOND)
export {}
