import type { Entry } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import { imagesOf } from './health/images.ts';
import { inventoryOf } from './inventory.ts';
import type { InventoryEntry } from './inventory.ts';
import type { PanelRow, Surroundings } from './kind.ts';
import { labelsMatch } from './match-labels.ts';
import { at, textAt } from './read.ts';
import { helmGroup, imageGroup, kustomizeGroup, referenceKey, referenceTo } from './references.ts';
import type { FluxSummary, ObjectReference } from './summary.ts';

/** An image as it is written: `registry.example.com/shop/cart:1.4.2@sha256:…`. */
interface ImageName {
  name: string;
  tag: string | undefined;
}

/** Takes an image apart. A port of the registry is no tag. */
export function parseImage(image: string): ImageName {
  const [named = ''] = image.split('@');
  const colon = named.lastIndexOf(':');
  if (colon <= named.lastIndexOf('/')) return { name: named, tag: undefined };
  return { name: named.slice(0, colon), tag: named.slice(colon + 1) };
}

/** The image and tag that a policy chose, from either form its status has had; undefined before the first choice. */
export function chosenImage(policy: KubeObject): ImageName | undefined {
  const name = textAt(policy, 'status', 'latestRef', 'name');
  if (name !== undefined) return { name, tag: textAt(policy, 'status', 'latestRef', 'tag') };
  const image = textAt(policy, 'status', 'latestImage');
  return image === undefined ? undefined : parseImage(image);
}

/**
 * The branch an automation commits to: the one to push to, else the one it checks out, which is its source's unless it says otherwise;
 * that one stands in the revision it saw last (`main@sha1:…`).
 */
export function pushBranch(automation: KubeObject): string | undefined {
  return (
    textAt(automation, 'spec', 'git', 'push', 'branch') ??
    textAt(automation, 'spec', 'git', 'checkout', 'ref', 'branch') ??
    /^(.+)@sha\d+:/.exec(textAt(automation, 'status', 'observedSourceRevision') ?? '')?.[1]
  );
}

/** An ImageUpdateAutomation that writes a policy's tag, and the tag it wrote when it ran last. */
interface Writer {
  automation: Entry<FluxSummary>;
  wrote: string | undefined;
}

/** The automations that follow a policy: those of its namespace whose selector fits it, or that have none. */
export function writersOf(policy: KubeObject, around: Surroundings): Writer[] {
  return [...around.entries(imageGroup, 'ImageUpdateAutomation')].flatMap((automation): Writer[] => {
    const { metadata } = automation.object;
    if (metadata.namespace !== policy.metadata.namespace) return [];
    const selector = at(automation.object, 'spec', 'policySelector');
    if (selector !== undefined && !labelsMatch(policy.metadata.labels, selector)) return [];
    return [{ automation, wrote: writtenTag(automation.object, policy.metadata.name) }];
  });
}

/** The tag that an automation wrote for a policy at its last run. */
export function writtenTag(automation: KubeObject, policy: string): string | undefined {
  return textAt(automation, 'status', 'observedPolicies', policy, 'tag');
}

/**
 * The Kustomizations that apply files an automation writes: of the same Git repository, at a path within the one it
 * looks through or around it. Its marker may stand in any of their files.
 */
export function appliersOf(automation: Entry<FluxSummary>, around: Surroundings): Entry<FluxSummary>[] {
  const { source } = automation.summary;
  if (source === undefined) return [];
  const key = referenceKey(source);
  const written = segments(textAt(automation.object, 'spec', 'update', 'path'));
  return [...around.entries(kustomizeGroup, 'Kustomization')].filter((kustomization) => {
    const from = kustomization.summary.source;
    if (from === undefined || referenceKey(from) !== key) return false;
    const applied = segments(textAt(kustomization.object, 'spec', 'path'));
    return written.every((segment, index) => index >= applied.length || applied[index] === segment);
  });
}

function segments(path: string | undefined): string[] {
  return (path ?? '').split('/').filter((segment) => segment !== '' && segment !== '.');
}

const workloadKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job']);

/** So many workloads are read at most when somebody looks. */
const mostWorkloads = 200;

/** Where a policy's image runs: workloads that Kustomizations applied, and HelmReleases whose values name it. */
export interface ImageUsers {
  rows: PanelRow[];
  /** How many workloads were not read, because the asker may not or because they are too many. */
  unread: number;
}

/** Looks for a policy's image in what the Kustomizations applied, read now, and in the values of HelmReleases. */
export async function usersOfImage(
  image: ImageName,
  appliers: readonly Entry<FluxSummary>[],
  around: Surroundings,
): Promise<ImageUsers> {
  const owned = new Map<string, { reference: InventoryEntry; owner: Entry<FluxSummary> }>();
  for (const owner of appliers) {
    for (const reference of inventoryOf(owner.object) ?? []) {
      if (workloadKinds.has(reference.kind)) owned.set(referenceKey(reference), { reference, owner });
    }
  }
  const all = [...owned.values()];
  const looked = all.slice(0, mostWorkloads);
  const read = await around.read(looked.map(({ reference }) => reference));
  const rows: PanelRow[] = [];
  let unread = all.length - looked.length;
  for (const [index, { reference, owner }] of looked.entries()) {
    const found = read[index];
    if (found?.hidden === true) unread += 1;
    const tags = found?.object === undefined ? [] : tagsOf(found.object, image.name);
    if (tags.length > 0) rows.push(userRow(reference, tags, image, `applied by Kustomization ${owner.key}`));
  }
  for (const release of around.entries(helmGroup, 'HelmRelease')) {
    const tags = tagsInValues(at(release.object, 'spec', 'values'), image.name);
    if (tags.length > 0) rows.push(userRow(referenceTo(release.object), tags, image, 'in its values'));
  }
  return { rows, unread };
}

function tagsOf(workload: KubeObject, name: string): string[] {
  return imagesOf(workload).flatMap((image) => {
    const parsed = parseImage(image);
    return parsed.name === name ? [parsed.tag ?? 'latest'] : [];
  });
}

/** Tags of an image in Helm values: as one text, or as a `repository` with a `tag` beside it, the usual way of charts. */
export function tagsInValues(values: unknown, name: string): string[] {
  if (typeof values === 'string') {
    const parsed = parseImage(values);
    return parsed.name === name && parsed.tag !== undefined ? [parsed.tag] : [];
  }
  if (Array.isArray(values)) return values.flatMap((value) => tagsInValues(value, name));
  if (typeof values !== 'object' || values === null) return [];
  const registry = textAt(values, 'registry');
  const repository = textAt(values, 'repository');
  const tag = textAt(values, 'tag');
  const whole = registry === undefined ? repository : `${registry}/${repository ?? ''}`;
  const here = tag !== undefined && (repository === name || whole === name) ? [tag] : [];
  return [...here, ...Object.values(values).flatMap((value) => tagsInValues(value, name))];
}

function userRow(reference: ObjectReference, tags: readonly string[], image: ImageName, what: string): PanelRow {
  const isCurrent = image.tag === undefined || tags.every((tag) => tag === image.tag);
  return {
    reference,
    state: isCurrent ? 'ready' : 'reconciling',
    how: `at ${[...new Set(tags)].join(', ')}`,
    what: isCurrent ? `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}.` : `Not at ${image.tag} yet; ${what}.`,
  };
}
