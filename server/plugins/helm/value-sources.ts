import { parse } from 'yaml';
import { asSluiceError } from '../../errors.ts';
import { readBriefly } from '../../kube/brief-reads.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { Identity } from '../../kube/identity.ts';
import { resourcePath } from '../../kube/object.ts';
import type { KubeObject } from '../../kube/object.ts';
import { at, entriesAt, isTrueAt, listAt, textAt } from '../flux/read.ts';
import { secrets } from './storage.ts';
import { isMap } from './values.ts';
import type { Values } from './values.ts';

/** One of the places a HelmRelease takes values from, with what it says now. */
export interface ValueSource {
  kind: 'ConfigMap' | 'Secret' | 'HelmRelease';
  name: string;
  /** The key within it; for the HelmRelease `spec.values`. */
  key: string;
  /** The one place its text is put at. */
  targetPath: string | undefined;
  values: Values;
  /** It may say something that is not in `values`, because it could not be read. */
  isUnread: boolean;
  /** Why it could not be read, one sentence. */
  problem: string | undefined;
}

/**
 * The sources of a HelmRelease's values in the order helm-controller merges them: `valuesFrom` as it is written, with or
 * without a place to be put at, then `spec.values`; the last one wins. Read as the asker.
 */
export async function readSources(cluster: Cluster, identity: Identity, object: KubeObject): Promise<ValueSource[]> {
  const namespace = object.metadata.namespace ?? '';
  const named = listAt(object, 'spec', 'valuesFrom').map((reference) =>
    readSource(cluster, identity, namespace, reference),
  );
  return [
    ...(await Promise.all(named)),
    {
      kind: 'HelmRelease',
      name: object.metadata.name,
      key: 'spec.values',
      targetPath: undefined,
      values: Object.fromEntries(entriesAt(object, 'spec', 'values')),
      isUnread: false,
      problem: undefined,
    },
  ];
}

async function readSource(
  cluster: Cluster,
  identity: Identity,
  namespace: string,
  reference: unknown,
): Promise<ValueSource> {
  const kind = textAt(reference, 'kind') === 'ConfigMap' ? 'ConfigMap' : 'Secret';
  const name = textAt(reference, 'name') ?? '';
  const source: ValueSource = {
    kind,
    name,
    key: textAt(reference, 'valuesKey') ?? 'values.yaml',
    targetPath: textAt(reference, 'targetPath'),
    values: {},
    isUnread: false,
    problem: undefined,
  };
  const called = `${kind} ${namespace}/${name}`;
  const resource = kind === 'Secret' ? secrets : { ...secrets, resource: 'configmaps', kind };
  let found: unknown;
  try {
    found = await readBriefly(cluster, identity, { path: resourcePath(resource, namespace, name) });
  } catch (thrown) {
    const error = asSluiceError(thrown);
    if (error.kind === 'internal') throw thrown;
    if (error.kind === 'not_found')
      return isTrueAt(reference, 'optional') ? source : { ...source, problem: `There is no ${called}.` };
    const problem = error.kind === 'forbidden' ? `You may not read ${called}.` : error.message;
    // Which place it sets is known nevertheless.
    if (source.targetPath !== undefined) return { ...source, values: valueAt(source.targetPath, ''), problem };
    return { ...source, isUnread: true, problem };
  }
  const stored = at(found, 'data', source.key);
  if (typeof stored !== 'string') return { ...source, problem: `${called} has no key “${source.key}”.` };
  const text = kind === 'Secret' ? Buffer.from(stored, 'base64').toString('utf8') : stored;
  if (source.targetPath !== undefined) return { ...source, values: valueAt(source.targetPath, text) };
  const values = parsed(text);
  return values === undefined
    ? { ...source, isUnread: true, problem: `${called} holds no YAML map under “${source.key}”.` }
    : { ...source, values };
}

function parsed(text: string): Values | undefined {
  try {
    const value: unknown = parse(text);
    if (value === null) return {};
    return isMap(value) ? value : undefined;
  } catch {
    // What the parser says would quote the text, which may be a Secret's.
    return undefined;
  }
}

/** Only the place matters: `a.b[0].c` sets something within the list `a.b`. */
function valueAt(targetPath: string, text: string): Values {
  const keys = targetPath.split(/(?<!\\)\./).map((key) => key.replaceAll(String.raw`\.`, '.'));
  const list = keys.findIndex((key) => key.includes('['));
  const path = list === -1 ? keys : [...keys.slice(0, list), (keys[list] ?? '').replace(/\[.*$/, '')];
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), text) as Values;
}
