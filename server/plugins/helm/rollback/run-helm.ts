import { join } from 'node:path';
import { SluiceError } from '../../../errors.ts';
import { openProxyFor } from '../../../kube/proxy-for.ts';
import { maskText } from '../../../mask-credentials.ts';
import type { Asker } from '../../../operations/registry.ts';
import { runProgram } from '../../../tools/program.ts';
import type { Program } from '../../../tools/program.ts';
import { withWorkFolder } from '../../../tools/work-folder.ts';
import type { StoredRevision } from '../storage.ts';

interface HelmCall {
  helm: Program;
  /** Where Helm keeps the release. */
  storage: Pick<StoredRevision, 'driver' | 'namespace'>;
  parameters: readonly string[];
  timeoutMilliseconds: number;
  signal: AbortSignal;
  /** Called with what Helm does as it does it, in its own words: `performing rollback`. */
  onStep(step: string): void;
}

const mostOutput = 8 * 1024 * 1024;
const longestCause = 1_500;

/**
 * Runs helm as the asker: it reaches the API server through an address of its own on loopback, has no kubeconfig, no
 * plugins and an empty home that is taken away afterwards. Throws failed with what helm says of its failure.
 */
export function runHelm(asker: Asker, call: HelmCall): Promise<void> {
  return withWorkFolder('helm', (home) => runAtHome(asker, call, home));
}

async function runAtHome(asker: Asker, call: HelmCall, home: string): Promise<void> {
  const { helm, storage, parameters, signal } = call;
  const proxy = await openProxyFor(asker.cluster, asker.identity);
  try {
    const { code, stderr } = await runProgram(helm.path, [...parameters, '--debug'], {
      cwd: home,
      env: {
        HOME: home,
        TMPDIR: home,
        PATH: '',
        KUBECONFIG: join(home, 'none'),
        HELM_KUBEAPISERVER: proxy.server,
        HELM_NAMESPACE: storage.namespace,
        HELM_DRIVER: storage.driver === 'Secret' ? 'secret' : 'configmap',
      },
      timeoutMilliseconds: call.timeoutMilliseconds,
      maxOutputBytes: mostOutput,
      signal,
      onErrorLine(line) {
        const step = /^level=DEBUG msg="([^"]*)"/.exec(line)?.[1];
        if (step !== undefined) call.onStep(step);
      },
    });
    if (code === 0) return;
    if (code === undefined) throw new SluiceError('failed', 'helm was killed while it was at work');
    const said = stderr.replaceAll(proxy.server, asker.cluster.client.server);
    throw new SluiceError('failed', causeOf(said));
  } finally {
    await proxy.close();
  }
}

/** The last lines of what helm wrote that are no debug lines: `Error: …`. */
function causeOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => !/^level=(DEBUG|INFO)|^\s*$|^helm\.go:|^history\.go:/.test(line));
  const from = lines.findLastIndex((line) => line.startsWith('Error:'));
  const text = (from === -1 ? lines : lines.slice(from))
    .join(' ')
    .replace(/^Error: /, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const cause = text === '' ? 'helm ended without saying why' : maskText(text);
  return cause.length > longestCause ? `${cause.slice(0, longestCause)}…` : cause;
}
