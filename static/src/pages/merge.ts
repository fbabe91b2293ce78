// The merge view: verdicts are sent without leaving the page, and what is looked at stays where it is.
// Without this script the same forms post and the page comes back at the same passage.

/** Where on the screen the element stands that the reader looks at. */
function place(id: string): number | null {
  return document.getElementById(id)?.getBoundingClientRect().top ?? null
}

/** Put the answer's parts in the place of those that differ; everything else stays as it is. */
function renew(answer: Document): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-part]")) {
    const fresh = answer.querySelector<HTMLElement>(`[data-part="${CSS.escape(part.dataset.part!)}"]`)
    if (!fresh || fresh.outerHTML === part.outerHTML) continue
    part.replaceWith(document.adoptNode(fresh))
  }
  const said = answer.querySelector(".flashes"), there = document.querySelector(".flashes")
  if (said && there) there.replaceWith(document.adoptNode(said))
  else if (there) there.replaceChildren()
}

/** Say at the form why it was refused; the words are those of the page that would have come. */
async function refused(form: HTMLFormElement, answer: Response): Promise<boolean> {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const words = page.querySelector("[data-refusal]")?.textContent?.trim()
  if (!words) return false
  form.querySelector(".error")?.remove()
  const said = document.createElement("p")
  said.className = "error"
  said.setAttribute("role", "alert")
  said.textContent = words
  form.append(said)
  return true
}

async function send(form: HTMLFormElement, button: HTMLButtonElement): Promise<boolean> {
  const facts = new FormData(form)
  facts.set(button.name, button.value)
  const answer = await fetch(form.action, { method: "POST", body: facts, headers: { Accept: "text/html" } })
  if (answer.status === 403 || answer.status === 409) return refused(form, answer)
  if (!answer.ok) return false
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const card = form.closest<HTMLElement>("[data-part]")?.id ?? "merge"
  const before = place(card)
  renew(page)
  const after = place(card)
  if (before !== null && after !== null) scrollBy(0, after - before)
  const again = document.getElementById(card)
    ?.querySelector<HTMLButtonElement>(`button[name="${button.name}"][value="${button.value}"]`)
  ;(again ?? document.querySelector<HTMLElement>(`#${CSS.escape(card)} button`))?.focus({ preventScroll: true })
  return true
}

/** Send it the plain way after all: the page that answers says what was wrong. */
function plainly(form: HTMLFormElement, button: HTMLButtonElement): void {
  const field = document.createElement("input")
  field.type = "hidden"
  field.name = button.name
  field.value = button.value
  form.append(field)
  form.submit()
}

let waits = false
document.addEventListener("submit", event => {
  const form = event.target as HTMLFormElement, button = (event as SubmitEvent).submitter
  if (!form.closest("[data-part]") || !(button instanceof HTMLButtonElement)) return
  event.preventDefault()
  if (waits) return
  waits = true
  send(form, button)
    .then(done => { if (!done) plainly(form, button) })
    .catch(() => plainly(form, button))
    .finally(() => { waits = false })
})

export {}
