import type { Schema } from '../schema.ts';

export type Properties = Record<string, Schema>;

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const duration: Schema = { type: 'string', pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$' };
export const shortDuration: Schema = { type: 'string', pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$' };
export const name: Schema = { type: 'string', minLength: 1, maxLength: 253 };
export const namespace: Schema = { type: 'string', minLength: 1, maxLength: 63 };

export function oneOf(...values: string[]): Schema {
  return { type: 'string', enum: values };
}

/** An object of which the main fields are named; others may be there as well. */
export function object(required: string[], properties: Properties, more: Schema = {}): Schema {
  return { type: 'object', required, properties, 'x-kubernetes-preserve-unknown-fields': true, ...more };
}

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

/** An object with exactly these fields: others are dropped, as the real definitions do everywhere. */
export function closedObject(required: string[], properties: Properties, more: Schema = {}): Schema {
  return { type: 'object', required, properties, ...more };
}

export const localReference = object(['name'], { name: text });
export const dependencies = list(object(['name'], { name: text, namespace: text, readyExpr: text }));

export function reference(...kinds: string[]): Schema {
  return object(['kind', 'name'], { apiVersion: text, kind: oneOf(...kinds), name: text, namespace: text });
}

export const conditions = list(
  object(['lastTransitionTime', 'message', 'reason', 'status', 'type'], {
    lastTransitionTime: text,
    message: { type: 'string', maxLength: 32_768 },
    observedGeneration: { type: 'integer' },
    reason: { type: 'string', minLength: 1, maxLength: 1_024, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' },
    status: oneOf('True', 'False', 'Unknown'),
    type: text,
  }),
);

export const artifact = object(['digest', 'lastUpdateTime', 'path', 'revision', 'url'], {
  digest: { type: 'string', pattern: '^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$' },
  lastUpdateTime: text,
  path: text,
  revision: text,
  size: { type: 'integer' },
  url: text,
});

export const inventory = object(['entries'], { entries: list(object(['id', 'v'], { id: text, v: text })) });

export const provider: Schema = { ...oneOf('generic', 'aws', 'azure', 'gcp'), default: 'generic' };
export const verify = object(['provider'], {
  provider: { ...oneOf('cosign', 'notation'), default: 'cosign' },
  secretRef: localReference,
});
export const timeout: Schema = { ...shortDuration, default: '60s' };
export const credentials: Properties = {
  certSecretRef: localReference,
  proxySecretRef: localReference,
  secretRef: localReference,
  serviceAccountName: text,
};

/** A kind of Flux: its names, and what is in it. */
export interface FluxResource {
  kind: string;
  plural: string;
  shortNames?: string[];
  spec: Schema;
  /** Fields of the status besides conditions; without a status the kind has none at all. */
  status?: Properties;
  /** Whether the status says which generation was seen, from -1 on; true by default. */
  observed?: boolean;
}
