import htmx from 'htmx.org';
import { elementFrom, morph } from './morph.js';
import { socket } from './socket.js';

/*
 * Keeps the open page current. It tells the server which URL it shows and the digest of what it shows; the server
 * answers with what differs, and from then on sends every change.
 */

const rippleMilliseconds = 1700;

let digest = shownDigest();
let shownUrl = pageUrl();
/** Counts what the page was told to show, so that a late answer for an earlier one is left alone. */
let opening = 0;
let reloading;
/** How often in a row the page was fetched again and still was not what the server has. */
let reloads = 0;

function shownDigest() {
  return document.getElementById('main').dataset.digest;
}

function pageUrl() {
  return location.pathname + location.search;
}

function open() {
  /* An answer that was made once has none: there is nothing to keep current. */
  if (digest === '') return;
  opening += 1;
  const turn = opening;
  socket.timeout(15_000).emit('open', { url: pageUrl(), digest }, (failure, answer) => {
    if (turn !== opening) return;
    if (failure) open();
    else if (answer.reload) reloadAgain();
    else if (!answer.ok) refused(answer.message);
    else {
      if (answer.snapshot) apply(answer.snapshot, false);
      digest = answer.digest;
      reloads = 0;
      show('on');
    }
  });
}

/** A page that tells itself why it cannot be shown need not be told again. */
function refused(message) {
  if (document.querySelector('.error-page') === null) show('lost', message);
}

/** At once the first time; a page that cannot be had is asked for more and more seldom. */
function reloadAgain() {
  const wait = reloads === 0 ? 0 : Math.min(30_000, 500 * 2 ** reloads);
  reloads += 1;
  setTimeout(() => void reload(), wait);
}

/** Puts an update on the page; `ripple` marks what is news. */
function apply(update, ripple) {
  if (!fits(update)) {
    void reload();
    return;
  }
  document.title = update.title;
  for (const { id, html } of update.parts) morph(document.getElementById(id), elementFrom(html));
  for (const list of update.lists) applyList(document.getElementById(list.id), list, ripple);
  digest = update.digest;
  document.getElementById('main').dataset.digest = digest;
  document.dispatchEvent(new CustomEvent('sluice:updated'));
}

function fits(update) {
  return [...update.parts, ...update.lists].every(({ id }) => document.getElementById(id) !== null);
}

function applyList(holder, { rows, removed, order }, ripple) {
  for (const id of removed) document.getElementById(id)?.remove();
  const placed = new Set();
  for (const { id, html } of rows) {
    const wanted = elementFrom(html);
    const current = document.getElementById(id);
    if (current === null) holder.append(wanted);
    else morph(current, wanted);
    placed.add(current ?? wanted);
  }
  if (order) putInOrder(holder, order);
  if (ripple) for (const row of placed) rippleOnce(row);
}

/** Moves as few rows as needed, and never the one that has the focus: moving an element takes the focus from it. */
function putInOrder(holder, order) {
  const wanted = order.map((id) => document.getElementById(id)).filter((row) => row !== null);
  const inOrder = new Set(wanted);
  const focused = wanted.find((row) => row.contains(document.activeElement));
  const rows = [...holder.children].filter((child) => inOrder.has(child));
  if (rows.every((row, index) => row === wanted[index])) return;
  const pivot = focused === undefined ? -1 : wanted.indexOf(focused);
  for (let index = pivot - 1; index >= 0; index -= 1) {
    if (wanted[index].nextElementSibling !== wanted[index + 1]) holder.insertBefore(wanted[index], wanted[index + 1]);
  }
  if (pivot === -1 && wanted.length > 0 && rows[0] !== wanted[0]) holder.insertBefore(wanted[0], rows[0]);
  for (let index = Math.max(pivot, 0) + 1; index < wanted.length; index += 1) {
    if (wanted[index - 1].nextElementSibling !== wanted[index]) wanted[index - 1].after(wanted[index]);
  }
}

function rippleOnce(element) {
  element.classList.remove('changed');
  requestAnimationFrame(() => element.classList.add('changed'));
  setTimeout(() => element.classList.remove('changed'), rippleMilliseconds);
}

/** Fetches the page again and puts it in place of the old one, without leaving it. */
async function reload() {
  reloading ??= fetchPage(morph)
    // Without a connection the page says so, and is opened anew with the next one.
    .catch(() => socket.connected && reloadAgain())
    .finally(() => {
      reloading = undefined;
    });
  await reloading;
}

/** Shows the page of the address; `put` brings an element of it into the place of the one that is there. */
async function fetchPage(put) {
  const url = pageUrl();
  const response = await fetch(url, { headers: { Accept: 'text/html' } });
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (url !== pageUrl()) return;
  document.title = fresh.title;
  for (const [selector, how] of [
    ['#main', put],
    ['#rail-live', morph],
    ['.crumbs', morph],
  ]) {
    const current = document.querySelector(selector);
    const wanted = fresh.querySelector(selector);
    if (current !== null && wanted !== null) how(current, document.importNode(wanted, true));
  }
  htmx.process(document.getElementById('main'));
  digest = shownDigest();
  shownUrl = url;
  document.dispatchEvent(new CustomEvent('sluice:updated'));
  if (socket.connected) open();
}

/**
 * Says how current the page is. on: the socket is open. late: it is, but the API server does not answer (the notices
 * say so). lost: nothing comes any more; the last facts stay, with the time they are from.
 */
function show(state, reason) {
  const live = document.getElementById('live');
  const { reachable, asOf } = document.getElementById('notices').dataset;
  const known = state === 'on' && reachable === 'no' ? 'late' : state;
  if (live.dataset.live === known && known !== 'on') return;
  const since = known === 'late' ? new Date(asOf) : new Date();
  live.dataset.live = known;
  document.body.dataset.page = known === 'on' ? 'current' : 'stale';
  const words = { on: 'Live, ', late: 'As of ', lost: 'Not live, as of ' }[known];
  live.querySelector('.live-text').replaceChildren(words, clock(since));
  const lost = document.getElementById('lost');
  lost.hidden = known !== 'lost';
  if (known === 'lost') lost.querySelector('p').replaceChildren(strong('Not live since ', clock(since), '. '), reason);
}

function clock(date) {
  const time = document.createElement('time');
  time.dateTime = date.toISOString();
  time.title = `${time.dateTime.slice(0, 19).replace('T', ' ')} UTC`;
  time.textContent = time.dateTime.slice(11, 19);
  return time;
}

function strong(...content) {
  const element = document.createElement('b');
  element.append(...content);
  return element;
}

socket.on('connect', open);
socket.on('disconnect', () =>
  show('lost', 'Sluice cannot be reached. What you see is what was last known; it is tried again and again.'),
);
socket.on('update', (update) => {
  if (update.from !== digest) {
    open();
    return;
  }
  apply(update, true);
  show('on');
});
socket.on('reload', () => void reload());

/* Navigation that htmx does within the page: another URL, another digest. */
function navigated() {
  digest = shownDigest();
  shownUrl = pageUrl();
  if (socket.connected) open();
}
document.addEventListener('htmx:after:history:push', () => setTimeout(navigated));
document.addEventListener('htmx:after:history:replace', () => setTimeout(navigated));

/* Back and forward: what was typed belongs to the page that is left, so nothing of it is kept. */
window.addEventListener('popstate', () => {
  if (pageUrl() === shownUrl) return;
  // What cannot be fetched is not to be taken for what the address names: the browser itself says so then.
  fetchPage((current, wanted) => current.replaceWith(wanted)).catch(() => location.reload());
});

/* A page taken from the browser's back-forward cache is as old as it is. */
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  if (socket.connected) open();
  else socket.connect();
});
