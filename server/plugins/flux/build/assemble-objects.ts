import { SluiceError } from '../../../errors.ts';
import type { Problem } from '../../../kube/cluster.ts';
import { groupOf } from '../../../kube/object.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { takeTurns } from '../../../take-turns.ts';
import { largeFrom, unlessLarge } from '../large/unless-large.ts';
import { at, entriesAt, textAt } from '../read.ts';
import { kustomizeGroup, referenceTo } from '../references.ts';
import type { BuildResult, FieldPath } from './build-result.ts';
import { hiddenOfBuild } from './hidden-of-build.ts';
import { isEncrypted } from './sops.ts';
import { collectMentions } from './substitute/mentions.ts';
import type { Expansion } from './substitute/parse-template.ts';
import { checkNames } from './substitute/read-variables.ts';
import type { Variables } from './substitute/read-variables.ts';
import { substituteDocument } from './substitute/substitute-document.ts';
import { unsetNames } from './told-substitutions.ts';

/** Of functions of variables in one object, before it is done in a thread. */
const workHere = 200_000;
/** The API server takes no larger requests. */
const longestDocument = 3 * 1024 * 1024;

/**
 * Makes objects of what kustomize has built, YAML of one object each: variables put in, Flux's labels, and what may not be shown
 * of them. Throws `failed` as Flux does, `too_large` for what the API server does not take.
 */
export async function assembleObjects(
  object: KubeObject,
  documents: readonly string[],
  variables: Variables,
  signal: AbortSignal | undefined,
): Promise<Omit<BuildResult, 'revision' | 'digest' | 'builtWith'>> {
  const substitutes =
    at(object, 'spec', 'postBuild') !== undefined &&
    (variables.byName.size > 0 || textAt(object, 'spec', 'postBuild', 'substituteStrategy') === 'Always');
  if (substitutes) checkNames(variables);
  const objects: KubeObject[] = [];
  const encrypted: KubeObject[] = [];
  const hidden = hiddenOfBuild(variables);
  const mentions = collectMentions();
  const turn = takeTurns();
  for (const text of documents) {
    await turn();
    signal?.throwIfAborted();
    if (text.length > longestDocument)
      throw new SluiceError(
        'too_large',
        'The build holds an object of more than 3 MB, which the API server does not take.',
      );
    const built = await documentOf(text, substitutes ? variables : undefined, signal);
    mentions.add(built.expansions);
    const ofItem = built.hidden.map(withinItem);
    for (const each of objectsOf(built.value)) {
      await turn();
      const own = withMetadata(each, object);
      objects.push(own);
      if (isEncrypted(own)) encrypted.push(own);
      hidden.add(own, each === built.value ? built.hidden : ofItem);
    }
  }
  return {
    objects,
    substitutions: await toldWithin(variables, mentions.all(), signal),
    encrypted: encrypted.map(referenceTo),
    problems: [...problemsOf(object, encrypted), ...unsetProblem(unsetNames(variables, mentions.all()))],
    ...hidden.done(),
  };
}

async function documentOf(text: string, variables: Variables | undefined, signal: AbortSignal | undefined) {
  const isLarge = text.length > largeFrom;
  if (variables === undefined) {
    const [value] = await unlessLarge(isLarge, 'parseFluxYaml', [text], signal);
    return { value, hidden: [], expansions: [] };
  }
  const { byName } = variables;
  try {
    if (!isLarge) return substituteDocument(text, { byName }, workHere);
  } catch (error) {
    if (!(error instanceof SluiceError) || error.kind !== 'too_large') throw error;
  }
  return unlessLarge(true, 'substituteDocument', [text, { byName }], signal);
}

/** Functions within functions, or thousands of variables, take their time. */
function toldWithin(variables: Variables, mentions: readonly Expansion[], signal: AbortSignal | undefined) {
  const isLarge =
    mentions.length > 1_000 || mentions.some(({ operands }) => operands.some((each) => typeof each !== 'string'));
  return unlessLarge(isLarge, 'toldSubstitutions', [{ byName: variables.byName }, mentions], signal);
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
