import { expect, test } from 'vitest';
import { fluxObjects } from './flux.ts';

const stream = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: kustomizations.kustomize.toolkit.fluxcd.io}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: kustomize-controller, labels: {control-plane: controller}}
spec:
  template:
    spec:
      containers: [{name: manager, image: 'fluxcd/kustomize-controller:v9', args: [--log-level=info]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: crd-controller}
---
`;

test("a version's objects, placed and labelled as an installation has them, run the binaries there are", () => {
  const binary = { name: 'kustomize-controller', path: '/bin/k', version: 'v1.9.5 (ready-made)' } as const;
  const [deployment, role, ...more] = fluxObjects([stream], '2.9.4', [binary]);
  expect(more).toEqual([]);
  expect(deployment).toMatchObject({
    metadata: {
      namespace: 'flux-system',
      labels: { 'control-plane': 'controller', 'app.kubernetes.io/version': 'v2.9.4' },
    },
    spec: {
      template: {
        spec: {
          containers: [
            {
              image: 'ghcr.io/fluxcd/kustomize-controller:v1.9.5',
              args: ['--log-level=info', '--watch-label-selector=!sharding.fluxcd.io/key', '--concurrent=20'],
            },
          ],
        },
      },
    },
  });
  expect(role?.metadata).not.toHaveProperty('namespace');
});
