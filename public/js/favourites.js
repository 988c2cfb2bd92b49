import { elementFrom, morph } from './morph.js';

/* Favourites are this browser's own, so no room of others keeps them current: whenever the page has news they are asked for. */

const restMilliseconds = 3000;
let waiting;

document.addEventListener('sluice:updated', () => {
  if (document.querySelector('#favourites-rail a') === null) return;
  waiting ??= setTimeout(() => {
    waiting = undefined;
    void refresh();
  }, restMilliseconds);
});

function pagePath() {
  const base = document.body.dataset.base ?? '';
  return location.pathname.slice(base.length) + location.search;
}

async function refresh() {
  const rail = document.getElementById('favourites-rail');
  const query = new URLSearchParams({ at: pagePath() });
  const response = await fetch(`${document.body.dataset.base ?? ''}/favourites?${query}`).catch(() => undefined);
  // While Sluice cannot be reached the page says so, and the next news asks again.
  if (response?.ok !== true) return;
  const fresh = elementFrom(`<div>${await response.text()}</div>`);
  for (const current of [rail, document.getElementById('favourites-strip')]) {
    const wanted = current && fresh.querySelector(`#${current.id}`);
    if (wanted) morph(current, wanted);
  }
}

/* A filter changes the address without a new page: what is saved is the view that is shown, and it may be another one. */
document.addEventListener('submit', (event) => {
  const form = event.target.closest('.star-form');
  if (form === null) return;
  form.elements.path.value = location.pathname + location.search;
  form.elements.back.value = location.pathname + location.search;
});
