import { expect, test } from 'vitest';
import { kindOf } from '../kinds/index.ts';
import { groupOf } from '../../../kube/object.ts';
import { fluxObject } from '../testing/situations.ts';
import { explain } from './explain.ts';
import { firstSentence, sentence } from './rule.ts';

const specs: Readonly<Record<string, Record<string, unknown>>> = {
  GitRepository: {
    url: 'https://git.example.com/a.git',
    secretRef: { name: 'git' },
    verify: { secretRef: { name: 'keys' } },
  },
  OCIRepository: { url: 'oci://registry.example.com/a' },
  HelmRelease: {
    timeout: '2m',
    chart: { spec: { chart: 'cart', sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
  },
  HelmChart: { chart: 'cart', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
  Kustomization: {
    path: './apps',
    sourceRef: { kind: 'GitRepository', name: 'fleet' },
    decryption: { secretRef: { name: 'sops' } },
  },
};

function said(kindName: string, message: string): string {
  const object = fluxObject(kindName, 'a', { spec: specs[kindName] ?? {} });
  const kind = kindOf(groupOf(object.apiVersion), kindName);
  if (kind === undefined) throw new Error(kindName);
  return explain(message, { object, kind });
}

test.each([
  [
    'GitRepository',
    `dial tcp 10.0.0.7:443: connect: connection refused`,
    'Nothing answers at 10.0.0.7:443 (connection refused)',
  ],
  [
    'GitRepository',
    `Get "https://git.example.com/a.git/info/refs": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    'The certificate of git.example.com is signed by an authority that Flux does not know',
  ],
  [
    'GitRepository',
    `Get "https://git.example.com": x509: certificate has expired or is not yet valid: current time`,
    'The certificate of git.example.com has expired',
  ],
  [
    'GitRepository',
    `x509: certificate is valid for a.example.com, not b.example.com`,
    'The certificate of b.example.com is made for a.example.com',
  ],
  [
    'GitRepository',
    `failed to checkout and determine revision: unable to clone: ssh: handshake failed: knownhosts: key mismatch`,
    'The SSH host key of git.example.com is not the known one',
  ],
  ['GitRepository', `no match found for semver: >=9`, 'No version of https://git.example.com/a.git fits >=9'],
  ['GitRepository', `unable to find reference for tag 'v9': reference not found`, 'Tag v9 does not exist'],
  [
    'GitRepository',
    `signature verification of commit 'x' failed: unable to verify Git commit: unable to verify payload with any of the given key rings`,
    'The signature of the commit cannot be verified',
  ],
  [
    'GitRepository',
    `PGP signature detected but no PGP public keys found in secret (keys with .asc suffix)`,
    'Secret shop/keys holds no public key for the PGP signature',
  ],
  ['GitRepository', `invalid 'ssh' auth option: 'identity' is required`, 'Secret shop/git has no key identity'],
  ['GitRepository', `context deadline exceeded`, 'The other side did not answer in time'],
  [
    'OCIRepository',
    `GET https://registry.example.com/v2/: TOOMANYREQUESTS: retry later`,
    'registry.example.com asks to be asked less often',
  ],
  [
    'OCIRepository',
    `GET https://registry.example.com/v2/a/manifests/1: NAME_UNKNOWN: repository name not known to registry`,
    'oci://registry.example.com/a does not exist in its registry',
  ],
  ['OCIRepository', `failed to find layer with media type 'x/y' in artifact`, 'has no layer of type x/y'],
  [
    'HelmChart',
    `no artifact available for HelmRepository source 'charts'`,
    'Waits for HelmRepository charts, which has fetched nothing yet',
  ],
  [
    'HelmChart',
    `chart pull error: failed to get chart version for remote reference: no 'cart' chart with version matching '9.x' found`,
    'HelmRepository charts has no version of chart cart that fits 9.x',
  ],
  [
    'Kustomization',
    `kustomize build failed: accumulating resources: open /tmp/kustomization-1/apps/x.yaml: no such file or directory`,
    'apps/x.yaml does not exist, and the kustomization.yaml in ./apps names it',
  ],
  [
    'Kustomization',
    `ConfigMap/nope/x not found: namespaces "nope" not found`,
    'ConfigMap nope/x cannot be applied: Namespace nope does not exist',
  ],
  [
    'Kustomization',
    `Deployment/cart namespace not specified: the server could not find the requested resource`,
    'Deployment cart says no namespace',
  ],
  [
    'Kustomization',
    `Deployment/shop/cart dry-run failed (InternalError): Internal error occurred: failed calling webhook "w.example.com": no endpoints available`,
    'Deployment shop/cart cannot be applied: the admission webhook w.example.com does not answer',
  ],
  [
    'Kustomization',
    `Secret/shop/s is SOPS encrypted, configuring decryption is required for this secret to be reconciled`,
    'Secret shop/s is encrypted with SOPS',
  ],
  ['Kustomization', `error decrypting sources: failed to decrypt`, 'check the keys in Secret sops'],
  [
    'Kustomization',
    `post build failed for 'cart': envsubst error: variable substitution failed: variable not set (strict mode): "region"`,
    'The substitutions in cart failed',
  ],
  [
    'Kustomization',
    `substitute from 'ConfigMap/vars' error: configmaps "vars" not found`,
    'ConfigMap shop/vars does not exist',
  ],
  [
    'Kustomization',
    `dependency 'shop/base' revision is not up to date`,
    'Waits for shop/base, which has not applied the newest revision yet',
  ],
  [
    'Kustomization',
    `dependency 'shop/base' not found: kustomizations "base" not found`,
    'Waits for shop/base, which does not exist',
  ],
  [
    'Kustomization',
    `health check failed after 2m: timeout waiting for: [Deployment/shop/a status: 'InProgress', Job/shop/b status: 'Failed', Pod/shop/c status: 'Unknown', Pod/shop/d status: 'Unknown']`,
    'Deployment shop/a, Job shop/b, Pod shop/c and 1 more did not become healthy within 2 min',
  ],
  [
    'Kustomization',
    `health check failed after 5s: failed early due to stalled resources: [HelmRelease/shop/a status: 'Failed']`,
    'HelmRelease shop/a failed and will not become healthy by itself',
  ],
  [
    'HelmRelease',
    `Helm upgrade failed for release shop/a with chart cart@1.0.0: another operation (install/upgrade/rollback) is in progress`,
    'still holds the release',
  ],
  [
    'HelmRelease',
    `Helm install failed for release shop/a with chart cart@1.0.0: cannot re-use a name that is still in use`,
    'a release of that name exists already',
  ],
  [
    'HelmRelease',
    `Helm install failed for release shop/a with chart cart@1.0.0: Unable to continue with install: ConfigMap "x" in namespace "shop" exists and cannot be imported into the current release: invalid ownership metadata`,
    'ConfigMap shop/x exists already',
  ],
  [
    'HelmRelease',
    `Helm upgrade failed for release shop/a with chart cart@1.0.0: context deadline exceeded`,
    'its objects were not ready within 2 min',
  ],
  [
    'HelmRelease',
    `Helm test failed for release shop/a.v2 with chart cart@1.0.0: pod cart-test failed`,
    'The test of shop/a with chart cart 1.0.0 failed: pod cart-test failed',
  ],
  [
    'HelmRelease',
    `Helm rollback to previous release shop/a.v1 with chart cart@1.0.0 failed: no such release`,
    'The rollback to shop/a.v1 with chart cart 1.0.0 failed',
  ],
  [
    'HelmRelease',
    `Helm install failed for release shop/a with chart cart@1.0.0: template: cart/templates/d.yaml:7:9: executing "cart/templates/d.yaml" at <.Values.x>: nil pointer evaluating`,
    `the chart's template cart/templates/d.yaml cannot be rendered, line 7: nil pointer evaluating`,
  ],
  ['ImagePolicy', `referenced ImageRepository does not exist`, 'which does not exist'],
  [
    'Alert',
    `failed to send notification for Kustomization/shop/cart: postMessage failed: failed to execute request: context deadline exceeded`,
    'The notification about Kustomization shop/cart could not be sent: the other side did not answer in time',
  ],
])('%s: %s', (kind, message, expected) => {
  expect(said(kind, message)).toContain(expected);
});

test('what no rule knows is told in the own words of the controller: one line, its first sentence, not too long', () => {
  expect(said('Kustomization', 'The moon is full. And the tide is high.\nMore.')).toBe('The moon is full.');
  expect(said('Kustomization', 'a\n\n  b')).toBe('a b');
  const long = said('Kustomization', 'word '.repeat(200));
  expect(long.length).toBeLessThan(310);
  expect(long).toMatch(/word …$/);
});

test('a message inside a message inside a message ends somewhere', () => {
  const nested = 'postMessage failed: '.repeat(500) + 'x';
  expect(said('Alert', nested).length).toBeLessThan(330);
});

test('a sentence begins and ends as one, and names keep their case', () => {
  expect(sentence('kustomize cannot build')).toBe('Kustomize cannot build.');
  expect(sentence('git.example.com refuses')).toBe('git.example.com refuses.');
  expect(sentence('Done.')).toBe('Done.');
  expect(sentence('  ')).toBe('');
  expect(firstSentence('v1.2.3 of a.b is bad')).toBe('v1.2.3 of a.b is bad');
});
