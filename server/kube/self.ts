import type { KubeClient } from './cluster.ts';
import type { Identity } from './identity.ts';
import { KubeError } from './kube-error.ts';

/** The identity of the client's own credentials, as the API server names it; undefined where it does not say (before 1.28). */
export async function readSelf(client: KubeClient): Promise<Identity | undefined> {
  try {
    const review = await client.json<{ status?: { userInfo?: { username?: string; groups?: string[] } } }>({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    const { username, groups = [] } = review.status?.userInfo ?? {};
    return username === undefined ? undefined : { name: username, groups };
  } catch (error) {
    if (error instanceof KubeError && (error.httpStatus === 403 || error.httpStatus === 404)) return undefined;
    throw error;
  }
}
