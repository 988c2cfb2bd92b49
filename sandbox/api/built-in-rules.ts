import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../server/kube/object.ts';
import type { ResourceDefinition } from './resources.ts';
import type { StatusCause } from './status-error.ts';

type Fields = Record<string, unknown>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function invalidValue(field: string, value: unknown, why: string): StatusCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field };
}

function forbidden(field: string, why: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}

function required(field: string): StatusCause {
  return { reason: 'FieldValueRequired', message: 'Required value', field };
}

const immutableField = 'field is immutable';

/** What is wrong with an object of Kubernetes' own kinds, as far as applying something may make it wrong. */
export function builtInCauses(
  { group, plural }: ResourceDefinition,
  object: KubeObject,
  previous: KubeObject | undefined,
): StatusCause[] {
  const resource = `${group}/${plural}`;
  const changes = previous === undefined ? [] : unchangeable(resource, previous, object);
  return [...workloadCauses(resource, object), ...changes];
}

const selecting = new Set(['apps/deployments', 'apps/daemonsets', 'apps/statefulsets', 'apps/replicasets']);

function workloadCauses(resource: string, object: KubeObject): StatusCause[] {
  if (!selecting.has(resource)) return [];
  const { selector, template } = fieldsOf(object.spec);
  const labels = fieldsOf(fieldsOf(fieldsOf(template)['metadata'])['labels']);
  const wanted = Object.entries(fieldsOf(fieldsOf(selector)['matchLabels']));
  const isSelected = selector !== undefined && wanted.every(([key, value]) => labels[key] === value);
  const causes: StatusCause[] = selector === undefined ? [required('spec.selector')] : [];
  if (!isSelected)
    causes.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  const containers = fieldsOf(fieldsOf(template)['spec'])['containers'];
  if (!Array.isArray(containers) || containers.length === 0) causes.push(required('spec.template.spec.containers'));
  else
    for (const [index, container] of containers.entries())
      if (!fieldsOf(container)['image']) causes.push(required(`spec.template.spec.containers[${index}].image`));
  return causes;
}

/** Fields of a StatefulSet that may change. */
const statefulSetMayChange = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]);

/** Fields that keep their first value. */
function unchangeable(resource: string, previous: KubeObject, object: KubeObject): StatusCause[] {
  const [before, after] = [fieldsOf(previous.spec), fieldsOf(object.spec)];
  switch (resource) {
    case 'apps/deployments':
    case 'apps/daemonsets':
      return isDeepStrictEqual(before['selector'], after['selector'])
        ? []
        : [invalidValue('spec.selector', after['selector'], immutableField)];
    case 'apps/statefulsets': {
      const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
        (field) => !statefulSetMayChange.has(field) && !isDeepStrictEqual(before[field], after[field]),
      );
      const names = [...statefulSetMayChange].map((field) => `'${field}'`);
      const why = `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are forbidden`;
      return changed.length === 0 ? [] : [forbidden('spec', why)];
    }
    case 'rbac.authorization.k8s.io/rolebindings':
    case 'rbac.authorization.k8s.io/clusterrolebindings':
      return roleRefCauses(previous, object);
    case '/secrets':
      return [
        ...(previous['type'] === object['type'] ? [] : [invalidValue('type', object['type'], immutableField)]),
        ...immutableDataCauses(previous, object),
      ];
    case '/configmaps':
      return immutableDataCauses(previous, object);
    default:
      return [];
  }
}

function roleRefCauses(previous: KubeObject, object: KubeObject): StatusCause[] {
  if (isDeepStrictEqual(previous['roleRef'], object['roleRef'])) return [];
  const { apiGroup, kind, name } = fieldsOf(object['roleRef']);
  return [invalidValue('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef')];
}

function immutableDataCauses(previous: KubeObject, object: KubeObject): StatusCause[] {
  if (previous['immutable'] !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  return [
    ...(object['immutable'] === true ? [] : [forbidden('immutable', why)]),
    ...['data', 'binaryData']
      .filter((field) => !isDeepStrictEqual(previous[field], object[field]))
      .map((field) => forbidden(field, why)),
  ];
}
