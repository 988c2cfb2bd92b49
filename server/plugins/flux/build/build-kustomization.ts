import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { SluiceError } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { createLimit } from '../../../kube/limit.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Tools } from '../../../tools/tools.ts';
import { withWorkFolder } from '../../../tools/work-folder.ts';
import { textAt } from '../read.ts';
import { fetchArtifact } from './artifact/fetch-artifact.ts';
import { findArtifact } from './artifact/find-artifact.ts';
import { unpackArtifact } from './artifact/unpack-artifact.ts';
import { assembleObjects } from './assemble-objects.ts';
import type { BuildResult } from './build-result.ts';
import { buildPlain } from './kustomize/build-plain.ts';
import { checkReferences } from './kustomize/check-references.ts';
import { generateKustomization } from './kustomize/generate-kustomization.ts';
import { kindOfPath } from './kustomize/kustomization-file.ts';
import { findKustomize, runKustomize } from './kustomize/run-kustomize.ts';
import { readVariables } from './substitute/read-variables.ts';

export interface BuildContext {
  cluster: Cluster;
  /** Who asks: source, variables and artifact are read with these rights. */
  identity: Identity;
  tools: Tools;
  signal?: AbortSignal | undefined;
}

/** A build takes memory, room on disk and a program of its own: only so many run at a time, whoever asks. */
const limit = createLimit(3);

/**
 * Builds what kustomize-controller would apply for a Kustomization now: its source's artifact, the folder of `spec.path`, the
 * real kustomize where there is one, post-build substitution, Flux's labels. Nothing is written to the cluster, nothing
 * decrypted. Throws SluiceError: `forbidden` with the missing right, `not_found` where source or artifact are gone, `refused`
 * where it takes a program that is missing or a way Sluice does not go, `failed` where Flux fails as well.
 */
export async function buildKustomization(context: BuildContext, object: KubeObject): Promise<BuildResult> {
  const { cluster, identity, signal } = context;
  const artifact = await findArtifact(cluster, identity, object);
  const variables = await readVariables(cluster, identity, object);
  const [unread] = variables.missing;
  if (unread !== undefined) throw unread.error;
  return limit(async () => {
    signal?.throwIfAborted();
    const archive = await fetchArtifact({ cluster, identity, artifact, signal });
    const { documents, builtWith } = await withWorkFolder('build', async (root) => {
      await unpackArtifact(archive, root, signal);
      return buildFolder(context, object, root);
    });
    const assembled = await assembleObjects(object, documents, variables, signal);
    return { ...assembled, revision: artifact.revision, digest: artifact.digest, builtWith };
  });
}

async function buildFolder({ tools, signal }: BuildContext, object: KubeObject, root: string) {
  // As in Flux: a path that leads out of the artifact ends at its top.
  const path = posix.normalize(`/${textAt(object, 'spec', 'path') ?? ''}`);
  const folder = join(root, path).replace(/\/$/, '');
  if ((await kindOfPath(folder)) !== 'folder') {
    throw new SluiceError('failed', `The source has no folder ${path.slice(0, 200)}, which spec.path names.`);
  }
  const generated = await generateKustomization(folder, object, signal);
  const { leavesFolders, rewritten } = await checkReferences(root, folder, generated, signal);
  const kustomize = await findKustomize(tools);
  if (kustomize === undefined) {
    const documents = await buildPlain({ root, folder, signal }, generated.content);
    return { documents, builtWith: { program: 'plain' } as const };
  }
  for (const [file, text] of rewritten) await writeFile(file, text, { mode: 0o600 });
  const documents = await runKustomize(kustomize, { root, folder, anyFolder: leavesFolders, signal });
  return { documents, builtWith: { program: 'kustomize', version: kustomize.version } as const };
}
