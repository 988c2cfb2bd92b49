import type { Change } from '../kube/cluster.ts';
import type { Topic } from './page.ts';

/** Whether a change in the cluster makes a page with these topics old. */
export function changeMatters(topics: readonly Topic[], change: Change): boolean {
  return topics.some((topic) => {
    if (topic.type === 'connection') return change.type === 'state';
    if (topic.type !== 'resource') return false;
    const { resource, namespace, name } = topic;
    if (resource.resource !== change.resource.resource || resource.group !== change.resource.group) return false;
    const metadata = (change.entry ?? change.previous)?.object.metadata;
    if (metadata === undefined) return true;
    if (namespace !== undefined && namespace !== metadata.namespace) return false;
    return name === undefined || name === metadata.name;
  });
}

/** The next moment at which a page with these topics asks to be looked at again. */
export function nextClock(topics: readonly Topic[], now: Date): Date | undefined {
  const ahead = topics.flatMap((topic) => (topic.type === 'clock' && topic.at > now ? [topic.at] : []));
  return ahead.toSorted((one, other) => one.getTime() - other.getTime())[0];
}
