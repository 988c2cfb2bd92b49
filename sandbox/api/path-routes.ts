import { aggregated, aggregatedType, coreVersions, group, groupList, resourceList } from './discovery.ts';
import type { Backend, Exchange } from './exchange.ts';
import { representationOf, sendJson, sendText, wantsAggregated } from './http-exchange.ts';
import { methodNotAllowed, PathNotFound } from './status-error.ts';

/** The Kubernetes the sandbox says it is; the suffix tells that it is none. */
const version = { major: '1', minor: '36', gitVersion: 'v1.36.3+sandbox', platform: 'linux/amd64' };

const healthPaths = ['/healthz', '/livez', '/readyz'];

/** Answers what is about no resource: health, version, discovery. Throws PathNotFound, or 405. */
export function answerPath({ registry }: Backend, { request, response, url }: Exchange): void {
  const [root, name = '', versionName, ...rest] = url.pathname.replace(/\/$/, '').split('/').slice(1);
  const checkMethod = () => {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
  };
  if (healthPaths.includes(url.pathname)) {
    sendText(response, 200, 'ok');
    return;
  }
  if (url.pathname === '/version' || url.pathname === '/version/') {
    checkMethod();
    sendJson(response, 200, version);
    return;
  }
  const definitions = registry.all();
  const isRoot = name === '';
  if ((root === 'api' || root === 'apis') && isRoot) {
    checkMethod();
    if (wantsAggregated(request)) {
      sendJson(response, 200, aggregated(definitions, root), aggregatedType);
      return;
    }
    representationOf(request);
    sendJson(response, 200, root === 'api' ? coreVersions() : groupList(definitions));
    return;
  }
  let document: object | undefined;
  if (root === 'api' && versionName === undefined) document = resourceList(definitions, '', name);
  else if (root === 'apis' && versionName === undefined) document = group(definitions, name);
  else if (root === 'apis' && rest.length === 0) document = resourceList(definitions, name, versionName ?? '');
  if (!document) throw new PathNotFound();
  checkMethod();
  representationOf(request);
  sendJson(response, 200, document);
}
