import { asSluiceError, SluiceError } from '../../../../errors.ts';
import { readBriefly } from '../../../../kube/brief-reads.ts';
import type { Cluster } from '../../../../kube/cluster.ts';
import type { Identity } from '../../../../kube/identity.ts';
import { resourcePath } from '../../../../kube/object.ts';
import type { KubeObject } from '../../../../kube/object.ts';
import { maskObject } from '../../../../mask-credentials.ts';
import { entriesAt, isTrueAt, listAt, textAt } from '../../read.ts';
import type { SubstitutionOrigin } from '../build-result.ts';

/** A variable as it counts in the end, and who sets it too without having the last word. */
interface Variable {
  value: string;
  from: SubstitutionOrigin;
  overruled: SubstitutionOrigin[];
  /** Its value may not be shown. */
  isSecret: boolean;
}

/** A place variables come from that could not be had. */
interface MissingVariables {
  from: SubstitutionOrigin;
  error: SluiceError;
}

export interface Variables {
  byName: ReadonlyMap<string, Variable>;
  missing: readonly MissingVariables[];
}

const variableName = /^[_a-zA-Z][_a-zA-Z0-9]*$/;

/**
 * The variables of a Kustomization's post-build substitution, in Flux's order: `substituteFrom` from the first to the last, a
 * later one winning, then `substitute`. Line breaks within values are dropped, as Flux does. ConfigMaps and Secrets are read as
 * the asker; those that cannot be are told in `missing`.
 */
export async function readVariables(cluster: Cluster, identity: Identity, object: KubeObject): Promise<Variables> {
  const namespace = object.metadata.namespace ?? '';
  const byName = new Map<string, Variable>();
  const missing: MissingVariables[] = [];

  function set(name: string, text: string, from: SubstitutionOrigin): void {
    const before = byName.get(name);
    const value = text.replaceAll('\n', '');
    byName.set(name, {
      value,
      from,
      overruled: before === undefined ? [] : [...before.overruled, before.from],
      isSecret: from.kind === 'Secret' || maskObject({ [name]: value })[name] !== value,
    });
  }

  const sources = listAt(object, 'spec', 'postBuild', 'substituteFrom');
  const readings = await Promise.all(sources.map((source) => readSource(cluster, identity, namespace, source)));
  for (const { from, entries, error } of readings) {
    for (const [name, value] of entries) set(name, value, from);
    if (error !== undefined) missing.push({ from, error });
  }
  for (const [name, value] of entriesAt(object, 'spec', 'postBuild', 'substitute')) {
    set(name, typeof value === 'string' ? value : JSON.stringify(value), { kind: 'inline' });
  }
  return { byName, missing };
}

/** Throws `failed`, as Flux does, for a variable whose name none can have. */
export function checkNames(variables: Variables): void {
  const wrong = [...variables.byName.keys()].find((name) => !variableName.test(name));
  if (wrong === undefined) return;
  throw new SluiceError('failed', `The variable “${wrong.slice(0, 60)}” has a name that Flux refuses.`, {
    wayOut: 'Names consist of letters, digits and underscores, and do not begin with a digit.',
  });
}

interface Reading {
  from: SubstitutionOrigin;
  entries: [string, string][];
  error?: SluiceError;
}

async function readSource(cluster: Cluster, identity: Identity, namespace: string, source: unknown): Promise<Reading> {
  const kind = textAt(source, 'kind') === 'Secret' ? 'Secret' : 'ConfigMap';
  const name = textAt(source, 'name') ?? '';
  const from: SubstitutionOrigin = { kind, name, namespace };
  const resource = { group: '', version: 'v1', resource: `${kind.toLowerCase()}s`, kind, namespaced: true };
  try {
    const found = await readBriefly(cluster, identity, { path: resourcePath(resource, namespace, name) });
    const entries = entriesAt(found, 'data').flatMap(([key, value]): [string, string][] => {
      if (typeof value !== 'string') return [];
      return [[key, kind === 'Secret' ? Buffer.from(value, 'base64').toString('utf8') : value]];
    });
    return { from, entries };
  } catch (thrown) {
    const error = asSluiceError(thrown);
    if (error.kind === 'internal') throw thrown;
    if (error.kind === 'not_found' && isTrueAt(source, 'optional')) return { from, entries: [] };
    return { from, entries: [], error: inWords(error, kind, `${namespace}/${name}`) };
  }
}

function inWords(error: SluiceError, kind: string, key: string): SluiceError {
  if (error.kind === 'not_found') {
    return new SluiceError(
      'failed',
      `There is no ${kind} ${key}, which variables come from; Flux does not build without it.`,
      {
        wayOut: 'Create it, or mark it optional in spec.postBuild.substituteFrom.',
      },
    );
  }
  if (error.kind !== 'forbidden') return error;
  return new SluiceError('forbidden', `You may not read ${kind} ${key}, which variables come from.`, {
    missing: error.missing,
    cause: error,
  });
}
