import { parse, stringify } from 'yaml';
import { textAt } from '../flux/read.ts';
import type { Shown } from './shown-values.ts';
import { isMap } from './values.ts';

/** One object of a manifest. */
export interface ManifestObject {
  /** `apps/v1 Deployment shop/web`: the same in every revision. */
  key: string;
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  /** The template it comes from; empty when the manifest does not say. */
  source: string;
  /** Unmasked, never to be shown. */
  object: Record<string, unknown>;
  /** The same as it may be shown. */
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
  const objects: ManifestObject[] = [];
  let unreadable = 0;
  for (const document of manifest.split(/^---[ \t]*$/m)) {
    if (document.replaceAll(/^\s*#.*$/gm, '').trim() === '') continue;
    const object = parsed(document);
    const kind = textAt(object, 'kind');
    if (object === undefined || kind === undefined) {
      unreadable += 1;
      continue;
    }
    const shown = hiding.object(object);
    const apiVersion = textAt(object, 'apiVersion') ?? '';
    const namespace = textAt(object, 'metadata', 'namespace') ?? '';
    const name = textAt(object, 'metadata', 'name') ?? '';
    objects.push({
      key: `${apiVersion} ${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`,
      apiVersion,
      kind,
      namespace,
      name,
      source: /^# Source: (.+)$/m.exec(document)?.[1]?.trim() ?? '',
      object,
      shown,
      text: shownText(document, object, shown, hiding),
    });
  }
  return { objects, unreadable };
}

function parsed(document: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parse(document, { merge: true });
    return isMap(value) ? value : undefined;
  } catch {
    // The parser's words would quote the document.
    return undefined;
  }
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
