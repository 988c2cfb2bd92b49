import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missingCases } from './missing-cases.ts';

function line(userAgent: string, verb: string, requestURI: string, code: number, resource = 'pods'): string {
  const objectRef = requestURI.startsWith('/version') ? undefined : { resource };
  return JSON.stringify({ verb, requestURI, userAgent, objectRef, responseStatus: { code } });
}

const trial = 'dryRun=All&fieldManager=kustomize-controller&force=true';

test('requests of Sluice without a case are named once, incidents are not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-audit-'));
  const [contract, suite] = [join(folder, 'a.log'), join(folder, 'b.log')];
  const cases = [
    line('sluice-contract', 'list', '/api/v1/pods?limit=1', 200),
    line('sluice-contract', 'patch', `/api/v1/namespaces/a/pods/b?${trial}`, 200),
  ];
  await writeFile(contract, `${cases.join('\n')}\n`);
  const requests = [
    line('sluice', 'list', '/api/v1/pods?limit=500', 200),
    line('sluice', 'list', '/api/v1/pods?limit=500', 403),
    line('sluice', 'list', '/api/v1/namespaces/a/pods?limit=500', 403),
    line('sluice', 'get', '/version', 200),
    line('sluice', 'list', '/api/v1/pods', 429),
    line('sluice', 'list', '/api/v1/pods', 503),
    line('sluice', 'watch', '/api/v1/pods?watch=true', 404),
    // A log that a node has answered: the contract's cluster has none.
    line('sluice', 'get', '/api/v1/namespaces/a/pods/b/log', 200).replace('"pods"', '"pods","subresource":"log"'),
    // Whatever a source holds is tried and read; only the first can be refused in ways of its own.
    line('sluice', 'patch', `/api/v1/namespaces/a/resourcequotas/b?${trial}`, 200, 'resourcequotas'),
    line('sluice', 'patch', `/api/v1/namespaces/a/resourcequotas/b?${trial}`, 422, 'resourcequotas'),
    line('sluice', 'get', '/api/v1/namespaces/a/resourcequotas/b', 200, 'resourcequotas'),
    line('sluice', 'get', '/api/v1/namespaces/a/configmaps/b', 200, 'configmaps'),
    line('kubectl', 'delete', '/api/v1/pods/a', 200),
  ];
  await writeFile(suite, `${requests.join('\n')}\n`);
  expect(await missingCases([contract, suite])).toEqual([
    'get /version 200',
    'get configmaps 200',
    'list pods?limit 403',
    'patch what a source holds?dryRun&fieldManager&force 422',
  ]);
  await rm(folder, { recursive: true });
});
