import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
import { claimCause, claimsOf } from './claim-cause.ts';
import type { ClaimEvent } from './claim-cause.ts';
import { failures } from './testing/failures.ts';
import { wayOf, worldOf } from './testing/world.ts';

const metadata = { namespace: 'shop', uid: 'u', resourceVersion: '1', generation: 1 };

function claim(spec: Record<string, unknown>, phase = 'Pending'): KubeObject {
  const apiVersion = 'v1';
  return {
    apiVersion,
    kind: 'PersistentVolumeClaim',
    metadata: { ...metadata, name: 'data' },
    spec,
    status: { phase },
  };
}

function pod(spec: Record<string, unknown>): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'cart-0' }, spec };
}

const told = (reason: string, message: string, lastAt = '2026-03-02T08:59:00Z'): ClaimEvent => ({
  reason,
  message,
  lastAt,
});

const noClass = told(
  'FailedBinding',
  'no persistent volumes available for this claim and no storage class is set',
  '2026-03-02T08:00:00Z',
);
const external = told(
  'ExternalProvisioning',
  "Waiting for a volume to be created either by the external provisioner 'disks.example.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
);
const waitsForPod = told('WaitForPodScheduled', 'waiting for pod cart-0 to be scheduled', '2026-03-02T08:30:00Z');
const unused = told('WaitForFirstConsumer', 'waiting for first consumer to be created before binding');

const bad = {
  owner: undefined,
  reference: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'badimage' },
  health: 'not yet',
  says: '0 of 1 pods ready',
  reason: undefined,
  detail: undefined,
  images: [],
  since: undefined,
} as const;

describe('why a claim gets no volume, and what to do', () => {
  test.each([
    [
      'its class does not exist',
      claim({ storageClassName: 'fast' }),
      [told('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found')],
      'StorageClass fast does not exist',
      /^Create StorageClass fast, or correct storageClassName in the manifests of Kustomization bad-image-of/,
    ],
    [
      'it names no class',
      claim({}),
      [noClass],
      'PersistentVolumeClaim shop/data names no StorageClass, and the cluster has no default one',
      /is-default-class/,
    ],
    [
      'it wants none to be made',
      claim({ storageClassName: '' }),
      [noClass],
      'No PersistentVolume fits PersistentVolumeClaim shop/data',
      /^Create a PersistentVolume of its size/,
    ],
    [
      'its provisioner does not run; what it said before its pod had a place is past',
      claim({ storageClassName: 'later' }),
      [waitsForPod, external],
      'The provisioner disks.example.com makes no volume for PersistentVolumeClaim shop/data',
      /^Look whether the provisioner disks\.example\.com is installed/,
    ],
    [
      'its provisioner fails',
      claim({ storageClassName: 'disks' }),
      [told('ProvisioningFailed', 'failed to provision volume: rpc error: code = ResourceExhausted desc = quota')],
      'No volume can be made for PersistentVolumeClaim shop/data',
      /limit at the storage/,
    ],
    [
      'the volume it names is not there',
      claim({ storageClassName: '', volumeName: 'gone' }),
      [],
      'PersistentVolumeClaim shop/data waits for PersistentVolume gone',
      /^Create PersistentVolume gone/,
    ],
    [
      'no pod uses it',
      claim({ storageClassName: 'later' }),
      [unused],
      'PersistentVolumeClaim shop/data is used by no pod',
      /spec\.healthChecks of Kustomization bad-image-of/,
    ],
    ['its volume is gone', claim({}, 'Lost'), [], 'The volume of PersistentVolumeClaim shop/data is lost', /^Bring/],
    [
      'nothing tells',
      claim({ storageClassName: 'disks' }),
      [],
      'PersistentVolumeClaim shop/data has no volume',
      /^Look/,
    ],
  ])('%s', (_, object, events, title, fix) => {
    const cause = claimCause(object, events, undefined);
    if (cause === undefined) throw new Error('The claim is blamed for nothing.');
    const { root, steps } = worldOf(failures).of('Kustomization/bad-image-of', [cause]);
    expect(root).toMatchObject({ title, known: true });
    expect(root?.fix).toMatch(fix);
    expect(steps[1]?.reference.kind).toBe('PersistentVolumeClaim');
  });

  test('below the pod that needs it', () => {
    const owner = { group: '', kind: 'Pod', namespace: 'shop', name: 'cart-0' };
    const cause = claimCause(claim({}), [noClass], owner);
    const pods = [bad, { ...bad, reference: owner, owner: bad.reference }, ...(cause === undefined ? [] : [cause])];
    expect(wayOf(worldOf(failures).of('Kustomization/bad-image-of', pods))).toBe(
      'Kustomization bad-image-of ← Deployment badimage ← Pod cart-0 ← PersistentVolumeClaim data',
    );
  });

  test('not when it is bound, nor when it waits for its own pod', () => {
    const owner = { group: '', kind: 'Pod', namespace: 'shop', name: 'cart-0' };
    expect(claimCause(claim({}, 'Bound'), [noClass], owner)).toBeUndefined();
    expect(claimCause(claim({ storageClassName: 'later' }), [waitsForPod], owner)).toBeUndefined();
    expect(claimCause(claim({ storageClassName: 'later' }), [unused], owner)).toBeUndefined();
  });
});

test('the claims of a pod: by name, or made for its own volumes; none once it has a node', () => {
  const volumes = [
    { name: 'data', persistentVolumeClaim: { claimName: 'data-cart-0' } },
    { name: 'scratch', ephemeral: { volumeClaimTemplate: {} } },
    { name: 'settings', configMap: { name: 'settings' } },
  ];
  expect(claimsOf(pod({ volumes })).map(({ name }) => name)).toEqual(['data-cart-0', 'cart-0-scratch']);
  expect(claimsOf(pod({ volumes, nodeName: 'node-1' }))).toEqual([]);
});
