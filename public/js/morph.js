/*
 * Makes an element on the page equal to a newly rendered one while leaving alone what belongs to the reader: focus,
 * the caret, typed text, ticked boxes, open menus and disclosures, scroll positions.
 */

/** Attributes that the reader's doing sets; the server's word on them counts only when the element is new. */
const readersOwn = new Set(['open', 'data-selected', 'data-current', 'data-htmx-powered']);

/** Makes `current` equal to `wanted`. Both are elements of the same name. */
export function morph(current, wanted) {
  morphAttributes(current, wanted);
  morphChildren(current, wanted);
}

/** The element that a piece of HTML stands for, table rows included. */
export function elementFrom(html) {
  const template = document.createElement('template');
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function morphAttributes(current, wanted) {
  for (const { name, value } of wanted.attributes) {
    if (readersOwn.has(name) || current.getAttribute(name) === value) continue;
    if (isTyped(current) && (name === 'value' || name === 'checked')) continue;
    current.setAttribute(name, value);
  }
  for (const { name } of Array.from(current.attributes)) {
    if (readersOwn.has(name) || wanted.hasAttribute(name)) continue;
    if (name === 'class' && current.classList.contains('changed')) continue;
    if (isTyped(current) && name === 'checked') continue;
    current.removeAttribute(name);
  }
}

function isTyped(element) {
  return element.matches('input:not([type="hidden"]), textarea, select');
}

function morphChildren(current, wanted) {
  if (current.matches('textarea, select:focus')) return;
  let place = current.firstChild;
  for (const child of Array.from(wanted.childNodes)) {
    const match = matchFor(child, place);
    if (match === null) {
      current.insertBefore(child, place);
      continue;
    }
    while (place !== match) {
      const passed = place;
      place = place.nextSibling;
      passed.remove();
    }
    place = match.nextSibling;
    if (match.nodeType === Node.ELEMENT_NODE) morph(match, child);
    else if (match.nodeValue !== child.nodeValue) match.nodeValue = child.nodeValue;
  }
  while (place !== null) {
    const passed = place;
    place = place.nextSibling;
    passed.remove();
  }
}

/** The node from `place` on that `wanted` is the new version of: by id, else the next one of its kind. */
function matchFor(wanted, place) {
  for (let node = place; node !== null; node = node.nextSibling) {
    if (node.nodeType !== wanted.nodeType) {
      if (wanted.nodeType !== Node.ELEMENT_NODE) return null;
      continue;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return node;
    if (node.nodeName === wanted.nodeName && node.id === wanted.id) return node;
    if (wanted.id === '' || node.id === '') return null;
  }
  return null;
}
