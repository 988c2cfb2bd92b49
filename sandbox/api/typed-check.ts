import type { KubeObject } from '../../server/kube/object.ts';
import { groupVersion, type ResourceDefinition } from './resources.ts';
import type { Schema } from './schema.ts';
import { typedPatchFailed } from './status-error.ts';

type Fields = Record<string, unknown>;

/**
 * Throws 500, as an API server does, when an applied object does not fit the schema of its definition: server-side apply reads
 * it by the schema before anything is merged or validated. Null fits everywhere.
 */
export function checkTyped(definition: ResourceDefinition, wish: KubeObject): void {
  if (!definition.schema) return;
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = wish;
  const problems = misfits(definition.schema, rest, '');
  if (problems.length === 0) return;
  const { namespace, name } = metadata;
  const who = namespace === undefined ? `/${name}` : `${namespace}/${name}`;
  throw typedPatchFailed(`${who}; ${groupVersion(definition)}, Kind=${definition.kind}`, problems);
}

function misfits(schema: Schema, value: unknown, path: string): string[] {
  if (value === null || value === undefined) return [];
  switch (schema.type) {
    case 'string':
      return typeof value === 'string'
        ? []
        : [`${path}: expected string, got &value.valueUnstructured{Value:${inGo(value)}}`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: expected boolean, got &{${inGo(value)}}`];
    case 'integer':
    case 'number':
      return typeof value === 'number' ? [] : [`${path}: expected numeric (int or float), got ${typeInGo(value)}`];
    case 'array': {
      const { items } = schema;
      if (!Array.isArray(value)) return [`${path}: expected list, got &{${inGo(value)}}`];
      return items ? value.flatMap((item, index) => misfits(items, item, `${path}[${index}]`)) : [];
    }
    case 'object':
      return misfitsOfMap(schema, value, path);
    default:
      return [];
  }
}

function misfitsOfMap(schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || Array.isArray(value)) return [`${path}: expected map, got &{${inGo(value)}}`];
  const { properties, additionalProperties } = schema;
  const fields = Object.entries(value as Fields);
  if (properties === undefined) {
    if (typeof additionalProperties !== 'object') return [];
    return fields.flatMap(([field, child]) => misfits(additionalProperties, child, `${path}.${field}`));
  }
  const known = fields.flatMap(([field, child]) => {
    const declared = properties[field];
    return declared === undefined ? [] : misfits(declared, child, `${path}.${field}`);
  });
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return known;
  // One unknown field is named for each map.
  const unknown = fields.find(([field]) => properties[field] === undefined);
  return unknown === undefined ? known : [...known, `${path}.${unknown[0]}: field not declared in schema`];
}

function typeInGo(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'map' : typeof value;
}

/** A value as Go prints it. */
function inGo(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inGo).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value as Fields).map(([field, child]) => `${field}:${inGo(child)}`);
  return `map[${fields.toSorted().join(' ')}]`;
}
