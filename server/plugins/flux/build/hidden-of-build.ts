import { SluiceError } from '../../../errors.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { isLarger } from '../large/is-larger.ts';
import { largeFrom, unlessLarge } from '../large/unless-large.ts';
import { entriesAt } from '../read.ts';
import { referenceKey, referenceTo } from '../references.ts';
import type { BuildResult, FieldPath } from './build-result.ts';
import { showText } from './show-object.ts';
import { encryptedFields } from './sops.ts';
import type { Variables } from './substitute/read-variables.ts';

/** Values of Secrets that one build may hold, in characters: each is looked for in all that is shown. */
const mostCharacters = 4 * 1024 * 1024;
/** Text times values that are gone through without delay for others. */
const mostCompared = 200_000_000;

/** Gathers what may not be shown of a build, object by object. */
export function hiddenOfBuild({ byName }: Variables) {
  const fields = new Map<string, readonly FieldPath[]>();
  const found = new Set([...byName.values()].flatMap(({ isSecret, value }) => (isSecret ? [value] : [])));
  let characters = found.values().reduce((sum, value) => sum + value.length, 0);

  return {
    /** `substituted`: fields that values of Secrets went into. Throws `too_large`. */
    add(object: KubeObject, substituted: readonly FieldPath[]): void {
      const own = [...substituted, ...encryptedFields(object)];
      if (own.length > 0) fields.set(referenceKey(referenceTo(object)), own);
      for (const value of valuesOfSecret(object)) {
        if (!found.has(value)) characters += value.length;
        found.add(value);
      }
      if (characters > mostCharacters)
        throw new SluiceError('too_large', 'The Secrets of the build hold more than 4 MB, which Sluice does not hide.');
    },
    /** How objects and texts may be shown. */
    done(): Pick<BuildResult, 'hidden' | 'isLarge' | 'shown' | 'shownText'> {
      const values = [...found];
      const hidden = (object: KubeObject) => ({ fields: fields.get(referenceKey(referenceTo(object))) ?? [], values });
      const most = Math.min(largeFrom, mostCompared / Math.max(1, characters));
      const isLarge = (object: KubeObject) => isLarger(object, most);
      return {
        hidden,
        isLarge,
        shown: (object, signal) => unlessLarge(isLarge(object), 'showObject', [object, hidden(object)], signal),
        shownText: (text) => showText(text, values),
      };
    },
  };
}

/** What the build itself keeps in Secrets may stand elsewhere in it too. */
function valuesOfSecret(object: KubeObject): string[] {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return [];
  const coded = entriesAt(object, 'data').map(([, value]) => Buffer.from(String(value), 'base64').toString('utf8'));
  return [...coded, ...entriesAt(object, 'stringData').map(([, value]) => String(value))];
}
