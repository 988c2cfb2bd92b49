import { namespace, refusal, type ContractCase } from './case.ts';

const core = `/api/v1/namespaces/${namespace}`;
const file = 'gitrepository/apps/apps/1.tar.gz';
const proxied = (service: string, path = file) => `${core}/services/${service}/proxy/${path}`;
const name = 'artifacts-of-sluice-contract';

/** What a build asks: artifacts through the proxy of Services, and the sources of variables by name. */
export const buildCases: readonly ContractCase[] = [
  { name: 'proxy to a Service that is not there', method: 'GET', path: proxied('http:absent:80'), compare: refusal },
  {
    name: 'create a Service with nothing behind it',
    method: 'POST',
    path: `${core}/services`,
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { ports: [{ name: 'http', port: 80 }], selector: { app: 'nobody' } },
    },
    compare: ['code', 'body.kind', 'body.metadata.name'],
  },
  {
    name: 'proxy to what stands behind a Service',
    method: 'GET',
    path: proxied(`http:${name}:80`),
    offers: { service: name, path: file, text: 'an artifact' },
    compare: ['code', 'text'],
  },
  {
    name: 'proxy to what stands behind a Service and has no such file',
    method: 'GET',
    path: proxied(`http:${name}:80`, 'gitrepository/apps/apps/2.tar.gz'),
    compare: ['code', 'text'],
  },
  { name: 'proxy to a port that is none', method: 'GET', path: proxied(`ftp:${name}:80`), compare: refusal },
  { name: 'proxy as nobody', method: 'GET', path: proxied(`http:${name}:80`), as: 'nobody', compare: refusal },
  { name: 'proxy as viewer', method: 'GET', path: proxied(`http:${name}:80`), as: 'viewer', compare: refusal },
  ...['configmaps', 'secrets'].flatMap((plural): ContractCase[] => [
    { name: `get one of ${plural} that is not there`, method: 'GET', path: `${core}/${plural}/absent` },
    { name: `get one of ${plural} as nobody`, method: 'GET', path: `${core}/${plural}/absent`, as: 'nobody' },
  ]),
];
