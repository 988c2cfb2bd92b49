import { hostIn } from '../../because/network-rules.ts';
import type { About } from '../../because/rule.ts';
import { quoted } from '../../commands.ts';
import { kubectl, namespaceOf, specText } from './remedy.ts';
import type { FixRule, Remedy } from './remedy.ts';

/** What hosts, registries and TLS answer. */
export const networkFixes: readonly FixRule[] = [
  {
    when: /lookup (\S+?)(?: on \S+)?: (?:no such host|server misbehaving|Temporary failure|i\/o timeout)/,
    remedy: ([, host = ''], about) => ({
      fix: `Correct the host name in ${addressField(about)}; if ${host} is right, make the cluster's DNS resolve it.`,
      command: `kubectl run dns-test --rm -it --restart=Never --image=busybox -- nslookup ${quoted(host)}`,
      key: `host/${host}`,
    }),
  },
  {
    when: /server gave HTTP response to HTTPS client/,
    remedy: ({ input }, about) => ({
      fix:
        about.kind.kind === 'GitRepository'
          ? 'Write http:// in spec.url, or serve Git by HTTPS.'
          : 'Set spec.insecure: true, or give the registry a certificate.',
      key: `plain-http/${hostIn(input) ?? ''}`,
    }),
  },
  {
    when: /x509: certificate signed by unknown authority|certificate is not trusted|unable to get local issuer/,
    remedy: ({ input }, about) => ({
      fix:
        about.kind.kind === 'GitRepository'
          ? 'Put the CA into the Secret of spec.secretRef under the key ca.crt.'
          : 'Put the CA into a Secret under the key ca.crt and name it in spec.certSecretRef.',
      command: `flux create secret tls <name> -n ${quoted(namespaceOf(about))} --ca-crt-file=ca.crt`,
      key: `certificate/${hostIn(input) ?? ''}`,
    }),
  },
  {
    when: /x509: certificate has expired or is not yet valid/,
    remedy: ({ input }) => ({
      fix: `Renew the certificate of ${hostIn(input) ?? 'the server'}; if it is in date, correct the clock of the node.`,
      command: `openssl s_client -connect ${quoted(withPort(hostIn(input)))} </dev/null | openssl x509 -noout -dates`,
      key: `certificate/${hostIn(input) ?? ''}`,
    }),
  },
  {
    when: /x509: (?:certificate is valid for .+?, not ([\w.-]+)|cannot validate certificate for (\S+) because)/,
    remedy: ([input, one, other], about) => ({
      fix: `Use in ${addressField(about)} a name that the certificate is made for, or give ${one ?? other} a certificate with that name.`,
      command: `openssl s_client -connect ${quoted(withPort(hostIn(input) ?? one ?? other))} </dev/null | openssl x509 -noout -ext subjectAltName`,
      key: `certificate/${one ?? other ?? ''}`,
    }),
  },
  {
    when: /dial tcp ([\w.:[\]-]+): connect: connection refused/,
    remedy: ({ input, 1: address }, about) => ({
      fix: `Look whether the server at ${hostIn(input) ?? address} runs, and correct the port in ${addressField(about)}.`,
      key: `host/${hostIn(input) ?? address}`,
    }),
  },
  {
    when: /connect: (?:no route to host|network is unreachable)/,
    remedy: ({ input }) => ({
      fix: `Let the namespace of the Flux controllers reach ${hostIn(input) ?? 'the server'}: network policies, firewall, proxy.`,
      command: 'kubectl -n flux-system get networkpolicies',
      key: `host/${hostIn(input) ?? ''}`,
    }),
  },
  {
    when: /connection reset by peer|unexpected EOF|: EOF$|TLS handshake/,
    remedy: ({ input }) => ({
      fix: `Look at what stands between the cluster and ${hostIn(input) ?? 'the server'}: a proxy, a firewall, the server itself. Flux tries again by itself.`,
      key: `host/${hostIn(input) ?? ''}`,
    }),
  },
  {
    when: /\b(?:429 Too Many Requests|TOOMANYREQUESTS|rate limit(?:ed| exceeded)|response status code 429)\b/i,
    remedy: ({ input }) => ({
      fix: `Give credentials of an account with a higher limit in spec.secretRef, or ask less often with a longer spec.interval.`,
      key: `rate-limit/${hostIn(input) ?? ''}`,
    }),
  },
  {
    when: /\b(?:401 Unauthorized|UNAUTHORIZED|authentication required|authentication failed|invalid credentials|incorrect username or password|bad credentials|unable to authenticate|invalid username or password|response status code 401)\b/i,
    remedy: (_, about) => credentials(about, 'Renew'),
  },
  {
    when: /\b(?:403 Forbidden|response status code 403|DENIED|access denied|permission denied|authorization failed|AccessDenied)\b/i,
    remedy: (_, about) => credentials(about, 'Give read access to'),
  },
  {
    when: /\b(5\d\d) (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)\b/i,
    remedy: ({ input }) => ({
      fix: `Look at the server ${hostIn(input) ?? ''}: it answers with an error of its own. Flux tries again by itself.`.replace(
        ' :',
        ':',
      ),
      key: `host/${hostIn(input) ?? ''}`,
    }),
  },
  {
    when: /context deadline exceeded|Client\.Timeout exceeded|i\/o timeout|operation timed out|timed out waiting/,
    remedy: ({ input }) => ({
      fix: `Look whether the cluster reaches ${hostIn(input) ?? 'the other side'}; if it is only slow, give it a longer spec.timeout.`,
      ...(hostIn(input) === undefined ? {} : { key: `host/${hostIn(input) ?? ''}` }),
    }),
  },
];

/** What to do with the credentials that an object shows, or does not. */
function credentials(about: About, verb: string): Remedy {
  const namespace = namespaceOf(about);
  const secret = specText(about, 'secretRef', 'name');
  if (secret !== undefined) {
    return {
      fix:
        verb === 'Renew'
          ? `Renew the credentials in Secret ${namespace}/${secret} (spec.secretRef): ${keysOf(about)}.`
          : `Give the account of Secret ${namespace}/${secret} (spec.secretRef) the right to read it.`,
      command: kubectl(namespace, `describe secret ${quoted(secret)}`),
      culprit: {
        reference: { group: '', kind: 'Secret', namespace, name: secret },
        state: 'failing',
        text: verb === 'Renew' ? 'What it holds is refused.' : 'Its account may not read it.',
      },
    };
  }
  // Others at the same host show credentials of their own, which may be good.
  const key = `credentials/${about.kind.kind}/${namespace}/${about.object.metadata.name}`;
  const account = specText(about, 'serviceAccountName');
  const provider = specText(about, 'provider');
  if (provider !== undefined && provider !== 'generic') {
    return {
      key,
      fix: `${verb === 'Renew' ? 'Correct' : 'Give read access to'} the ${provider} identity of ${account === undefined ? 'the controller' : `ServiceAccount ${namespace}/${account}`}: its annotation and its role at the provider.`,
      command: kubectl(
        account === undefined ? 'flux-system' : namespace,
        `describe serviceaccount ${quoted(account ?? 'source-controller')}`,
      ),
    };
  }
  if (account !== undefined) {
    return {
      key,
      fix: `Correct imagePullSecrets of ServiceAccount ${namespace}/${account} (spec.serviceAccountName).`,
      command: kubectl(namespace, `get serviceaccount ${quoted(account)} -o yaml`),
    };
  }
  if (/:\/\/[^/@]+@/.test(specText(about, 'url') ?? '')) {
    return {
      key,
      fix: 'Take the user and password out of spec.url, put working ones into a Secret and name it in spec.secretRef.',
      command: createFor(about),
    };
  }
  return {
    key,
    fix: `Create a Secret with credentials in namespace ${namespace} and name it in spec.secretRef.`,
    command: createFor(about),
  };
}

function keysOf(about: About): string {
  switch (about.kind.kind) {
    case 'Bucket':
      return 'accesskey and secretkey';
    case 'GitRepository':
      return (specText(about, 'url') ?? '').startsWith('ssh:')
        ? 'identity and known_hosts'
        : 'username and password, or bearerToken';
    case 'OCIRepository':
    case 'ImageRepository':
      return '.dockerconfigjson';
    default:
      return 'username and password';
  }
}

function createFor(about: About): string {
  const at = `<name> -n ${quoted(namespaceOf(about))}`;
  const login = '--username=<user> --password=<token>';
  switch (about.kind.kind) {
    case 'Bucket':
      return kubectl(
        namespaceOf(about),
        'create secret generic <name> --from-literal=accesskey=<key> --from-literal=secretkey=<secret>',
      );
    case 'GitRepository':
      return `flux create secret git ${at} --url=<url> ${login}`;
    case 'HelmRepository':
      return specText(about, 'type') === 'oci'
        ? `flux create secret oci ${at} --url=<registry> ${login}`
        : `flux create secret helm ${at} ${login}`;
    default:
      return `flux create secret oci ${at} --url=<registry> ${login}`;
  }
}

function addressField(about: About): string {
  if (about.kind.kind === 'Bucket') return 'spec.endpoint';
  if (about.kind.kind === 'ImageRepository') return 'spec.image';
  return about.kind.kind === 'Provider' ? 'spec.address' : 'spec.url';
}

function withPort(host: string | undefined): string {
  if (host === undefined) return '<host>:443';
  return /:\d+$/.test(host) ? host : `${host}:443`;
}
