import { SluiceError } from '../../errors.ts';

/** One requirement of a label selector; all of them must hold. */
interface LabelRequirement {
  key: string;
  operator: 'in' | 'not in' | 'exists' | 'absent';
  values: readonly string[];
}

export type LabelSelector = readonly LabelRequirement[];

const key = String.raw`(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?`;
const labelValue = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?`;
const equality = new RegExp(String.raw`^(${key})\s*(==|=|!=)\s*(${labelValue})$`);
const setBased = new RegExp(String.raw`^(${key})\s+(in|notin)\s*\(([^()]*)\)$`);
const existence = new RegExp(String.raw`^(!?)\s*(${key})$`);
const oneValue = new RegExp(`^${labelValue}$`);

/**
 * Reads a label selector as `kubectl -l` does: `app=web`, `tier!=db`, `env in (a,b)`, `env notin (a)`, `app`, `!app`,
 * parted by commas. Throws `invalid` for the field `label`.
 */
export function parseLabelSelector(text: string): LabelSelector {
  if (text.length > 1024) throw invalid(`${text.slice(0, 40)}…`);
  return text.split(/,(?![^()]*\))/).map((part) => parseRequirement(part.trim()));
}

function parseRequirement(part: string): LabelRequirement {
  const equal = equality.exec(part);
  if (equal !== null) {
    const [, name = '', operator = '', value = ''] = equal;
    return { key: name, operator: operator === '!=' ? 'not in' : 'in', values: [value] };
  }
  const set = setBased.exec(part);
  if (set !== null) {
    const [, name = '', operator = '', list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    if (!values.every((value) => oneValue.test(value))) throw invalid(part);
    return { key: name, operator: operator === 'in' ? 'in' : 'not in', values };
  }
  const exists = existence.exec(part);
  if (exists === null) throw invalid(part);
  return { key: exists[2] ?? '', operator: exists[1] === '!' ? 'absent' : 'exists', values: [] };
}

function invalid(part: string): SluiceError {
  return new SluiceError('invalid', `“${part.slice(0, 60)}” is not a label selector.`, {
    field: 'label',
    wayOut: 'Write it as for kubectl -l: app=web, tier!=db, env in (a,b), !legacy.',
  });
}

/** Whether labels fulfil the selector. As in Kubernetes, `!=` and `notin` hold for what has no such label. */
export function matchesLabels(labels: Readonly<Record<string, string>> | undefined, selector: LabelSelector): boolean {
  for (const { key, operator, values } of selector) {
    const found: unknown = labels?.[key];
    const value = typeof found === 'string' ? found : undefined;
    if (!holds(value, operator, values)) return false;
  }
  return true;
}

function holds(value: string | undefined, operator: LabelRequirement['operator'], values: readonly string[]): boolean {
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case 'in':
      return value !== undefined && values.includes(value);
    case 'not in':
      return value === undefined || !values.includes(value);
  }
}
