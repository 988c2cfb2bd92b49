import { compareTexts } from '../../text-diff/compare-texts.ts';
import type { Comparison } from '../../text-diff/compare-texts.ts';
import { withHiddenChanges } from '../../text-diff/hidden-changes.ts';
import type { StoredRelease } from '../flux/helm-storage/decode-release.ts';
import { asYaml, readManifest } from './manifest.ts';
import type { ManifestObject } from './manifest.ts';
import { shownValues } from './shown-values.ts';
import type { ValueSource } from './value-sources.ts';
import { isMap } from './values.ts';

/** What is different about one object of the manifest. */
interface ObjectChange {
  object: Pick<ManifestObject, 'key' | 'apiVersion' | 'kind' | 'namespace' | 'name'>;
  change: 'added' | 'removed' | 'changed';
  comparison: Comparison;
}

/** Two revisions of a release compared. Everything in it may be shown. */
export interface ReleaseComparison {
  values: Comparison;
  objects: ObjectChange[];
  /** How many objects are the same in both. */
  unchanged: number;
  /** Documents of either manifest that are no objects. */
  unreadable: number;
  notes: Comparison;
}

/** Compares what was set and what was applied. Hidden values that differ are said to differ and stay hidden. */
export function compareReleases(
  before: StoredRelease,
  after: StoredRelease,
  sources: readonly ValueSource[],
): ReleaseComparison {
  const [shownBefore, shownAfter] = [shownValues(before, sources), shownValues(after, sources)];
  // What came from a Secret in one of them is hidden in both.
  const hiding = {
    object: <T>(object: T) => shownBefore.object(shownAfter.object(object)),
    text: (text: string) => shownBefore.text(shownAfter.text(text)),
  };
  const valuesAfter = withHiddenChanges(before.values, after.values, shownBefore.set, shownAfter.set);
  const [manifestBefore, manifestAfter] = [readManifest(before.manifest, hiding), readManifest(after.manifest, hiding)];
  const byKey = new Map(manifestBefore.objects.map((object) => [object.key, object]));
  const objects: ObjectChange[] = [];
  let unchanged = 0;
  for (const object of manifestAfter.objects) {
    const known = byKey.get(object.key);
    byKey.delete(object.key);
    const comparison = compareTexts(
      known?.text ?? '',
      known === undefined ? object.text : textAgainst(known, object, hiding.text),
    );
    if (known === undefined) objects.push({ object, change: 'added', comparison });
    else if (comparison.added + comparison.removed > 0 || comparison.tooDifferent)
      objects.push({ object, change: 'changed', comparison });
    else unchanged += 1;
  }
  for (const object of byKey.values())
    objects.push({ object, change: 'removed', comparison: compareTexts(object.text, '') });
  return {
    values: compareTexts(valuesText(shownBefore.set), valuesText(valuesAfter)),
    objects,
    unchanged,
    unreadable: manifestBefore.unreadable + manifestAfter.unreadable,
    notes: compareTexts(shownBefore.words(before.notes), shownAfter.words(after.notes)),
  };
}

function valuesText(values: unknown): string {
  return isMap(values) && Object.keys(values).length === 0 ? '' : asYaml(values);
}

/** The newer object's text, in which a hidden value that has changed says so. */
function textAgainst(before: ManifestObject, after: ManifestObject, hide: (text: string) => string): string {
  const told = withHiddenChanges(before.object, after.object, before.shown, after.shown);
  return JSON.stringify(told) === JSON.stringify(after.shown) ? after.text : `${hide(asYaml(told).trim())}\n`;
}
