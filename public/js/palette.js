import { elementFrom } from './morph.js';
import { whisper } from './whisper.js';

/*
 * The search box of the bar as a combobox: while one types, objects and commands from the server, pages and settings
 * from the page itself. Without script it is a plain form, and Enter without a choice still is.
 */

const waitMilliseconds = 100;

const input = document.getElementById('search-q');
const list = document.getElementById('palette');
const found = list?.querySelector('[data-found]');
const here = list?.querySelector('[data-here]');

let timer;
/** Only one request is under way; what is typed meanwhile is asked for after it. */
let asking = false;
/** What the list shows the answer to. */
let answered = '';

/** Where no plugin brings a search, the bar has no box. */
export function hasSearch() {
  return input !== null;
}

/** Puts the caret into the search box, with what there is below it. */
export function openSearch() {
  input.focus();
  input.select();
}

function isOpen() {
  return !list.hidden;
}

function open() {
  showHere();
  list.hidden = false;
  input.setAttribute('aria-expanded', 'true');
  ask();
}

function close() {
  clearTimeout(timer);
  list.hidden = true;
  input.setAttribute('aria-expanded', 'false');
  choose(undefined);
}

/* ---------- What the server has ---------- */

function ask() {
  clearTimeout(timer);
  timer = setTimeout(() => void fetchFound(), waitMilliseconds);
}

async function fetchFound() {
  const typed = input.value.trim();
  if (asking || typed === answered) return;
  if (typed === '') {
    answered = '';
    found.replaceChildren();
    return;
  }
  asking = true;
  try {
    const response = await fetch(`${input.form.action}/palette?${new URLSearchParams({ q: typed })}`);
    const html = await response.text();
    answered = typed;
    if (response.ok) showFound(html);
    else showTrouble('This cannot be searched for.');
  } catch {
    answered = typed;
    showTrouble('Sluice cannot be reached, so nothing could be searched.');
  } finally {
    asking = false;
  }
  if (isOpen() && input.value.trim() !== answered) void fetchFound();
}

function showFound(html) {
  const before = chosen();
  const meant = before === null ? undefined : meaningOf(before);
  found.innerHTML = html;
  // What stands in its place by now may be something else, and must not be run in its stead.
  choose(options().find((option) => meaningOf(option) === meant));
  whisper(found.querySelector('[data-told]').textContent);
}

function showTrouble(text) {
  const line = document.createElement('p');
  line.className = 'palette-trouble';
  line.textContent = text;
  found.replaceChildren(line);
  whisper(text);
}

/* ---------- What the page has ---------- */

function showHere() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ label }) => words.every((word) => label.toLowerCase().includes(word));
  const groups = [
    ['Favourites', linksIn('#favourites-rail').filter(fits)],
    ['Go to', linksIn('#rail-live').filter(fits)],
    ['Settings', settings().filter(fits)],
  ];
  here.replaceChildren(...groups.filter(([, options]) => options.length > 0).map(groupElement));
}

function linksIn(selector) {
  return [...document.querySelectorAll(`${selector} a[title]`)].map((link) => ({
    label: link.title,
    symbol: link.querySelector('use').getAttribute('href'),
    href: link.href,
  }));
}

function settings() {
  return [...document.querySelectorAll('.account .menu-list button')].map((button) => ({
    label: button.querySelector('span').textContent,
    symbol: button.querySelector('use').getAttribute('href'),
    press: button,
  }));
}

function groupElement([heading, options], group) {
  const element = document.createElement('div');
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', heading);
  const head = document.createElement('div');
  head.className = 'palette-head';
  head.setAttribute('role', 'presentation');
  head.textContent = heading;
  element.append(head, ...options.map((option, index) => optionElement(option, `palette-here-${group}-${index}`)));
  return element;
}

const presses = new WeakMap();

function optionElement({ label, symbol, href, press }, id) {
  const option = elementFrom(
    '<div role="option" class="palette-option" aria-selected="false"><svg class="icon" aria-hidden="true"><use/></svg><span class="palette-name"></span></div>',
  );
  option.id = id;
  option.querySelector('use').setAttribute('href', symbol);
  option.querySelector('span').textContent = label;
  if (href !== undefined) option.dataset.href = href;
  else presses.set(option, press);
  return option;
}

/* ---------- Choosing ---------- */

function options() {
  return [...list.querySelectorAll('[role="option"]')];
}

function chosen() {
  return list.querySelector('[aria-selected="true"]');
}

/** The same for two options that do the same. */
function meaningOf({ textContent, dataset: { action, object, href } }) {
  return JSON.stringify([action, object, href, textContent]);
}

function choose(option) {
  chosen()?.setAttribute('aria-selected', 'false');
  if (option === undefined) {
    input.removeAttribute('aria-activedescendant');
    return;
  }
  option.setAttribute('aria-selected', 'true');
  input.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

/** Round and round, with the search box itself between the last one and the first. */
function move(by) {
  const all = options();
  const at = all.indexOf(chosen());
  const next = at === -1 ? (by > 0 ? 0 : all.length - 1) : at + by;
  choose(all[next]);
}

function run(option) {
  if (option.getAttribute('aria-disabled') === 'true') {
    whisper(option.querySelector('small').textContent);
    return;
  }
  const { action, href } = option.dataset;
  close();
  if (action !== undefined) void send(option.dataset);
  else if (href !== undefined) location.assign(href);
  else presses.get(option).click();
}

/** Starts an action and goes to its object, where its steps and its end are shown; a refusal is told here. */
async function send({ action, plural, object, withSource, href }) {
  const fields = { plural, object, back: new URL(href, location.href).pathname };
  if (withSource !== undefined) fields.withSource = 'true';
  try {
    const response = await fetch(action, {
      method: 'POST',
      headers: { 'HX-Request': 'true' },
      body: new URLSearchParams(fields),
    });
    if (response.status === 204) {
      input.value = '';
      if (location.pathname === fields.back) whisper('Started.');
      else location.assign(fields.back);
      return;
    }
    refuse(elementFrom(await response.text()));
  } catch {
    const line = elementFrom('<div class="notice" data-state="failing"></div>');
    line.textContent = 'Sluice could not be reached, so nothing was done. Try again.';
    refuse(line);
  }
}

function refuse(element) {
  const said = document.getElementById('said');
  said.replaceChildren(element);
  said.scrollIntoView({ block: 'nearest' });
}

/* ---------- The reader's doing ---------- */

function listen() {
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-expanded', 'false');
  input.setAttribute('aria-controls', 'palette');
  input.addEventListener('focus', open);
  input.addEventListener('blur', close);
  input.addEventListener('click', () => {
    if (!isOpen()) open();
  });
  input.addEventListener('input', () => {
    if (!isOpen()) open();
    choose(undefined);
    showHere();
    ask();
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen()) open();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && isOpen() && chosen() !== null) {
      event.preventDefault();
      run(chosen());
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (isOpen() && input.value !== '') close();
      else input.blur();
    }
  });

  /* The caret stays in the box while one points. */
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[role="option"]');
    if (option !== null) run(option);
  });
}

if (hasSearch()) listen();
