import type { LogTarget } from '../../../kube/pod-logs.ts';
import type { Pod, PodContainer } from '../../../kube/pods.ts';
import { byController, controllerOfPod } from '../controllers/names.ts';
import type { LogQuery } from './query.ts';

/** A container whose log is shown. */
export interface LogSource extends LogTarget {
  /** What it goes by in the log: the controller, or pod and container. */
  label: string;
  container: string;
  state: PodContainer['state'];
  reason: string | undefined;
  restarts: number;
}

/** What a query chooses among the pods of its namespace. */
export interface Chosen {
  sources: LogSource[];
  /** How many more there are than are read at once. */
  left: number;
  /** Controllers to choose from, in Flux's own namespace. */
  controllers: string[];
  pods: Pod[];
  /** Of the chosen pod. */
  containers: string[];
}

/** So many logs are read at once. */
const mostSources = 24;

/**
 * The containers a query means: of a pod, of a controller, of all of Flux's controllers in `fluxHome`, or of every pod of
 * another namespace. Sidecars and init containers of controllers are left out unless they are asked for by pod.
 */
export function chooseSources(pods: readonly Pod[], query: LogQuery, isFluxHome: boolean): Chosen {
  const named = pods.filter(({ name }) => name === query.pod);
  const controllers = new Set(isFluxHome ? pods.flatMap((pod) => controllerOfPod(pod) ?? []) : []);
  const wanted = query.pod !== undefined ? named : pods.filter((pod) => isWanted(pod, query, isFluxHome));
  const many = new Set(wanted.map(({ name }) => name)).size > 1;
  const all = wanted
    .toSorted((one, other) => ((one.createdAt ?? '') < (other.createdAt ?? '') ? 1 : -1))
    .flatMap((pod) => {
      const controller = isFluxHome ? controllerOfPod(pod) : undefined;
      const replicas = wanted.filter((other) => controllerOfPod(other) === controller).length;
      const short = controller !== undefined && replicas === 1 ? controller : pod.name;
      const containers = pod.containers.filter((container) => isShown(container, query));
      return containers.map((container): LogSource => ({
        namespace: pod.namespace,
        pod: pod.name,
        container: container.name,
        label: labelOf(short, container.name, containers.length, many),
        state: container.state,
        reason: container.reason,
        restarts: container.restarts,
      }));
    });
  return {
    sources: all.slice(0, mostSources),
    left: Math.max(0, all.length - mostSources),
    controllers: [...controllers]
      .map((name) => ({ name }))
      .toSorted(byController)
      .map(({ name }) => name),
    pods: [...pods],
    containers: named.flatMap((pod) => pod.containers.map(({ name }) => name)),
  };
}

function isWanted(pod: Pod, { controller }: LogQuery, isFluxHome: boolean): boolean {
  if (!isFluxHome) return true;
  const own = controllerOfPod(pod);
  return own !== undefined && (controller === undefined || own === controller);
}

function isShown(container: PodContainer, query: LogQuery): boolean {
  if (query.container !== undefined) return container.name === query.container;
  return query.pod !== undefined || !container.init;
}

function labelOf(pod: string, container: string, containers: number, many: boolean): string {
  if (containers === 1) return pod;
  return many ? `${pod} ${container}` : container;
}
