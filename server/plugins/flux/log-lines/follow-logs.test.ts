import { expect, test } from 'vitest';
import { KubeError } from '../../../kube/kube-error.ts';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import { fluxWatches } from '../watches.ts';
import { followLogs } from './follow-logs.ts';
import { parseLogQuery } from './query.ts';

const ann = { name: 'ann', groups: [] };
const pod = {
  metadata: { name: 'source-controller-1', namespace: 'flux-system', labels: { app: 'source-controller' } },
  spec: { containers: [{ name: 'manager', image: 'source-controller:v1' }] },
  status: {
    phase: 'Running',
    containerStatuses: [{ name: 'manager', ready: true, restartCount: 0, state: { running: {} } }],
  },
};

test('a right that is lost while lines are gathered ends what is followed, after those lines', async () => {
  async function* lost(): AsyncGenerator<string> {
    yield '2026-01-01T10:00:01.000000000Z the last words';
    throw new KubeError('forbidden', 'pods "source-controller-1" is forbidden', {
      httpStatus: 403,
      reason: 'Forbidden',
    });
  }
  const cluster = fakeCluster({ watches: fluxWatches });
  cluster.answer(({ path }) => {
    if (path.endsWith('/pods')) return { items: [pod] };
    return path.endsWith('/log') ? lost() : undefined;
  });
  const from = { each: {}, otherwise: '2026-01-01T10:00:00.000000000Z' };
  const stop = new AbortController();
  const followed = followLogs(cluster, ann, parseLogQuery(new URLSearchParams()), from, stop.signal);
  try {
    expect(await followed.next()).toMatchObject({ value: [{ message: 'the last words' }] });
    await expect(followed.next()).rejects.toMatchObject({ kind: 'forbidden' });
  } finally {
    stop.abort();
  }
});
