import { gzipSync } from 'node:zlib';
import { namespace, type ContractCase } from './case.ts';

const metadataList = { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json' };
const selector = 'labelSelector=owner%3Dhelm&limit=500';
const name = 'sh.helm.release.v1.sluice-contract.v1';

const packed = gzipSync(JSON.stringify({ name: 'sluice-contract', version: 1 })).toString('base64');

/** What Helm keeps a revision in, and how it lies there. */
const drivers = [
  { plural: 'secrets', kind: 'Secret', body: { type: 'helm.sh/release.v1', stringData: { release: packed } } },
  { plural: 'configmaps', kind: 'ConfigMap', body: { data: { release: packed } } },
] as const;

/** What Sluice asks of Helm's storage: the metadata of all revisions, and one revision with what it holds. */
export const helmCases: readonly ContractCase[] = drivers.flatMap(({ plural, kind, body }): ContractCase[] => {
  const collection = `/api/v1/namespaces/${namespace}/${plural}`;
  const listed = ['code', 'body.kind', 'body.apiVersion', 'body.items.*.metadata.name', 'body.items.0.data'];
  return [
    {
      name: `create a release in a ${kind}`,
      method: 'POST',
      path: collection,
      body: {
        apiVersion: 'v1',
        kind,
        metadata: { name, labels: { owner: 'helm', name: 'sluice-contract', status: 'deployed', version: '1' } },
        ...body,
      },
      compare: ['code', 'body.kind', 'body.metadata.name', 'body.metadata.labels', 'body.type'],
    },
    {
      name: `list releases in each ${kind} of a namespace`,
      method: 'GET',
      path: `${collection}?${selector}`,
      headers: metadataList,
      compare: listed,
    },
    {
      name: `list releases in each ${kind} of the cluster`,
      method: 'GET',
      path: `/api/v1/${plural}?${selector}`,
      headers: metadataList,
      compare: ['code', 'body.kind', 'body.apiVersion'],
    },
    {
      name: `list releases in each ${kind} as nobody`,
      method: 'GET',
      path: `${collection}?${selector}`,
      headers: metadataList,
      as: 'nobody',
    },
    {
      name: `list releases in each ${kind} of the cluster as nobody`,
      method: 'GET',
      path: `/api/v1/${plural}?${selector}`,
      headers: metadataList,
      as: 'nobody',
    },
    {
      name: `get the release in a ${kind}`,
      method: 'GET',
      path: `${collection}/${name}`,
      compare: ['code', 'body.kind', 'body.data', 'body.type'],
    },
    { name: `get the release in a ${kind} as nobody`, method: 'GET', path: `${collection}/${name}`, as: 'nobody' },
    { name: `delete the release in a ${kind}`, method: 'DELETE', path: `${collection}/${name}`, compare: ['code'] },
    {
      name: `get the release in a ${kind} when it is gone`,
      method: 'GET',
      path: `${collection}/${name}`,
      until: 404,
    },
  ];
});
