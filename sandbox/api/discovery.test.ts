import { expect, test } from 'vitest';
import { aggregated, group, groupList, resourceList } from './discovery.ts';
import { fluxResources } from './flux/resources.ts';
import { byPreference } from './registry.ts';
import { builtInResources } from './resources.ts';

const all = [...builtInResources, ...fluxResources];

test('stable versions come first, then the newer ones', () => {
  const versions = ['v1alpha1', 'v1beta1', 'v1', 'v2', 'v1beta3', 'v10', 'old'];
  expect(versions.toSorted(byPreference)).toEqual(['v10', 'v2', 'v1', 'v1beta3', 'v1beta1', 'v1alpha1', 'old']);
});

test('a group names its versions, the preferred one first', () => {
  expect(group(all, 'notification.toolkit.fluxcd.io')).toMatchObject({
    versions: [{ version: 'v1' }, { version: 'v1beta3' }],
    preferredVersion: { groupVersion: 'notification.toolkit.fluxcd.io/v1' },
  });
  expect(group(all, 'nothing.example.com')).toBeUndefined();
  expect(groupList(all)).toMatchObject({ kind: 'APIGroupList' });
});

test('a version names its resources and their parts', () => {
  const names = (groupName: string, version: string) => {
    const list = resourceList(all, groupName, version) as { resources: { name: string }[] } | undefined;
    return list?.resources.map((resource) => resource.name);
  };
  expect(names('kustomize.toolkit.fluxcd.io', 'v1')).toEqual(['kustomizations', 'kustomizations/status']);
  expect(names('notification.toolkit.fluxcd.io', 'v1beta3')).toEqual(['alerts', 'providers']);
  expect(names('', 'v1')).toContain('pods/log');
  expect(names('kustomize.toolkit.fluxcd.io', 'v2')).toBeUndefined();
});

test('two answers tell everything', () => {
  const resourcesOf = (root: 'api' | 'apis') => {
    const { items } = aggregated(all, root) as { items: { versions: { resources: { resource: string }[] }[] }[] };
    return items.flatMap((item) => item.versions.flatMap((version) => version.resources.map((each) => each.resource)));
  };
  const told = new Set([...resourcesOf('api'), ...resourcesOf('apis')]);
  expect(all.filter(({ plural }) => !told.has(plural))).toEqual([]);
  expect(told).toContain('selfsubjectaccessreviews');
});
