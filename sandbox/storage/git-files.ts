import { stringify } from 'yaml';
import type { KubeObject } from '../../server/kube/object.ts';

const owners = /^(?:kustomize|helm)\.toolkit\.fluxcd\.io\/(?:name|namespace)$/;
/** What controllers and people write onto objects, and nobody into a repository. */
const notInGit = /^(?:deployment\.kubernetes\.io\/|reconcile\.fluxcd\.io\/|sluice\.dev\/)/;

interface Reference {
  kind?: string;
  name?: string;
  namespace?: string;
}

/** All that is in the cluster, to be found by what it is. */
export interface Known {
  all: readonly KubeObject[];
  get(kind: string, namespace: string, name: string): KubeObject | undefined;
}

export function knownObjects(all: readonly KubeObject[]): Known {
  const keyed = (kind: string, namespace: string, name: string) => `${kind}/${namespace}/${name}`;
  const byKey = new Map(
    all.map((each) => [keyed(each.kind, each.metadata.namespace ?? '', each.metadata.name), each] as const),
  );
  return { all, get: (kind, namespace, name) => byKey.get(keyed(kind, namespace, name)) };
}

/** The Kustomizations that are made from a source. */
export function madeFrom(source: KubeObject, { all }: Known): KubeObject[] {
  return all.filter((object) => {
    if (object.kind !== 'Kustomization') return false;
    const { kind, name, namespace = object.metadata.namespace } = (object.spec?.['sourceRef'] ?? {}) as Reference;
    return kind === source.kind && name === source.metadata.name && namespace === source.metadata.namespace;
  });
}

/**
 * What lies in the repository of a source at a revision: for each Kustomization the manifests of what it has applied, as they
 * were when the cluster began. What is suspended has been worked on meanwhile; what fails to build has the files it fails at.
 */
export function gitFiles(source: KubeObject, known: Known, revision: string): Record<string, string> {
  const files: Record<string, string> = { 'README.md': '# Deployed by Flux\n' };
  for (const kustomization of madeFrom(source, known)) {
    const path = pathOf(kustomization);
    const folder = path === '' ? '' : `${path}/`;
    for (const wanted of manifestsAt(kustomization, known, revision)) {
      const name = `${wanted.metadata.name}-${wanted.kind.toLowerCase()}`;
      files[`${folder}${name}.yaml`] = withVariables(stringify(wanted), kustomization, known);
    }
    Object.assign(files, Object.fromEntries(oddFiles(kustomization).map(([name, text]) => [folder + name, text])));
  }
  return files;
}

/** The manifests of a Kustomization at a revision, before variables stand in them. */
export function manifestsAt(kustomization: KubeObject, known: Known, revision: string): KubeObject[] {
  const isAhead =
    kustomization.spec?.['suspend'] === true && kustomization.status?.['lastAppliedRevision'] !== revision;
  const present = manifestsOf(kustomization, known).filter(
    (manifest) => !isAhead || !isConfigMap(manifest, kustomization, 'calendar'),
  );
  const manifests = present.map((manifest) => {
    const wanted = isAhead ? workedOn(manifest) : manifest;
    if (isConfigMap(manifest, kustomization, 'settings')) wanted['data'] = { ...(wanted['data'] as object), revision };
    return wanted;
  });
  const hasSettings = manifests.some((manifest) => isConfigMap(manifest, kustomization, 'settings'));
  return isAhead && hasSettings ? [...manifests, holidays(kustomization)] : manifests;
}

/** What has been added to an application meanwhile; where it has a calendar, that is gone for it. */
function holidays({ metadata: { name, namespace = '' } }: KubeObject): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-holidays`, namespace } as KubeObject['metadata'],
    data: { 'holidays.yaml': '- 12-25\n- 12-26\n- 01-01\n' },
  };
}

/** Without `./` before it and slashes around it. */
function pathOf({ spec }: KubeObject): string {
  const path = spec?.['path'];
  return typeof path === 'string' ? path.replace(/^\.?\/+/, '').replace(/\/+$/, '') : '';
}

function manifestsOf(kustomization: KubeObject, known: Known): KubeObject[] {
  const { entries = [] } = (kustomization.status?.['inventory'] ?? {}) as { entries?: { id: string; v: string }[] };
  if (entries.length === 0) return neverApplied(kustomization);
  return entries.map(({ id, v }) => {
    const [namespace = '', ...rest] = id.split('_');
    const kind = rest.pop() ?? '';
    const group = rest.pop() ?? '';
    const name = rest.join('_').replaceAll('__', ':');
    const found = known.get(kind, namespace, name);
    const bare = { name, ...(namespace === '' ? {} : { namespace }) };
    if (found === undefined) {
      const apiVersion = group === '' ? v : `${group}/${v}`;
      return { apiVersion, kind, metadata: bare as KubeObject['metadata'] };
    }
    return manifestOf(found, bare as KubeObject['metadata']);
  });
}

/** What a Kustomization would apply that has never come so far; nothing where its folder is what is missing. */
function neverApplied({ metadata: { name, namespace = '' }, status }: KubeObject): KubeObject[] {
  if (JSON.stringify(status).includes('path not found')) return [];
  const bare = (called: string) => ({ name: called, namespace }) as KubeObject['metadata'];
  const port = { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: bare(`${name}-settings`), data: { LOG_LEVEL: 'info' } },
    { apiVersion: 'v1', kind: 'Service', metadata: bare(name), spec: { ports: [port], selector: { app: name } } },
  ];
}

/** An object as somebody would have written it. */
function manifestOf(object: KubeObject, bare: KubeObject['metadata']): KubeObject {
  const { metadata, status: _status, ...rest } = structuredClone(object);
  const kept = (entries: Record<string, string> | undefined, left: RegExp) =>
    Object.fromEntries(Object.entries(entries ?? {}).filter(([key]) => !left.test(key)));
  const labels = kept(metadata.labels, owners);
  const annotations = kept(metadata.annotations, notInGit);
  // Who suspends, does it in the cluster.
  if (rest.spec !== undefined) delete rest.spec['suspend'];
  return {
    ...rest,
    metadata: {
      ...bare,
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
  };
}

/** A ConfigMap of a Kustomization by what it is for: `settings` tell the revision. */
function isConfigMap(
  { kind, metadata }: KubeObject,
  { metadata: { name } }: KubeObject,
  use: 'settings' | 'calendar',
): boolean {
  return kind === 'ConfigMap' && metadata.name === `${name}-${use}`;
}

/** The same manifest a few commits later. */
function workedOn(manifest: KubeObject): KubeObject {
  const text = JSON.stringify(manifest)
    .replaceAll(/(:\d+\.\d+\.)(\d+)"/g, (_, version: string, patch: string) => `${version}${Number(patch) + 1}"`)
    .replaceAll('"memory":"64Mi"', '"memory":"96Mi"');
  const later = JSON.parse(text) as KubeObject;
  if (later.kind === 'ConfigMap') later['data'] = { ...(later['data'] as object), CUT_OFF: '17:30' };
  return later;
}

interface PostBuild {
  substitute?: Record<string, string>;
  substituteFrom?: Reference[];
}

/** With variables in place of what they stand for. */
function withVariables(text: string, { metadata, spec }: KubeObject, known: Known): string {
  const { substitute = {}, substituteFrom = [] } = (spec?.['postBuild'] ?? {}) as PostBuild;
  const values = new Map<string, string>();
  for (const { kind = '', name = '' } of substituteFrom) {
    const data = known.get(kind, metadata.namespace ?? '', name)?.['data'] as Record<string, string> | undefined;
    for (const [key, value] of Object.entries(data ?? {})) {
      values.set(key, kind === 'Secret' ? Buffer.from(value, 'base64').toString() : value);
    }
  }
  for (const [key, value] of Object.entries(substitute)) values.set(key, value);
  return [...values]
    .filter(([, value]) => value.length > 3)
    .reduce((written, [key, value]) => written.replaceAll(value, `\${${key}}`), text)
    .replaceAll(/(: )(standard)$/gm, spec?.['postBuild'] === undefined ? '$1$2' : '$1$${service_class:=$2}');
}

/** Files that a failing build fails at, in the words its status has. */
function oddFiles({ metadata, spec }: KubeObject): [string, string][] {
  const { name, namespace } = metadata;
  if (name === 'load-test') return [['kustomization.yaml', 'resources:\n- service.yaml\n']];
  if (name === 'feature-flags') {
    const flags = Array.from({ length: 8 }, (_, index) => `  flag-${index + 1}: "on"`).join('\n');
    return [
      ['flags.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: flags\ndata:\n${flags}\n  oops: "on\n`],
    ];
  }
  if (spec?.['decryption'] === undefined) return [];
  const sealed = (length: number) => `ENC[AES256_GCM,data:${'Zm9v'.repeat(length)},iv:c2x1aWNl,tag:ZGVtbw==,type:str]`;
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `${name}-signing`, namespace },
    stringData: { certificate: sealed(9), passphrase: sealed(3) },
    sops: {
      age: [{ recipient: 'age1demodemodemodemodemodemodemodemodemodemodemodemodemodemo', enc: 'sealed' }],
      encrypted_regex: '^(data|stringData)$',
      lastmodified: '2026-01-01T08:00:00Z',
      mac: sealed(4),
      version: '3.9.0',
    },
  };
  return [['signing.enc.yaml', stringify(secret)]];
}
