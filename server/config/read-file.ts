import { readFileSync } from 'node:fs';
import { LineCounter, isMap, isNode, parseDocument } from 'yaml';
import { SluiceError } from '../errors.ts';

/** A configuration file as read: its top-level keys, and where in the file each path stands. */
export interface ConfigFile {
  values: Record<string, unknown>;
  /** `sluice.yaml, line 4` */
  placeOf(path: readonly PropertyKey[]): string;
  problems: string[];
}

/** Reads a YAML configuration file. Throws `invalid` when it cannot be read; what is wrong in it is listed as problems. */
export function readConfigFile(path: string): ConfigFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new SluiceError('invalid', `The configuration file ${path} cannot be read (${reason}).`, { cause: error });
  }
  return parseConfigFile(text, path);
}

/** Parses the text of a configuration file; `path` is only named in messages. */
function parseConfigFile(text: string, path: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });

  function placeOf(keys: readonly PropertyKey[]): string {
    for (let length = keys.length; length > 0; length -= 1) {
      const parent: unknown = length === 1 ? document.contents : document.getIn(keys.slice(0, length - 1), true);
      const last = keys[length - 1];
      const pair = isMap(parent)
        ? parent.items.find((item) => isNode(item.key) && String(item.key) === last)
        : undefined;
      const node = pair === undefined ? document.getIn(keys.slice(0, length), true) : pair.key;
      if (isNode(node) && node.range) return `${path}, line ${lines.linePos(node.range[0]).line}`;
    }
    return path;
  }

  const problems = document.errors.map(
    (error) => `${path}, line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`,
  );
  if (problems.length > 0) return { values: {}, placeOf, problems };
  const values: unknown = document.toJS();
  if (values === null || values === undefined) return { values: {}, placeOf, problems };
  if (typeof values !== 'object' || Array.isArray(values)) {
    return { values: {}, placeOf, problems: [`${path}: must hold options by name, such as "port: 8080"`] };
  }
  return { values: values as Record<string, unknown>, placeOf, problems };
}
