import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  binaryFolder,
  binaryPath,
  binarySource,
  embeddedVersion,
  type Binary,
  type BinarySource,
  type ResolvedBinary,
} from './binaries.ts';
import { isFluxController } from './parts.ts';
import { withLock } from './lock.ts';

export type Progress = (line: string) => void;

const run = promisify(execFile);

/** Milliseconds; the largest takes three minutes with nothing kept on two cores, and a registry may be slow. */
const longestBuild = 30 * 60_000;

function goBuild(source: BinarySource, target: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      'go',
      ['build', '-trimpath', '-buildvcs=false', '-ldflags', source.linkerFlags, '-o', target, source.package],
      // No cgo: a machine with Go but without a C compiler builds the same binary.
      {
        cwd: source.folder,
        env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
        timeout: longestBuild,
      },
    );
    let errors = '';
    child.stderr.on('data', (chunk) => (errors = (errors + String(chunk)).slice(-4000)));
    child.once('error', (error) => reject(new Error(`Cannot run go to build ${source.name}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      const what =
        signal === null ? 'failed' : `was ended by ${signal}, after ${longestBuild / 60_000} minutes at most`;
      reject(new Error(`Building ${source.name} ${source.version} ${what}:\n${errors}`));
    });
  });
}

async function build(source: BinarySource, progress: Progress): Promise<string> {
  const path = binaryPath(source);
  if (existsSync(path)) return path;
  mkdirSync(binaryFolder(), { recursive: true });
  return withLock(`${path}.lock`, { waitSeconds: 1800 }, async () => {
    if (existsSync(path)) return path;
    const started = performance.now();
    progress(`building ${source.name} ${source.version.slice(1)} …`);
    const unfinished = `${path}.${process.pid}`;
    try {
      await goBuild(source, unfinished);
      renameSync(unfinished, path);
    } finally {
      rmSync(unfinished, { force: true });
    }
    const seconds = Math.round((performance.now() - started) / 1000);
    progress(`building ${source.name} ${source.version.slice(1)} … ${seconds} s`);
    return path;
  });
}

async function readyMade(name: Binary): Promise<ResolvedBinary | undefined> {
  const folder = process.env['FLUX_CONTROLLERS_DIR'];
  if (!folder || !isFluxController(name)) return undefined;
  if (!existsSync(folder)) throw new Error(`FLUX_CONTROLLERS_DIR names a folder that is not there: ${folder}`);
  const path = join(folder, name);
  if (!existsSync(path)) return undefined;
  // A script that starts one is as good, and tells no version.
  const { stdout } = await run('go', ['version', '-m', path]).catch(() => ({ stdout: '' }));
  return { name, path, version: `${embeddedVersion(stdout, name) ?? 'of unknown version'} (ready-made)` };
}

/**
 * Gives the binary to run, building it when the cache does not hold it. A file of the same name in
 * `FLUX_CONTROLLERS_DIR` comes first. Undefined when it is neither there nor built by a module of ours.
 *
 * @throws Error with the end of the compiler's output, or when `FLUX_CONTROLLERS_DIR` is no folder.
 */
export async function resolveBinary(name: Binary, progress: Progress): Promise<ResolvedBinary | undefined> {
  const given = await readyMade(name);
  if (given) return given;
  const source = binarySource(name);
  return source && { name, path: await build(source, progress), version: source.version };
}
