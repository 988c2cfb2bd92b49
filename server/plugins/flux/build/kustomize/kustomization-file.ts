import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../../../../errors.ts';
import { largeFrom, unlessLarge } from '../../large/unless-large.ts';

/** What kustomize takes for the file that says how a folder is built, the first one counting. */
const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** A kustomization as its file has it, nothing checked. */
export type Kustomization = Record<string, unknown>;

/** A file of objects. */
const longestFile = 4 * 1024 * 1024;
/** A kustomization, or the configuration of a plugin. */
const longestKustomization = 1024 * 1024;

/** The kustomization of a folder; undefined where it has none. Throws `failed` when it is no YAML map. */
export async function readKustomization(
  folder: string,
  called: string,
  signal?: AbortSignal,
): Promise<{ path: string; content: Kustomization } | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    if (!(await isFile(path))) continue;
    const [content] = await readYaml(path, join(called, name), 'Flux', signal);
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
      return { path, content: content as Kustomization };
    }
    throw new SluiceError('failed', `${join(called, name)} holds no kustomization.`);
  }
  return undefined;
}

/** The documents of a kustomization or a plugin's configuration, which `called` names to the reader. */
export async function readYaml(
  path: string,
  called: string,
  reader: 'kustomize' | 'Flux',
  signal?: AbortSignal,
): Promise<unknown[]> {
  const text = await readText(path, called, longestKustomization);
  return named(called, unlessLarge(text.length > largeFrom, 'parseFluxYaml', [text, reader], signal));
}

/** The objects of a file of the artifact, as kustomize reads them. */
export async function readManifests(path: string, called: string, signal?: AbortSignal) {
  const text = await readText(path, called, longestFile);
  return named(called, unlessLarge(text.length > largeFrom, 'manifestsOf', [text], signal));
}

async function readText(path: string, called: string, most: number): Promise<string> {
  if ((await stat(path)).size <= most) return readFile(path, 'utf8');
  throw new SluiceError('too_large', `${called} is larger than ${most / (1024 * 1024)} MB.`);
}

/** Tells in which file something went wrong. */
async function named<Result>(called: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SluiceError)
      throw new SluiceError(error.kind, `${called}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The YAML files and the folders with a kustomization below a folder, in the order in which Flux takes them up. */
export async function findManifests(folder: string, below = '.'): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      if (await holdsKustomization(join(folder, path))) found.push(path);
      else found.push(...(await findManifests(folder, path)));
    } else if (/\.ya?ml$/.test(entry.name)) found.push(path);
  }
  return found;
}

async function holdsKustomization(folder: string): Promise<boolean> {
  for (const name of names) if (await isFile(join(folder, name))) return true;
  return false;
}

async function isFile(path: string): Promise<boolean> {
  return (await kindOfPath(path)) === 'file';
}

/** What stands at a path. There are no links in what was unpacked. */
export async function kindOfPath(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw error;
  }
}
