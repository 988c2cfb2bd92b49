import { describe, expect, test } from 'vitest';
import { company } from '../../../../sandbox/company/index.ts';
import { controllerOf } from '../controllers/names.ts';
import { kinds } from '../kinds/index.ts';
import { situations } from '../testing/situations.ts';
import { failed, failures } from './testing/failures.ts';
import { wayOf, worldOf } from './testing/world.ts';

const world = worldOf(failures);
const troubled = new Set(['failing', 'stalled', 'waiting', 'suspended-failing']);

/** What a person who knows Flux says of each: the way to the cause, the cause, and the fix. */
const table: readonly [subject: string, way: string, title: string, fix: string, command: string | undefined][] = [
  [
    'GitRepository/bad-branch',
    'GitRepository bad-branch',
    'Branch nope does not exist in https://git.example.com/apps.git',
    'Correct spec.ref.branch, or push the branch nope.',
    'git ls-remote --heads https://git.example.com/apps.git',
  ],
  [
    'GitRepository/bad-host',
    'GitRepository bad-host',
    'The host git.invalid cannot be found by DNS',
    'Correct the host name in spec.url',
    'nslookup git.invalid',
  ],
  [
    'GitRepository/no-secret',
    'GitRepository no-secret ← Secret missing',
    'Secret shop/missing does not exist',
    'Create Secret shop/missing, or correct spec.secretRef.',
    'flux create secret git missing -n shop --url=ssh://git@git.example.com/x.git',
  ],
  [
    'Bucket/bucket',
    'Bucket bucket',
    'The bucket name b is too short: names have at least 3 characters',
    'Correct spec.bucketName',
    undefined,
  ],
  [
    'HelmRepository/http-bad',
    'HelmRepository http-bad',
    'There is no index at https://charts.example.com/index.yaml (404 Not Found)',
    'Correct spec.url: it is the folder in which index.yaml lies.',
    'curl -sSfI https://charts.example.com/index.yaml',
  ],
  [
    'OCIRepository/no-tag',
    'OCIRepository no-tag',
    'Tag none does not exist in oci://registry.example.com/manifests',
    'Correct spec.ref.tag, or push the tag none.',
    'flux list artifacts oci://registry.example.com/manifests',
  ],
  [
    'OCIRepository/tls-expected',
    'OCIRepository tls-expected',
    'registry.example.com:5000 speaks plain HTTP and was asked by HTTPS',
    'Set spec.insecure: true, or give the registry a certificate.',
    undefined,
  ],
  [
    'OCIRepository/unsigned',
    'OCIRepository unsigned ← Secret cosign-pub',
    'Secret shop/cosign-pub does not exist',
    'Create Secret shop/cosign-pub, or correct spec.verify.secretRef.',
    'kubectl -n shop create secret generic cosign-pub --from-file=cosign.pub',
  ],
  [
    'HelmChart/shop-chart-missing',
    'HelmChart shop-chart-missing',
    'Chart nope does not exist in HelmRepository charts',
    'Correct spec.chart.spec.chart of the HelmRelease that the chart is for, or push the chart nope to HelmRepository charts.',
    'helm show chart oci://registry.example.com/charts/nope',
  ],
  [
    'HelmRelease/chart-missing',
    'HelmRelease chart-missing ← HelmChart shop-chart-missing',
    'Chart nope does not exist in HelmRepository charts',
    'Correct spec.chart.spec.chart',
    'helm show chart oci://registry.example.com/charts/nope',
  ],
  [
    'HelmRelease/waits',
    'HelmRelease waits ← HelmRelease chart-missing ← HelmChart shop-chart-missing',
    'Chart nope does not exist in HelmRepository charts',
    'Correct spec.chart.spec.chart',
    'helm show chart oci://registry.example.com/charts/nope',
  ],
  [
    'HelmRelease/template-error',
    'HelmRelease template-error',
    'A template of HelmRelease shop/template-error stops: replicas must be set by hand',
    "Set in spec.values what the chart's x.yaml asks for.",
    'flux debug helmrelease template-error -n shop --show-values',
  ],
  [
    'HelmRelease/wrong-type',
    'HelmRelease wrong-type',
    'The install of shop/wrong-type with chart cart 1.0.0 failed: the API server cannot read a ConfigMap (v1) of it: cannot unmarshal array into Go struct field ConfigMap.data of type string',
    'Correct the values that a ConfigMap of the chart is made from',
    'kubectl explain configmap --recursive',
  ],
  [
    'HelmRelease/bad-image',
    'HelmRelease bad-image ← Deployment bad-image',
    'Deployment shop/bad-image does not become healthy',
    'It has given up: a changed spec, chart or values start it again; without one, sync with a reset (flux reconcile helmrelease bad-image -n shop --reset).',
    'kubectl -n shop describe deployment bad-image',
  ],
  [
    'HelmRelease/upgrade-fails',
    'HelmRelease upgrade-fails',
    'The upgrade of shop/upgrade-fails with chart cart 1.1.0 failed: its objects were not ready within 25 s',
    'give it a longer spec.timeout (now 25s). It has given up: a changed spec',
    'kubectl -n shop get deployments,statefulsets,daemonsets,jobs -l helm.toolkit.fluxcd.io/name=upgrade-fails',
  ],
  [
    'HelmRelease/values-missing',
    'HelmRelease values-missing ← ConfigMap none',
    'ConfigMap shop/none does not exist',
    'Create ConfigMap shop/none, or correct spec.valuesFrom.',
    'kubectl -n shop create configmap none --from-file=values.yaml',
  ],
  [
    'HelmRelease/old-cluster',
    'HelmRelease old-cluster',
    'The chart of HelmRelease shop/old-cluster asks for Kubernetes >=1.39.0-0',
    'Choose in spec.chart.spec.version a version of the chart that supports Kubernetes v1.36.3',
    undefined,
  ],
  [
    'Kustomization/bad-image-of',
    'Kustomization bad-image-of ← Deployment badimage',
    'Deployment shop/badimage does not become healthy',
    'Look at the pods of Deployment shop/badimage: image, probes, limits, volumes.',
    'kubectl -n shop describe deployment badimage',
  ],
  [
    'Kustomization/bad-path',
    'Kustomization bad-path',
    'The path ./apps/nope does not exist in GitRepository apps',
    'Correct spec.path, or add the folder ./apps/nope to GitRepository apps.',
    'flux reconcile kustomization bad-path -n shop --with-source',
  ],
  [
    'Kustomization/bad-sa',
    'Kustomization bad-sa ← ServiceAccount nobody',
    'ServiceAccount shop/nobody may not patch clusterroles.rbac.authorization.k8s.io in the whole cluster',
    'by a ClusterRole and ClusterRoleBinding',
    'kubectl auth can-i patch clusterroles.rbac.authorization.k8s.io --as=system:serviceaccount:shop:nobody',
  ],
  [
    'Kustomization/bad-yaml',
    'Kustomization bad-yaml',
    "apps/badyaml/a.yaml is not valid YAML, line 1: did not find expected ',' or ']'",
    'Correct line 1 of apps/badyaml/a.yaml and push.',
    'kubectl create --dry-run=client -f apps/badyaml/a.yaml',
  ],
  [
    'Kustomization/depends-on-bad',
    'Kustomization depends-on-bad ← Kustomization bad-yaml',
    "apps/badyaml/a.yaml is not valid YAML, line 1: did not find expected ',' or ']'",
    'Correct line 1 of apps/badyaml/a.yaml and push.',
    'kubectl create --dry-run=client -f apps/badyaml/a.yaml',
  ],
  [
    'Kustomization/immutable',
    'Kustomization immutable',
    'Service shop/imm cannot be changed: spec.clusterIPs[0] is fixed once it is set',
    'Delete Service shop/imm so that it is made again, or set spec.force: true',
    'kubectl -n shop delete service imm',
  ],
  [
    'Kustomization/missing-crd',
    'Kustomization missing-crd',
    'The cluster does not know the kind Foo (x.example.com/v1)',
    'Install what brings the kind Foo in a Kustomization or HelmRelease of its own, and name that in spec.dependsOn',
    'kubectl api-resources --api-group=x.example.com',
  ],
  [
    'Kustomization/no-source',
    'Kustomization no-source ← GitRepository gone',
    'GitRepository shop/gone does not exist',
    'Create GitRepository shop/gone, or correct spec.sourceRef.',
    'kubectl -n shop get gitrepository.source.toolkit.fluxcd.io',
  ],
  [
    'Kustomization/source-failing',
    'Kustomization source-failing ← GitRepository bad-branch',
    'Branch nope does not exist in https://git.example.com/apps.git',
    'Correct spec.ref.branch, or push the branch nope.',
    'git ls-remote --heads https://git.example.com/apps.git',
  ],
  [
    'Kustomization/suspended-failing',
    'Kustomization suspended-failing',
    "apps/badyaml/a.yaml is not valid YAML, line 1: did not find expected ',' or ']'",
    'Then resume it (flux resume kustomization suspended-failing -n shop).',
    'kubectl create --dry-run=client -f apps/badyaml/a.yaml',
  ],
  [
    'Receiver/recv-bad',
    'Receiver recv-bad ← Secret none',
    'Secret shop/none does not exist',
    'Create Secret shop/none, or correct spec.secretRef.',
    'kubectl -n shop create secret generic none --from-literal=token=<token>',
  ],
];

describe('every failure has its way to the cause, and its fix', () => {
  test.each(table)('%s', (subject, way, title, fix, command) => {
    const diagnosis = world.of(subject);
    expect({ way: wayOf(diagnosis), title: diagnosis.root?.title }).toEqual({ way, title });
    expect(diagnosis.root?.fix).toContain(fix);
    expect(diagnosis.root?.command === undefined).toBe(command === undefined);
    expect(diagnosis.root?.command ?? '').toContain(command ?? '');
    expect(diagnosis.root?.known).toBe(true);
  });

  test('no failure is left out of the table', () => {
    const failing = world.entries.filter(({ summary }) => troubled.has(summary.state));
    expect(failing.map(({ object }) => `${object.kind}/${object.metadata.name}`).toSorted()).toEqual(
      table.map(([subject]) => subject).toSorted(),
    );
  });

  test('what has the same cause has the same key', () => {
    const keyOf = (name: string) => world.of(name).root?.key;
    expect(keyOf('HelmRelease/waits')).toBe(keyOf('HelmChart/shop-chart-missing'));
    expect(keyOf('Kustomization/depends-on-bad')).toBe(keyOf('Kustomization/bad-yaml'));
    expect(keyOf('Kustomization/bad-yaml')).not.toBe(keyOf('Kustomization/immutable'));
  });
});

describe('every object of the company that is not well', () => {
  const company_ = worldOf(company());
  const failing = company_.entries.filter(({ summary }) => troubled.has(summary.state));

  test('there are enough of them', () => expect(failing.length).toBeGreaterThan(30));

  test.each(failing.map(({ object }) => [`${object.kind}/${object.metadata.name}`]))('%s has a known cause', (name) => {
    const { root, steps } = company_.of(name);
    expect(root).toMatchObject({ known: true, title: expect.stringMatching(/\S/), fix: expect.stringMatching(/\.$/) });
    expect(steps.length).toBeGreaterThan(0);
    for (const { text } of steps) expect(text).toMatch(/^[\p{Lu}\d“]|^[a-z][\w.-]*[./:@-]/u);
  });
});

describe('all situations', () => {
  const all = worldOf(situations.map(({ object }) => object));

  test.each(
    all.entries
      .filter(({ summary }) => troubled.has(summary.state))
      .map(({ object }) => [`${object.kind}/${object.metadata.name}`]),
  )('%s has a known cause', (name) => expect(all.of(name).root).toMatchObject({ known: true }));

  test('none shows a credential', () => {
    const said = all.entries
      .map(({ object }) => all.of(`${object.kind}/${object.metadata.name}`))
      .map(({ steps, root }) => ({ steps, root }));
    expect(JSON.stringify(said)).not.toMatch(/planted-password|52ce658f/);
    expect(JSON.stringify(world.of('GitRepository/bad-host').root)).not.toContain('planted-password');
  });

  test('what is ready, and what is on its way, needs no diagnosis', () => {
    for (const { object, summary } of all.entries) {
      if (summary.failedBefore || (summary.state !== 'ready' && summary.state !== 'reconciling')) continue;
      expect(all.of(`${object.kind}/${object.metadata.name}`)).toMatchObject({ steps: [], root: undefined });
    }
  });
});

describe('lines of the program helm', () => {
  const stuck = (rest: string, targetNamespace?: string) => {
    const message = `Helm upgrade failed for release shop/a with chart cart@1.1.0: ${rest}`;
    const spec = { chartRef: { kind: 'OCIRepository', name: 'cart' }, ...(targetNamespace && { targetNamespace }) };
    const release = failed('HelmRelease', 'a', spec, 'UpgradeFailed', message);
    return worldOf([release]).of('HelmRelease/a').root?.command;
  };

  test('ask where the release is stored, which need not be where its objects are', () => {
    const busy = 'another operation (install/upgrade/rollback) is in progress';
    expect(stuck(busy)).toBe('helm -n shop history a');
    expect(stuck(busy, 'carts')).toBe('helm -n shop history carts-a');
    expect(stuck('"a" has no deployed releases')).toBe('helm -n shop uninstall a');
    expect(stuck('"a" has no deployed releases', 'carts')).toBe(
      'kubectl -n shop delete secret -l owner=helm,name=carts-a',
    );
  });
});

test.each(kinds)('whose log to read is known of $title', ({ group, plural }) => {
  expect(controllerOf(group, plural)).toMatch(/-(?:controller|watcher|operator)$/);
});
