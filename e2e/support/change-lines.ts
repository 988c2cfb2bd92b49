import type { KubeObject } from '../../server/kube/object.ts';
import { comparable } from '../../server/plugins/flux/diff/comparable.ts';
import { maskedToYaml } from '../../server/plugins/flux/yaml.ts';
import { comparisonAsJson } from '../../server/text-diff/comparison-as-json.ts';
import { compareTexts } from '../../server/text-diff/compare-texts.ts';

/**
 * The lines that differ between two objects as Sluice would put them, in any order, as kubectl sorts fields; empty where none
 * does. Undefined is an object that is not there.
 */
export function differingLines(before: KubeObject | undefined, after: KubeObject | undefined): string {
  const [from, to] = [before, after].map((object) =>
    object === undefined ? '' : maskedToYaml(comparable(object)),
  ) as [string, string];
  return changedLines(comparisonAsJson(compareTexts(from, to)).unified);
}

/** The lines of a unified comparison that change, in any order and with no mark on the first field of a list's item. */
export function changedLines(unified: string): string {
  return unified
    .split('\n')
    .filter((line) => /^[+-]/.test(line))
    .map((line) => line.replace(/^(.\s*)- (?=[\w.-]+:( |$))/, '$1  '))
    .toSorted()
    .join('\n');
}
