import type { Entry } from '../../../kube/cluster.ts';
import { kindOf } from '../kinds/index.ts';
import { referenceKey, referenceTo } from '../references.ts';
import type { FluxSummary, ObjectReference, ObjectState } from '../summary.ts';
import type { Found, Lookup } from './diagnosis.ts';
import type { OwnCause } from './own-cause.ts';

/** Another object because of which this one is not ready. */
export interface Holder {
  reference: ObjectReference;
  found: Found;
  as: 'dependency' | 'source' | 'health check' | 'provider';
}

/** States in which an object holds up those that need it; the worst explains most. */
const holding: readonly ObjectState[] = [
  'stalled',
  'failing',
  'suspended-failing',
  'waiting',
  'suspended',
  'stale',
  'deleting',
  'reconciling',
];

/** States that explain why another one fails, not only why it waits. */
const broken: ReadonlySet<ObjectState> = new Set(['stalled', 'failing', 'suspended-failing', 'waiting']);

/**
 * Kinds whose failing is their source's as soon as that fails too: a chart cannot be fetched from a repository that
 * cannot be read. What applies an artifact fails for reasons of its own, because it works on with the artifact it has.
 */
const failsWithSource: ReadonlySet<string> = new Set([
  'helmcharts',
  'imagepolicies',
  'imageupdateautomations',
  'artifactgenerators',
  'externalartifacts',
]);

/** What holds the object up: what it depends on, its source, or what its health check waits for. Undefined: it is itself. */
export function holderOf(entry: Entry<FluxSummary>, own: OwnCause, lookup: Lookup): Holder | undefined {
  const { summary } = entry;
  switch (summary.state) {
    case 'waiting':
      return dependency(entry, own, lookup) ?? waitedFor(entry, lookup);
    case 'failing':
    case 'stalled':
    case 'suspended-failing':
      return (
        failingSource(summary, lookup) ?? healthChecked(entry, own, lookup) ?? missingDependency(entry, own, lookup)
      );
    case 'none':
      return missingProvider(summary, lookup);
    default:
      return undefined;
  }
}

/** The dependency the controller names, else the worst one. */
function dependency(entry: Entry<FluxSummary>, own: OwnCause, lookup: Lookup): Holder | undefined {
  const { summary } = entry;
  if (summary.reason !== 'DependencyNotReady' || summary.dependsOn.length === 0) return undefined;
  const named = namedDependency(entry, own);
  if (named !== undefined) return { reference: named, found: lookup(named), as: 'dependency' };
  return worstOf(summary.dependsOn, lookup, 'dependency');
}

function namedDependency({ summary }: Entry<FluxSummary>, { message }: OwnCause): ObjectReference | undefined {
  const name = /dependency '?(?:\S*\/)?([^\s'/]+\/[^\s'/]+?)'? /.exec(`${message} `)?.[1];
  return summary.dependsOn.find((reference) => `${reference.namespace ?? ''}/${reference.name}` === name);
}

function missingDependency(entry: Entry<FluxSummary>, own: OwnCause, lookup: Lookup): Holder | undefined {
  if (!/dependency.*not found/s.test(own.message)) return undefined;
  const named = namedDependency(entry, own);
  return named === undefined ? undefined : { reference: named, found: lookup(named), as: 'dependency' };
}

/** Where the artifact comes from: a release's own chart first, whose failing says more than the repository's. */
function sourcesOf({ references, dependsOn, source, plural }: FluxSummary): ObjectReference[] {
  if (plural === 'artifactgenerators') return dependsOn;
  const nearer = references.filter(
    ({ kind }) => kind === 'HelmChart' || (plural === 'imageupdateautomations' && kind === 'ImagePolicy'),
  );
  if (source === undefined) return nearer;
  return plural === 'imageupdateautomations' ? [source, ...nearer] : [...nearer, source];
}

function waitedFor({ summary }: Entry<FluxSummary>, lookup: Lookup): Holder | undefined {
  const sources = sourcesOf(summary).map((reference): Holder => ({
    reference,
    found: lookup(reference),
    as: 'source',
  }));
  const isHolding = ({ found }: Holder) => found.state === 'seen' && rankOf(found) !== undefined;
  return sources.find(isHolding) ?? sources.find(({ found }) => found.state === 'missing') ?? sources[0];
}

function failingSource(summary: FluxSummary, lookup: Lookup): Holder | undefined {
  if (!failsWithSource.has(summary.plural)) return undefined;
  const holder = worstOf(sourcesOf(summary), lookup, 'source');
  return holder?.found.state === 'seen' && broken.has(holder.found.entry.summary.state) ? holder : undefined;
}

/** An object of Flux among those that a health check waits for. */
function healthChecked(entry: Entry<FluxSummary>, own: OwnCause, lookup: Lookup): Holder | undefined {
  const self = referenceKey(referenceTo(entry.object));
  const references = own.unhealthy.filter(
    (reference) => kindOf(reference.group, reference.kind) !== undefined && referenceKey(reference) !== self,
  );
  return worstOf(references, lookup, 'health check');
}

/** An Alert has no status; that its Provider does not exist is seen from here only. */
function missingProvider({ plural, source, references }: FluxSummary, lookup: Lookup): Holder | undefined {
  if (plural !== 'alerts') return undefined;
  const provider = [source, ...references].find((reference) => reference?.kind === 'Provider');
  if (provider === undefined) return undefined;
  const found = lookup(provider);
  return found.state === 'missing' ? { reference: provider, found, as: 'provider' } : undefined;
}

/** The one that explains most: what does not exist, then by state. Undefined when all are ready or unseen. */
function worstOf(references: readonly ObjectReference[], lookup: Lookup, as: Holder['as']): Holder | undefined {
  let best: { holder: Holder; rank: number } | undefined;
  for (const reference of references) {
    const found = lookup(reference);
    const rank = rankOf(found);
    if (rank !== undefined && (best === undefined || rank < best.rank))
      best = { holder: { reference, found, as }, rank };
  }
  return best?.holder;
}

function rankOf(found: Found): number | undefined {
  if (found.state === 'missing') return -1;
  if (found.state !== 'seen') return undefined;
  const rank = holding.indexOf(found.entry.summary.state);
  return rank === -1 ? undefined : rank;
}
