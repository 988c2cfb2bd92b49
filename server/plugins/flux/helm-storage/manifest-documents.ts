import { parse } from 'yaml';
import { textAt } from '../read.ts';

/** One object of a release's manifest. Nothing in it is masked. */
export interface ManifestDocument {
  apiVersion: string;
  kind: string;
  /** Empty where the manifest names none. */
  namespace: string;
  name: string;
  object: Record<string, unknown>;
  /** As Helm wrote it. */
  text: string;
}

/** Splits a manifest into its objects, in its order. `unreadable` counts the documents that are none. */
export function manifestDocuments(manifest: string): { documents: ManifestDocument[]; unreadable: number } {
  const documents: ManifestDocument[] = [];
  let unreadable = 0;
  for (const text of manifest.split(/^---[ \t]*$/m)) {
    if (text.replaceAll(/^\s*#.*$/gm, '').trim() === '') continue;
    const object = parsed(text);
    const kind = textAt(object, 'kind');
    if (object === undefined || kind === undefined) {
      unreadable += 1;
      continue;
    }
    documents.push({
      apiVersion: textAt(object, 'apiVersion') ?? '',
      kind,
      namespace: textAt(object, 'metadata', 'namespace') ?? '',
      name: textAt(object, 'metadata', 'name') ?? '',
      object,
      text,
    });
  }
  return { documents, unreadable };
}

function parsed(document: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parse(document, { merge: true });
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // The parser's words would quote the document.
    return undefined;
  }
}
