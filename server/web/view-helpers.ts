import nunjucks from 'nunjucks';
import { channelLayout } from './channel-layout.ts';
import { ageText, clockText, durationText, instantText } from './relative-time.ts';

const { SafeString } = nunjucks.runtime;

const entities: Record<string, string> = { '&': '&amp;', '"': '&quot;', "'": '&#39;', '<': '&lt;', '>': '&gt;' };

/** Text as HTML text or attribute value. */
function escapeHtml(text: string): string {
  return text.replaceAll(/[&"'<>]/g, (character) => entities[character] ?? character);
}

/** HTML that templates put out as it is. Only for what was escaped piece by piece. */
export function safe(html: string): nunjucks.runtime.SafeString {
  return new SafeString(html);
}

/** How a relative time reads: `3 min`, `3 min ago`, `in 3 min`, or the time of day, which does not tick. */
type TimeForm = 'age' | 'ago' | 'in' | 'clock';

function relativeText(form: TimeForm, date: Date, now: Date): string {
  const text = ageText(now.getTime() - date.getTime());
  const ahead = date > now;
  if (form === 'ago') return ahead ? `in ${text}` : `${text} ago`;
  if (form === 'in') return ahead ? `in ${text}` : 'now';
  return text;
}

/** An instant as a `<time>`: relative words that the browser keeps ticking, the exact instant on hover. */
function timeElement(value: unknown, form: TimeForm, now: Date): nunjucks.runtime.SafeString {
  const date = value instanceof Date ? value : new Date(String(value));
  if (Number.isNaN(date.getTime())) return safe('<span class="dim">unknown</span>');
  const exact = `datetime="${date.toISOString()}" title="${instantText(date)}"`;
  if (form === 'clock') return safe(`<time ${exact}>${clockText(date)}</time>`);
  return safe(`<time ${exact} data-tick="${form}">${relativeText(form, date, now)}</time>`);
}

/** How far an object is through its interval, for the gauge: 0 to 48 units of its width. */
function gaugeLevel(at: unknown, intervalSeconds: number, now: Date): { level: number; over: boolean } {
  const since = now.getTime() - new Date(at instanceof Date ? at : String(at)).getTime();
  const share = since / (intervalSeconds * 1000);
  return { level: Math.round(Math.min(1, Math.max(0, share)) * 48), over: share > 1.1 };
}

/** Words of the states that the style sheet knows; `data-state` carries the key. */
const stateWords: Record<string, string> = {
  failing: 'Failing',
  stalled: 'Stalled',
  'suspended-failing': 'Suspended',
  waiting: 'Waiting',
  stale: 'Stale',
  suspended: 'Suspended',
  reconciling: 'Reconciling',
  deleting: 'Deleting',
  none: 'No status',
  ready: 'Ready',
  forbidden: 'Hidden',
};

/** States whose channel segment has a texture of its own in the layout. */
const texturedStates = new Set(['failing', 'waiting', 'stale', 'suspended', 'reconciling', 'ready']);
const textureOf: Record<string, string> = { stalled: 'failing', 'suspended-failing': 'suspended' };

/**
 * Adds the helpers of templates and macros.
 * Globals: `asset(name)`, `icon(id)`, `mark(state)`, `gauge(at, intervalSeconds)`, `channelLayout(segments)`,
 * `texture(state)`. Filters: `time(form)`, `duration`, `number`, `stateWord`, `isWebUrl`.
 */
export function addViewHelpers(
  environment: nunjucks.Environment,
  options: { asset: (name: string) => string; now: () => Date },
): void {
  const { asset, now } = options;
  const use = (symbol: string) => `<use href="${escapeHtml(asset('icons.svg'))}#${escapeHtml(symbol)}"/>`;

  environment.addGlobal('asset', asset);
  environment.addGlobal('icon', (id: string) => safe(`<svg class="icon" aria-hidden="true">${use(id)}</svg>`));
  environment.addGlobal('mark', (state: string, className = '') =>
    safe(
      `<svg class="${escapeHtml(`mark ${className}`.trimEnd())}" data-state="${escapeHtml(state)}" aria-hidden="true">${use(`s-${state}`)}</svg>`,
    ),
  );
  environment.addGlobal('gauge', (at: unknown, intervalSeconds: number) => gaugeLevel(at, intervalSeconds, now()));
  environment.addGlobal('channelLayout', channelLayout);
  environment.addGlobal('texture', (state: string) => {
    const known = textureOf[state] ?? state;
    return texturedStates.has(known) ? `url(#p-${known})` : undefined;
  });

  environment.addFilter('time', (value: unknown, form: TimeForm = 'age') => timeElement(value, form, now()));
  environment.addFilter('duration', (seconds: number) => durationText(seconds));
  environment.addFilter('number', (value: number) => numberText(value));
  environment.addFilter('stateWord', (state: string) => stateWords[state] ?? state);
  environment.addFilter('isWebUrl', (value: unknown) => /^https?:\/\//.test(String(value)));
}

/** A whole number with its thousands set apart, the same on every machine: 10000 → `10,000`. */
function numberText(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}
