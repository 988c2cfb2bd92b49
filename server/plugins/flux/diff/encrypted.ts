import type { KubeObject } from '../../../kube/object.ts';
import type { BuildResult } from '../build/build-result.ts';
import { entriesAt } from '../read.ts';
import { comparable } from './comparable.ts';
import { told } from './compare-object.ts';
import type { ObjectDiff } from './diff.ts';
import { whySkipped } from './flux-rules.ts';
import type { LiveObject } from './read-live.ts';

/**
 * What can be said of an object that is encrypted with SOPS: Flux decrypts it, Sluice does not, so only whether it is there and
 * which keys it has.
 */
export async function compareEncrypted(
  build: Pick<BuildResult, 'shown' | 'shownText'>,
  built: KubeObject,
  { found: live, error }: LiveObject,
): Promise<ObjectDiff> {
  const note = 'It is encrypted with SOPS. Sluice does not decrypt it, so whether its values change is not known.';
  const skipped = whySkipped(built, live);
  if (skipped !== undefined) return told(built, 'skipped', { notes: [skipped] });
  if (error !== undefined)
    return told(built, 'unknown', {
      notes: [note],
      problem: {
        kind: error.kind === 'forbidden' ? 'forbidden' : 'failed',
        message: build.shownText(error.message),
        missing: error.missing,
      },
    });
  const { sops: _sops, ...wanted } = built;
  if (live === undefined) return told(built, 'create', { after: await build.shown(comparable(wanted)), notes: [note] });
  const [before, after] = [keysOf(live), keysOf(built)];
  const come = after.difference(before);
  const go = before.difference(after);
  return told(built, 'unknown', {
    notes: [
      note,
      ...(come.size > 0 ? [`These keys come: ${[...come].join(', ')}.`] : []),
      ...(go.size > 0 ? [`These keys go: ${[...go].join(', ')}.`] : []),
    ],
  });
}

function keysOf(object: KubeObject): Set<string> {
  return new Set(['data', 'stringData'].flatMap((part) => entriesAt(object, part).map(([key]) => key)));
}
