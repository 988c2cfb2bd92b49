import type { KubeObject } from '../../kube/object.ts';
import { instantAt, listAt, numberAt, textAt } from './read.ts';

/** A status condition; every field may be missing in foreign data, `type` and `status` never are here. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string | undefined;
  /** As the controller wrote it: not masked. */
  message: string | undefined;
  /** ISO instant of the last change of `status`. */
  since: string | undefined;
  observedGeneration: number | undefined;
}

/** All well-formed conditions, in the object's order; the first one means nothing special. */
export function conditionsOf(object: KubeObject): Condition[] {
  const conditions: Condition[] = [];
  for (const item of listAt(object, 'status', 'conditions')) {
    const type = textAt(item, 'type');
    const status = textAt(item, 'status');
    if (type === undefined || (status !== 'True' && status !== 'False' && status !== 'Unknown')) continue;
    conditions.push({
      type,
      status,
      reason: textAt(item, 'reason'),
      message: textAt(item, 'message'),
      since: instantAt(item, 'lastTransitionTime'),
      observedGeneration: numberAt(item, 'observedGeneration'),
    });
  }
  return conditions;
}
