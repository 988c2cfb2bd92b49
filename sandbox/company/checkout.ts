import { appliedObject } from './applied.ts';
import { failing } from './conditions.ts';
import type { Draft } from './draft.ts';
import { configMap, dummySecret, dummyValue } from './core.ts';
import { gitRepository, revisionOfGit } from './repositories.ts';
import { addNotifications, addTeam } from './team.ts';

const namespace = 'team-checkout';
const paymentKey = dummyValue('payment_key');
const toolbox = 'registry.example.com/tools/toolbox:3.2';
const url = 'https://git.example.com/checkout/deploy.git';

/** The team behind the shopping basket: many healthy applications, and the everyday troubles of some. */
export function addCheckout(draft: Draft): void {
  const revision = revisionOfGit({ url });
  draft.add(
    dummySecret(draft.before, namespace, 'deploy-token', ['username', 'password']),
    dummySecret(draft.before, namespace, 'payment-variables', ['payment_key']),
    configMap(draft.before, namespace, 'cluster-variables', {
      cluster: 'production',
      region: 'north-1',
      storefront: 'staging.example.com',
    }),
    gitRepository(draft.before, { namespace, name: 'checkout', url, secret: 'deploy-token', stored: '37m' }),
    gitRepository(draft.before, {
      namespace,
      name: 'experiments',
      url: 'https://git.example.com/checkout/experiments.git',
      branch: 'spring-sale',
      outcome: failing(
        'GitOperationFailed',
        `failed to checkout and determine revision: unable to clone 'https://git.example.com/checkout/experiments.git': couldn't find remote ref "refs/heads/spring-sale"`,
        { since: '3d', last: '52s', applied: false },
      ),
    }),
  );
  addTeam(draft, {
    namespace,
    source: { kind: 'GitRepository', name: 'checkout' },
    sourceUrl: url,
    revision,
    apps: [
      {
        name: 'cart',
        follows: true,
        replicas: 3,
        also: [
          { ...appliedObject('Job', 'batch/v1', { namespace, name: 'cart-migrate' }), image: toolbox },
          { ...appliedObject('HorizontalPodAutoscaler', 'autoscaling/v2', { namespace, name: 'cart' }), replicas: 3 },
        ],
      },
      {
        name: 'checkout-api',
        follows: true,
        replicas: 3,
        dependsOn: [{ name: 'session' }],
        wait: true,
        timeout: '3m',
        substitute: {
          substitute: { storefront: 'shop.example.com' },
          substituteFrom: [
            { kind: 'ConfigMap', name: 'cluster-variables' },
            { kind: 'Secret', name: 'payment-variables' },
            { kind: 'ConfigMap', name: 'local-variables', optional: true },
          ],
        },
        also: [
          {
            ...appliedObject('ConfigMap', 'v1', { namespace, name: 'checkout-api-endpoints' }),
            data: {
              PAYMENT_KEY: paymentKey,
              REGION: 'north-1',
              SERVICE_CLASS: 'standard',
              STOREFRONT: 'https://shop.example.com',
            },
          },
        ],
      },
      { name: 'checkout-web', follows: true, requested: '2026-01-01T08:00:00.000000000Z' },
      {
        name: 'pricing',
        follows: true,
        health: 'crashing',
        wait: true,
        timeout: '2m',
        outcome: failing(
          'HealthCheckFailed',
          `health check failed after 2m0.031822406s: timeout waiting for: [Deployment/${namespace}/pricing status: 'InProgress']`,
          { since: '1h26m', last: '1m12s' },
        ),
      },
      {
        name: 'promotions',
        suspended: { by: 'release-manager@example.com', ago: '20m', reason: 'Prices are frozen until the sale starts' },
        generation: 2,
      },
      {
        name: 'session',
        health: 'rolling-out',
        wait: true,
        outcome: {
          is: 'progressing',
          since: '25s',
          message: `Running health checks for revision ${revision} with a timeout of 9m30s`,
        },
      },
      {
        name: 'load-test',
        suspended: { by: 'oncall@example.com', ago: '2d', reason: 'Kept failing at night' },
        generation: 2,
        outcome: failing(
          'BuildFailed',
          `kustomize build failed: accumulating resources: accumulation err='accumulating resources from 'service.yaml': open /tmp/kustomization-2046790650/apps/load-test/service.yaml: no such file or directory': must build at directory: '/tmp/kustomization-2046790650/apps/load-test/service.yaml': file is not directory`,
          { since: '2d', last: '2d' },
        ),
      },
      {
        name: 'feature-flags',
        outcome: failing(
          'BuildFailed',
          `failed to decode Kubernetes YAML from /tmp/kustomization-3992376631/apps/feature-flags/flags.yaml: MalformedYAMLError: yaml: line 14: did not find expected key`,
          { since: '18m', last: '35s' },
        ),
      },
      {
        name: 'spring-sale',
        source: { kind: 'GitRepository', name: 'experiments' },
        outcome: failing('ArtifactFailed', 'Source artifact not found, retrying in 30s', {
          since: '3d',
          last: '20s',
          applied: false,
        }),
      },
      {
        name: 'gift-cards',
        interval: '5m',
        version: '2.11.3',
        spec: {
          healthChecks: [
            { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gift-cards', namespace },
            { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', name: 'session', namespace },
          ],
          images: [{ name: 'registry.example.com/checkout/gift-cards', newTag: '2.11.3' }],
          patches: [
            {
              patch: 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: gift-cards\nspec:\n  replicas: 2\n',
              target: { kind: 'Deployment', name: 'gift-cards' },
            },
          ],
        },
      },
      { name: 'address-book', interval: '5m' },
    ],
  });
  addNotifications(draft, { namespace, type: 'slack', channel: 'checkout-deliveries', repository: 'checkout' });
}
