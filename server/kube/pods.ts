import { readBriefly } from './brief-reads.ts';
import type { Cluster } from './cluster.ts';
import type { Identity } from './identity.ts';

/** A container of a pod as far as its logs and its health are concerned. */
export interface PodContainer {
  name: string;
  init: boolean;
  image: string | undefined;
  ready: boolean;
  restarts: number;
  state: 'running' | 'waiting' | 'terminated' | 'unknown';
  /** Why it waits or has ended: `CrashLoopBackOff`. */
  reason: string | undefined;
  /** How it ended the last time; undefined when it never did. */
  last: { reason: string; exitCode: number | undefined; at: string | undefined } | undefined;
}

/** A pod as it is listed. */
export interface Pod {
  namespace: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  phase: string;
  /** ISO instant. */
  createdAt: string | undefined;
  deleting: boolean;
  containers: PodContainer[];
}

interface Ended {
  reason?: string;
  exitCode?: number;
  finishedAt?: string;
}

interface RawStatus {
  name?: string;
  image?: string;
  ready?: boolean;
  restartCount?: number;
  state?: { running?: object; waiting?: { reason?: string }; terminated?: Ended };
  lastState?: { terminated?: Ended };
}

interface RawPod {
  metadata?: {
    name?: string;
    namespace?: string;
    labels?: Record<string, string>;
    creationTimestamp?: string;
    deletionTimestamp?: string;
  };
  spec?: { initContainers?: { name?: string; image?: string }[]; containers?: { name?: string; image?: string }[] };
  status?: { phase?: string; initContainerStatuses?: RawStatus[]; containerStatuses?: RawStatus[] };
}

/** The pods of a namespace, by name; asked as the asker and kept for seconds. Throws KubeError. */
export async function listPods(cluster: Cluster, identity: Identity, namespace: string): Promise<Pod[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const { items = [] } = await readBriefly<{ items?: RawPod[] }>(cluster, identity, { path, query: { limit: '500' } });
  return items
    .map((item) => podOf(item, namespace))
    .toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}

function podOf({ metadata = {}, spec = {}, status = {} }: RawPod, namespace: string): Pod {
  const statuses = new Map(
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map((each) => [each.name, each]),
  );
  const containers = (list: { name?: string; image?: string }[] | undefined, init: boolean) =>
    (list ?? []).map(({ name = '', image }) => containerOf(name, image, init, statuses.get(name)));
  return {
    namespace: metadata.namespace ?? namespace,
    name: metadata.name ?? '',
    labels: metadata.labels ?? {},
    phase: status.phase ?? 'Unknown',
    createdAt: metadata.creationTimestamp,
    deleting: metadata.deletionTimestamp !== undefined,
    containers: [...containers(spec.initContainers, true), ...containers(spec.containers, false)],
  };
}

function containerOf(
  name: string,
  image: string | undefined,
  init: boolean,
  status: RawStatus | undefined,
): PodContainer {
  const { running, waiting, terminated } = status?.state ?? {};
  const last = status?.lastState?.terminated;
  return {
    name,
    init,
    image,
    ready: status?.ready === true,
    restarts: status?.restartCount ?? 0,
    state: running ? 'running' : waiting ? 'waiting' : terminated ? 'terminated' : 'unknown',
    reason: waiting?.reason ?? terminated?.reason,
    last: last && { reason: last.reason ?? 'Unknown', exitCode: last.exitCode, at: last.finishedAt },
  };
}
