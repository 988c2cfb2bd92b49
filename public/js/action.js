/* Forms that start actions are sent by htmx; what is refused is said in `#said`. */

document.addEventListener('htmx:before:request', (event) => {
  const form = event.detail.ctx.sourceElement;
  if (form.matches?.('[data-action-form]')) document.getElementById('said').replaceChildren();
});

document.addEventListener('htmx:after:request', (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (!sourceElement.matches?.('[data-action-form]')) return;
  for (const menu of document.querySelectorAll('details.menu[open]')) menu.open = false;
  if (response?.status === 204) sourceElement.dispatchEvent(new CustomEvent('sluice:started', { bubbles: true }));
  else document.getElementById('said').scrollIntoView({ block: 'nearest' });
});

document.addEventListener('htmx:error', (event) => {
  const form = event.detail.ctx?.sourceElement;
  if (!form?.matches?.('[data-action-form]')) return;
  const line = document.createElement('div');
  line.className = 'notice';
  line.dataset.state = 'failing';
  line.textContent = 'Sluice could not be reached, so nothing was done. Try again.';
  document.getElementById('said').replaceChildren(line);
});
