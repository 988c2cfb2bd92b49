import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, Scalar, visit } from 'yaml';
import type { Alias, Document, Node } from 'yaml';
import { SluiceError } from '../../../errors.ts';

/** So many values one text may hold, those that aliases repeat included. */
const mostValues = 2_000_000;
const deepest = 200;

/** Who reads a text: kustomize its sources, or Flux what kustomize has built. They differ in what plain words mean. */
type Reader = 'kustomize' | 'Flux';

/**
 * The documents of a YAML text, with plain words read as Flux reads them: by YAML 1.1, so that `yes` is true and `010` is
 * eight. To kustomize `yes` is a text and a day a time. Empty documents are left out. Throws `invalid` with the line, never
 * with the text itself, which may hold what was put into it from a Secret.
 */
export function parseFluxYaml(text: string, reader: Reader = 'Flux'): unknown[] {
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  let values = 0;

  function read(node: unknown, aliases: ReadonlyMap<Alias, Node>, depth: number): unknown {
    values += 1;
    if (values > mostValues || depth > deepest) {
      throw new SluiceError('too_large', 'The manifests hold more values, or deeper ones, than Sluice reads.');
    }
    if (isScalar(node)) return scalarOf(node, reader);
    if (isAlias(node)) {
      const meant = aliases.get(node);
      if (meant === undefined) throw new SluiceError('invalid', 'This is no valid YAML: an alias without its anchor.');
      return read(meant, aliases, depth + 1);
    }
    if (isSeq(node)) return node.items.map((item) => read(item, aliases, depth + 1));
    if (isMap(node)) return mapOf(node.items, aliases, depth);
    return null;
  }

  function mapOf(
    items: readonly { key: unknown; value: unknown }[],
    aliases: ReadonlyMap<Alias, Node>,
    depth: number,
  ): object {
    const own = new Map<string, unknown>();
    const merged = new Map<string, unknown>();
    for (const { key, value } of items) {
      const inner = read(value, aliases, depth + 1);
      if (isMerge(key)) {
        for (const each of Array.isArray(inner) ? inner : [inner]) {
          for (const [name, of] of Object.entries(each ?? {})) if (!merged.has(name)) merged.set(name, of);
        }
      } else own.set(String(read(key, aliases, depth + 1)), inner);
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
    const value = read(document.contents, meantByAliases(document), 0);
    return value === null ? [] : [value];
  });
}

/** What each alias stands for: the last node before it with its anchor. One look through the document finds all. */
function meantByAliases(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const meant = new Map<Alias, Node>();
  visit(document, {
    Alias(_key, alias) {
      const node = anchors.get(alias.source);
      if (node !== undefined) meant.set(alias, node);
    },
    Value(_key, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return meant;
}

function isMerge(key: unknown): boolean {
  return isScalar(key) && key.type === Scalar.PLAIN && key.value === '<<';
}

function scalarOf({ type, tag, value, source }: Scalar, reader: Reader): unknown {
  const text = typeof value === 'string' ? value : '';
  if (tag === '!!str' || tag === 'tag:yaml.org,2002:str' || tag === '!') return text;
  return type === Scalar.PLAIN || type === undefined || tag !== undefined ? plainValue(source ?? text, reader) : text;
}

const words: Readonly<Record<string, boolean | null>> = Object.fromEntries([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);

const onlyYaml11 = /^(?:y|n|yes|no|on|off)$/i;

const date = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/;
const float = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;

/** What a word without quotes means. */
export function plainValue(text: string, reader: Reader = 'Flux'): unknown {
  if (Object.hasOwn(words, text)) return reader === 'kustomize' && onlyYaml11.test(text) ? text : words[text];
  if (!/^[-+.\d]/.test(text)) return text;
  if (date.test(text)) return reader === 'kustomize' ? instant(text) : text;
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

function instant(text: string): string {
  const [, year, month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] =
    date.exec(text) ?? [];
  const two = (digits: string) => digits.padStart(2, '0');
  const exact = /[1-9]/.test(fraction) ? fraction.replace(/0+$/, '') : '';
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${exact}${zone}`;
}
