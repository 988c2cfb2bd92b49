import type { KubeObject } from '../../../kube/object.ts';
import { maskedToYaml } from '../yaml.ts';
import { showObject } from './show-object.ts';
import type { Hidden } from './show-object.ts';

/** An object as YAML that may be shown. */
export function showYaml(object: KubeObject, hidden: Hidden): string {
  return maskedToYaml(showObject(object, hidden));
}
