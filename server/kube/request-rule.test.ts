import { expect, test } from 'vitest';
import { ruleOfRequest } from './request-rule.ts';

test.each([
  [
    { path: '/api/v1/namespaces/web/pods/shop/log' },
    { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'web', name: 'shop' },
  ],
  [{ path: '/api/v1/namespaces' }, { verb: 'list', group: '', resource: 'namespaces' }],
  [{ path: '/api/v1/namespaces/web' }, { verb: 'get', group: '', resource: 'namespaces', name: 'web' }],
  [
    { path: '/apis/apps/v1/deployments', query: { watch: 'true' } },
    { verb: 'watch', group: 'apps', resource: 'deployments' },
  ],
  [
    { path: '/apis/apps/v1/namespaces/web/deployments', method: 'POST' as const },
    { verb: 'create', group: 'apps', resource: 'deployments', namespace: 'web' },
  ],
  [{ path: '/version' }, undefined],
  [{ path: '/apis/apps/v1' }, undefined],
])('%j takes %j', (request, rule) => {
  expect(ruleOfRequest(request)).toEqual(rule);
});
