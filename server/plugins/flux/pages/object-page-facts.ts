import type { KubeObject, ServedResource } from '../../../kube/object.ts';
import { apiVersionOf } from '../../../kube/object.ts';
import type { PageRequest } from '../../../web/page.ts';
import { isReady } from '../health/container.ts';
import { troubleOfContainer } from '../health/pod.ts';
import { imagesOf } from '../health/images.ts';
import type { HealthState } from '../health/health.ts';
import type { ObjectSeen } from '../inventory-tree/read-object.ts';
import { instantAt, listAt, numberAt, textAt } from '../read.ts';
import type { ObjectReference } from '../summary.ts';
import type { FactView } from './fact-view.ts';
import { hrefOf } from './inventory-page-rows.ts';
import type { ObjectView } from './object-view.ts';
import { referenceView } from './object-view.ts';

type Link = PageRequest['link'];

function textFact(label: string, value: string | number | undefined, as: FactView['as'] = 'text'): FactView[] {
  return value === undefined || value === '' ? [] : [{ label, value: String(value), as, object: undefined }];
}

function objectFact(label: string, reference: ObjectReference, href: string): FactView {
  const object: ObjectView = { ...referenceView(reference, () => href), href: href === '' ? undefined : href };
  return { label, value: reference.name, as: 'object', object };
}

/** Under the heading: who applied it, what made it, how old it is. */
export function objectLine({ object, owners, managers }: ObjectSeen, link: Link): FactView[] {
  return [
    ...managers.map((manager) => objectFact('Managed by', manager, hrefOf(manager, undefined, link))),
    ...owners.map(({ reference, served, hidden }) =>
      objectFact(
        hidden === 'gone' ? `Made by a ${reference.kind} that is gone` : `Part of ${reference.kind}`,
        reference,
        hidden === undefined ? hrefOf(reference, served, link) : '',
      ),
    ),
    ...textFact('Made', textAt(object, 'metadata', 'creationTimestamp'), 'time'),
  ];
}

/** What it is and how it is set up, with its labels. */
export function objectFacts(object: KubeObject, resource: ServedResource): { rows: FactView[]; labels: string[] } {
  const images = imagesOf(object);
  const isPod = object.kind === 'Pod';
  const rows = [
    ...textFact('Kind', `${apiVersionOf(resource)} ${object.kind}`, 'code'),
    ...textFact(images.length > 1 ? 'Images' : 'Image', images.join(', '), 'code'),
    ...textFact('Replicas', numberAt(object, 'spec', 'replicas')),
    ...(isPod ? textFact('Node', textAt(object, 'spec', 'nodeName')) : []),
    ...(isPod ? textFact('Address', textAt(object, 'status', 'podIP'), 'code') : []),
    ...textFact(
      'Service account',
      textAt(object, 'spec', 'serviceAccountName') ?? textAt(object, 'spec', 'template', 'spec', 'serviceAccountName'),
    ),
    ...textFact('Type', textAt(object, 'type')),
    ...textFact('Finalizers', object.metadata.finalizers?.join(', '), 'code'),
    ...textFact('Being deleted since', textAt(object, 'metadata', 'deletionTimestamp'), 'time'),
  ];
  const labels = Object.entries(object.metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return { rows, labels };
}

/** A container of a Pod. */
interface ContainerView {
  name: string;
  image: string;
  state: HealthState;
  says: string;
  restarts: number;
  since: string;
  logsHref: string;
  previousHref: string;
}

/** The containers of a Pod, init containers first; empty for other kinds. */
export function containerViews(pod: KubeObject, link: Link): ContainerView[] {
  if (pod.kind !== 'Pod') return [];
  return (['initContainerStatuses', 'containerStatuses'] as const).flatMap((field) =>
    listAt(pod, 'status', field).map((status) => containerView(pod, status, field === 'initContainerStatuses', link)),
  );
}

function containerView(pod: KubeObject, status: unknown, isInit: boolean, link: Link): ContainerView {
  const name = textAt(status, 'name') ?? '';
  const specs = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')];
  const spec = specs.find((each) => textAt(each, 'name') === name);
  const trouble = troubleOfContainer(pod, status, isInit);
  const restarts = numberAt(status, 'restartCount') ?? 0;
  const done = numberAt(status, 'state', 'terminated', 'exitCode') === 0;
  const calm: [HealthState, string] = done
    ? ['ready', 'finished']
    : isReady(status)
      ? ['ready', 'ready']
      : ['reconciling', textAt(status, 'state', 'waiting', 'reason') === undefined ? 'not ready yet' : 'is starting'];
  const logs = (previous: string | undefined) =>
    link('/flux/logs', { namespace: pod.metadata.namespace, pod: pod.metadata.name, container: name, previous });
  return {
    name: isInit ? `${name} (init)` : name,
    image: textAt(spec, 'image') ?? textAt(status, 'image') ?? '',
    state: trouble === undefined ? calm[0] : trouble.hopeless ? 'failing' : 'waiting',
    says: trouble?.says ?? calm[1],
    restarts,
    since:
      instantAt(status, 'state', 'running', 'startedAt') ??
      instantAt(status, 'state', 'terminated', 'finishedAt') ??
      '',
    logsHref: logs(undefined),
    previousHref: restarts > 0 ? logs('true') : '',
  };
}
