import { createTwoFilesPatch } from 'diff';
import type { KubeObject } from '../../../kube/object.ts';
import { compareTexts } from '../../../text-diff/compare-texts.ts';
import type { Comparison } from '../../../text-diff/compare-texts.ts';
import { maskedToYaml } from '../yaml.ts';

/** Both sides of a comparison, as they may be shown; undefined where the object is not there. */
export interface Sides {
  before: KubeObject | undefined;
  after: KubeObject | undefined;
}

/** Compares an object's YAML line by line, for so many milliseconds at most. */
export function compareYaml({ before, after }: Sides, patience: number): Comparison {
  return compareTexts(yamlOf(before), yamlOf(after), patience);
}

/** The same as a patch of this file; undefined where that takes longer. */
export function patchYaml({ before, after }: Sides, file: string, patience: number): string | undefined {
  return createTwoFilesPatch(
    before === undefined ? '/dev/null' : `a/${file}`,
    after === undefined ? '/dev/null' : `b/${file}`,
    yamlOf(before),
    yamlOf(after),
    '',
    '',
    { context: 3, timeout: patience },
  );
}

function yamlOf(object: KubeObject | undefined): string {
  return object === undefined ? '' : maskedToYaml(object);
}
