import { stringify } from 'yaml';
import { manifestDocuments } from '../flux/helm-storage/manifest-documents.ts';
import type { ManifestDocument } from '../flux/helm-storage/manifest-documents.ts';
import type { Shown } from './shown-values.ts';

/** One object of a manifest. Its `object` is unmasked and never to be shown. */
export interface ManifestObject extends ManifestDocument {
  /** `apps/v1 Deployment shop/web`: the same in every revision. */
  key: string;
  /** The template it comes from; empty when the manifest does not say. */
  source: string;
  /** The object as it may be shown. */
  shown: Record<string, unknown>;
  /** As it may be shown, YAML. */
  text: string;
}

/** What a manifest holds, in its order. */
export interface Manifest {
  objects: ManifestObject[];
  /** Documents that are no objects; they are not shown, because nobody knows what they hold. */
  unreadable: number;
}

/** How to make an object and a text that may be shown. */
type Hiding = Pick<Shown, 'object' | 'text'>;

/** For who reads a manifest and shows nothing of it. */
export const notToBeShown: Hiding = { object: (object) => object, text: () => '' };

/**
 * Splits a manifest into its objects. The text of an object stays as Helm wrote it unless something in it is to be
 * hidden: then it is written anew from what may be shown.
 */
export function readManifest(manifest: string, hiding: Hiding): Manifest {
  const { documents, unreadable } = manifestDocuments(manifest);
  const objects = documents.map((document): ManifestObject => {
    const { apiVersion, kind, namespace, name, object, text } = document;
    const shown = hiding.object(object);
    return {
      ...document,
      key: `${apiVersion} ${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`,
      source: /^# Source: (.+)$/m.exec(text)?.[1]?.trim() ?? '',
      shown,
      text: shownText(text, object, shown, hiding),
    };
  });
  return { objects, unreadable };
}

function shownText(document: string, object: object, shown: object, { text }: Hiding): string {
  const untouched = JSON.stringify(shown) === JSON.stringify(object);
  const body = untouched ? document.replace(/^# Source: .*\n?/m, '').trim() : asYaml(shown).trim();
  return `${text(body)}\n`;
}

/** YAML as Sluice writes it: no folded lines, no anchors. */
export function asYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
