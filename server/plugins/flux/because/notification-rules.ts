import type { Rule } from './rule.ts';
import { missing } from './cluster-rules.ts';

/** What notification-controller says of receivers, providers and what it could not send. */
export const notificationRules: readonly Rule[] = [
  {
    when: /unable to read token from secret '([^']+)' error: (?:secrets ".*" not found|.*not found)/s,
    say: ([, name = ''], about) => missing('Secret', name, about),
  },
  {
    when: /invalid "?([^"\s]+)"? secret data: required field(?:s)? '?token'?/i,
    say: ([, name]) => `Secret ${name} has no key token, which the webhook's requests are checked with: add it`,
  },
  {
    when: /^failed to send notification for (\S+): (.*)/s,
    say: ([, object, why = ''], _, explain) =>
      `The notification about ${object?.replace('/', ' ')} could not be sent: ${explain(why)}`,
  },
  {
    when: /^postMessage failed: (.*)/s,
    say: ([, why = ''], _, explain) => explain(why),
  },
  {
    when: /^failed to execute request: (.*)/s,
    say: ([, why = ''], _, explain) => explain(why),
  },
];
