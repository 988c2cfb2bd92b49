/* Picked rows and the bar that says what can be done with them. A picked row stays picked through live updates. */

function boxes() {
  return [...document.querySelectorAll('[data-pick]')];
}

function show() {
  const all = boxes();
  const picked = all.filter((box) => box.checked);
  for (const box of all) box.closest('[data-row]')?.toggleAttribute('data-selected', box.checked);
  const bar = document.querySelector('[data-bulk]');
  if (bar !== null) {
    bar.toggleAttribute('data-any', picked.length > 0);
    const count = bar.querySelector('[data-bulk-count]');
    const text = `${picked.length} selected.`;
    if (count.textContent !== text) count.textContent = text;
    note(bar, picked);
  }
  const whole = document.querySelector('[data-pick-all]');
  if (whole === null) return;
  whole.checked = all.length > 0 && picked.length === all.length;
  whole.indeterminate = picked.length > 0 && picked.length < all.length;
}

/** Which of the picked rows an action passes over: suspended ones are not synced. */
function note(bar, picked) {
  const line = bar.querySelector('[data-bulk-note]');
  if (line === null) return;
  const held = picked
    .map((box) => box.closest('[data-row]'))
    .filter((row) => row?.dataset.state?.startsWith('suspended'))
    .map((row) => row.dataset.row);
  const names = held.slice(0, 2).join(', ');
  const rest = held.length > 2 ? ` and ${held.length - 2} more` : '';
  const text = held.length === 0 ? '' : `Sync passes over ${names}${rest}: suspended.`;
  if (line.textContent !== text) line.textContent = text;
}

document.addEventListener('change', (event) => {
  if (event.target.matches('[data-pick-all]')) {
    for (const box of boxes()) box.checked = event.target.checked;
  } else if (!event.target.matches('[data-pick]')) {
    return;
  }
  show();
});
document.addEventListener('reset', () => setTimeout(show));
document.addEventListener('sluice:updated', show);
document.addEventListener('htmx:after:swap', show);
document.addEventListener('sluice:started', (event) => {
  if (event.target.id === 'bulk') event.target.reset();
});
show();
