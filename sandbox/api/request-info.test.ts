import { expect, test } from 'vitest';
import { requestInfo } from './request-info.ts';

const asked = (method: string, path: string) => requestInfo(method, new URL(path, 'http://server')).resource;

test.each(['/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/version', '/healthz'])(
  '%s is a path',
  (path) => {
    expect(requestInfo('GET', new URL(path, 'http://server'))).toEqual({ path, verb: 'get' });
  },
);

test.each([
  ['GET', '/api/v1/pods', { verb: 'list', group: '', resource: 'pods' }],
  ['GET', '/api/v1/pods?watch=true', { verb: 'watch', resource: 'pods' }],
  ['GET', '/api/v1/pods?watch=0', { verb: 'list' }],
  ['GET', '/api/v1/namespaces', { verb: 'list', resource: 'namespaces' }],
  ['GET', '/api/v1/namespaces/a', { verb: 'get', resource: 'namespaces', namespace: 'a', name: 'a' }],
  ['PUT', '/api/v1/namespaces/a/status', { verb: 'update', resource: 'namespaces', name: 'a', subresource: 'status' }],
  ['GET', '/api/v1/namespaces/a/pods/b/log', { verb: 'get', namespace: 'a', name: 'b', subresource: 'log' }],
  ['GET', '/apis/apps/v1/namespaces/a/deployments?fieldSelector=metadata.name%3Db', { verb: 'list', name: 'b' }],
  ['POST', '/apis/apps/v1/namespaces/a/deployments', { verb: 'create', group: 'apps', version: 'v1', namespace: 'a' }],
  ['PATCH', '/apis/apps/v1/namespaces/a/deployments/b', { verb: 'patch', name: 'b' }],
  ['DELETE', '/apis/apps/v1/namespaces/a/deployments/b', { verb: 'delete', name: 'b' }],
  ['DELETE', '/apis/apps/v1/namespaces/a/deployments', { verb: 'deletecollection' }],
])('%s %s', (method, path, expected) => {
  expect(asked(method, path)).toMatchObject(expected);
});
