import type { KubeObject } from '../../server/kube/object.ts';

/**
 * What people have changed in the cluster since Flux has applied it, and what Flux has not put back because it is suspended
 * there: somebody looked into the promotions at night.
 */
export function changeByHand(objects: readonly KubeObject[], now: Date): void {
  const hoursAgo = new Date(now.getTime() - 3 * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  for (const object of objects) {
    const { name, namespace } = object.metadata;
    if (namespace !== 'team-checkout') continue;
    if (object.kind === 'ConfigMap' && name === 'promotions-settings') {
      object['data'] = { ...(object['data'] as object), LOG_LEVEL: 'debug' };
      note(object, { 'f:data': { 'f:LOG_LEVEL': {} } });
    }
    if (object.kind === 'Deployment' && name === 'promotions') {
      const template = object.spec?.['template'] as { spec: { containers: { resources: object }[] } };
      const [container] = template.spec.containers;
      if (container === undefined) continue;
      container.resources = { requests: { cpu: '50m', memory: '256Mi' } };
      const memory = { 'f:resources': { 'f:requests': { 'f:memory': {} } } };
      const containers = { 'k:{"name":"app"}': memory };
      note(object, { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': containers } } } });
    }
  }

  function note(object: KubeObject, fieldsV1: object): void {
    object.metadata['managedFields'] = [
      {
        manager: 'kubectl-edit',
        operation: 'Update',
        apiVersion: object.apiVersion,
        time: hoursAgo,
        fieldsType: 'FieldsV1',
        fieldsV1,
      },
    ];
  }
}
