/* Keys for those who live here: j k rows, x pick, s sync, Enter open, / search, t theme, d density, ? help. */

const commands = {
  '/': () => (document.getElementById('filter-q') ?? document.getElementById('search-q'))?.focus(),
  '?': () => document.getElementById('help').showModal(),
  j: () => step(1),
  k: () => step(-1),
  x: () => currentRow()?.querySelector('[data-pick]')?.click(),
  s: () => (currentRow() ?? document).querySelector('[data-key="s"]')?.click(),
  t: () => document.getElementById('toggle-theme').click(),
  d: () => document.getElementById('toggle-density').click(),
};

function rows() {
  return [...document.querySelectorAll('[data-row]')];
}

function currentRow() {
  return document.activeElement?.closest('[data-row]') ?? null;
}

function step(by) {
  const all = rows();
  const at = all.indexOf(currentRow());
  const next = all[at === -1 ? (by > 0 ? 0 : all.length - 1) : at + by];
  const link = next?.querySelector('[data-open], a');
  link?.focus();
  link?.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest('input:not([type="checkbox"]), textarea, select, dialog[open]') !== null) return;
  const command = Object.hasOwn(commands, event.key) ? commands[event.key] : undefined;
  if (command === undefined) return;
  event.preventDefault();
  command();
});
