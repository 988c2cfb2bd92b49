import { SluiceError } from '../../../errors.ts';
import type { Entry } from '../../../kube/cluster.ts';
import type { Asker } from '../../../operations/registry.ts';
import type { Program } from '../../../tools/program.ts';
import type { Tools } from '../../../tools/tools.ts';
import { isSuspended } from '../../flux/annotations.ts';
import type { FluxSummary } from '../../flux/summary.ts';
import type { StoredRelease } from '../../flux/helm-storage/decode-release.ts';
import { isFluxWatched, managerIn } from '../managed-by.ts';
import { pendingOf } from '../pending.ts';
import type { Pending } from '../pending.ts';
import { revisionAt, seeRelease } from '../release-seen.ts';
import type { ReleaseSeen } from '../release-seen.ts';
import { readRevision, revisionsNow } from '../storage.ts';
import type { StoredRevision } from '../storage.ts';
import { statusView } from '../words.ts';
import { demandNamespaces } from './demand-namespaces.ts';
import { demandRights } from './demand-rights.ts';
import { demandStillness } from './demand-stillness.ts';

/** What is to be rolled back, and how. */
export interface RollbackInput {
  namespace: string;
  name: string;
  /** To go back to. */
  revision: number;
  /** The newest revision when it was decided: another one by now refuses. */
  newest?: number | undefined;
  /** Until everything is ready; true when left out. */
  wait?: boolean | undefined;
  /** Run the chart's rollback hooks; true when left out. */
  hooks?: boolean | undefined;
  /** The asker knows that whatever left the newest revision pending has ended. */
  interrupted?: boolean | undefined;
}

/** A rollback that nothing speaks against. */
export interface RollbackPlan {
  seen: ReleaseSeen;
  goal: StoredRevision;
  /** What `goal` holds. */
  release: StoredRelease;
  helm: Program;
  /** The HelmRelease to suspend first; undefined where Flux does not manage the release, or it is suspended already. */
  toSuspend: Entry<FluxSummary> | undefined;
}

/**
 * Looks at everything that could keep a release from being rolled back, and throws a SluiceError with a sentence of its
 * own for each: not_found (no such release or revision), conflict (another revision came meanwhile), refused (current
 * already, Helm at work or interrupted, nothing to go back to, Git holds it), failed (damaged, no helm), forbidden with the rights that
 * are missing.
 */
export async function planRollback(asker: Asker, tools: Tools, input: RollbackInput): Promise<RollbackPlan> {
  const { cluster, identity } = asker;
  const seen = await seeNow(asker, input);
  demandFree(seen, input);
  const goal = revisionAt(seen, input.revision);
  demandGoal(goal, seen);
  const [release, current, helm] = await Promise.all([
    readRevision(cluster, identity, goal),
    readRevision(cluster, identity, seen.revisions[0]),
    demandHelm(tools, input),
  ]);
  demandNamespaces(seen, release, current);
  if (seen.manager === undefined && managerIn(cluster, input) !== undefined) {
    throw new SluiceError('forbidden', 'A HelmRelease that you may not see installs this release.', {
      wayOut: 'It has to be suspended first, or Flux undoes the rollback: ask who looks after it.',
    });
  }
  if (!isFluxWatched(cluster) && current.manifest.includes('helm.toolkit.fluxcd.io/name:')) {
    throw new SluiceError(
      'refused',
      'Flux has installed this release, and the plugin that could hold Flux still is off.',
      {
        wayOut: 'Switch the plugin flux on, or suspend the HelmRelease and roll back by hand.',
      },
    );
  }
  await demandRights(asker, { seen, release, current, helm, wait: input.wait !== false, hooks: input.hooks !== false });
  const suspended = seen.manager !== undefined && isSuspended(seen.manager.object);
  const toSuspend = suspended ? undefined : seen.manager;
  if (toSuspend !== undefined) await demandStillness(asker, toSuspend.object);
  return { seen, goal, release, helm, toSuspend };
}

async function demandHelm(tools: Tools, { namespace, name, revision }: RollbackInput): Promise<Program> {
  const helm = await tools.find('helm');
  if (helm !== undefined) return helm;
  throw new SluiceError('failed', 'Rolling back takes the program helm, and there is none where Sluice runs.', {
    wayOut: `Install it there or name it as tools.helm, or run: helm rollback ${name} ${revision} -n ${namespace}`,
  });
}

/** Nothing of it kept from a moment ago. */
async function seeNow({ cluster, identity }: Asker, { namespace, name }: RollbackInput): Promise<ReleaseSeen> {
  const seen = await seeRelease(cluster, identity, namespace, name);
  const [newest = seen.revisions[0], ...older] = await revisionsNow(cluster, identity, seen.revisions[0]);
  return { ...seen, revisions: [newest, ...older] };
}

/** Helm itself would start beside an action that is under way. */
function demandFree(seen: ReleaseSeen, input: RollbackInput): void {
  const [newest] = seen.revisions;
  if (input.newest !== undefined && newest.revision !== input.newest) {
    throw new SluiceError(
      'conflict',
      `Revision ${newest.revision} of ${input.name} was written meanwhile; you looked at revision ${input.newest}.`,
      { wayOut: 'Look at what changed, then decide again.' },
    );
  }
  const pending = pendingOf(seen);
  if (pending !== undefined) {
    demandInterrupted(seen, pending, input);
    return;
  }
  const word = statusView(newest.status).word.toLowerCase();
  if (newest.status === 'uninstalling') {
    throw new SluiceError('refused', `Helm is busy with ${input.name}: ${word}${sinceInWords(newest.writtenAt)}.`, {
      wayOut: `Wait until it is gone. If whatever did it was killed: helm uninstall ${input.name} -n ${input.namespace}`,
    });
  }
  if (input.interrupted !== true) return;
  throw new SluiceError('conflict', `Revision ${newest.revision} of ${input.name} has come to its end: ${word}.`, {
    wayOut: 'Look at what changed, then decide again.',
  });
}

/** Nobody but the asker can know that an action which never ended is over, and there is one revision to go back to then. */
function demandInterrupted({ manager }: ReleaseSeen, pending: Pending, input: RollbackInput): void {
  const { doing, revision, since, before, wayOut } = pending;
  if (input.interrupted !== true) {
    const busy = `Helm is busy with ${input.name}: ${doing}, as revision ${revision}${sinceInWords(since)}.`;
    throw new SluiceError('refused', busy, {
      wayOut: `Wait until it has ended. If whatever did it was killed, it stays so until somebody ends it. ${wayOut}`,
    });
  }
  if (manager !== undefined && !isSuspended(manager.object)) {
    throw new SluiceError('refused', `helm-controller may be at work on ${input.name}, and ends what is pending.`, {
      wayOut,
    });
  }
  if (input.revision === before) return;
  throw new SluiceError(
    'refused',
    `Helm compares with revision ${revision}, which never came to an end: what only the one before has would stay.`,
    {
      wayOut:
        before === undefined
          ? wayOut
          : `Roll back to revision ${before} first; from there every other one can be reached.`,
    },
  );
}

function sinceInWords(instant: string | undefined): string {
  return instant === undefined ? '' : `, since ${instant.replace('T', ' ').slice(0, 19)} UTC`;
}

function demandGoal(goal: StoredRevision, { revisions, name }: ReleaseSeen): void {
  const [newest] = revisions;
  if (goal.revision === newest.revision) {
    throw new SluiceError('refused', `Revision ${goal.revision} of ${name} is the current one.`, {
      wayOut: 'Choose an earlier one.',
    });
  }
  if (['superseded', 'deployed', 'failed', 'uninstalled'].includes(goal.status)) return;
  const { word } = statusView(goal.status);
  throw new SluiceError(
    'refused',
    `Revision ${goal.revision} of ${name} never came to an end: ${word.toLowerCase()}.`,
    {
      wayOut: 'Choose one that was deployed.',
    },
  );
}
