import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAuthority,
  createClientCertificate,
  createServerCertificate,
  createSigningKey,
  type Authority,
} from './certificates.ts';
import { port } from './control-plane.ts';
import { identities, identityGroups, kubeconfigText, tokenLine } from './identities.ts';
import { nodeName } from './node/configuration.ts';
import { fluxControllers } from './parts.ts';
import type { ClusterState } from './state.ts';

/**
 * Writes the certificates of a new cluster: an authority, the API server's own and, with a node, the one by which it is
 * known to the kubelet.
 */
export function writeCertificates(folder: string, state: ClusterState): Authority {
  const certificates = join(folder, 'certificates');
  mkdirSync(certificates, { recursive: true, mode: 0o700 });
  const authority = createAuthority('sluice test cluster');
  const names = ['localhost', '127.0.0.1', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', '10.96.0.1'];
  if (state.node) names.push(state.node.network.gateway);
  const server = createServerCertificate(authority, names);
  writeFileSync(join(certificates, 'authority.crt'), authority.certificate);
  writeFileSync(join(certificates, 'server.crt'), server.certificate);
  writeFileSync(join(certificates, 'server.key'), server.key, { mode: 0o600 });
  if (state.node) {
    const client = createClientCertificate(authority, 'kube-apiserver', 'system:masters');
    writeFileSync(join(certificates, 'kubelet-client.crt'), client.certificate);
    writeFileSync(join(certificates, 'kubelet-client.key'), client.key, { mode: 0o600 });
  }
  writeFileSync(join(certificates, 'service-accounts.key'), createSigningKey(), { mode: 0o600 });
  return authority;
}

/** Users of the processes themselves: each its own, so that the audit log tells them from the suites. */
const processUsers = ['kube-controller-manager', 'kube-scheduler', ...fluxControllers] as const;

/** Writes a kubeconfig and a token for every identity and every process, and records the tokens in the state. */
export function writeCredentials(folder: string, state: ClusterState, authority: Authority): void {
  const lines: string[] = [];
  const write = (user: string, path: string, groups: readonly string[], host = '127.0.0.1'): void => {
    const token = randomBytes(24).toString('hex');
    state.tokens[user] = token;
    lines.push(tokenLine(user, token, groups));
    const text = kubeconfigText({
      cluster: state.name,
      server: `https://${host}:${port(state.ports, 'kube-apiserver')}`,
      certificateAuthority: authority.certificate,
      user,
      token,
    });
    writeFileSync(path, text, { mode: 0o600 });
  };
  mkdirSync(join(folder, 'controllers'), { recursive: true });
  for (const identity of identities) write(identity, join(folder, `${identity}.kubeconfig`), identityGroups(identity));
  for (const user of processUsers) {
    write(user, join(folder, 'controllers', `${user}.kubeconfig`), ['system:masters']);
  }
  if (state.node) {
    const { gateway } = state.node.network;
    mkdirSync(join(folder, 'node'));
    write(`system:node:${nodeName}`, join(folder, 'node', 'kubelet.kubeconfig'), ['system:nodes'], gateway);
    write('kube-proxy', join(folder, 'node', 'kube-proxy.kubeconfig'), [], gateway);
  }
  writeFileSync(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
}
