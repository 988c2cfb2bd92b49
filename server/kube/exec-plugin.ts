import { spawn } from 'node:child_process';
import { SluiceError } from '../errors.ts';
import { withoutTokens } from './without-tokens.ts';

/** A kubeconfig's `exec`: a program that prints credentials. */
export interface ExecPlugin {
  apiVersion?: string;
  command: string;
  args?: string[] | null;
  env?: { name: string; value: string }[] | null;
  installHint?: string;
  interactiveMode?: string;
  provideClusterInfo?: boolean;
}

/** What a plugin gave: a token, or certificate and key in PEM. */
export interface PluginCredential {
  token: string | undefined;
  certificate: string | undefined;
  key: string | undefined;
}

interface Kept {
  credential: PluginCredential;
  /** Milliseconds since 1970. */
  goodUntil: number;
}

const longestRun = 60_000;
const largestAnswer = 1024 * 1024;
const longestComplaint = 8_192;
/** A credential is used no longer than until this long before its end, so that it does not end on its way. */
const leeway = 10_000;
/** A failure counts this long: every page and every attempt to connect asks, and a plugin may take seconds of work. */
const failureHolds = 5_000;

/**
 * Asks a plugin for credentials and keeps what it gave until shortly before that expires. The plugin has no terminal to
 * ask at, and is ended with all it started when it takes longer than `timeLimit` milliseconds. What goes wrong is thrown
 * as bad_credentials, naming the plugin; nothing it printed to standard output is ever told.
 * (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins)
 */
export function createPluginReader(plugin: ExecPlugin, timeLimit = longestRun): () => Promise<PluginCredential> {
  let kept: Kept | undefined;
  let failed: { error: unknown; at: number } | undefined;
  return async () => {
    if (kept !== undefined && Date.now() < kept.goodUntil) return kept.credential;
    if (plugin.interactiveMode === 'Always') {
      throw problem(plugin, 'wants a terminal to ask at (interactiveMode: Always), and there is none');
    }
    if (failed !== undefined && Date.now() - failed.at < failureHolds) throw failed.error;
    try {
      kept = keptFrom(plugin, await run(plugin, timeLimit));
    } catch (error) {
      failed = { error, at: Date.now() };
      throw error;
    }
    return kept.credential;
  };
}

async function run(plugin: ExecPlugin, timeLimit: number): Promise<string> {
  const environment = { ...process.env };
  for (const { name, value } of plugin.env ?? []) environment[name] = value;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // A group of its own: a script's children end with it.
  const child = spawn(plugin.command, plugin.args ?? [], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  process.once('exit', end);
  const timer = setTimeout(() => {
    reject(problem(plugin, `did not answer within ${timeLimit / 1000} seconds`));
    end();
  }, timeLimit);
  let answer = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
    if (answer.length <= largestAnswer) return;
    reject(problem(plugin, 'printed more than any credential is long'));
    end();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaint = (complaint + chunk).slice(0, longestComplaint);
  });
  child.on('error', (error) => reject(notStarted(plugin, error)));
  child.on('close', (code, signal) => {
    if (code === 0) resolve(answer);
    else reject(problem(plugin, `failed (${signal ?? `exit code ${code}`})${said(complaint)}`));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    process.off('exit', end);
  }
}

function keptFrom(plugin: ExecPlugin, answer: string): Kept {
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer);
  } catch {
    throw problem(plugin, 'did not print an ExecCredential as JSON');
  }
  const status = (parsed as { status?: unknown } | null)?.status;
  const {
    token,
    clientCertificateData: certificate,
    clientKeyData: key,
    expirationTimestamp,
  } = (status ?? {}) as Record<string, unknown>;
  const credential = { token: textOf(token), certificate: textOf(certificate), key: textOf(key) };
  if (credential.token === undefined && (credential.certificate === undefined || credential.key === undefined)) {
    throw problem(plugin, 'printed neither a token nor a certificate with its key');
  }
  if (expirationTimestamp === undefined || expirationTimestamp === null) return { credential, goodUntil: Infinity };
  const now = Date.now();
  const expires = typeof expirationTimestamp === 'string' ? Date.parse(expirationTimestamp) : Number.NaN;
  if (Number.isNaN(expires)) throw problem(plugin, 'printed an expirationTimestamp that is no time');
  if (expires <= now) throw problem(plugin, `printed credentials that ended at ${new Date(expires).toISOString()}`);
  return { credential, goodUntil: expires - Math.min(leeway, (expires - now) / 2) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function notStarted(plugin: ExecPlugin, error: NodeJS.ErrnoException): SluiceError {
  if (error.code === 'ENOENT') {
    return problem(plugin, plugin.command.includes('/') ? 'is not there' : 'is not on the PATH of Sluice');
  }
  if (error.code === 'EACCES') return problem(plugin, 'may not be run by the user Sluice runs as');
  return problem(plugin, `cannot be started: ${error.code ?? error.message}`);
}

function said(complaint: string): string {
  const line = withoutTokens(complaint);
  return line === '' ? ' without a word' : `: ${line}`;
}

function problem(plugin: ExecPlugin, sentence: string): SluiceError {
  const { command, installHint } = plugin;
  return new SluiceError('bad_credentials', `the plugin ${command} ${sentence}`, {
    ...(installHint !== undefined && installHint !== '' && { wayOut: installHint.trim() }),
  });
}
