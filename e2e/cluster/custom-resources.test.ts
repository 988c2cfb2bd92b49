import { expect, test } from 'vitest';
import { customResourcesIn } from './custom-resources.ts';

const stream = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    name: not-this-one
  name: gadgets.example.com
spec:
  names:
    kind: Gadget
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: gadget-controller
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec: {}
`;

test('only the definitions of a stream are taken, each with its own name', () => {
  const resources = customResourcesIn(stream);
  expect(resources.map(({ name }) => name)).toEqual(['gadgets.example.com', 'widgets.example.com']);
  expect(resources[0]?.text).toContain('kind: Gadget');
  expect(resources[0]?.text).not.toContain('Deployment');
});
