import { merge, namespace, untouched, type ContractCase } from './case.ts';

const instances = `/apis/fluxcd.controlplane.io/v1/namespaces/${namespace}/fluxinstances`;
const compare = ['code', 'body.spec', 'body.metadata.annotations', 'body.metadata.generation'];
const by = 'fieldManager=sluice';

function annotate(name: string, annotations: Record<string, string | null>): ContractCase {
  return {
    name,
    method: 'PATCH',
    path: `${instances}/flux?${by}`,
    headers: merge,
    body: { metadata: { annotations } },
    compare,
  };
}

/** A FluxInstance can only be called flux, so the sweep over all kinds finds none of it; here is one. */
export const kindsCases: readonly ContractCase[] = [
  {
    name: 'create a FluxInstance',
    method: 'POST',
    path: instances,
    body: {
      apiVersion: 'fluxcd.controlplane.io/v1',
      kind: 'FluxInstance',
      metadata: { name: 'flux', labels: untouched },
      spec: {
        cluster: { size: 'small' },
        distribution: { registry: 'example.com/flux', version: '2.x' },
        sync: { kind: 'OCIRepository', path: '.', ref: 'latest', url: 'oci://example.com/fleet' },
      },
    },
  },
  annotate('ask the FluxInstance to reconcile', { 'reconcile.fluxcd.io/requestedAt': 'contract' }),
  annotate('suspend the FluxInstance', { 'fluxcd.controlplane.io/reconcile': 'disabled' }),
  annotate('resume the FluxInstance', { 'fluxcd.controlplane.io/reconcile': null }),
  {
    name: 'write the status of the FluxInstance',
    method: 'PATCH',
    path: `${instances}/flux/status`,
    headers: merge,
    body: { status: { lastHandledReconcileAt: 'contract', lastAppliedRevision: 'v2.9.2@sha256:aa', unknown: true } },
    compare: ['code', 'body.status'],
  },
  { name: 'get the FluxInstance', method: 'GET', path: `${instances}/flux` },
  { name: 'delete the FluxInstance', method: 'DELETE', path: `${instances}/flux` },
];
