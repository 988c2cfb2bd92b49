import { elementFrom, morph } from './morph.js';

/* Favourites are this browser's own, so no room of others keeps them current: whenever the page has news they are asked for. */

const restMilliseconds = 3000;
let waiting;

document.addEventListener('sluice:updated', () => {
  if (document.querySelector('#favourites-rail a') === null) return;
  waiting ??= setTimeout(() => {
    waiting = undefined;
    void refresh(false);
  }, restMilliseconds);
});

function pagePath() {
  const base = document.body.dataset.base ?? '';
  return location.pathname.slice(base.length) + location.search;
}

/** `starToo`: the page has another address now, which may be another favourite or none. */
async function refresh(starToo) {
  const rail = document.getElementById('favourites-rail');
  const at = pagePath();
  const query = new URLSearchParams({ at, title: document.title.split(' · ')[0] });
  const response = await fetch(`${document.body.dataset.base ?? ''}/favourites?${query}`).catch(() => undefined);
  // While Sluice cannot be reached the page says so, and the next news asks again.
  if (response?.ok !== true) return;
  const fresh = elementFrom(`<div>${await response.text()}</div>`);
  if (at !== pagePath()) return;
  if (starToo) document.querySelector('.star')?.replaceWith(fresh.querySelector('.star') ?? '');
  for (const current of [rail, document.getElementById('favourites-strip')]) {
    const wanted = current && fresh.querySelector(`#${current.id}`);
    if (wanted) morph(current, wanted);
  }
}

/* A filter changes the address without a new page: what is saved is the view that is shown. */
document.addEventListener('htmx:after:history:push', () => setTimeout(() => void refresh(true)));
window.addEventListener('popstate', () => void refresh(true));
document.addEventListener('submit', (event) => {
  const form = event.target.closest('.star-form');
  if (form === null) return;
  form.elements.path.value = location.pathname + location.search;
  form.elements.back.value = location.pathname + location.search;
});

/* Whoever saves a view names it at once. */
document.addEventListener(
  'toggle',
  (event) => {
    const name = event.target.matches('details.star[open]') ? event.target.querySelector('input[name="name"]') : null;
    name?.focus();
    name?.select();
  },
  { capture: true },
);
