import { dirname, relative, resolve, sep } from 'node:path';
import { SluiceError } from '../../../../errors.ts';
import { at, listAt, textAt } from '../../read.ts';
import { parseFluxYaml } from '../flux-yaml.ts';
import { kindOfPath, readKustomization, readYaml } from './kustomization-file.ts';
import type { Kustomization } from './kustomization-file.ts';
import { isRemote } from './remote.ts';

/** What a build will read. */
interface Reach {
  /** Files lie outside of the folder of the kustomization that names them; Flux allows that, kustomize not by itself. */
  leavesFolders: boolean;
}

/** Kustomizations that one build may consist of. */
const mostFolders = 2_000;

/**
 * Goes through all that a kustomization refers to, before kustomize does. What lies in the network is refused, because a build
 * here makes no requests; what lies outside of the artifact too, because that is this machine's. Throws `refused` naming
 * the reference.
 */
export async function checkReferences(root: string, folder: string, content: Kustomization): Promise<Reach> {
  const visited = new Set<string>();
  let leavesFolders = false;
  let hasPlugins = false;

  function place(from: string, path: string, field: string): string {
    const where = `${relative(root, from) || '.'}: ${field}`;
    const shown = path.length > 120 ? `${path.slice(0, 117)}…` : path;
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

  async function toFile(from: string, path: string, field: string): Promise<string> {
    const target = place(from, path, field);
    if (!isWithin(from, target)) leavesFolders = true;
    if ((await kindOfPath(target)) === undefined) missing(from, path, field);
    return target;
  }

  function missing(from: string, path: string, field: string): never {
    const where = `${relative(root, from) || '.'}: ${field}`;
    throw new SluiceError('failed', `${where} names ${path.slice(0, 120)}, which the artifact does not have.`);
  }

  async function toFolderOrFile(from: string, path: string, field: string): Promise<void> {
    const target = place(from, path, field);
    const kind = await kindOfPath(target);
    if (kind === 'folder') await visitFolder(target);
    else if (kind === 'file') await toFile(from, path, field);
    else missing(from, path, field);
  }

  async function visitFolder(path: string): Promise<void> {
    if (visited.has(path)) return;
    const own = await readKustomization(path, relative(root, path) || '.');
    if (own === undefined) {
      throw new SluiceError('failed', `The folder ${relative(root, path) || '.'} holds no kustomization.`);
    }
    await visit(path, own.content);
  }

  async function visit(from: string, kustomization: Kustomization): Promise<void> {
    visited.add(from);
    if (visited.size > mostFolders)
      throw new SluiceError('too_large', 'The build consists of too many kustomizations.');
    for (const field of ['resources', 'bases', 'components'] as const) {
      for (const path of textsAt(kustomization, field)) await toFolderOrFile(from, path, field);
    }
    for (const field of ['crds', 'configurations'] as const) {
      for (const path of textsAt(kustomization, field)) await toFile(from, path, field);
    }
    for (const field of ['patches', 'patchesJson6902', 'replacements'] as const) {
      for (const each of listAt(kustomization, field)) {
        const path = textAt(each, 'path');
        if (path !== undefined) await toFile(from, path, field);
      }
    }
    for (const text of textsAt(kustomization, 'patchesStrategicMerge')) {
      if (!isInline(text)) await toFile(from, text, 'patchesStrategicMerge');
    }
    const schema = textAt(kustomization, 'openapi', 'path');
    if (schema !== undefined) await toFile(from, schema, 'openapi');
    for (const field of ['configMapGenerator', 'secretGenerator'] as const) {
      for (const each of listAt(kustomization, field)) {
        for (const path of generatorPaths(each)) await toFile(from, path, field);
      }
    }
    for (const field of ['generators', 'transformers', 'validators'] as const) {
      for (const text of textsAt(kustomization, field)) await visitPlugin(from, text, field);
    }
  }

  /** A built-in generator or transformer with a configuration of its own; others are switched off. */
  async function visitPlugin(from: string, text: string, field: string): Promise<void> {
    hasPlugins = true;
    if (isInline(text)) return checkPlugin(parseFluxYaml(text), from, field);
    const target = place(from, text, field);
    if ((await kindOfPath(target)) === 'folder') return visitFolder(target);
    const file = await toFile(from, text, field);
    checkPlugin(await readYaml(file, relative(root, file)), dirname(file), relative(root, file));
  }

  /** Files of this machine are kept from plugins by kustomize itself; the network is not. */
  function checkPlugin(documents: readonly unknown[], from: string, called: string): void {
    for (const text of documents.flatMap(textsWithin)) if (isRemote(text)) place(from, text, called);
  }

  await visit(folder, content);
  if (hasPlugins && leavesFolders) {
    throw new SluiceError('refused', 'A generator or transformer and files of other folders do not go together here.', {
      wayOut: 'Keep each file in or below the folder of the kustomization that names it.',
    });
  }
  return { leavesFolders };
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function textsAt(kustomization: Kustomization, field: string): string[] {
  return listAt(kustomization, field).filter(isText);
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
  if (typeof value !== 'object' || value === null) return [];
  const named = Object.entries(value).flatMap(([field, inner]) =>
    /^(?:path|paths|url|repo|chart|resources|bases)$/i.test(field) ? [inner].flat().filter(isText) : textsWithin(inner),
  );
  return [...generatorPaths(value), ...named];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
