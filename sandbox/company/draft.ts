import type { KubeObject } from '../../server/kube/object.ts';
import { helmRelease, releaseNameOf } from './helm-releases.ts';
import type { HelmReleaseInput } from './helm-releases.ts';
import { helmStorage } from './helm-storage.ts';
import { kustomization } from './kustomizations.ts';
import type { KustomizationInput } from './kustomizations.ts';
import { timeBefore } from './time.ts';
import type { Before } from './time.ts';
import { workloadsOf } from './workloads.ts';

/** The company while it is being written: teams add to it. */
export interface Draft {
  readonly before: Before;
  readonly objects: readonly KubeObject[];
  add(...objects: KubeObject[]): void;
  /** A Kustomization and the workloads it applied. */
  kustomization(input: KustomizationInput): void;
  /** A HelmRelease with its HelmChart and workloads; with `storage` also Helm's own Secrets. */
  release(input: HelmReleaseInput, options?: { storage?: boolean }): void;
}

export function createDraft(now: Date): Draft {
  const before = timeBefore(now);
  const objects: KubeObject[] = [];
  return {
    before,
    objects,
    add: (...more) => void objects.push(...more),
    kustomization(input) {
      const { namespace = 'default', name, applies = [] } = input;
      const object = kustomization(before, input);
      objects.push(object);
      if (object.status?.['inventory'] === undefined) return;
      const by = { kind: 'Kustomization' as const, namespace, name };
      const made = applies.flatMap((applied) => workloadsOf(before, applied, by));
      const settings = made.find((each) => each.kind === 'ConfigMap' && each.metadata.name === `${name}-settings`);
      // They tell the revision, so that something differs from one to the next.
      if (settings !== undefined) {
        settings['data'] = { ...(settings['data'] as object), revision: object.status['lastAppliedRevision'] };
      }
      objects.push(...made);
    },
    release(input, { storage = false } = {}) {
      const { namespace = 'default', name, applies = [] } = input;
      const made = helmRelease(before, input);
      objects.push(...made);
      if (storage) objects.push(...helmStorage(before, input));
      if (made.at(-1)?.status?.['inventory'] === undefined) return;
      const by = { kind: 'HelmRelease' as const, namespace, name, release: releaseNameOf(input) };
      objects.push(...applies.flatMap((applied) => workloadsOf(before, applied, by)));
    },
  };
}
