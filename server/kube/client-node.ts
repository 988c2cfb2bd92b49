import { registerHooks } from 'node:module';

/**
 * `KubeConfig` of the Kubernetes client library, without the library's generated API classes.
 *
 * Those are some two thousand modules and 85 MB of memory of which nothing is used here: requests go through
 * `client.ts`. The configuration module imports two names from them for a method that is never called, so while it loads
 * that one import is answered with a stand-in.
 */
const standIn = `data:text/javascript,${encodeURIComponent(`
function leftOut() { throw new Error('The generated API classes of the Kubernetes client library are left out.'); }
export { leftOut as createConfiguration, leftOut as ServerConfiguration };
`)}`;

const hooks = registerHooks({
  resolve(specifier, context, nextResolve) {
    const isGenerated =
      specifier === './gen/index.js' && context.parentURL?.includes('/@kubernetes/client-node/dist/') === true;
    return isGenerated ? { url: standIn, format: 'module', shortCircuit: true } : nextResolve(specifier, context);
  },
});

export const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js').finally(() => hooks.deregister());
