import { X509Certificate } from 'node:crypto';
import { createServer, connect } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createAuthority, createServerCertificate } from './certificates.ts';

test('a server certificate is signed by its authority and carries its names', () => {
  const authority = createAuthority('test authority');
  const server = createServerCertificate(authority, ['localhost', '127.0.0.1', 'kubernetes.default.svc']);
  const parsed = new X509Certificate(server.certificate);
  const issuer = new X509Certificate(authority.certificate);

  expect(issuer.ca).toBe(true);
  expect(parsed.ca).toBe(false);
  expect(parsed.verify(issuer.publicKey)).toBe(true);
  expect(parsed.checkIssued(issuer)).toBe(true);
  expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(parsed.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
  expect(parsed.checkHost('elsewhere')).toBeUndefined();
  expect(Date.parse(parsed.validTo)).toBeGreaterThan(Date.now() + 4 * 365 * 24 * 3_600_000);
});

test('a client that trusts the authority completes the handshake, another does not', async () => {
  const authority = createAuthority('test authority');
  const { certificate, key } = createServerCertificate(authority, ['127.0.0.1']);
  const server = createServer({ cert: certificate, key }, (socket) => socket.end());
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = (server.address() as AddressInfo).port;

  const trusting = connect({ port, host: '127.0.0.1', ca: authority.certificate });
  await once(trusting, 'secureConnect');
  expect(trusting.authorized).toBe(true);
  trusting.destroy();

  const stranger = connect({ port, host: '127.0.0.1', ca: createAuthority('other').certificate });
  await expect(once(stranger, 'secureConnect')).rejects.toThrow(/certificate|signature/);
  stranger.destroy();
  server.close();
});
