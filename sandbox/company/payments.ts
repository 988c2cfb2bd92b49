import { appliedObject } from './applied.ts';
import { failing } from './conditions.ts';
import { dummySecret } from './core.ts';
import type { Draft } from './draft.ts';
import { gitRepository, revisionOfGit } from './repositories.ts';
import { addNotifications, addTeam } from './team.ts';

const namespace = 'team-payments';
const url = 'ssh://git@git.example.com/payments/deploy.git';
const auditUrl = 'https://deploy:s3cret@git.example.com/payments/audit.git';

/** The team behind the money: its deploy key was changed, so nothing new arrives; and a chain of dependencies stands still. */
export function addPayments(draft: Draft): void {
  const revision = revisionOfGit({ url });
  draft.add(
    dummySecret(draft.before, namespace, 'deploy-key', ['identity', 'identity.pub', 'known_hosts']),
    gitRepository(draft.before, {
      namespace,
      name: 'payments',
      url,
      secret: 'deploy-key',
      stored: '7h',
      outcome: failing(
        'GitOperationFailed',
        `failed to checkout and determine revision: unable to clone '${url}': ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain`,
        { since: '6h40m', last: '41s' },
      ),
    }),
    gitRepository(draft.before, {
      namespace,
      name: 'audit-trail',
      url: auditUrl,
      outcome: failing(
        'GitOperationFailed',
        `failed to checkout and determine revision: unable to clone '${auditUrl}': Get "https://deploy:***@git.example.com/payments/audit.git/info/refs?service=git-upload-pack": authentication required: invalid credentials`,
        { since: '12d', last: '27s', applied: false },
      ),
    }),
    gitRepository(draft.before, {
      namespace,
      name: 'card-vault',
      url: 'ssh://git@git.example.com/payments/card-vault.git',
      secret: 'card-vault-key',
      outcome: failing(
        'AuthenticationFailed',
        `failed to get secret 'team-payments/card-vault-key': failed to get secret 'team-payments/card-vault-key': secrets "card-vault-key" not found`,
        { since: '4h', last: '33s', applied: false },
      ),
    }),
  );
  addTeam(draft, {
    namespace,
    source: { kind: 'GitRepository', name: 'payments' },
    sourceUrl: url,
    revision,
    apps: [
      { name: 'payments-api', follows: true, replicas: 3 },
      {
        name: 'ledger',
        outcome: failing(
          'ReconciliationFailed',
          `Service/${namespace}/ledger dry-run failed (Invalid): Service "ledger" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.14.20"]: may not change once set\n`,
          { since: '3h', last: '2m' },
        ),
      },
      {
        name: 'invoices',
        dependsOn: [{ name: 'ledger' }],
        outcome: { is: 'waiting', on: `${namespace}/ledger`, since: '3h' },
      },
      {
        name: 'statements',
        dependsOn: [{ name: 'invoices' }],
        outcome: { is: 'waiting', on: `${namespace}/invoices`, since: '3h' },
      },
      { name: 'refunds', version: '3.4.1', follows: true, chosen: '3.5.0' },
      {
        name: 'fraud-scoring',
        source: { kind: 'GitRepository', name: 'audit-trail' },
        suspended: 'plainly',
        generation: 2,
        outcome: failing('ArtifactFailed', 'Source artifact not found, retrying in 30s', {
          since: '12d',
          last: '4d',
          applied: false,
        }),
      },
      {
        name: 'receipts',
        decryption: 'sops-age',
        outcome: failing(
          'BuildFailed',
          `cannot get decryption Secret '${namespace}/sops-age': secrets "sops-age" not found`,
          { since: '55m', last: '50s' },
        ),
      },
      {
        name: 'currency-rates',
        interval: '5m',
        also: [
          {
            ...appliedObject('CronJob', 'batch/v1', { namespace, name: 'currency-rates-fetch' }),
            image: 'registry.example.com/payments/rates-fetch:2.4.0',
            health: 'out-of-memory',
          },
        ],
      },
      {
        name: 'payouts',
        suspended: { by: 'treasury@example.com', ago: '26h', reason: 'Bank holiday' },
        generation: 2,
        behind: true,
        also: [
          {
            ...appliedObject('ConfigMap', 'v1', { namespace, name: 'payouts-calendar' }),
            data: { 'calendar.yaml': 'closed: [saturday, sunday]\nlast_run: "16:00"\n' },
          },
        ],
      },
    ],
  });
  addNotifications(draft, { namespace, type: 'msteams', channel: 'payments', repository: 'payments' });
}
