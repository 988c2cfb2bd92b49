import { socket } from './socket.js';

/*
 * Follows the log that the page shows. The server sends lines as HTML, rendered by the template of the page; they are
 * added below the others, the newest two thousand are kept.
 */

/** So many lines stand on the page; the browser lays out only those that are seen. */
const mostLines = 2_000;
/** And so many while more come than can be shown: each one costs at every frame. */
const mostLinesInHaste = 1_000;
const mostTakenAway = 500;
/** More new lines at once than these are not pointed out one by one. */
const mostPointedOut = 25;
/** A stream that broke off is opened again after this time. */
const againMilliseconds = 3_000;
const mostRestMilliseconds = 500;

/** The stream that is open: what for, and its name on the socket. */
let current;
let streams = 0;
let again;

function panel() {
  return document.querySelector('[data-stream]');
}

/** Opens, leaves or changes the stream, so that it is the one the page shows. */
function sync() {
  const element = panel();
  const wanted = element === null || 'paused' in element.dataset ? undefined : keyOf(element);
  if (current?.key === wanted && current?.element === element) return;
  leave();
  if (wanted !== undefined && socket.connected) open(element, wanted);
}

function keyOf(element) {
  return `${element.dataset.stream} ${element.dataset.streamInput} ${element.dataset.readAt}`;
}

function leave() {
  clearTimeout(again);
  if (current !== undefined && socket.connected) socket.emit('stream-close', current.id);
  current = undefined;
}

function open(element, key) {
  streams += 1;
  const stream = { id: `log-${streams}`, key, element, lines: 0 };
  current = stream;
  say('Following …');
  socket.timeout(20_000).emit(
    'stream',
    {
      id: stream.id,
      url: location.pathname + location.search,
      name: element.dataset.stream,
      input: inputOf(element),
    },
    (failure, answer) => {
      if (current !== stream) return;
      if (failure) openAgain('The log cannot be followed now; it is tried again.');
      else if (answer.ok) say('New lines follow as they are written.');
      else say(answer.message);
    },
  );
}

/** Where the lines end: the last one of each container, and the moment at which the page was read. */
function inputOf(element) {
  const each = {};
  for (const line of element.querySelectorAll('#log-lines > li[data-at]')) {
    if (line.dataset.at !== '') each[line.dataset.from] = line.dataset.at;
  }
  return { ...JSON.parse(element.dataset.streamInput), each, otherwise: element.dataset.readAt };
}

function openAgain(words) {
  say(words);
  current = undefined;
  clearTimeout(again);
  again = setTimeout(sync, againMilliseconds);
}

function say(words) {
  const state = panel()?.querySelector('[data-log-state]');
  if (state) state.textContent = words;
}

/** Adds lines; who has scrolled up to read stays where they are. */
function add({ html, dropped }) {
  const list = document.getElementById('log-lines');
  const scroll = list.parentElement;
  current.element.removeAttribute('data-empty');
  const template = document.createElement('template');
  template.innerHTML = html;
  const lines = [...template.content.children];
  const inHaste = dropped > 0;
  const most = inHaste ? mostLinesInHaste : mostLines;
  if (lines.length <= mostPointedOut) for (const line of lines) line.classList.add('log-new');
  const atEnd = isAtEnd(scroll);
  // Not too many at a time: taking lines away costs more than adding them.
  const surplus = Math.min(mostTakenAway, list.children.length + lines.length - most);
  if (surplus > 0 && atEnd) for (const line of [...list.children].slice(0, surplus)) line.remove();
  if (inHaste) list.append(gap(`${dropped} lines came too fast and are left out here`));
  const read = atEnd ? undefined : lineAtTop(scroll);
  const before = read?.getBoundingClientRect().top;
  for (const line of lines) place(list, line);
  if (read) keepAt(scroll, read, before);
  current.lines += lines.length;
  const kept = list.children.length >= most ? `; the newest ${most.toLocaleString('en-GB')} are kept` : '';
  say(`${current.lines} new since${kept}.`);
  showNewest();
}

/** Several logs are followed at once, and one may be behind the others: a line stands where its time puts it. */
function place(list, line) {
  const at = instantOf(line);
  if (at === '') return void list.append(line);
  let after = list.lastElementChild;
  while (after !== null && instantOf(after) > at) after = after.previousElementSibling;
  if (after === null) list.prepend(line);
  else after.after(line);
}

/** To be compared as text: without the letter at the end, fractions of any length are in order. */
function instantOf(line) {
  return (line.dataset.at ?? '').replace(/Z$/, '');
}

/** Turned round, the end is at 0 and what is above it is negative. */
function isAtEnd(scroll) {
  return Math.abs(scroll.scrollTop) < 40;
}

/** Once more when the browser has laid out what came into its reach, unless the reader has gone elsewhere meanwhile. */
function keepAt(scroll, line, top) {
  const move = () => {
    scroll.scrollTop += line.getBoundingClientRect().top - top;
    return scroll.scrollTop;
  };
  const left = move();
  requestAnimationFrame(() => requestAnimationFrame(() => scroll.scrollTop === left && move()));
}

/** The first line that is seen. */
function lineAtTop(scroll) {
  const { left, top } = scroll.getBoundingClientRect();
  return document.elementFromPoint(left + 24, top + 24)?.closest('#log-lines > li');
}

function gap(words) {
  const item = document.createElement('li');
  item.className = 'log-gap';
  item.textContent = words;
  return item;
}

function showNewest() {
  const scroll = document.querySelector('.log-scroll');
  const button = document.querySelector('[data-log-newest]');
  if (scroll && button) button.hidden = isAtEnd(scroll);
}

/** Tells the server to go on once the browser has drawn what came, and after as long a rest: the page stays usable. */
socket.on('stream', (news, confirm) => {
  if (news.id !== current?.id || !current.element.isConnected) {
    confirm();
    return;
  }
  const began = performance.now();
  add(news);
  afterDrawing(() => {
    setTimeout(() => confirm(), Math.min(mostRestMilliseconds, performance.now() - began));
  });
});

function afterDrawing(then) {
  // A page that is not seen is not drawn.
  if (document.hidden) setTimeout(() => then());
  else requestAnimationFrame(() => setTimeout(() => then()));
}

socket.on('stream-end', ({ id, message }) => {
  if (id !== current?.id) return;
  if (message === undefined) openAgain('The log ended; it is looked for again.');
  else openAgain(message);
});
socket.on('connect', sync);
socket.on('disconnect', () => {
  current = undefined;
});
document.addEventListener('sluice:updated', sync);
document.addEventListener('htmx:after:history:push', () => setTimeout(sync));
document.addEventListener('htmx:after:swap', () => setTimeout(sync));

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-log-follow], [data-log-wrap], [data-log-newest]');
  if (button === null) return;
  const shown = button.closest('.log-panel');
  if ('logNewest' in button.dataset) {
    shown.querySelector('.log-scroll').scrollTop = 0;
    showNewest();
    return;
  }
  const on = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(on));
  if ('logWrap' in button.dataset) {
    shown.toggleAttribute('data-nowrap', !on);
    return;
  }
  shown.toggleAttribute('data-paused', !on);
  sync();
  if (!on) say('Paused.');
});

document.addEventListener('scroll', (event) => event.target.matches?.('.log-scroll') && showNewest(), true);

/* What was chosen in one namespace means nothing in another. */
document.addEventListener(
  'change',
  (event) => {
    const form = event.target.closest?.('[data-log-filters]');
    if (form === null || form === undefined) return;
    const leaves = { namespace: ['controller', 'pod', 'container'], controller: ['container'], pod: ['container'] };
    for (const name of leaves[event.target.name] ?? []) {
      const field = form.elements.namedItem(name);
      if (field !== null) field.value = '';
    }
  },
  true,
);
