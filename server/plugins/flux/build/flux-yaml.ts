import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, Scalar } from 'yaml';
import type { Document } from 'yaml';
import { SluiceError } from '../../../errors.ts';

/** So many values one text may hold, those that aliases repeat included. */
const mostValues = 2_000_000;
const deepest = 200;

/**
 * The documents of a YAML text, with plain words read as Flux and kustomize read them: by YAML 1.1, so that `yes` is true
 * and `010` is eight. Empty documents are left out. Throws `invalid` with the line, never with the text itself, which may
 * hold what was put into it from a Secret.
 */
export function parseFluxYaml(text: string): unknown[] {
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  let values = 0;

  function read(node: unknown, document: Document, depth: number): unknown {
    values += 1;
    if (values > mostValues || depth > deepest) {
      throw new SluiceError('too_large', 'The manifests hold more values, or deeper ones, than Sluice reads.');
    }
    if (isScalar(node)) return scalarOf(node);
    if (isAlias(node)) {
      const meant = node.resolve(document);
      if (meant === undefined) throw new SluiceError('invalid', 'This is no valid YAML: an alias without its anchor.');
      return read(meant, document, depth + 1);
    }
    if (isSeq(node)) return node.items.map((item) => read(item, document, depth + 1));
    if (isMap(node)) return mapOf(node.items, document, depth);
    return null;
  }

  function mapOf(items: readonly { key: unknown; value: unknown }[], document: Document, depth: number): object {
    const own = new Map<string, unknown>();
    const merged = new Map<string, unknown>();
    for (const { key, value } of items) {
      const inner = read(value, document, depth + 1);
      if (isMerge(key)) {
        for (const each of Array.isArray(inner) ? inner : [inner]) {
          for (const [name, of] of Object.entries(each ?? {})) if (!merged.has(name)) merged.set(name, of);
        }
      } else own.set(String(read(key, document, depth + 1)), inner);
    }
    return Object.fromEntries([...merged, ...own]);
  }

  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      const line = text.slice(0, error.pos[0]).split('\n').length;
      throw new SluiceError(
        'invalid',
        `This is no valid YAML: ${error.code.toLowerCase().replaceAll('_', ' ')} in line ${line}.`,
      );
    }
    const value = read(document.contents, document, 0);
    return value === null ? [] : [value];
  });
}

function isMerge(key: unknown): boolean {
  return isScalar(key) && key.type === Scalar.PLAIN && key.value === '<<';
}

function scalarOf({ type, tag, value, source }: Scalar): unknown {
  const text = typeof value === 'string' ? value : '';
  if (tag === '!!str' || tag === 'tag:yaml.org,2002:str' || tag === '!') return text;
  return type === Scalar.PLAIN || type === undefined || tag !== undefined ? plainValue(source ?? text) : text;
}

const words: Readonly<Record<string, boolean | null>> = Object.fromEntries([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);

const date = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/;
const float = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;

/** What a word without quotes means. */
export function plainValue(text: string): unknown {
  if (Object.hasOwn(words, text)) return words[text];
  if (!/^[-+.\d]/.test(text) || date.test(text)) return text;
  const digits = text.replaceAll('_', '');
  const whole = text.startsWith('.') ? undefined : integer(digits);
  if (whole !== undefined || !float.test(digits)) return whole ?? text;
  const number = Number(digits);
  return Number.isFinite(number) ? number : text;
}

function integer(digits: string): number | undefined {
  const parts = /^([-+]?)(?:0x([\da-f]+)|0b([01]+)|0o?([0-7]+)|(0|[1-9]\d*))$/i.exec(digits);
  if (parts === null) return undefined;
  const [, sign, hexadecimal, binary, octal, decimal = ''] = parts;
  const size =
    hexadecimal !== undefined
      ? parseInt(hexadecimal, 16)
      : binary !== undefined
        ? parseInt(binary, 2)
        : octal !== undefined
          ? parseInt(octal, 8)
          : Number(decimal);
  return sign === '-' ? 0 - size : size;
}
