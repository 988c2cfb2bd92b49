import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localUrl, port } from './control-plane.ts';
import { start, stillRuns, type Starting } from './starting.ts';
import { waitFor } from './wait.ts';

/** What the artifact server offers of a cluster. */
export const artifactFolder = (folder: string): string => join(folder, 'artifacts');

/** A name that no other cluster of this machine has: ports are given once. */
const socketName = ({ state }: Starting): string => `sluice-artifacts-${port(state.ports, 'artifacts')}`;

/**
 * Says that the API server reaches pods through the artifact server, as one in a network of its own would. There is no node
 * here, so no pod has an address that leads anywhere; and the API server's own proxy takes no loopback address. Returns the
 * file.
 */
export function writeEgress(starting: Starting): string {
  const file = join(starting.folder, 'egress.json');
  const transport = { uds: { udsName: `@${socketName(starting)}` } };
  const configuration = {
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [{ name: 'cluster', connection: { proxyProtocol: 'HTTPConnect', transport } }],
  };
  writeFileSync(file, JSON.stringify(configuration));
  return file;
}

/** Starts the artifact server with nothing to offer yet. */
export async function startArtifacts(starting: Starting): Promise<void> {
  const { folder, state } = starting;
  mkdirSync(artifactFolder(folder), { recursive: true });
  const script = fileURLToPath(import.meta.resolve('./artifact-server.ts'));
  const parameters = [script, artifactFolder(folder), String(port(state.ports, 'artifacts')), socketName(starting)];
  await start(starting, 'artifacts', { path: process.execPath }, parameters);
  const url = localUrl(state.ports, 'artifacts');
  const listening = (): Promise<boolean> => fetch(url).then((response) => response.arrayBuffer().then(() => true));
  await waitFor('the artifact server', listening, { seconds: 20, alive: stillRuns(starting, 'artifacts') });
}
