import { stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { SluiceError } from '../../../../errors.ts';
import { maskText } from '../../../../mask-credentials.ts';
import { largeFrom, unlessLarge } from '../../large/unless-large.ts';
import { at, listAt, textAt } from '../../read.ts';
import { kindOfPath, readKustomization, readYaml } from './kustomization-file.ts';
import type { Kustomization } from './kustomization-file.ts';
import { isRemote } from './remote.ts';

/** What a build will read. */
interface Reach {
  /** Files lie outside of the folder of the kustomization that names them; Flux allows that, kustomize not by itself. */
  leavesFolders: boolean;
  /** What was looked at, as it was understood, by its path. Written so, kustomize cannot understand anything else by it. */
  rewritten: ReadonlyMap<string, string>;
}

/** Kustomizations that one build may consist of. */
const mostFolders = 2_000;
/** What kustomize may read, each file as often as it is named: layers that name one another twice grow without end. */
const mostBytes = 64 * 1024 * 1024;

const pathLists = ['resources', 'bases', 'components', 'crds', 'configurations', 'patchesStrategicMerge'] as const;
const pluginLists = ['generators', 'transformers', 'validators'] as const;
const withPaths = ['patches', 'patchesJson6902', 'replacements', 'configMapGenerator', 'secretGenerator', 'openapi'];
const fileFields = new Set(['path', 'files', 'envs', 'env']);
const readFields = new Set<string>([...pathLists, ...pluginLists, ...withPaths]);
const readFieldsFolded = new Set([...readFields].map(folded));

/**
 * Goes through all that a kustomization refers to, before kustomize does. What lies in the network is refused, because a build
 * here makes no requests; what lies outside of the artifact too, because that is this machine's. `content` is the kustomization
 * of `folder`, to be written to `path`. Throws `refused` naming the reference.
 */
export async function checkReferences(
  root: string,
  folder: string,
  { path: top, content }: { path: string; content: Kustomization },
  signal?: AbortSignal,
): Promise<Reach> {
  const visited = new Map<string, number>();
  const rewritten = new Map<string, string>();
  let leavesFolders = false;
  let hasPlugins = false;

  function place(from: string, path: string, field: string): string {
    const where = `${relative(root, from) || '.'}: ${field}`;
    const shown = maskText(path.length > 120 ? `${path.slice(0, 117)}…` : path);
    if (isRemote(path)) {
      throw new SluiceError('refused', `${where} names ${shown}, which lies in the network.`, {
        wayOut: 'Flux fetches it while it builds; Sluice builds from the artifact alone, without requests of its own.',
      });
    }
    const target = resolve(from, path);
    if (path.startsWith('/') || !isWithin(root, target)) {
      throw new SluiceError('refused', `${where} names ${shown}, which lies outside of the artifact.`);
    }
    return target;
  }

  /** Checks a file; the answer is its place and size. */
  async function toFile(from: string, path: string, field: string): Promise<{ target: string; size: number }> {
    const target = place(from, path, field);
    if (!isWithin(from, target)) leavesFolders = true;
    if ((await kindOfPath(target)) === undefined) missing(from, path, field);
    return { target, size: (await stat(target)).size };
  }

  function missing(from: string, path: string, field: string): never {
    const where = `${relative(root, from) || '.'}: ${field}`;
    throw new SluiceError(
      'failed',
      `${where} names ${maskText(path.slice(0, 120))}, which the artifact does not have.`,
    );
  }

  async function toFolderOrFile(from: string, path: string, field: string): Promise<number> {
    const target = place(from, path, field);
    if ((await kindOfPath(target)) === 'folder') return visitFolder(target);
    return (await toFile(from, path, field)).size;
  }

  async function visitFolder(path: string): Promise<number> {
    const known = visited.get(path);
    if (known !== undefined) return known;
    const own = await readKustomization(path, relative(root, path) || '.', signal);
    if (own === undefined) {
      throw new SluiceError('failed', `The folder ${relative(root, path) || '.'} holds no kustomization.`);
    }
    return visit(path, own);
  }

  /** Checks a kustomization with all it leads to; the answer is how much that is to read. */
  async function visit(from: string, own: { path: string; content: Kustomization }): Promise<number> {
    const kustomization = { ...own.content };
    visited.set(from, 0);
    if (visited.size > mostFolders)
      throw new SluiceError('too_large', 'The build consists of too many kustomizations.');
    demandSpelling(kustomization, relative(root, from) || '.');
    let bytes = 0;
    const count = (more: number) => {
      bytes += more;
      if (bytes > mostBytes)
        throw new SluiceError('too_large', 'The build reads more than 64 MB, files that are read again included.');
    };
    for (const field of ['resources', 'bases', 'components'] as const) {
      for (const path of textsAt(kustomization, field)) count(await toFolderOrFile(from, path, field));
    }
    for (const field of ['crds', 'configurations'] as const) {
      for (const path of textsAt(kustomization, field)) count((await toFile(from, path, field)).size);
    }
    for (const field of ['patches', 'patchesJson6902', 'replacements'] as const) {
      for (const each of listAt(kustomization, field)) {
        const path = textAt(each, 'path');
        if (path !== undefined) count((await toFile(from, path, field)).size);
      }
    }
    const schema = textAt(kustomization, 'openapi', 'path');
    if (schema !== undefined) count((await toFile(from, schema, 'openapi')).size);
    for (const field of ['configMapGenerator', 'secretGenerator'] as const) {
      for (const each of listAt(kustomization, field)) {
        for (const path of generatorPaths(each)) count((await toFile(from, path, field)).size);
      }
    }
    const merges: string[] = [];
    for (const text of textsAt(kustomization, 'patchesStrategicMerge')) {
      const patch = await inlineIn(text, from, 'patchesStrategicMerge');
      if (patch === undefined) count((await toFile(from, text, 'patchesStrategicMerge')).size);
      merges.push(patch === undefined ? text : asJson(patch));
    }
    if (merges.length > 0) kustomization['patchesStrategicMerge'] = merges;
    for (const field of pluginLists) {
      const plugins: string[] = [];
      for (const text of textsAt(kustomization, field)) plugins.push(await visitPlugin(from, text, field));
      if (plugins.length > 0) kustomization[field] = plugins;
    }
    const text = asJson([kustomization]);
    rewritten.set(own.path, text);
    count(text.length);
    visited.set(from, bytes);
    return bytes;
  }

  /** A built-in generator or transformer with a configuration of its own; others are switched off. */
  async function visitPlugin(from: string, text: string, field: string): Promise<string> {
    hasPlugins = true;
    const inline = await inlineIn(text, from, field);
    if (inline !== undefined) {
      checkPlugin(inline, from, field);
      return asJson(inline);
    }
    const { target } = await toFile(from, text, field);
    const called = relative(root, target);
    if ((await kindOfPath(target)) === 'folder') {
      throw new SluiceError('refused', `${called} is a folder of ${field}, which Sluice does not build with.`, {
        wayOut: `Name the files themselves under ${field}.`,
      });
    }
    const documents = await readYaml(target, called, 'kustomize', signal);
    checkPlugin(documents, dirname(target), called);
    rewritten.set(target, asJson(documents));
    return text;
  }

  /** What stands in the kustomization itself, where a path could stand as well; undefined for a path. */
  async function inlineIn(text: string, from: string, field: string): Promise<unknown[] | undefined> {
    if (!isInline(text)) return undefined;
    const documents = await unlessLarge(text.length > largeFrom, 'parseFluxYaml', [text, 'kustomize'], signal);
    if (documents.length > 0 && documents.every((each) => textAt(each, 'kind') !== undefined)) return documents;
    const where = `${relative(root, from) || '.'}: ${field}`;
    throw new SluiceError('refused', `${where} holds a text that is neither an object nor a path.`);
  }

  /** Files of this machine are kept from plugins by kustomize itself; the network is not. */
  function checkPlugin(documents: readonly unknown[], from: string, called: string): void {
    for (const text of documents.flatMap(textsWithin)) if (isRemote(text)) place(from, text, called);
  }

  await visit(folder, { path: top, content });
  if (hasPlugins && leavesFolders) {
    throw new SluiceError('refused', 'A generator or transformer and files of other folders do not go together here.', {
      wayOut: 'Keep each file in or below the folder of the kustomization that names it.',
    });
  }
  return { leavesFolders, rewritten };
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function textsAt(kustomization: Kustomization, field: string): string[] {
  return listAt(kustomization, field).filter(isText);
}

/** Go's reader of JSON takes `Files` for `files`; what is spelled so would be read without having been looked at. */
function demandSpelling(kustomization: Kustomization, called: string): void {
  for (const [field, value] of Object.entries(kustomization)) {
    if (!readFields.has(field) && readFieldsFolded.has(folded(field))) misspelt(field);
    if (!withPaths.includes(field)) continue;
    for (const key of [value].flat().flatMap((each) => (isMap(each) ? Object.keys(each) : []))) {
      if (!fileFields.has(key) && fileFields.has(folded(key))) misspelt(`${field}.${key}`);
    }
  }

  function misspelt(field: string): never {
    throw new SluiceError(
      'refused',
      `${called}: the field ${field.slice(0, 120)} is not spelled as kustomize spells it.`,
    );
  }
}

/** As Go compares names: some letters beyond ASCII count as ASCII ones. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/** Documents as YAML that all readers of it understand alike. */
function asJson(documents: readonly unknown[]): string {
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return documents.map((each) => JSON.stringify(each).replaceAll(/[^\x20-\x7e]/g, escape)).join('\n---\n');
}

/** A patch or a configuration that stands in the kustomization itself. */
function isInline(text: string): boolean {
  return text.includes('\n') || /^\s*[{[]|:\s/.test(text);
}

/** `files` are paths or `key=path`. */
function generatorPaths(generator: unknown): string[] {
  const [files, ...rest] = ['files', 'envs'].map((field) => listAt(generator, field).filter(isText));
  const single = at(generator, 'env');
  return [
    ...(files ?? []).map((each) => each.slice(each.indexOf('=') + 1)),
    ...rest.flat(),
    ...(typeof single === 'string' && single !== '' ? [single] : []),
  ];
}

/** What a plugin's configuration may read: texts of the fields that name files. */
function textsWithin(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsWithin);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([field, inner]) =>
    /^(?:paths?|url|repo|chart|resources|bases|files|envs?)$/.test(folded(field))
      ? [inner]
          .flat()
          .filter(isText)
          .flatMap((text) => [text, text.slice(text.indexOf('=') + 1)])
      : textsWithin(inner),
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
