import type { KubeObject } from '../../../kube/object.ts';
import { groupOf } from '../../../kube/object.ts';
import { matchesLabels, parseLabelSelector } from '../label-selector.ts';
import { at, listAt, textAt } from '../read.ts';

/** What `spec.ignore` of a Kustomization leaves out of drift detection. */
export interface IgnoreRules {
  /** The object without the fields that are ignored in it. */
  without(object: KubeObject): KubeObject;
  /** Whether some field of the object is ignored. */
  concern(object: KubeObject): boolean;
}

interface Rule {
  pointers: readonly string[];
  isMeant(object: KubeObject): boolean;
}

/** Reads `spec.ignore`: JSON pointers, each with an optional target whose fields are regular expressions. */
export function ignoreRules(kustomization: Pick<KubeObject, 'spec'>): IgnoreRules {
  const rules = listAt(kustomization, 'spec', 'ignore').map((rule): Rule => {
    const pointers = listAt(rule, 'paths').filter((path): path is string => typeof path === 'string');
    return { pointers, isMeant: targetOf(at(rule, 'target')) };
  });
  const pointersFor = (object: KubeObject) =>
    rules.flatMap((rule) => (rule.isMeant(object) ? rule.pointers : [])).filter((pointer) => pointer.startsWith('/'));
  return {
    concern: (object) => pointersFor(object).length > 0,
    without(object) {
      const pointers = pointersFor(object);
      if (pointers.length === 0) return object;
      const copy = structuredClone(object);
      for (const pointer of pointers) remove(copy, pointer);
      return copy;
    },
  };
}

function targetOf(target: unknown): Rule['isMeant'] {
  const patterns = ['group', 'version', 'kind', 'name', 'namespace'].map((field) => matcher(textAt(target, field)));
  const selectors = ['labelSelector', 'annotationSelector'].map((field) => {
    const text = textAt(target, field);
    return text === undefined ? undefined : parseLabelSelector(text);
  });
  return ({ apiVersion, kind, metadata }) => {
    const group = groupOf(apiVersion);
    const version = group === '' ? apiVersion : apiVersion.slice(group.length + 1);
    const fields = [group, version, kind, metadata.name, metadata.namespace ?? ''];
    const [labels, annotations] = selectors;
    return (
      fields.every((field, index) => patterns[index]?.(field) !== false) &&
      (labels === undefined || matchesLabels(metadata.labels, labels)) &&
      (annotations === undefined || matchesLabels(metadata.annotations, annotations))
    );
  };
}

/** More of these in one pattern, or brackets around them, could keep the server busy for minutes: Flux's own engine is safe from that, ours is not. */
const mostRepeats = 3;

/** A pattern of a target. One that is not simple enough means nothing: then its difference is shown rather than hidden. */
function matcher(pattern: string | undefined): (text: string) => boolean {
  if (pattern === undefined) return () => true;
  const isSimple = /^\^?[\w.*+|-]+\$?$/.test(pattern) && (pattern.match(/[*+]/g) ?? []).length <= mostRepeats;
  if (!isSimple) return () => false;
  try {
    const expression = new RegExp(`^(?:${pattern})$`);
    return (text) => expression.test(text);
  } catch {
    return () => false;
  }
}

function remove(value: unknown, pointer: string): void {
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop();
  const parent = at(value, ...steps);
  if (last === undefined || typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, last)) return;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as Record<string, unknown>)[last];
}
