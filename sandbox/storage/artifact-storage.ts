import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import type { KubeObject } from '../../server/kube/object.ts';
import { gitFiles, knownObjects, madeFrom, manifestsAt } from './git-files.ts';

/** What an artifact's status tells of its file. */
interface Stored {
  digest: string;
  size: number;
}

/** The artifacts that source-controller offers: made from invented repositories, kept in memory. */
export interface ArtifactStorage {
  /** Makes the artifact of a source; undefined where no Kustomization is made from it, so nobody reads it. */
  keep(source: KubeObject, revision: string, path: string): Promise<Stored | undefined>;
  /** What is kept, by its path. */
  readonly files: ReadonlyMap<string, Buffer>;
  /**
   * What is to be applied when a Kustomization that was suspended in the beginning goes on: there, source and cluster differ. Of
   * others, the cluster is as their source says already.
   */
  heldBack(kustomization: KubeObject, revision: string): KubeObject[];
}

/** As many artifacts of one source as source-controller keeps by itself. */
const kept = 2;

/** `objects` are the cluster as it begins: what repositories hold is what was applied then. */
export function createArtifactStorage(objects: readonly KubeObject[]): ArtifactStorage {
  const known = knownObjects(structuredClone(objects));
  const files = new Map<string, Buffer>();

  function forgetOld(path: string): void {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const old = [...files.keys()].filter((each) => each.startsWith(folder)).slice(0, -kept);
    for (const each of old) files.delete(each);
  }

  return {
    files,
    heldBack({ metadata: { name, namespace = '' } }, revision) {
      const first = known.get('Kustomization', namespace, name);
      return first?.spec?.['suspend'] === true ? manifestsAt(first, known, revision) : [];
    },
    async keep(source, revision, path) {
      if (madeFrom(source, known).length === 0) return undefined;
      const entries = Object.entries(gitFiles(source, known, revision)).map(([name, body]) => ({
        header: { name, type: 'file' as const, size: Buffer.byteLength(body), mtime: new Date(0) },
        body,
      }));
      const archive = gzipSync(await packTar(entries));
      files.delete(path);
      files.set(path, archive);
      forgetOld(path);
      return { digest: `sha256:${createHash('sha256').update(archive).digest('hex')}`, size: archive.length };
    },
  };
}

/** Gives sources that have an artifact one that can be fetched: the objects' status is changed to tell of it. */
export async function storeArtifacts(objects: readonly KubeObject[], storage: ArtifactStorage): Promise<void> {
  for (const object of objects) {
    const artifact = object.status?.['artifact'] as { revision: string; path: string } | undefined;
    if (artifact === undefined) continue;
    Object.assign(artifact, await storage.keep(object, artifact.revision, artifact.path));
  }
}
