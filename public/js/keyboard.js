import { hasSearch, openSearch } from './palette.js';

/*
 * Keys for those who live here. One table feeds both the handler and the help sheet; what has a `when` exists only
 * while that holds, and the help sheet lists what exists now.
 */

const sequenceMilliseconds = 1500;

const shortcuts = [
  {
    keys: '/',
    also: 'Ctrl K',
    words: 'Search, and commands such as “sync checkout”',
    when: hasSearch,
    run: openSearch,
  },
  { keys: 'f', words: 'Filter what this page lists', when: () => filterField() !== null, run: focusFilter },
  { shown: '↓', words: 'From the filter to the first row', when: () => filterField() !== null && rows().length > 0 },
  { keys: 'j', words: 'Next row', when: () => rows().length > 0, run: () => step(1) },
  { keys: 'k', words: 'Previous row', when: () => rows().length > 0, run: () => step(-1) },
  { shown: 'Enter', words: 'Open the row', when: () => rows().length > 0 },
  { keys: 'x', words: 'Pick the row', when: () => has('[data-pick]'), run: pick },
  { keys: 's', words: 'Sync the row, or what the page shows', when: canSync, run: sync },
  { keys: 'g o', words: 'Go to the overview', run: () => go('/') },
  ...[
    ['g k', '/flux/kustomizations', 'Go to Kustomizations'],
    ['g h', '/flux/helmreleases', 'Go to HelmReleases'],
    ['g e', '/flux/events', 'Go to the events'],
    ['g l', '/flux/logs', 'Go to the controllers’ logs'],
  ].map(([keys, path, words]) => ({ keys, words, when: () => linkTo(path) !== undefined, run: () => go(path) })),
  { keys: 't', words: 'Theme', run: () => press('toggle-theme') },
  { keys: 'd', words: 'Density', run: () => press('toggle-density') },
  { keys: '?', words: 'This list', run: showHelp },
  { shown: 'Esc', words: 'Close what is open' },
];

function press(id) {
  document.getElementById(id).click();
}

function has(selector) {
  return document.querySelector(selector) !== null;
}

function exists({ when }) {
  return when === undefined || when();
}

/* ---------- Places ---------- */

function filterField() {
  return document.querySelector('main :is(#filter-q, #search-page-q, [role="search"] input[type="search"])');
}

function focusFilter() {
  filterField().focus();
}

/** From the filter on to what it lists; Escape empties it first, as browsers have it. */
function leaveFilter(event) {
  if (event.key === 'Escape' && event.target.value === '') event.target.blur();
  if (event.key !== 'ArrowDown' || rows().length === 0) return;
  event.preventDefault();
  step(1);
}

/** The address of a path below the cluster that is shown. */
function addressOf(path) {
  return document.querySelector('.brand').pathname.replace(/\/$/, '') + path;
}

/** The rail's own link to a path; undefined where this page has none. */
function linkTo(path) {
  const address = addressOf(path);
  return [...document.querySelectorAll('#rail a')].find((link) => link.pathname === address);
}

function go(path) {
  location.assign(addressOf(path));
}

/* ---------- Rows ---------- */

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

function pick() {
  currentRow()?.querySelector('[data-pick]')?.click();
}

function canSync() {
  return has('[data-row] [data-key="s"]') || syncButton() !== null;
}

/** The button of the row one is on; of the page's own object only where no rows could be meant. */
function syncButton() {
  if (has('[data-row] [data-key="s"]')) return currentRow()?.querySelector('[data-key="s"]') ?? null;
  return document.querySelector('.subject-actions [form="row-action"][formaction$="/flux.reconcile"]');
}

function sync() {
  syncButton()?.click();
}

/* ---------- Help ---------- */

function showHelp() {
  fillHelp();
  document.getElementById('help').showModal();
}

function fillHelp() {
  const lines = shortcuts.filter(exists).flatMap(({ keys, shown, also, words }) => {
    const term = document.createElement('dt');
    const all = [...(shown === undefined ? keys.split(' ') : [shown]), ...(also === undefined ? [] : [also])];
    term.append(...all.flatMap((key) => [keyCap(key), ' ']));
    const meaning = document.createElement('dd');
    meaning.textContent = words;
    return [term, meaning];
  });
  document.getElementById('help-keys').replaceChildren(...lines);
}

function keyCap(key) {
  const cap = document.createElement('kbd');
  cap.textContent = key;
  return cap;
}

fillHelp();
document.addEventListener(
  'click',
  (event) => {
    if (event.target.closest?.('[commandfor="help"]') !== null) fillHelp();
  },
  { capture: true },
);

/* ---------- Keys ---------- */

/** The first key of a sequence, and when it was pressed. */
let begun = { key: '', at: 0 };

function shortcutFor(pressed) {
  return shortcuts.find(({ keys }) => keys === pressed);
}

function isTyping(element) {
  const fields = 'input:not([type="checkbox"]), textarea, select, dialog[open], [contenteditable="true"]';
  return element.closest(fields) !== null;
}

document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
    if (!hasSearch() || document.querySelector('dialog[open]') !== null) return;
    event.preventDefault();
    openSearch();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target === filterField()) leaveFilter(event);
  if (isTyping(event.target)) return;
  const second = event.timeStamp - begun.at < sequenceMilliseconds ? begun.key : '';
  begun = { key: '', at: 0 };
  const shortcut = (second === '' ? undefined : shortcutFor(`${second} ${event.key}`)) ?? shortcutFor(event.key);
  if (shortcut === undefined) {
    if (shortcuts.some(({ keys }) => keys?.startsWith(`${event.key} `)))
      begun = { key: event.key, at: event.timeStamp };
    return;
  }
  if (shortcut.run === undefined || !exists(shortcut)) return;
  event.preventDefault();
  shortcut.run();
});
