import { z } from 'zod';
import type { Operation } from '../../operations/define.ts';
import { defineOperation } from '../../operations/define.ts';
import { maskText } from '../../mask-credentials.ts';
import type { Tools } from '../../tools/tools.ts';
import { comparisonAsJson, comparisonOutput } from '../../text-diff/comparison-as-json.ts';
import { problemAsJson, problemOutput } from '../flux/actions/problem-as-json.ts';
import { compareReleases } from './compare.ts';
import { readManifest } from './manifest.ts';
import { dnsName, revisionNumber } from './operation-fields.ts';
import { rollbackOperation } from './rollback/rollback-operation.ts';
import { pendingOf } from './pending.ts';
import { openRevision, revisionAt, seeRelease } from './release-seen.ts';
import type { ReleaseSeen } from './release-seen.ts';
import { listReleases } from './releases.ts';
import { shownValues } from './shown-values.ts';
import type { Origin } from './shown-values.ts';
import { readOutline } from './storage.ts';
import { sourceInWords } from './values-tab.ts';

const revision = revisionNumber;
const values = z.record(z.string(), z.unknown());

/** Reading says itself which right is missing, and in which namespace. */
const needs = () => [];
const timeoutMilliseconds = 60_000;

const releasesInput = z.strictObject({
  namespace: dnsName.optional().describe('All that the asker may list Secrets in when left out'),
  q: z.string().max(256).optional().describe('Part of the name'),
  page: z.int().min(1).optional(),
});

const managedBy = z.object({ kind: z.literal('HelmRelease'), namespace: z.string(), name: z.string() });

const releasesOutput = z.object({
  items: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      revision,
      status: z.string(),
      chart: z.string(),
      chartVersion: z.string(),
      appVersion: z.string().optional(),
      writtenAt: z.string().optional(),
      damage: z.string().optional().describe('Why the newest revision cannot be read'),
      managedBy: managedBy.optional(),
    }),
  ),
  total: z.int(),
  page: z.int(),
  pages: z.int(),
  foreign: z.array(z.string()).describe('Objects labelled as Helm’s that are no releases'),
  problems: z.array(problemOutput),
});

const releasesOperation = defineOperation<z.infer<typeof releasesInput>, z.infer<typeof releasesOutput>>({
  name: 'helm.releases',
  summary: 'List the releases that Helm keeps',
  type: 'query',
  http: { method: 'GET', path: '/helm/releases' },
  input: releasesInput,
  output: releasesOutput,
  needs,
  timeoutMilliseconds,
  async run({ namespace, q = '', page = 1 }, { cluster, identity }) {
    const found = await listReleases(cluster, identity, { namespace, q, page });
    return {
      items: found.rows.map(({ stored, chart, chartVersion, appVersion, damage, manager }) => ({
        namespace: stored.namespace,
        name: stored.release,
        revision: stored.revision,
        status: stored.status,
        chart,
        chartVersion,
        ...(appVersion !== undefined && { appVersion }),
        ...(stored.writtenAt !== undefined && { writtenAt: stored.writtenAt }),
        ...(damage !== undefined && { damage }),
        ...managerAsJson(manager?.object.metadata),
      })),
      total: found.total,
      page: found.page,
      pages: found.pages,
      foreign: found.foreign,
      problems: found.problems.map(problemAsJson),
    };
  },
});

function managerAsJson(metadata: { namespace?: string; name: string } | undefined) {
  if (metadata === undefined) return {};
  return { managedBy: { kind: 'HelmRelease' as const, namespace: metadata.namespace ?? '', name: metadata.name } };
}

const releaseInput = z.strictObject({ namespace: dnsName, name: dnsName, revision: revision.optional() });

const releaseOutput = z.object({
  namespace: z.string(),
  name: z.string(),
  managedBy: managedBy.optional(),
  pending: z
    .object({ revision, status: z.string(), since: z.string().optional(), wayOut: z.string() })
    .optional()
    .describe('What Helm has begun and not ended: it is at work, or was interrupted'),
  history: z.array(
    z.object({
      revision,
      status: z.string(),
      chart: z.string(),
      chartVersion: z.string(),
      appVersion: z.string().optional(),
      deployedAt: z.string().optional(),
      description: z.string(),
      damage: z.string().optional(),
    }),
  ),
  revision,
  values: values.describe('What was set for the release, credentials masked'),
  allValues: values.describe('The same over the chart’s defaults'),
  origins: z.array(
    z.object({
      path: z.string(),
      setBy: z.string().optional().describe('Left out when nobody is known to set it'),
      unless: z.array(z.string()).optional().describe('Sources you may not read that may set it instead'),
      hidden: z.boolean(),
    }),
  ),
  objects: z.array(
    z.object({
      apiVersion: z.string(),
      kind: z.string(),
      namespace: z.string(),
      name: z.string(),
      manifest: z.string(),
    }),
  ),
  notes: z.string(),
  hooks: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      events: z.array(z.string()),
      phase: z.string().optional(),
      manifest: z.string(),
    }),
  ),
});

/** Histories of an API answer: as many as Helm's own command tells. */
const mostHistory = 256;

const releaseOperation = defineOperation<z.infer<typeof releaseInput>, z.infer<typeof releaseOutput>>({
  name: 'helm.release',
  summary: 'Get a release: history, values with who set them, manifest, notes and hooks of one revision',
  type: 'query',
  http: { method: 'GET', path: '/helm/releases/:namespace/:name' },
  input: releaseInput,
  output: releaseOutput,
  needs,
  timeoutMilliseconds,
  async run(input, { cluster, identity }) {
    const seen = await seeRelease(cluster, identity, input.namespace, input.name);
    const stored = revisionAt(seen, input.revision);
    const { release, sources } = await openRevision(cluster, identity, seen, stored);
    const shown = shownValues(release, sources);
    const history = await Promise.all(
      seen.revisions.slice(0, mostHistory).map(async (each) => {
        const outline = await readOutline(cluster, identity, each);
        return {
          revision: each.revision,
          status: each.status,
          chart: outline.chart,
          chartVersion: outline.chartVersion,
          ...(outline.appVersion !== undefined && { appVersion: outline.appVersion }),
          ...(outline.deployedAt !== undefined && { deployedAt: outline.deployedAt }),
          description: maskText(outline.description),
          ...(outline.damage !== undefined && { damage: outline.damage }),
        };
      }),
    );
    return {
      namespace: input.namespace,
      name: input.name,
      ...managerAsJson(seen.manager?.object.metadata),
      ...pendingAsJson(seen),
      history,
      revision: stored.revision,
      values: shown.set,
      allValues: shown.merged,
      origins: shown.origins.map(originAsJson),
      objects: readManifest(release.manifest, shown).objects.map(({ apiVersion, kind, namespace, name, text }) => ({
        apiVersion,
        kind,
        namespace,
        name,
        manifest: text,
      })),
      notes: shown.words(release.notes),
      hooks: release.hooks.map(({ name, kind, events, lastRun, manifest }) => ({
        name,
        kind,
        events: [...events],
        manifest: readManifest(manifest, shown)
          .objects.map(({ text }) => text)
          .join('---\n'),
        ...(lastRun !== undefined && { phase: lastRun.phase }),
      })),
    };
  },
});

function pendingAsJson(seen: ReleaseSeen) {
  const pending = pendingOf(seen);
  if (pending === undefined) return {};
  const { revision: number, status, since, wayOut } = pending;
  return { pending: { revision: number, status, wayOut, ...(since !== undefined && { since }) } };
}

function originAsJson({ path, source, unless, hidden }: Origin) {
  const doubt = unless.length > 0 && { unless: unless.map(sourceInWords) };
  if (source === undefined) return { path, hidden, ...doubt };
  return { path, hidden, setBy: source === 'chart' ? 'chart' : sourceInWords(source), ...doubt };
}

const diffInput = z.strictObject({ namespace: dnsName, name: dnsName, from: revision, to: revision });

const diffOutput = z.object({
  from: revision,
  to: revision,
  values: comparisonOutput,
  objects: z.array(
    z.object({
      apiVersion: z.string(),
      kind: z.string(),
      namespace: z.string(),
      name: z.string(),
      change: z.enum(['added', 'removed', 'changed']),
      comparison: comparisonOutput,
    }),
  ),
  unchanged: z.int(),
});

const diffOperation = defineOperation<z.infer<typeof diffInput>, z.infer<typeof diffOutput>>({
  name: 'helm.diff',
  summary: 'Compare two revisions of a release: values and manifest, object by object',
  type: 'query',
  http: { method: 'GET', path: '/helm/releases/:namespace/:name/diff' },
  input: diffInput,
  output: diffOutput,
  needs,
  timeoutMilliseconds,
  async run({ namespace, name, from, to }, { cluster, identity }) {
    const seen = await seeRelease(cluster, identity, namespace, name);
    const [before, after] = await Promise.all(
      [from, to].map((each) => openRevision(cluster, identity, seen, revisionAt(seen, each))) as [
        ReturnType<typeof openRevision>,
        ReturnType<typeof openRevision>,
      ],
    );
    const compared = compareReleases(before.release, after.release, after.sources);
    return {
      from,
      to,
      values: comparisonAsJson(compared.values),
      objects: compared.objects.map(({ object, change, comparison }) => ({
        apiVersion: object.apiVersion,
        kind: object.kind,
        namespace: object.namespace,
        name: object.name,
        change,
        comparison: comparisonAsJson(comparison),
      })),
      unchanged: compared.unchanged,
    };
  },
});

/** What can be asked of Helm's storage, and done to a release. */
export function helmOperations(tools: Tools): readonly Operation<never, unknown>[] {
  return [
    releasesOperation,
    releaseOperation,
    diffOperation,
    rollbackOperation(tools),
  ] as unknown as readonly Operation<never, unknown>[];
}
