import { expect, test } from 'vitest';
import { SluiceError } from '../errors.ts';
import type { Problem, Visible } from './cluster.ts';
import { demandKnown } from './demand-known.ts';

type Seen = Pick<Visible, 'problems' | 'scope' | 'asOf'>;

function seen(kind: Problem['kind'] | undefined, more: Partial<Seen> = {}): Seen {
  const missing = [{ verb: 'list', group: 'g', resource: 'things' }];
  const problem = kind && {
    kind,
    subject: 'Things',
    message: `it is ${kind}`,
    ...(kind === 'forbidden' && { missing }),
  };
  return { problems: problem === undefined ? [] : [problem], scope: { all: true }, asOf: new Date(), ...more };
}

function refusal(...asked: Seen[]): SluiceError | undefined {
  try {
    demandKnown(asked);
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  return undefined;
}

const neverRead = { asOf: undefined };
const nowhere = { scope: { all: false, namespaces: new Set<string>() } } as const;

test('what was read is answered with, also when it is old or in part', () => {
  expect(refusal(seen(undefined))).toBeUndefined();
  expect(refusal(seen('stale'))).toBeUndefined();
  expect(refusal(seen('forbidden'))).toBeUndefined();
  expect(refusal(seen(undefined), seen('unreachable', neverRead), seen('forbidden', nowhere))).toBeUndefined();
});

test('what the cluster does not serve is known not to be there', () => {
  expect(refusal(seen('absent', { ...neverRead, ...nowhere }))).toBeUndefined();
  expect(refusal()).toBeUndefined();
});

test.each(['unreachable', 'syncing', 'failed'] as const)('nothing read yet (%s) is unreachable', (kind) => {
  expect(refusal(seen(kind, neverRead))).toMatchObject({ kind: 'unreachable', message: `it is ${kind}`, missing: [] });
});

test('who may see nothing of it is forbidden, with the rights that are missing', () => {
  expect(refusal(seen('forbidden', nowhere), seen('absent', neverRead))).toMatchObject({
    kind: 'forbidden',
    message: 'it is forbidden',
    missing: [{ verb: 'list', group: 'g', resource: 'things' }],
  });
  expect(refusal(seen('forbidden', nowhere), seen('syncing', neverRead))).toMatchObject({ kind: 'unreachable' });
});
