import { ageText } from './age.js';

/* The panel beside the drawing: what is picked, why it is so, where it comes from, what may be done. */

const words = {
  failing: 'Failing',
  stalled: 'Stalled',
  'suspended-failing': 'Suspended while failing',
  waiting: 'Waiting',
  stale: 'Stale',
  suspended: 'Suspended',
  reconciling: 'Reconciling',
  deleting: 'Deleting',
  none: 'No status',
  ready: 'Ready',
  forbidden: 'Hidden',
};

/** Of what is no object of Flux. */
const healthWords = { ...words, ready: 'Healthy', none: 'Not known', reconciling: 'On its way' };

const towards = {
  source: 'source',
  dependency: 'must be ready',
  owns: 'owner',
  image: 'images',
  notifies: 'listened to',
  sends: 'alert',
  triggers: 'receiver',
};
const onwards = {
  source: 'built from it',
  dependency: 'waits for it',
  owns: 'owned',
  image: 'images',
  notifies: 'is told',
  sends: 'sends',
  triggers: 'is woken',
};

function element(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...content.filter((each) => each !== undefined));
  return made;
}

function symbol(id, icons, className = 'icon', state) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  if (state !== undefined) svg.dataset.state = state;
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${icons}#${id}`);
  svg.append(use);
  return svg;
}

const mark = (state, icons) => symbol(`s-${state}`, icons, 'mark', state);

function since(node) {
  if (node.since === undefined) return undefined;
  const exact = `${node.since.slice(0, 19).replace('T', ' ')} UTC`;
  const time = element('time', { datetime: node.since, title: exact, 'data-tick': 'age' });
  time.textContent = ageText(Date.now() - Date.parse(node.since));
  return element('span', {}, 'for ', time);
}

/** Shows a node; `ends` are its edges with the nodes at their other ends, `pick` picks one of those. */
export function showNode(node, ends, { icons, focus }, pick) {
  const panel = document.getElementById('graph-picked');
  const title = element('h2', {});
  const says = [node.because, node.type === 'owned' ? node.word : ''].filter(Boolean).join('; ');
  if (node.namespace && node.type !== 'group' && node.type !== 'more')
    title.append(element('span', { class: 'ns' }, `${node.namespace}/`));
  title.append(node.name);
  const state = element('p', { class: 'state', 'data-state': node.state }, mark(node.state, icons));
  const word = { missing: 'Missing', owned: healthWords[node.state] }[node.type] ?? words[node.state];
  state.append(
    element('span', {}, word, ' ', node.type === 'object' && node.state !== 'ready' ? (since(node) ?? '') : ''),
  );
  const head = element(
    'div',
    { class: 'side-head' },
    element(
      'p',
      { class: 'dim' },
      symbol(node.icon, icons),
      node.type === 'group' || node.type === 'more' ? node.word : node.kind,
    ),
    title,
    state,
    says && element('p', { class: 'say' }, says),
    buttonsOf(node, icons, node.id === focus),
  );
  panel.replaceChildren(
    head,
    ...section(
      'Comes from',
      ends.filter(({ inward }) => inward),
      towards,
      icons,
      pick,
    ),
    ...section(
      'Leads to',
      ends.filter(({ inward }) => !inward),
      onwards,
      icons,
      pick,
    ),
  );
  panel.hidden = false;
}

/** Back to what stands there when nothing is picked. */
export function showNothing() {
  document.getElementById('graph-picked').hidden = true;
}

function section(heading, ends, how, icons, pick) {
  if (ends.length === 0) return [];
  const list = element(
    'ul',
    { class: 'side-list' },
    ...ends.slice(0, 60).map(({ edge, node }) => {
      const button = element('button', { type: 'button', click: () => pick(node.id) });
      if (node.namespace && node.type !== 'group' && node.type !== 'more')
        button.append(element('span', { class: 'ns' }, `${node.namespace}/`));
      button.append(node.name);
      const told = edge.flow === 'dry' ? `${how[edge.type]}, held` : how[edge.type];
      return element(
        'li',
        {},
        mark(node.state, icons),
        symbol(node.icon, icons),
        button,
        element('span', { class: 'how' }, told),
      );
    }),
  );
  if (ends.length > 60) list.append(element('li', {}, `and ${ends.length - 60} more`));
  const count = ends.length > 1 ? ` ${ends.length}` : '';
  return [element('section', { 'aria-label': heading }, element('h3', {}, `${heading}${count}`), list)];
}

function buttonsOf(node, icons, isFocus) {
  const buttons = [];
  if (node.href) {
    const open = { group: 'Look into it', every: 'List them', more: 'List them' }[node.type] ?? 'Open';
    buttons.push(element('a', { class: 'btn btn-main', href: node.href }, open));
  }
  const { reconcile, resume } = document.getElementById('graph-actions').dataset;
  if (node.sync !== undefined) buttons.push(action(node, 'Sync', 'i-sync', node.sync, reconcile, icons));
  if (node.resume !== undefined) buttons.push(action(node, 'Resume', 'i-open', node.resume, resume, icons));
  if (node.suspend !== undefined) {
    buttons.push(
      node.suspend === ''
        ? element('a', { class: 'btn', href: `${node.href}/suspend` }, symbol('i-shut', icons), 'Suspend')
        : denied('Suspend', node.suspend, icons),
    );
  }
  const isShown = node.focusHref?.includes('inventory=show') === true;
  if (node.type === 'object' && node.owns && !(isFocus && isShown)) {
    const href = isShown ? node.focusHref : `${node.focusHref}&inventory=show`;
    buttons.push(element('a', { class: 'btn', href }, symbol('k-workload', icons), 'What it owns'));
  }
  if (node.focusHref && !isFocus)
    buttons.push(
      element(
        'a',
        { class: 'btn', href: node.focusHref },
        symbol('i-graph', icons),
        node.type === 'object' ? 'Around it' : node.type === 'more' ? 'Draw more' : 'Expand',
      ),
    );
  return buttons.length === 0 ? undefined : element('p', { class: 'btns' }, ...buttons);
}

function denied(label, why, icons) {
  return element(
    'button',
    { class: 'btn', type: 'button', 'aria-disabled': 'true', title: why, 'aria-label': `${label}: ${why}` },
    symbol('s-forbidden', icons),
    label,
  );
}

function action(node, label, icon, why, path, icons) {
  if (why !== '') return denied(label, why, icons);
  const fill = () => {
    const form = document.getElementById('graph-action');
    form.elements.plural.value = node.plural;
    form.elements.object.value = `${node.namespace ?? ''}/${node.name}`;
  };
  return element(
    'button',
    { class: 'btn', type: 'submit', form: 'graph-action', formaction: path, click: fill },
    symbol(icon, icons),
    label,
  );
}
