import { structuredPatch } from 'diff';
import { maskObject } from '../../mask-credentials.ts';
import type { StoredRelease } from './decode-release.ts';
import { asYaml, readManifest } from './manifest.ts';
import type { ManifestObject } from './manifest.ts';
import { shownValues } from './shown-values.ts';
import type { ValueSource } from './value-sources.ts';
import { isMap } from './values.ts';

/** A line of a comparison; numbers count from 1, in the text that has the line. */
export interface ComparedLine {
  change: 'same' | 'removed' | 'added';
  before: number | undefined;
  after: number | undefined;
  text: string;
}

/** Two texts compared: stretches of changed lines with three lines around them. */
export interface Comparison {
  added: number;
  removed: number;
  stretches: ComparedLine[][];
  /** They differ too much to be compared line by line within the time there is. */
  tooDifferent: boolean;
}

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

const context = 3;
const patience = 1_500;
const anotherValue = ' (another value)';

/** Compares what was set and what was applied. Hidden values that differ are said to differ and stay hidden. */
export function compareReleases(
  before: StoredRelease,
  after: StoredRelease,
  sources: readonly ValueSource[],
): ReleaseComparison {
  const [shownBefore, shownAfter] = [shownValues(before, sources), shownValues(after, sources)];
  const hide = (text: string) => shownBefore.text(shownAfter.text(text));
  const valuesAfter = withDifferences(before.values, after.values, shownBefore.set, shownAfter.set);
  const [manifestBefore, manifestAfter] = [readManifest(before.manifest, hide), readManifest(after.manifest, hide)];
  const byKey = new Map(manifestBefore.objects.map((object) => [object.key, object]));
  const objects: ObjectChange[] = [];
  let unchanged = 0;
  for (const object of manifestAfter.objects) {
    const known = byKey.get(object.key);
    byKey.delete(object.key);
    const comparison = compareTexts(
      known?.text ?? '',
      known === undefined ? object.text : textAgainst(known, object, hide),
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
    notes: compareTexts(shownBefore.text(before.notes), shownAfter.text(after.notes)),
  };
}

function valuesText(values: unknown): string {
  return isMap(values) && Object.keys(values).length === 0 ? '' : asYaml(values);
}

/** The newer object's text, in which a hidden value that has changed says so. */
function textAgainst(before: ManifestObject, after: ManifestObject, hide: (text: string) => string): string {
  const shown = maskObject(after.object);
  const told = withDifferences(before.object, after.object, maskObject(before.object), shown);
  return JSON.stringify(told) === JSON.stringify(shown) ? after.text : `${hide(asYaml(told).trim())}\n`;
}

/** `shownAfter`, where what reads the same as before although it is not carries a word of it. */
function withDifferences(before: unknown, after: unknown, shownBefore: unknown, shownAfter: unknown): unknown {
  if (isMap(shownAfter) && isMap(after)) {
    return Object.fromEntries(
      Object.entries(shownAfter).map(([key, value]) => [
        key,
        withDifferences(
          isMap(before) ? before[key] : undefined,
          after[key],
          isMap(shownBefore) ? shownBefore[key] : undefined,
          value,
        ),
      ]),
    );
  }
  if (Array.isArray(shownAfter) && Array.isArray(after)) {
    return shownAfter.map((value, index) =>
      withDifferences(
        Array.isArray(before) ? before[index] : undefined,
        after[index],
        Array.isArray(shownBefore) ? shownBefore[index] : undefined,
        value,
      ),
    );
  }
  if (typeof shownAfter !== 'string' || shownAfter !== shownBefore) return shownAfter;
  return JSON.stringify(before) === JSON.stringify(after) ? shownAfter : shownAfter + anotherValue;
}

/** Compares line by line. */
export function compareTexts(before: string, after: string): Comparison {
  const patch = structuredPatch('before', 'after', before, after, '', '', { context, timeout: patience });
  if (patch === undefined) return { added: 0, removed: 0, stretches: [], tooDifferent: true };
  const comparison: Comparison = { added: 0, removed: 0, stretches: [], tooDifferent: false };
  for (const hunk of patch.hunks) {
    let [left, right] = [hunk.oldStart, hunk.newStart];
    const lines: ComparedLine[] = [];
    for (const line of hunk.lines) {
      const text = line.slice(1);
      if (line.startsWith('\\')) continue;
      if (line.startsWith('-')) lines.push({ change: 'removed', before: left++, after: undefined, text });
      else if (line.startsWith('+')) lines.push({ change: 'added', before: undefined, after: right++, text });
      else lines.push({ change: 'same', before: left++, after: right++, text });
    }
    comparison.added += lines.filter(({ change }) => change === 'added').length;
    comparison.removed += lines.filter(({ change }) => change === 'removed').length;
    comparison.stretches.push(lines);
  }
  return comparison;
}

/** A row of the view in two columns. */
export interface PairedLine {
  before: ComparedLine | undefined;
  after: ComparedLine | undefined;
}

/** The lines of a stretch beside each other: what was removed stands beside what came in its place. */
export function pairLines(lines: readonly ComparedLine[]): PairedLine[] {
  const rows: PairedLine[] = [];
  let removed: ComparedLine[] = [];
  let added: ComparedLine[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1)
      rows.push({ before: removed[index], after: added[index] });
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.change === 'removed') removed.push(line);
    else if (line.change === 'added') added.push(line);
    else {
      flush();
      rows.push({ before: line, after: line });
    }
  }
  flush();
  return rows;
}
