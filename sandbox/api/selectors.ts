import type { KubeObject } from '../../server/kube/object.ts';
import { badRequest } from './status-error.ts';

export type Selector = (object: KubeObject) => boolean;

const everything: Selector = () => true;

/** Splits at the commas outside of parentheses. */
function requirements(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** What may stand in a label's value, but for its length. */
export const labelValue = /^(?:[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)?$/;
const labelName = /^(?:[a-z0-9.-]+\/)?[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/;

function labelRequirement(text: string): Selector {
  const malformed = () => badRequest(`unable to parse requirement: ${text}`);
  const known = (label: string) => {
    if (!labelName.test(label)) throw malformed();
    return label;
  };
  const valueOf = (object: KubeObject, label: string) => object.metadata.labels?.[label];

  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set) {
    const [, name = '', operator, listed = ''] = set;
    const label = known(name);
    const values = new Set<string | undefined>(listed.split(',').map((value) => value.trim()));
    return operator === 'in'
      ? (object) => values.has(valueOf(object, label))
      : (object) => !values.has(valueOf(object, label));
  }
  const comparison = /^([^!=\s]+)\s*(==?|!=)\s*(\S*)$/.exec(text);
  if (comparison) {
    const [, name = '', operator, value = ''] = comparison;
    const label = known(name);
    if (!labelValue.test(value)) throw malformed();
    return operator === '!='
      ? (object) => valueOf(object, label) !== value
      : (object) => valueOf(object, label) === value;
  }
  if (text.startsWith('!')) {
    const label = known(text.slice(1).trim());
    return (object) => valueOf(object, label) === undefined;
  }
  const label = known(text);
  return (object) => valueOf(object, label) !== undefined;
}

/** Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k`. Throws 400 for anything else. */
export function labelSelector(text: string | undefined): Selector {
  if (text === undefined || text === '') return everything;
  if (text.trim().startsWith(',')) throw badRequest("found ',', expected: !, identifier, or 'end of string'");
  const checks = requirements(text).map(labelRequirement);
  return (object) => checks.every((check) => check(object));
}

/** The fields by which a resource may be selected besides name and namespace. */
const fieldsOf: Record<string, readonly string[]> = {
  '/events': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  '/pods': ['spec.nodeName', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
  '/namespaces': ['status.phase'],
  '/secrets': ['type'],
  'batch/jobs': ['status.successful'],
};

function fieldValue(object: KubeObject, path: string): string {
  if (path === 'source') return (object['source'] as { component?: string } | undefined)?.component ?? '';
  let value: unknown = object;
  for (const step of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/**
 * Reads `metadata.name=a,type!=Normal`. Throws 400 for a field by which the resource cannot be selected.
 *
 * @param resource where the resource is kept: `group/plural`
 */
export function fieldSelector(text: string | undefined, resource: string): Selector {
  if (text === undefined || text === '') return everything;
  const supported = ['metadata.name', 'metadata.namespace', ...(fieldsOf[resource] ?? [])];
  const checks = requirements(text).map((part): Selector => {
    const found = /^([^=!]+)(==?|!=)(.*)$/.exec(part);
    if (!found) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    const [, path = '', operator, value] = found;
    if (!supported.includes(path)) throw badRequest(`field label not supported: ${path}`);
    return (object) => (fieldValue(object, path) === value) === (operator !== '!=');
  });
  return (object) => checks.every((check) => check(object));
}

/** The one name a field selector asks for, if it does: what authorization by resource name looks at. */
export function selectedName(text: string | null | undefined): string | undefined {
  return /(?:^|,)metadata\.name==?([^,]+)/.exec(text ?? '')?.[1];
}
