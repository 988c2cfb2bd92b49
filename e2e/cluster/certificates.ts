import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, boolean, identifier, integer, octets, retagged, sequence, set, tagged, text, time } from './der.ts';

export type Certificate = {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS #8. */
  key: string;
};

export type Authority = Certificate & { commonName: string; privateKey: KeyObject };

const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'));
const yearInMilliseconds = 365 * 24 * 3_600_000;

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`;

const distinguishedName = (commonName: string, organization?: string): Buffer =>
  sequence(
    ...(organization === undefined ? [] : [set(sequence(identifier('2.5.4.10'), text(organization)))]),
    set(sequence(identifier('2.5.4.3'), text(commonName))),
  );

const keyIdentifier = (publicKey: Buffer): Buffer => createHash('sha1').update(publicKey).digest();

const extension = (dotted: string, value: Buffer, critical = false): Buffer =>
  sequence(identifier(dotted), ...(critical ? [boolean(true)] : []), octets(value));

function alternativeName(name: string): Buffer {
  if (isIP(name) === 4) return retagged(7, Buffer.from(name.split('.').map(Number)));
  return retagged(2, Buffer.from(name, 'ascii'));
}

function assemble(options: {
  subject: string;
  /** The group, for a certificate that Kubernetes takes for a user's. */
  organization?: string;
  issuer: string;
  publicKey: Buffer;
  signingKey: KeyObject;
  extensions: Buffer[];
}): string {
  const now = Date.now();
  const toBeSigned = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ecdsaWithSha256,
    distinguishedName(options.issuer),
    // An hour back, for machines whose clocks disagree.
    sequence(time(new Date(now - 3_600_000)), time(new Date(now + 5 * yearInMilliseconds))),
    distinguishedName(options.subject, options.organization),
    options.publicKey,
    tagged(3, sequence(...options.extensions)),
  );
  return pem(sequence(toBeSigned, ecdsaWithSha256, bits(sign('sha256', toBeSigned, options.signingKey))));
}

function newKey(): { privateKey: KeyObject; publicKey: Buffer; key: string } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey: pair.privateKey,
    publicKey: pair.publicKey.export({ type: 'spki', format: 'der' }),
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/** A certificate authority of its own, valid for five years, that signs for one test cluster. */
export function createAuthority(commonName: string): Authority {
  const { privateKey, publicKey, key } = newKey();
  const certificate = assemble({
    subject: commonName,
    issuer: commonName,
    publicKey,
    signingKey: privateKey,
    extensions: [
      extension('2.5.29.19', sequence(boolean(true)), true),
      // keyCertSign and cRLSign
      extension('2.5.29.15', bits(Buffer.from([0x06]), 1), true),
      extension('2.5.29.14', octets(keyIdentifier(publicKey))),
    ],
  });
  return { commonName, certificate, key, privateKey };
}

/** A server certificate for host names and IPv4 addresses. */
export function createServerCertificate(authority: Authority, names: readonly string[]): Certificate {
  const { publicKey, key } = newKey();
  const authorityKey = createPublicKey(authority.privateKey).export({ type: 'spki', format: 'der' });
  const certificate = assemble({
    subject: names[0] ?? 'localhost',
    issuer: authority.commonName,
    publicKey,
    signingKey: authority.privateKey,
    extensions: [
      // digitalSignature
      extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true),
      // serverAuth
      extension('2.5.29.37', sequence(identifier('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.17', sequence(...names.map(alternativeName))),
      extension('2.5.29.14', octets(keyIdentifier(publicKey))),
      extension('2.5.29.35', sequence(retagged(0, keyIdentifier(authorityKey)))),
    ],
  });
  return { certificate, key };
}

/** A client certificate by which Kubernetes knows a user and one group. */
export function createClientCertificate(authority: Authority, user: string, group: string): Certificate {
  const { publicKey, key } = newKey();
  const certificate = assemble({
    subject: user,
    organization: group,
    issuer: authority.commonName,
    publicKey,
    signingKey: authority.privateKey,
    extensions: [
      // digitalSignature
      extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true),
      // clientAuth
      extension('2.5.29.37', sequence(identifier('1.3.6.1.5.5.7.3.2'))),
    ],
  });
  return { certificate, key };
}

/** A private key alone, in the older PEM form (SEC 1) from which the API server also reads the public half. */
export function createSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'sec1', format: 'pem' }) as string;
}
