/* The form above the graph, drawn or read as a list: what is chosen is looked at. */

document.addEventListener('change', ({ target }) => {
  const form = target.closest?.('#graph-tools');
  if (form !== null && form !== undefined && target.id !== 'filter-q') form.requestSubmit();
});

/** Addresses are worth sharing: what is not chosen is left out of them. */
document.addEventListener('submit', ({ target }) => {
  if (target.id !== 'graph-tools') return;
  for (const control of target.elements) if (control.name && control.value === '') control.disabled = true;
});
