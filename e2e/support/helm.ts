import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { resolveBinary } from '../cluster/build.ts';
import type { TestCluster } from '../cluster/index.ts';

const run = promisify(execFile);

/** The real helm as the admin of a cluster. */
export interface Helm {
  path: string;
  /** Its standard output. Throws with what it wrote when it fails. */
  (...parameters: string[]): Promise<string>;
  /** The same program under another name, which then is its field manager. */
  as(name: string): Helm;
  end(): void;
}

/** Builds helm where it is not built yet. It writes nothing outside of a folder of its own, which `end` removes. */
export async function helmFor(cluster: TestCluster): Promise<Helm> {
  const binary = await resolveBinary('helm', (line) => console.log(line));
  if (binary === undefined) throw new Error('There is no helm.');
  const home = mkdtempSync(join(tmpdir(), 'sluice-suite-helm-'));
  const env = { HOME: home, KUBECONFIG: cluster.kubeconfig('admin') };

  function helmAt(path: string): Helm {
    const call = async (...parameters: string[]): Promise<string> => {
      const { stdout } = await run(path, parameters, { env, cwd: home, maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    };
    return Object.assign(call, {
      path,
      as(name: string): Helm {
        const link = join(home, name);
        symlinkSync(path, link);
        return helmAt(link);
      },
      end: () => rmSync(home, { recursive: true, force: true }),
    });
  }
  return helmAt(binary.path);
}
