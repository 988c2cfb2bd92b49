import NodeCache from 'node-cache';
import type { AccessRule, SluiceError } from '../errors.ts';
import type { Access, KubeClient, Scope } from './cluster.ts';
import { identityKey, type Identity } from './identity.ts';
import { createLimit } from './limit.ts';
import { permits, type NamespaceRules, rulesOfReview, type RulesReview } from './namespace-rules.ts';
import { isUnanswered } from './unanswered.ts';

const holdsFor = 30_000;
/** Renewed at this age, so that an answer in use never runs out while somebody waits for it. */
const renewAfter = 20_000;
const renewEvery = 3_000;
/** An answer nobody has used for so long is not renewed any more. */
const forgottenAfter = 15 * 60_000;
/** While the API server is away nobody can be asked: then the last answer holds for so long. */
const holdsInOutage = 60 * 60_000;
const atATime = 12;
/** Who may see little can be asked about any name: answers that nobody has used for longest make way. */
const mostKept = 10_000;
const makeWay = 1_000;
/** Of more answers than this in use those used last are renewed; the others are asked for again when they are needed. */
const mostRenewed = 300;
const answersWithin = 10_000;

const longAgo = -Infinity;

/** Its times are of the clock that nobody sets: one set back would make answers outlive the rights. */
interface Answer<Value> {
  value: Value;
  askedAt: number;
  usedAt: number;
  ask: () => Promise<Value>;
}

/** Access with the means to keep it up to date. */
export interface RenewedAccess extends Access {
  /** Nothing known holds any more: the API server has come back and may judge otherwise. */
  expire(): void;
  close(): void;
}

/**
 * Rights as the API server sees them, asked as the asker itself: SelfSubjectAccessReview for the whole cluster first, then
 * one SelfSubjectRulesReview per namespace that answers for all verbs and resources there, where it is complete; else one
 * SelfSubjectAccessReview each. Answers hold 30 seconds and are renewed in the background while they are in use, so that a
 * page view of somebody known causes no request.
 *
 * Throws what the API server says: forbidden when Sluice may not impersonate, unreachable. While it is known to be `away`
 * that is thrown at once for what was never asked: else every page would wait for an answer that does not come.
 */
export function createAccess(
  client: KubeClient,
  isReachable: () => boolean,
  away: () => SluiceError | undefined = () => undefined,
): RenewedAccess {
  const answers = new NodeCache({ useClones: false, stdTTL: holdsInOutage / 1000, checkperiod: 60 });
  const inFlight = new Map<string, Promise<unknown>>();
  const limit = createLimit(atATime);

  async function recall<Value>(key: string, ask: () => Promise<Value>): Promise<Value> {
    const known = answers.get<Answer<Value>>(key);
    const now = performance.now();
    if (known !== undefined) {
      known.usedAt = now;
      if (now - known.askedAt < holdsFor || !isReachable()) return known.value;
    }
    const gone = away();
    if (gone !== undefined) throw gone;
    try {
      return await learn(key, ask);
    } catch (error) {
      if (known !== undefined && isUnanswered(error)) return known.value;
      throw error;
    }
  }

  function learn<Value>(key: string, ask: () => Promise<Value>): Promise<Value> {
    const asking = inFlight.get(key) as Promise<Value> | undefined;
    if (asking !== undefined) return asking;
    const started = limit(async () => {
      const askedAt = performance.now();
      const value = await ask();
      const usedAt = answers.get<Answer<Value>>(key)?.usedAt ?? askedAt;
      answers.set<Answer<Value>>(key, { value, askedAt, usedAt, ask });
      if (answers.getStats().keys > mostKept) forgetUnused();
      return value;
    }).finally(() => inFlight.delete(key));
    inFlight.set(key, started);
    return started;
  }

  function renew(): void {
    if (!isReachable()) return;
    const now = performance.now();
    const kept = byUse();
    for (const [key, { usedAt }] of kept) if (now - usedAt > forgottenAfter) answers.del(key);
    const due = kept.filter(([key, { askedAt }]) => answers.has(key) && now - askedAt >= renewAfter);
    for (const [key, { ask }] of due.slice(0, mostRenewed)) learn(key, ask).catch(() => forgetRefused(key));
  }

  /** What is kept, the last used first. */
  function byUse(): [key: string, answer: Answer<unknown>][] {
    return Object.entries(answers.mget<Answer<unknown>>(answers.keys())).toSorted(
      ([, one], [, other]) => other.usedAt - one.usedAt,
    );
  }

  function forgetUnused(): void {
    answers.del(
      byUse()
        .slice(mostKept - makeWay)
        .map(([key]) => key),
    );
  }

  /** A renewal that failed: the next who asks gets the reason. While the API server is away the answer stays. */
  function forgetRefused(key: string): void {
    const answer = answers.get<Answer<unknown>>(key);
    if (answer !== undefined && isReachable()) answer.askedAt = longAgo;
  }

  const renewal = setInterval(renew, renewEvery);
  renewal.unref();

  function review(identity: Identity, rule: AccessRule): Promise<boolean> {
    const { verb, group, resource, subresource = '', namespace = '', name = '' } = rule;
    const key = JSON.stringify([identityKey(identity), verb, group, resource, subresource, namespace, name]);
    return recall(key, async () => {
      const answer = await client.json<{ status?: { allowed?: boolean } }>({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        as: identity,
        timeoutMilliseconds: answersWithin,
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { verb, group, resource, subresource, namespace, name } },
        },
      });
      return answer.status?.allowed === true;
    });
  }

  function rulesIn(identity: Identity, namespace: string): Promise<NamespaceRules> {
    const key = JSON.stringify([identityKey(identity), namespace]);
    return recall(key, async () => {
      const answer = await client.json<RulesReview>({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
        as: identity,
        timeoutMilliseconds: answersWithin,
        body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
      });
      return rulesOfReview(answer, identity);
    });
  }

  async function canInNamespace(identity: Identity, rule: AccessRule, namespace: string): Promise<boolean> {
    const rules = await rulesIn(identity, namespace);
    if (rules.complete) return permits(rules, rule);
    const { name: _name, ...anyName } = rule;
    if (await review(identity, anyName)) return true;
    return rule.name !== undefined && review(identity, rule);
  }

  async function can(identity: Identity, rule: AccessRule): Promise<boolean> {
    const { namespace, name, ...broad } = rule;
    if (await review(identity, broad)) return true;
    if (namespace !== undefined) return canInNamespace(identity, rule, namespace);
    return name !== undefined && review(identity, rule);
  }

  return {
    can,
    async missing(identity, rules) {
      const allowed = await Promise.all(rules.map((rule) => can(identity, rule)));
      return rules.filter((_rule, index) => allowed[index] === false);
    },
    async scope(identity, verb, { group, resource }, namespaces): Promise<Scope> {
      if (await review(identity, { verb, group, resource })) return { all: true };
      const allowed = await Promise.all(
        namespaces.map((namespace) => canInNamespace(identity, { verb, group, resource, namespace }, namespace)),
      );
      return { all: false, namespaces: new Set(namespaces.filter((_namespace, index) => allowed[index] === true)) };
    },
    expire() {
      for (const key of answers.keys()) {
        const answer = answers.get<Answer<unknown>>(key);
        if (answer !== undefined) answer.askedAt = longAgo;
      }
      renew();
    },
    close() {
      clearInterval(renewal);
      answers.close();
    },
  };
}
