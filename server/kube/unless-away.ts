import type { SluiceError } from '../errors.ts';
import type { KubeClient } from './cluster.ts';

/**
 * The client for what pages and actions ask: while the API server is known to be away they are told so at once, and do
 * not wait for an answer that does not come. What other programs send through Sluice (`forward`) is left to their patience.
 */
export function unlessAway(client: KubeClient, away: () => SluiceError | undefined): KubeClient {
  function demandThere(): void {
    const gone = away();
    if (gone !== undefined) throw gone;
  }

  return {
    get server() {
      return client.server;
    },
    async json(request) {
      demandThere();
      return client.json(request);
    },
    async text(request) {
      demandThere();
      return client.text(request);
    },
    async bytes(request) {
      demandThere();
      return client.bytes(request);
    },
    async *lines(request) {
      demandThere();
      yield* client.lines(request);
    },
    forward: (request) => client.forward(request),
    close: () => client.close(),
  };
}
