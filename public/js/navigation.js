/* Filters go to addresses that are worth sharing: what is not filled in is left out of them. */

document.addEventListener('htmx:config:request', (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (!sourceElement.matches?.('[data-filters]')) return;
  for (const [name, value] of Array.from(request.body)) if (value === '') request.body.delete(name);
});

/* The browser's own back and forward are handled in live.js, which fetches the page of the address gone to. */
document.addEventListener('htmx:before:history:restore', (event) => event.preventDefault());

/** Forms around the page come back to the address that is shown now. */
function updateBack() {
  for (const field of document.querySelectorAll('.account input[name="back"]'))
    field.value = location.pathname + location.search;
}
document.addEventListener('htmx:after:history:push', () => setTimeout(updateBack));
window.addEventListener('popstate', updateBack);
