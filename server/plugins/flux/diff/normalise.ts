import type { KubeObject } from '../../../kube/object.ts';
import { groupOf } from '../../../kube/object.ts';
import { at, entriesAt } from '../read.ts';

/**
 * A built object as kustomize-controller sends it: without status (definitions keep theirs) and creation time, plain values of a
 * Secret encoded (fluxcd/pkg/ssa/normalize).
 */
export function normalised(built: KubeObject): KubeObject {
  const { status, metadata, ...rest } = built;
  const { creationTimestamp: _creation, managedFields: _managed, resourceVersion: _version, ...kept } = metadata;
  const object = { ...rest, metadata: kept } as KubeObject;
  if (built.kind === 'CustomResourceDefinition' && status !== undefined) object.status = status;
  return isSecret(built) ? encoded(object) : object;
}

/** A Secret of Kubernetes, not one of another API. */
function isSecret({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return apiVersion === 'v1' && kind === 'Secret';
}

function encoded(secret: KubeObject): KubeObject {
  const plain = entriesAt(secret, 'stringData');
  if (plain.length === 0) return secret;
  const { stringData: _plain, ...rest } = secret;
  const values = plain.map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  return { ...rest, data: { ...Object.fromEntries(entriesAt(secret, 'data')), ...Object.fromEntries(values) } };
}

const undeclared = /^\s*(?:.*\): )?(\.\S.*?): field not declared in schema$/;

/** The fields that an answer of the API server says it does not know: `.spec.containers[name="web"].foo`. */
export function undeclaredFields(message: string): string[] {
  return message.split('\n').flatMap((line) => undeclared.exec(line)?.[1] ?? []);
}

/**
 * Whether kustomize-controller drops unknown fields of this kind before it applies: it knows the kinds of Kubernetes itself and
 * reads them into their types. Other kinds it sends as they are.
 */
export function dropsUnknownFields({ apiVersion, kind }: KubeObject): boolean {
  const group = groupOf(apiVersion);
  if (group === 'rbac.authorization.k8s.io') return kind !== 'Role' && kind !== 'ClusterRole';
  return !group.includes('.') || (group.endsWith('.k8s.io') && !/^(?:gateway|snapshot|metrics)\./.test(group));
}

const step = /\.([^.[\]]+)|\[([^[\]]*)\]/g;

/** The object without a field that is named as in `undeclaredFields`; undefined where it is not found. */
export function withoutField(object: KubeObject, field: string): KubeObject | undefined {
  const copy = structuredClone(object);
  const path: (string | number)[] = [];
  for (const [, name, keys] of field.matchAll(step)) {
    if (name !== undefined) path.push(name);
    else {
      const list = at(copy, ...path);
      if (!Array.isArray(list)) return undefined;
      const wanted = [...(keys ?? '').matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|[^,]+)/g)];
      const index = list.findIndex((item: unknown) =>
        wanted.every(([, key = '', value = '']) => JSON.stringify(at(item, key)) === value),
      );
      if (index === -1) return undefined;
      path.push(index);
    }
  }
  const last = path.pop();
  const parent = at(copy, ...path);
  if (last === undefined || typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, last))
    return undefined;
  delete (parent as Record<string | number, unknown>)[last];
  return copy;
}
