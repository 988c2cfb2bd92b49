import { mergePatch } from '../api/merge-patch.ts';
import type { KubeObject } from '../../server/kube/object.ts';

/** What somebody has changed in the cluster, past the source. */
interface ChangeByHand {
  /** The field manager: the program it was done with. */
  manager: string;
  object: KubeObject;
  /** A merge patch (RFC 7396). */
  change: Record<string, unknown>;
  /** The fields of it, as `managedFields` names them. */
  fields: object;
}

const manager = 'kubectl-edit';

interface Template {
  spec: { containers: { name: string; resources?: object }[] };
}

/**
 * What people have changed since Flux has applied it, and what Flux has not put back because it is suspended there: somebody
 * looked into the promotions at night.
 */
export function changedByHand(objects: readonly KubeObject[]): ChangeByHand[] {
  return objects.flatMap((object): ChangeByHand[] => {
    const { kind, metadata } = object;
    // helm-controller reports this one and leaves it.
    if (kind === 'ConfigMap' && metadata.name === 'cert-manager-settings') return [loggingMore(object)];
    if (metadata.namespace !== 'team-checkout') return [];
    if (kind === 'ConfigMap' && metadata.name === 'promotions-settings') {
      return [loggingMore(object)];
    }
    if (kind !== 'Deployment' || metadata.name !== 'promotions') return [];
    const containers = (object.spec?.['template'] as Template | undefined)?.spec.containers ?? [];
    const resources = { requests: { cpu: '50m', memory: '256Mi' } };
    const change = { spec: { template: { spec: { containers: containers.map((each) => ({ ...each, resources })) } } } };
    const memory = { 'f:resources': { 'f:requests': { 'f:memory': {} } } };
    const template = { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': memory } } };
    return [{ manager, object, change, fields: { 'f:spec': { 'f:template': template } } }];
  });
}

function loggingMore(object: KubeObject): ChangeByHand {
  const change = { data: { LOG_LEVEL: 'debug' } };
  return { manager, object, change, fields: { 'f:data': { 'f:LOG_LEVEL': {} } } };
}

/** The objects with what was changed by hand in them, three hours before `now`. */
export function withChangesByHand(objects: readonly KubeObject[], now: Date): KubeObject[] {
  const hoursAgo = new Date(now.getTime() - 3 * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const changes = new Map(changedByHand(objects).map((each) => [each.object, each]));
  return objects.map((object) => {
    const change = changes.get(object);
    return change === undefined ? object : changed(object, change, hoursAgo);
  });
}

function changed(object: KubeObject, { manager, change, fields }: ChangeByHand, time: string): KubeObject {
  const { apiVersion } = object;
  const entry = { manager, operation: 'Update', apiVersion, time, fieldsType: 'FieldsV1', fieldsV1: fields };
  const patched = mergePatch(object, change) as KubeObject;
  return { ...patched, metadata: { ...patched.metadata, managedFields: [entry] } };
}
