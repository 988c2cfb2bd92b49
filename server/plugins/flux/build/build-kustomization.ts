import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { SluiceError } from '../../../errors.ts';
import type { Cluster, Problem } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { createLimit } from '../../../kube/limit.ts';
import { groupOf } from '../../../kube/object.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Tools } from '../../../tools/tools.ts';
import { withWorkFolder } from '../../../tools/work-folder.ts';
import { at, entriesAt, textAt } from '../read.ts';
import { kustomizeGroup, referenceKey, referenceTo } from '../references.ts';
import { fetchArtifact } from './artifact/fetch-artifact.ts';
import { findArtifact } from './artifact/find-artifact.ts';
import { unpackArtifact } from './artifact/unpack-artifact.ts';
import type { BuildResult, FieldPath } from './build-result.ts';
import { parseFluxYaml } from './flux-yaml.ts';
import { buildPlain } from './kustomize/build-plain.ts';
import { checkReferences } from './kustomize/check-references.ts';
import { generateKustomization } from './kustomize/generate-kustomization.ts';
import { kindOfPath } from './kustomize/kustomization-file.ts';
import { findKustomize, runKustomize } from './kustomize/run-kustomize.ts';
import { showBuilt } from './show-built.ts';
import { isEncrypted } from './sops.ts';
import type { Expansion } from './substitute/parse-template.ts';
import { checkNames, readVariables } from './substitute/read-variables.ts';
import type { Variables } from './substitute/read-variables.ts';
import { substituteDocument } from './substitute/substitute-document.ts';
import { toldSubstitutions, unsetNames } from './told-substitutions.ts';

export interface BuildContext {
  cluster: Cluster;
  /** Who asks: source, variables and artifact are read with these rights. */
  identity: Identity;
  tools: Tools;
  signal?: AbortSignal | undefined;
}

/** A build takes memory, room on disk and a program of its own: only so many run at a time, whoever asks. */
const limit = createLimit(3);
/** The API server takes no larger requests. One document is read in one go, and nobody else is served meanwhile. */
const longestDocument = 3 * 1024 * 1024;

/**
 * Builds what kustomize-controller would apply for a Kustomization now: its source's artifact, the folder of `spec.path`, the
 * real kustomize where there is one, post-build substitution, Flux's labels. Nothing is written to the cluster, nothing
 * decrypted. Throws SluiceError: `forbidden` with the missing right, `not_found` where source or artifact are gone, `refused`
 * where it takes a program that is missing or a way Sluice does not go, `failed` where Flux fails as well.
 */
export async function buildKustomization(context: BuildContext, object: KubeObject): Promise<BuildResult> {
  const { cluster, identity, signal } = context;
  const artifact = await findArtifact(cluster, identity, object);
  const variables = await readVariables(cluster, identity, object);
  const [unread] = variables.missing;
  if (unread !== undefined) throw unread.error;
  return limit(async () => {
    signal?.throwIfAborted();
    const archive = await fetchArtifact({ cluster, identity, artifact, signal });
    const { documents, builtWith } = await withWorkFolder('build', async (root) => {
      await unpackArtifact(archive, root, signal);
      return buildFolder(context, object, root);
    });
    const assembled = await assemble(object, documents, variables, signal);
    return { ...assembled, revision: artifact.revision, digest: artifact.digest, builtWith };
  });
}

async function buildFolder({ tools, signal }: BuildContext, object: KubeObject, root: string) {
  // As in Flux: a path that leads out of the artifact ends at its top.
  const path = posix.normalize(`/${textAt(object, 'spec', 'path') ?? ''}`);
  const folder = join(root, path).replace(/\/$/, '');
  if ((await kindOfPath(folder)) !== 'folder') {
    throw new SluiceError('failed', `The source has no folder ${path.slice(0, 200)}, which spec.path names.`);
  }
  const generated = await generateKustomization(folder, object);
  const { leavesFolders, rewritten } = await checkReferences(root, folder, generated);
  const kustomize = await findKustomize(tools);
  if (kustomize === undefined) {
    const documents = await buildPlain(root, folder, generated.content);
    return { documents, builtWith: { program: 'plain' } as const };
  }
  for (const [file, text] of rewritten) await writeFile(file, text, { mode: 0o600 });
  const documents = await runKustomize(kustomize, { root, folder, anyFolder: leavesFolders, signal });
  return { documents, builtWith: { program: 'kustomize', version: kustomize.version } as const };
}

async function assemble(
  object: KubeObject,
  documents: readonly string[],
  variables: Variables,
  signal: AbortSignal | undefined,
) {
  const substitutes =
    at(object, 'spec', 'postBuild') !== undefined &&
    (variables.byName.size > 0 || textAt(object, 'spec', 'postBuild', 'substituteStrategy') === 'Always');
  if (substitutes) checkNames(variables);
  const objects: KubeObject[] = [];
  const hidden = new Map<string, readonly FieldPath[]>();
  const expansions: Expansion[] = [];
  for (const text of documents) {
    await letOthersRun();
    signal?.throwIfAborted();
    if (text.length > longestDocument)
      throw new SluiceError(
        'too_large',
        'The build holds an object of more than 3 MB, which the API server does not take.',
      );
    const built = substitutes
      ? substituteDocument(text, variables)
      : { value: parseFluxYaml(text)[0], hidden: [], expansions: [] };
    expansions.push(...built.expansions);
    for (const each of objectsOf(built.value)) {
      const own = withMetadata(each, object);
      objects.push(own);
      const paths = each === built.value ? built.hidden : built.hidden.map(withinItem);
      if (paths.length > 0) hidden.set(referenceKey(referenceTo(own)), paths);
    }
  }
  const encrypted = objects.filter(isEncrypted);
  return {
    objects,
    substitutions: toldSubstitutions(variables, expansions),
    encrypted: encrypted.map(referenceTo),
    problems: [...problemsOf(object, encrypted), ...unsetProblem(unsetNames(variables, expansions))],
    ...showBuilt(objects, variables, hidden),
  };
}

/** What kustomize-controller takes for objects to apply: lists are taken apart, kustomizations left out. */
function objectsOf(value: unknown): KubeObject[] {
  const [kind, apiVersion] = [textAt(value, 'kind'), textAt(value, 'apiVersion')];
  const items = at(value, 'items');
  if (kind?.endsWith('List') === true && Array.isArray(items)) return items.flatMap(objectsOf);
  if (kind === undefined || apiVersion === undefined || textAt(value, 'metadata', 'name') === undefined) {
    throw new SluiceError('failed', 'The build holds something that has no apiVersion, kind and name.');
  }
  return groupOf(apiVersion) === 'kustomize.config.k8s.io' ? [] : [value as KubeObject];
}

/** A path into a list of objects as the path into one of them. */
function withinItem(path: FieldPath): FieldPath {
  const [items, any, ...rest] = path;
  return items === 'items' && any === '*' ? withinItem(rest) : path;
}

/** With the labels by which Flux knows its own, and what `spec.commonMetadata` puts on everything. */
function withMetadata(built: KubeObject, { metadata: owner, spec }: KubeObject): KubeObject {
  const labels = {
    ...built.metadata.labels,
    [`${kustomizeGroup}/name`]: owner.name,
    [`${kustomizeGroup}/namespace`]: owner.namespace ?? '',
    ...textsAt(spec, 'labels'),
  };
  const annotations = { ...built.metadata.annotations, ...textsAt(spec, 'annotations') };
  const hasAnnotations = Object.keys(annotations).length > 0;
  return { ...built, metadata: { ...built.metadata, labels, ...(hasAnnotations && { annotations }) } };
}

function textsAt(spec: KubeObject['spec'], field: string): Record<string, string> {
  const entries = entriesAt(spec, 'commonMetadata', field).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(entries) as Record<string, string>;
}

function unsetProblem(names: readonly string[]): Problem[] {
  if (names.length === 0) return [];
  const [shown, rest] = [names.slice(0, 5), names.length - 5];
  const words = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const message = `No value is set for ${words}. From Flux 2.9 on that fails the build, unless kustomize-controller is started with StrictPostBuildSubstitutions=false; before, an empty text is put there, as here.`;
  return [{ kind: 'failed', subject: 'Variables', message }];
}

function problemsOf(object: KubeObject, encrypted: readonly KubeObject[]): Problem[] {
  const problems: Problem[] = [];
  if (encrypted.length > 0 && at(object, 'spec', 'decryption') === undefined) {
    const message =
      'Objects are encrypted with SOPS, and the Kustomization has no decryption: Flux refuses Secrets among them.';
    problems.push({ kind: 'failed', subject: 'Decryption', message });
  }
  const generated = encrypted.filter((each) => at(each, 'sops') === undefined);
  if (generated.length > 0) {
    const names = generated.map(({ metadata }) => metadata.name).join(', ');
    const message = `${names}: made from encrypted files, so the end of the name, a digest of the values, is another one in Flux.`;
    problems.push({ kind: 'failed', subject: 'Encrypted files', message });
  }
  return problems;
}
