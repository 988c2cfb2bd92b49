import { expect, test } from 'vitest';
import { commandsFor } from './commands.ts';
import { kindByPlural, kinds } from './kinds/index.ts';
import { fluxObject } from './testing/situations.ts';

function lines(plural: string, object: ReturnType<typeof fluxObject>): string[] {
  const kind = kindByPlural(plural);
  if (kind === undefined) throw new Error(plural);
  return commandsFor(object, kind).map(({ line }) => line);
}

test('a Kustomization in a terminal', () => {
  expect(lines('kustomizations', fluxObject('Kustomization', 'cart'))).toEqual([
    'flux get kustomizations cart -n shop',
    'flux reconcile kustomization cart -n shop',
    'flux reconcile kustomization cart -n shop --with-source',
    'flux suspend kustomization cart -n shop',
    'flux events --for Kustomization/cart -n shop',
    'kubectl get kustomizations.kustomize.toolkit.fluxcd.io cart -n shop -o yaml',
    'kubectl describe kustomizations.kustomize.toolkit.fluxcd.io cart -n shop',
  ]);
});

test('suspended: resume, and nothing that would be refused', () => {
  const told = lines('gitrepositories', fluxObject('GitRepository', 'fleet', { spec: { suspend: true } }));
  expect(told).toContain('flux resume source git fleet -n shop');
  expect(told.join('\n')).not.toContain('reconcile');
  expect(told[0]).toBe('flux get sources git fleet -n shop');
});

test('what a kind cannot do is not offered', () => {
  const oci = fluxObject('HelmRepository', 'charts', { spec: { type: 'oci' } });
  expect(lines('helmrepositories', oci).join('\n')).not.toContain('reconcile');
  expect(lines('alerts', fluxObject('Alert', 'all')).join('\n')).not.toContain('reconcile');
  expect(lines('externalartifacts', fluxObject('ExternalArtifact', 'x')).join('\n')).not.toMatch(/suspend|reconcile/);
});

test('a name that is none cannot leave its place in the line', () => {
  for (const kind of kinds) {
    for (const { line } of commandsFor(fluxObject(kind.kind, `x'; rm -rf ~ #`), kind)) {
      expect(line).toContain(String.raw`'x'\''; rm -rf ~ #'`);
    }
  }
});
