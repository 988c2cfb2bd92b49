import { expect, test } from 'vitest';
import { binaryPath, binarySource, embeddedVersion, linkerFlags, requiredVersion } from './binaries.ts';
import { fluxControllers } from './parts.ts';

test('the version is read from a go.mod, alone or in a block, and not from a longer path', () => {
  const goMod = `module x\n\nrequire k8s.io/kubernetes v1.36.3 // indirect\n\nrequire (\n\tk8s.io/api/extra v9.9.9\n\tk8s.io/api v0.36.3 // indirect\n)\n`;
  expect(requiredVersion(goMod, 'k8s.io/kubernetes')).toBe('v1.36.3');
  expect(requiredVersion(goMod, 'k8s.io/api')).toBe('v0.36.3');
  expect(() => requiredVersion(goMod, 'k8s.io/client-go')).toThrow('k8s.io/client-go');
});

test('Kubernetes is told its version, others are not', () => {
  const flags = linkerFlags('k8s.io/kubernetes', 'v1.36.3');
  expect(flags).toContain('-X k8s.io/component-base/version.gitVersion=v1.36.3');
  expect(flags).toContain('-X k8s.io/component-base/version.gitMinor=36');
  expect(linkerFlags('go.etcd.io/etcd/server/v3', 'v3.6.8')).toBe('-s -w');
});

test('every binary that has a Go module is found with its pinned version', () => {
  const built = (['etcd', 'kube-apiserver', 'kube-controller-manager', 'registry', ...fluxControllers] as const)
    .map(binarySource)
    .filter((source) => source !== undefined);
  expect(built.map(({ name }) => name)).toEqual([
    'etcd',
    'kube-apiserver',
    'kube-controller-manager',
    'registry',
    'source-controller',
    'kustomize-controller',
    'helm-controller',
    'notification-controller',
    'image-automation-controller',
  ]);
  for (const source of built) {
    expect(source.version).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(binaryPath(source)).toMatch(new RegExp(`/${source.name}-${source.version}-[0-9a-f]{12}$`));
  }
});

test('the version of a ready-made controller is read from what its build recorded', () => {
  const output = [
    '/opt/source-controller: go1.26.1',
    '\tpath\tgithub.com/fluxcd/source-controller',
    '\tmod\texample.com/mirror/source-controller\t(devel)\t',
    '\tdep\tgithub.com/fluxcd/source-controller\tv1.9.1\th1:abc=',
    '\tdep\tgithub.com/fluxcd/source-controller/api\tv1.9.0\th1:def=',
  ].join('\n');
  expect(embeddedVersion(output, 'source-controller')).toBe('v1.9.1');
  expect(embeddedVersion(output, 'helm-controller')).toBeUndefined();
});
