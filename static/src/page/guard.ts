// <form data-guard>: leaving the page with something typed in it asks first.

/** Keep people from losing what they typed into a form. */
export function guardForms(): void {
  const changed = new Set<HTMLFormElement>()
  document.addEventListener("input", event => {
    const form = event.target instanceof Element ? event.target.closest<HTMLFormElement>("form[data-guard]") : null
    if (form) changed.add(form)
  })
  document.addEventListener("submit", event => {
    if (event.target instanceof HTMLFormElement && !event.defaultPrevented) changed.delete(event.target)
  })
  addEventListener("beforeunload", event => {
    if ([...changed].some(form => form.isConnected)) event.preventDefault()
  })
}
