import { textAt } from '../read.ts';
import type { About, Rule } from './rule.ts';

/** What hosts, registries and TLS answer, whoever asked. Host names are taken from the message where it has one. */
export const networkRules: readonly Rule[] = [
  {
    when: /lookup (\S+?)(?: on \S+)?: (?:no such host|server misbehaving|Temporary failure|i\/o timeout)/,
    say: ([, host]) => `The host ${host} cannot be found by DNS: check the host name in the address`,
  },
  {
    when: /server gave HTTP response to HTTPS client/,
    say: (found, about) =>
      `${hostIn(found.input) ?? 'The server'} speaks plain HTTP and was asked by HTTPS: ${about.kind.kind === 'GitRepository' ? 'use http:// in spec.url' : 'set spec.insecure: true, or give it a certificate'}`,
  },
  {
    when: /x509: certificate signed by unknown authority|certificate is not trusted|unable to get local issuer/,
    say: (found) =>
      `The certificate of ${hostIn(found.input) ?? 'the server'} is signed by an authority that Flux does not know: put its CA into a Secret and name it in spec.certSecretRef`,
  },
  {
    when: /x509: certificate has expired or is not yet valid/,
    say: (found) =>
      `The certificate of ${hostIn(found.input) ?? 'the server'} has expired or is not valid yet: renew it`,
  },
  {
    when: /x509: certificate is valid for (.+?), not ([\w.-]+)/,
    say: ([, valid, host]) =>
      `The certificate of ${host} is made for ${valid}: use that name, or give ${host} a certificate of its own`,
  },
  {
    when: /dial tcp ([\w.:[\]-]+): connect: connection refused/,
    say: (found) =>
      `Nothing answers at ${hostIn(found.input) ?? found[1]} (connection refused): check the port and whether the server runs`,
  },
  {
    when: /connect: (?:no route to host|network is unreachable)/,
    say: (found) =>
      `There is no way to ${hostIn(found.input) ?? 'the server'} from the cluster: check network policies and routes`,
  },
  {
    when: /connection reset by peer|unexpected EOF|: EOF$|TLS handshake/,
    say: (found) => `${hostIn(found.input) ?? 'The server'} broke off the connection`,
  },
  {
    when: /\b(?:401 Unauthorized|UNAUTHORIZED|authentication required|authentication failed|invalid credentials|incorrect username or password|bad credentials|unable to authenticate|invalid username or password|response status code 401)\b/i,
    say: (found, about) => {
      const host = hostIn(found.input) ?? addressOf(about) ?? 'The server';
      const credentials = credentialsOf(about);
      return credentials === undefined
        ? `${host} asks for credentials and none are given: name a Secret in spec.secretRef`
        : `${host} refuses the credentials: check ${credentials}`;
    },
  },
  {
    when: /\b(?:403 Forbidden|response status code 403|DENIED|access denied|permission denied|authorization failed|AccessDenied)\b/i,
    say: (found, about) => {
      const host = hostIn(found.input) ?? addressOf(about) ?? 'The server';
      const credentials = credentialsOf(about);
      return credentials === undefined
        ? `${host} does not allow access without credentials: name a Secret in spec.secretRef`
        : `${host} does not allow access to it: check the rights of ${credentials}`;
    },
  },
  {
    when: /\b(?:429 Too Many Requests|TOOMANYREQUESTS|rate limit exceeded|response status code 429)\b/i,
    say: (found) =>
      `${hostIn(found.input) ?? 'The server'} asks to be asked less often (rate limit): use credentials or a longer interval`,
  },
  {
    when: /\b(5\d\d) (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)\b/i,
    say: (found) => `${hostIn(found.input) ?? 'The server'} is broken at the moment (${found[1]})`,
  },
  {
    when: /context deadline exceeded|Client\.Timeout exceeded|i\/o timeout|operation timed out|timed out waiting/,
    say: (found) => `${hostIn(found.input) ?? 'The other side'} did not answer in time`,
  },
];

/** The host of the first address in a message. */
export function hostIn(message: string): string | undefined {
  return /\b[a-z][a-z0-9+.-]*:\/\/(?:\*\*\*@|[\w.-]+@)?(\[[\da-f:]+\](?::\d+)?|[\w.-]+(?::\d+)?)/i.exec(message)?.[1];
}

/** The address an object asks. */
function addressOf({ object }: About): string | undefined {
  const url = textAt(object, 'spec', 'url') ?? textAt(object, 'spec', 'endpoint') ?? textAt(object, 'spec', 'image');
  return url === undefined ? undefined : (hostIn(url) ?? /^[\w.-]+(?::\d+)?/.exec(url)?.[0]);
}

/** What an object shows who it is with; undefined when it has nothing to show. */
function credentialsOf({ object }: About): string | undefined {
  const secret = textAt(object, 'spec', 'secretRef', 'name');
  if (secret !== undefined) return `Secret ${textAt(object, 'metadata', 'namespace') ?? ''}/${secret}`;
  const account = textAt(object, 'spec', 'serviceAccountName');
  if (account !== undefined) return `ServiceAccount ${textAt(object, 'metadata', 'namespace') ?? ''}/${account}`;
  const provider = textAt(object, 'spec', 'provider');
  if (provider !== undefined && provider !== 'generic') return `the identity that ${provider} gives the controller`;
  return /:\/\/[^/@]+@/.test(textAt(object, 'spec', 'url') ?? '') ? 'those in spec.url' : undefined;
}
