import { expect, test } from 'vitest';
import { permits, rulesOfReview } from './namespace-rules.ts';

const ada = { name: 'ada', groups: [] };
const pods = { verb: 'get', group: '', resource: 'pods' };

function permitted(rule: object, asked = {}): boolean {
  const review = { status: { incomplete: false, resourceRules: [rule] } };
  return permits(rulesOfReview(review, ada), { ...pods, ...asked });
}

test.each([
  ['the very thing', { verbs: ['get'], apiGroups: [''], resources: ['pods'] }, {}, true],
  ['wildcards', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, {}, true],
  ['another verb', { verbs: ['list'], apiGroups: [''], resources: ['pods'] }, {}, false],
  ['another group', { verbs: ['get'], apiGroups: ['apps'], resources: ['pods'] }, {}, false],
  ['another resource', { verbs: ['get'], apiGroups: [''], resources: ['secrets'] }, {}, false],
  [
    'the resource, asked for its part',
    { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
    { subresource: 'log' },
    false,
  ],
  ['the part', { verbs: ['get'], apiGroups: [''], resources: ['pods/log'] }, { subresource: 'log' }, true],
  ['the part of anything', { verbs: ['get'], apiGroups: [''], resources: ['*/log'] }, { subresource: 'log' }, true],
  ['the part, asked for the whole', { verbs: ['get'], apiGroups: [''], resources: ['pods/log'] }, {}, false],
  ['everything, asked for a part', { verbs: ['get'], apiGroups: [''], resources: ['*'] }, { subresource: 'log' }, true],
  ['one name', { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] }, { name: 'a' }, true],
  [
    'one name, asked for another',
    { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] },
    { name: 'b' },
    false,
  ],
  [
    'one name, asked for any',
    { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] },
    {},
    false,
  ],
])('%s: %j asked %j is %s', (_name, rule, asked, expected) => {
  expect(permitted(rule, asked)).toBe(expected);
});

test('only complete rules say what is forbidden', () => {
  const node = { name: 'n', groups: [], impersonate: { user: 'n', groups: ['system:nodes'] } };
  const onlyNode = { incomplete: true, evaluationError: 'node authorizer does not support user rule resolution' };
  expect(rulesOfReview({ status: { incomplete: false } }, ada).complete).toBe(true);
  expect(rulesOfReview({ status: onlyNode }, ada).complete).toBe(true);
  expect(rulesOfReview({ status: onlyNode }, node).complete).toBe(false);
  expect(rulesOfReview({ status: { incomplete: true, evaluationError: 'webhook' } }, ada).complete).toBe(false);
  expect(rulesOfReview({}, ada).complete).toBe(false);
});
