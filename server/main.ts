import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import type { LoadedConfig } from './config.ts';
import { openClusters } from './connections.ts';
import { SluiceError } from './errors.ts';
import type { Plugin } from './plugins/define.ts';
import { createServices } from './services.ts';
import type { RunningServices } from './services.ts';
import { attachLive } from './web/live.ts';

interface StartOptions {
  loaded: LoadedConfig;
  plugins: readonly Plugin[];
  logger: Logger;
  environment: Readonly<Record<string, string | undefined>>;
  homeDirectory: string;
}

/** The server while it runs. */
export interface RunningServer {
  url: string;
  /** Which cluster is shown, why, and how to choose otherwise. */
  explanation: string;
  /** Ends everything within ten seconds: actions under way get time, open pages are told, sockets are closed. */
  close(): Promise<void>;
}

const actionsGet = 5_000;
const requestsGet = 2_000;
const keepAlive = 65_000;
/** A request is small; one that has not come whole by then is given up. */
const requestComes = 30_000;

/** The address in a URL's words; what listens everywhere is reached here. */
function urlOf(server: Server, basePath: string): string {
  const { address, port, family } = server.address() as AddressInfo;
  const everywhere = address === '::' || address === '0.0.0.0';
  const host = everywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}${basePath}/`;
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): SluiceError {
  const cause = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return new SluiceError('failed', `The port ${port} on ${host} is taken by another program.`, {
        ...cause,
        wayOut: 'Choose another one with --port, or --port 0 for any free one.',
      });
    case 'EACCES':
      return new SluiceError('failed', `The port ${port} on ${host} may not be used by this user.`, {
        ...cause,
        wayOut: 'Choose one above 1023 with --port.',
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new SluiceError('failed', `${host} is no address of this machine.`, {
        ...cause,
        wayOut: 'Choose another one with --host: 127.0.0.1 for this machine only, 0.0.0.0 for all addresses.',
      });
    default:
      return new SluiceError('failed', `Cannot listen on ${host}, port ${port}: ${error.message}.`, cause);
  }
}

/** Makes the server listen. Throws `failed` with the reason in words. */
async function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('listening', resolve);
  server.once('error', (error) => reject(listenProblem(error, host, port)));
  server.listen({ host, port });
  await promise;
  server.removeAllListeners('error');
}

/** Serves the given services. The listening comes last, so that nothing is half there. */
export async function serveServices(services: RunningServices): Promise<{ url: string; close(): Promise<void> }> {
  const { config, logger } = services;
  const server = createServer(createApp(services));
  server.keepAliveTimeout = keepAlive;
  server.requestTimeout = requestComes;
  server.headersTimeout = requestComes;
  const live = attachLive(server, services);
  try {
    await listen(server, config.host, config.port);
  } catch (error) {
    await live.close();
    await services.close();
    throw error;
  }
  server.on('error', (error) => logger.error({ err: error }, 'The HTTP server has a problem.'));

  async function close(): Promise<void> {
    // Readiness is false from here on, while requests still are answered.
    await services.drain(actionsGet);
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    // Set before anything is waited for: the end of the sockets waits for the server's, and that for every request.
    const timer = setTimeout(() => server.closeAllConnections(), requestsGet);
    server.closeIdleConnections();
    await live.close();
    await closed;
    clearTimeout(timer);
    await services.close();
  }
  return { url: urlOf(server, config.basePath), close };
}

/** Builds the services for the configuration and serves them. Throws a SluiceError when that cannot be. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { loaded, plugins, logger } = options;
  let explanation = '';
  const services = await createServices({
    config: loaded.config,
    logger,
    plugins,
    async connect(watches) {
      const opened = await openClusters({ ...options, watches });
      ({ explanation } = opened);
      return opened.clusters;
    },
  });
  const served = await serveServices(services);
  return { ...served, explanation };
}
