import type { ResourceDefinition } from './resources.ts';
import { badRequest } from './status-error.ts';

/** What a field of an object's metadata holds, in Go's words: an API server says them when something else stands there. */
const metadataTypes: Readonly<Record<string, string>> = {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  uid: 'string',
  resourceVersion: 'string',
  generation: 'int64',
  creationTimestamp: 'string',
  deletionTimestamp: 'string',
  labels: 'map[string]string',
  annotations: 'map[string]string',
  finalizers: '[]string',
  ownerReferences: '[]v1.OwnerReference',
  managedFields: '[]v1.ManagedFieldsEntry',
};

/** A JSON value's type as Go's reader names it. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** What does not fit, and the type that was expected in its place; null fits everywhere. */
function misfit(value: unknown, type: string): { value: unknown; type: string } | undefined {
  if (value === null || value === undefined) return undefined;
  const inner = type.startsWith('[]') ? type.slice(2) : type === 'map[string]string' ? 'string' : undefined;
  const expected =
    type === 'int64' ? 'number' : type.startsWith('[]') ? 'array' : type === 'string' ? 'string' : 'object';
  if (typeOf(value) !== expected) return { value, type };
  if (inner === undefined) return undefined;
  return Object.values(value).flatMap((item) => misfit(item, inner) ?? [])[0];
}

/** Throws 400 for metadata of the wrong types, as an API server does that reads it into a structure. */
export function checkMetadata(
  { version, kind, custom }: ResourceDefinition,
  body: { kind?: unknown; metadata: object },
): void {
  for (const [field, value] of Object.entries(body.metadata)) {
    const wrong = misfit(value, metadataTypes[field] ?? '');
    if (metadataTypes[field] === undefined || wrong === undefined) continue;
    const where = custom ? `ObjectMeta.${field}` : `ObjectMeta.metadata.${field}`;
    throw badRequest(
      `${String(body.kind)} in version "${version}" cannot be handled as a ${kind}: ` +
        `json: cannot unmarshal ${typeOf(wrong.value)} into Go struct field ${where} of type ${wrong.type}`,
    );
  }
}
