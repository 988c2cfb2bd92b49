import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SluiceError } from '../../../errors.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { at, entriesAt, instantAt, listAt, numberAt, textAt } from '../read.ts';

/** A release larger than this when unpacked is not read: Helm itself cannot store more than 1 MB packed. */
export const mostUnpackedBytes = 20 * 1024 * 1024;

const unpack = promisify(gunzip);

/** A hook of a release; a test is one whose events name `test`. */
interface ReleaseHook {
  name: string;
  kind: string;
  /** The template it comes from. */
  path: string;
  manifest: string;
  /** `pre-install`, `post-upgrade`, `test`, … */
  events: readonly string[];
  weight: number;
  deletePolicies: readonly string[];
  lastRun: { phase: string; startedAt: string | undefined; completedAt: string | undefined } | undefined;
}

/** One revision of a release, as Helm keeps it. Nothing in it is masked. */
export interface StoredRelease {
  name: string;
  namespace: string;
  revision: number;
  /** Helm's word: `deployed`, `superseded`, `failed`, `pending-upgrade`, … */
  status: string;
  description: string;
  firstDeployed: string | undefined;
  lastDeployed: string | undefined;
  chart: { name: string; version: string; appVersion: string | undefined; defaults: Record<string, unknown> };
  /** What was set for the release; the chart's defaults are not in it. */
  values: Record<string, unknown>;
  manifest: string;
  notes: string;
  hooks: readonly ReleaseHook[];
  /** Who merged it: the API server (`ssa`, Helm 4) or Helm (`csa`, and undefined before Helm 4). */
  applyMethod: string | undefined;
}

/**
 * Reads what Helm's drivers write: JSON, packed with gzip, as base64, and in a Secret once more as base64. Releases of
 * the first Helm 3 were not packed. Throws `failed` naming the object when it holds something else, `too_large` when it
 * unpacks to more than is read.
 */
export async function decodeRelease(object: KubeObject): Promise<StoredRelease> {
  const called = `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  const stored = textAt(object, 'data', 'release');
  if (stored === undefined) throw damaged(called, 'it has no key “release”');
  const written = object.kind === 'Secret' ? Buffer.from(stored, 'base64').toString('latin1') : stored;
  const packed = Buffer.from(written, 'base64');
  const json = isGzip(packed) ? await unpacked(packed, called) : packed;
  if (json.length > mostUnpackedBytes) throw tooLarge(called);
  let release: unknown;
  try {
    release = JSON.parse(json.toString('utf8'));
  } catch (cause) {
    throw damaged(called, 'it holds no JSON', cause);
  }
  const name = textAt(release, 'name');
  const revision = numberAt(release, 'version');
  if (name === undefined || revision === undefined) throw damaged(called, 'it names no release and no revision');
  return {
    name,
    namespace: textAt(release, 'namespace') ?? object.metadata.namespace ?? '',
    revision,
    status: textAt(release, 'info', 'status') ?? 'unknown',
    description: textAt(release, 'info', 'description') ?? '',
    firstDeployed: instantAt(release, 'info', 'first_deployed'),
    lastDeployed: instantAt(release, 'info', 'last_deployed'),
    chart: {
      name: textAt(release, 'chart', 'metadata', 'name') ?? '',
      version: textAt(release, 'chart', 'metadata', 'version') ?? '',
      appVersion: textAt(release, 'chart', 'metadata', 'appVersion'),
      defaults: Object.fromEntries(entriesAt(release, 'chart', 'values')),
    },
    values: Object.fromEntries(entriesAt(release, 'config')),
    manifest: textAt(release, 'manifest') ?? '',
    notes: textAt(release, 'info', 'notes') ?? '',
    hooks: listAt(release, 'hooks').map(hookOf),
    applyMethod: textAt(release, 'apply_method'),
  };
}

function hookOf(hook: unknown): ReleaseHook {
  const words = (field: string) => listAt(hook, field).filter((word) => typeof word === 'string');
  const ran = at(hook, 'last_run');
  const phase = textAt(ran, 'phase');
  return {
    name: textAt(hook, 'name') ?? '',
    kind: textAt(hook, 'kind') ?? '',
    path: textAt(hook, 'path') ?? '',
    manifest: textAt(hook, 'manifest') ?? '',
    events: words('events'),
    weight: numberAt(hook, 'weight') ?? 0,
    deletePolicies: words('delete_policies'),
    lastRun:
      phase === undefined
        ? undefined
        : { phase, startedAt: instantAt(ran, 'started_at'), completedAt: instantAt(ran, 'completed_at') },
  };
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

async function unpacked(packed: Buffer, called: string): Promise<Buffer> {
  try {
    return await unpack(packed, { maxOutputLength: mostUnpackedBytes });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(called);
    throw damaged(called, 'it cannot be unpacked', cause);
  }
}

function damaged(called: string, why: string, cause?: unknown): SluiceError {
  return new SluiceError('failed', `The ${called} is damaged: ${why}.`, cause === undefined ? {} : { cause });
}

function tooLarge(called: string): SluiceError {
  return new SluiceError('too_large', `The ${called} unpacks to more than 20 MB, which is not read.`);
}
