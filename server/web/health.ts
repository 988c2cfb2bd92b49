import { Router } from 'express';
import type { Services } from '../services.ts';

/**
 * `/healthz`: the process answers. `/readyz`: every cluster has read what it watches (or was refused it), and the
 * server is not about to end; else 503 with what is missing. A cluster that is lost later is told with its problem, and
 * the server stays ready: it shows what it knows, and why that is not live.
 */
export function healthRouter(services: Pick<Services, 'clusters' | 'draining'>): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ ok: true });
  });
  router.get('/readyz', (_request, response) => {
    const clusters = services.clusters.list().map((cluster) => ({
      name: cluster.name,
      ...cluster.ready(),
      ...(!cluster.reachable.ok && { problem: cluster.reachable.problem }),
    }));
    const draining = services.draining();
    const ok = !draining && clusters.every((cluster) => cluster.ok);
    response.status(ok ? 200 : 503).json({ ok, draining, clusters });
  });
  return router;
}
