import { hostIn } from '../../because/network-rules.ts';
import type { About } from '../../because/rule.ts';
import { quoted } from '../../commands.ts';
import { at, textAt } from '../../read.ts';
import { referenceAt, referenceName } from '../../references.ts';
import { kubectl, namespaceOf, specText, withCommand } from './remedy.ts';
import type { FixRule } from './remedy.ts';

/** Git, registries, charts, buckets and signatures. */
export const sourceFixes: readonly FixRule[] = [
  {
    when: /unable to (?:find reference for|resolve HEAD of) tag '([^']+)'|couldn't find remote ref "refs\/tags\/([^"]+)"/,
    remedy: ([, one, other], about) =>
      lsRemote(about, `Correct spec.ref.tag, or push the tag ${one ?? other}.`, '--tags'),
  },
  {
    when: /unable to resolve HEAD of branch '([^']+)'|couldn't find remote ref "refs\/heads\/([^"]+)"/,
    remedy: ([, one, other], about) =>
      lsRemote(about, `Correct spec.ref.branch, or push the branch ${one ?? other}.`, '--heads'),
  },
  {
    when: /couldn't find remote ref|reference not found|unable to resolve (?:commit object for|ref)/,
    remedy: (_, about) => lsRemote(about, 'Correct spec.ref: the remote has no such reference.', ''),
  },
  {
    when: /no match found for semver: (.+)/,
    remedy: (_, about) =>
      about.kind.kind === 'GitRepository'
        ? lsRemote(about, 'Correct the range in spec.ref.semver, or push a tag that it holds.', '--tags')
        : { fix: 'Correct the range in spec.ref.semver, or push a tag that it holds.' },
  },
  {
    when: /object not found|unable to resolve commit|unable to find commit/i,
    kinds: ['GitRepository', 'ImageUpdateAutomation'],
    remedy: () => ({
      fix: 'Correct spec.ref.commit; set spec.ref.branch beside it when the commit is on another branch.',
    }),
  },
  {
    when: /repository not found|Repository does not exist|does not appear to be a git repository/i,
    remedy: (_, about) => ({
      fix: 'Correct spec.url; Git hosts give the same answer when the credentials of spec.secretRef may not see the repository.',
      command: `git ls-remote ${quoted(urlOf(about))}`,
    }),
  },
  {
    when: /knownhosts: key (?:is unknown|mismatch)|host key mismatch|remote host identification|known_hosts/i,
    remedy: (_, about) => {
      const host = (hostIn(urlOf(about)) ?? '<host>').replace(/:\d+$/, '');
      return {
        fix: `Put the host key of ${host} into known_hosts of ${secretOf(about)}, after you compared it with what the host publishes.`,
        command: `ssh-keyscan ${quoted(host)}`,
      };
    },
  },
  {
    when: /ssh: unable to authenticate|ssh: handshake failed/,
    remedy: (_, about) => {
      const secret = specText(about, 'secretRef', 'name');
      const host = hostIn(urlOf(about)) ?? 'the Git host';
      const fix = `Add the public key (identity.pub) of ${secretOf(about)} as a deploy key of the repository at ${host}; or make a new pair and add that.`;
      if (secret === undefined) return { fix };
      const namespace = namespaceOf(about);
      return {
        fix,
        command: `flux create secret git ${quoted(secret)} -n ${quoted(namespace)} --url=${quoted(urlOf(about))}`,
        culprit: {
          reference: { group: '', kind: 'Secret', namespace, name: secret },
          state: 'failing',
          text: `${host} does not accept its key.`,
        },
      };
    },
  },
  {
    when: /unable to verify Git (?:commit|tag)|cannot verify signature of tag|signature detected but no \w+ public keys found/,
    remedy: (_, about) => ({
      fix: `Sign it with a key whose public half is in Secret ${namespaceOf(about)}/${specText(about, 'verify', 'secretRef', 'name') ?? ''} (spec.verify.secretRef), or add the signer's key there.`,
      command: 'git log -1 --show-signature',
    }),
  },
  {
    when: /failed to verify the signature|no matching signatures|no signatures found|signature not found/i,
    remedy: ({ input }, about) => {
      const image = /for '([^']+)'/.exec(input)?.[1] ?? urlOf(about).replace(/^oci:\/\//, '');
      const provider = specText(about, 'verify', 'provider') ?? 'cosign';
      return {
        fix: `Sign the artifact with a key or identity that spec.verify trusts, or add the signer's to it.`,
        command: provider === 'notation' ? `notation verify ${quoted(image)}` : `cosign tree ${quoted(image)}`,
      };
    },
  },
  {
    when: /invalid '([^']+)' secret data: required fields? (.+)|'([^']+)' not found in secret '([^']+)'|invalid '[^']*' auth option: '([^']+)'/,
    remedy: (found, about) => {
      const name = (found[1] ?? found[4] ?? specText(about, 'secretRef', 'name') ?? '').split('/').at(-1) ?? '';
      const namespace = namespaceOf(about);
      return {
        fix: `Add the key that is missing to Secret ${namespace}/${name}.`,
        command: kubectl(namespace, `describe secret ${quoted(name)}`),
        culprit: {
          reference: { group: '', kind: 'Secret', namespace, name },
          state: 'failing',
          text: 'It lacks a key that is needed.',
        },
      };
    },
  },
  {
    when: /failed to find layer with media type '([^']+)'/,
    remedy: (_, about) => ({
      fix: 'Correct spec.layerSelector.mediaType to one that the artifact has.',
      command: `oras manifest fetch ${quoted(urlOf(about).replace(/^oci:\/\//, ''))}:<tag>`,
    }),
  },
  {
    when: /URL must not contain a tag; remove ':([^']+)'/,
    remedy: ([, tag]) => ({ fix: `Take :${tag} out of spec.url and write it into spec.ref.tag.` }),
  },
  {
    when: /Bucket name cannot be shorter than 3 characters/,
    remedy: () => ({ fix: 'Correct spec.bucketName: names of buckets have at least 3 characters.' }),
  },
  {
    when: /bucket '([^']+)' (?:does not exist|not found)/,
    remedy: ([, name]) => ({ fix: `Correct spec.bucketName or spec.endpoint, or create the bucket ${name}.` }),
  },
  {
    when: /could not get tags for "([^"]+)"|no '([^']+)' chart with version matching|no chart version found for ([\w.-]+)-|unable to locate any tags in provided repository|chart "?([\w./-]+)"? (?:version "?[^"\s]+"? )?not found|no chart name found/,
    remedy: ({ input, 1: one, 2: two, 3: three, 4: four }, about) => {
      const chart = one ?? two ?? three ?? four ?? specText(about, 'chart') ?? '';
      const address = /oci:\/\/[\w./:-]+\w/.exec(input)?.[0];
      const version = /chart with version matching/.test(input) || three !== undefined;
      const field = 'spec.chart.spec';
      const source =
        referenceAt(about.object, at(about.object, 'spec', 'sourceRef')) ??
        referenceAt(about.object, at(about.object, 'spec', 'chart', 'spec', 'sourceRef'));
      const where = source === undefined ? 'its source' : referenceName(source, namespaceOf(about));
      const release = about.kind.kind === 'HelmChart' ? ` of ${releaseOf(about)}` : '';
      return {
        fix: version
          ? `Correct ${field}.version${release}, or publish a version of ${chart} that fits in ${where}.`
          : `Correct ${field}.chart${release}, or push the chart ${chart} to ${where}.`,
        command:
          address === undefined ? `helm search repo ${quoted(chart)} --versions` : `helm show chart ${quoted(address)}`,
      };
    },
  },
  {
    when: /unknown tag=|MANIFEST_UNKNOWN|manifest unknown/,
    remedy: ({ input }, about) => {
      const tag = /unknown tag=([^\s;]+)/.exec(input)?.[1] ?? specText(about, 'ref', 'tag');
      const field = about.kind.kind === 'OCIRepository' ? `spec.ref${tag === undefined ? '' : '.tag'}` : 'the version';
      return {
        fix: `Correct ${field}, or push ${tag === undefined ? 'what it names' : `the tag ${tag}`}.`,
        command:
          about.kind.kind === 'OCIRepository'
            ? `flux list artifacts ${quoted(urlOf(about))}`
            : `oras repo tags ${quoted(urlOf(about).replace(/^oci:\/\//, ''))}`,
      };
    },
  },
  {
    when: /NAME_UNKNOWN|name unknown|repository name not known/,
    remedy: (_, about) => ({
      fix: `Correct ${about.kind.kind === 'ImageRepository' ? 'spec.image' : 'spec.url'}, or push to it.`,
      command: `oras repo tags ${quoted(urlOf(about).replace(/^oci:\/\//, ''))}`,
    }),
  },
  {
    when: /failed to fetch (\S+?)\s*: 404 Not Found/,
    remedy: ([, url = ''], about) => ({
      fix: 'Correct spec.url: it is the folder in which index.yaml lies. A registry needs spec.type: oci and an address with oci://.',
      command: `curl -sSfI ${quoted(url)}`,
      key: `index/${urlOf(about)}`,
    }),
  },
  {
    when: /\b404(?: Not Found)?\b/,
    remedy: ({ input }, about) =>
      withCommand(
        {
          fix: `Correct ${about.kind.kind === 'Provider' ? 'spec.address' : 'spec.url'}: there is nothing at that address.`,
        },
        found(input),
      ),
  },
  {
    when: /(?:invalid|unsupported) (?:chart reference|OCI repository URL|URL)|URL scheme .* is not supported|parse ".*": /,
    remedy: () => ({ fix: 'Correct spec.url: write its scheme (https://, ssh:// or oci://), host and path.' }),
  },
  {
    when: /no space left on device/,
    remedy: () => ({
      fix: 'Give the volume of source-controller more room, or fewer and smaller artifacts: spec.ignore leaves files out.',
      command: 'kubectl -n flux-system exec deploy/source-controller -- df -h /data',
      title: 'The disk of source-controller is full',
      key: 'disk/source-controller',
    }),
  },
];

/** The release that a chart was made for, as helm-controller labels it. */
function releaseOf({ object }: About): string {
  const name = textAt(object, 'metadata', 'labels', 'helm.toolkit.fluxcd.io/name');
  const namespace = textAt(object, 'metadata', 'labels', 'helm.toolkit.fluxcd.io/namespace');
  return name === undefined || namespace === undefined
    ? 'the HelmRelease that the chart is for'
    : `HelmRelease ${namespace}/${name}`;
}

function lsRemote(about: About, fix: string, flag: string) {
  return { fix, command: `git ls-remote ${flag === '' ? '' : `${flag} `}${quoted(urlOf(about))}` };
}

function found(message: string): string | undefined {
  const url = /https?:\/\/[^\s'"]+/.exec(message)?.[0];
  return url === undefined ? undefined : `curl -sSfI ${quoted(url.replace(/:$/, ''))}`;
}

/** `spec.url` or `spec.image`, without what stands before the host of an https address. */
function urlOf(about: About): string {
  const url = specText(about, 'url') ?? specText(about, 'image') ?? '';
  return url.replace(/^(https?:\/\/)[^/@]*@/i, '$1').replace(/^(ssh:\/\/[^/:@]+):[^/@]*@/i, '$1@');
}

function secretOf(about: About): string {
  const name = specText(about, 'secretRef', 'name');
  return name === undefined ? 'the Secret in spec.secretRef' : `Secret ${namespaceOf(about)}/${name} (spec.secretRef)`;
}
