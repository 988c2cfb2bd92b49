import { at, textAt } from '../read.ts';
import { referenceAt, referenceName } from '../references.ts';
import { maskText } from '../../../mask-credentials.ts';
import { clause } from './rule.ts';
import type { About, Rule } from './rule.ts';
import { hostIn } from './network-rules.ts';

/** What source-controller says of Git, registries, charts and buckets. */
export const sourceRules: readonly Rule[] = [
  {
    when: /unable to (?:find reference for|resolve HEAD of) tag '([^']+)'/,
    say: ([, tag], about) => `Tag ${tag} does not exist in ${urlOf(about)}: correct spec.ref.tag, or push the tag`,
  },
  {
    when: /unable to resolve HEAD of branch '([^']+)'/,
    say: ([, branch], about) =>
      `Branch ${branch} does not exist in ${urlOf(about)}: correct spec.ref.branch, or push the branch`,
  },
  {
    when: /unable to resolve (?:commit object for|ref) '([^']+)'/,
    say: ([, commit], about) => `Commit ${commit} does not exist in ${urlOf(about)}: correct spec.ref`,
  },
  {
    when: /couldn't find remote ref "refs\/heads\/([^"]+)"/,
    say: ([, branch], about) =>
      `Branch ${branch} does not exist in ${urlOf(about)}: correct spec.ref.branch, or push the branch`,
  },
  {
    when: /couldn't find remote ref "refs\/tags\/([^"]+)"/,
    say: ([, tag], about) => `Tag ${tag} does not exist in ${urlOf(about)}: correct spec.ref.tag, or push the tag`,
  },
  {
    when: /couldn't find remote ref "([^"]+)"|reference not found/,
    say: ([, name], about) =>
      `${name === undefined ? 'The reference' : `Reference ${name}`} does not exist in ${urlOf(about)}: correct spec.ref`,
  },
  {
    when: /no match found for semver: (.+)/,
    say: ([, range = ''], about) =>
      `No version of ${urlOf(about)} fits ${clause(range)}: correct spec.ref.semver, or publish such a version`,
  },
  {
    when: /object not found|unable to resolve commit|unable to find commit/i,
    say: (_, about) =>
      `Commit ${textAt(about.object, 'spec', 'ref', 'commit') ?? ''} does not exist in ${urlOf(about)}: correct spec.ref.commit`,
  },
  {
    when: /repository not found|Repository does not exist|does not appear to be a git repository/i,
    say: (_, about) =>
      `${urlOf(about)} does not exist, or its credentials may not see it: check spec.url and spec.secretRef`,
  },
  {
    when: /knownhosts: key (?:is unknown|mismatch)|host key mismatch|remote host identification/i,
    say: (found, about) =>
      `The SSH host key of ${hostIn(urlOf(about)) ?? 'the host'} ${found[0].includes('unknown') ? 'is not among the known ones' : 'is not the known one'}: correct known_hosts in the Secret`,
  },
  {
    when: /ssh: unable to authenticate|ssh: handshake failed/,
    say: (_, about) => `${hostIn(urlOf(about)) ?? 'The host'} refuses the SSH key: add its public half as a deploy key`,
  },
  {
    when: /^no artifact available for (\w+) source '([^']+)'/,
    say: ([, kind, name]) => `Waits for ${kind} ${name}, which has fetched nothing yet`,
  },
  {
    when: /unable to verify Git (commit|tag)(?: SSH signature)?: (.*)/s,
    say: ([, what, why = '']) =>
      `The signature of the ${what} cannot be verified: ${clause(why.replaceAll(/\s+/g, ' '))}. Sign it with a trusted key, or correct spec.verify`,
  },
  {
    when: /(PGP|SSH) signature detected but no \w+ public keys found in secret/,
    say: ([, type], { object }) =>
      `Secret ${textAt(object, 'metadata', 'namespace') ?? ''}/${textAt(object, 'spec', 'verify', 'secretRef', 'name') ?? ''} holds no public key for the ${type} signature: add it`,
  },
  {
    when: /cannot verify signature of tag '([^']+)' since it is not signed/,
    say: ([, tag]) => `Tag ${tag} is not signed: sign it, or correct spec.verify`,
  },
  {
    when: /invalid '([^']+)' secret data: required fields? (.+)/,
    say: ([, name, fields = '']) => `Secret ${name} lacks what is needed (${clause(fields)}): add it`,
  },
  {
    when: /'([^']+)' not found in secret '([^']+)'/,
    say: ([, key, name]) => `Secret ${name} has no key ${key}: add it`,
  },
  {
    when: /invalid '[^']*' auth option: '([^']+)' (?:is required|requires '([^']+)' to be set)/,
    say: ([, key, other], { object }) =>
      `Secret ${textAt(object, 'metadata', 'namespace') ?? ''}/${textAt(object, 'spec', 'secretRef', 'name') ?? ''} has no key ${other ?? key}: add it`,
  },
  {
    when: /failed to find layer with media type '([^']+)' in artifact/,
    say: ([, type], about) =>
      `The artifact at ${urlOf(about)} has no layer of type ${type}: correct spec.layerSelector`,
  },
  {
    when: /URL must not contain a tag; remove ':([^']+)'/,
    say: ([, tag], about) => `The address ${urlOf(about)} holds the tag ${tag}: move it to spec.ref.tag`,
  },
  {
    when: /failed to verify the signature[^:]*: (.*)/s,
    say: ([, why = ''], _, explain) => `Its signature cannot be verified: ${explain(why)}`,
  },
  {
    when: /no matching signatures|no signatures found|signature not found/i,
    say: () => 'No signature by a trusted key was found on the artifact: sign it, or correct the trusted keys',
  },
  {
    when: /failed to confirm existence of '([^']+)' bucket: Bucket name cannot be shorter than 3 characters/,
    say: ([, name]) =>
      `The bucket name ${name} is too short: names have at least 3 characters. Correct spec.bucketName`,
  },
  {
    when: /failed to confirm existence of '([^']+)' bucket: (.*)/s,
    say: ([, name, why = ''], _, explain) => `Bucket ${name} cannot be read: ${explain(why)}`,
  },
  {
    when: /bucket '([^']+)' (?:does not exist|not found)/,
    say: ([, name], about) =>
      `Bucket ${name} does not exist at ${textAt(about.object, 'spec', 'endpoint') ?? 'its endpoint'}: correct spec.bucketName, or create it`,
  },
  {
    when: /unknown tag=(\S+)/,
    say: ([, tag], about) => `Tag ${tag} does not exist in ${urlOf(about)}: correct spec.ref.tag, or push it`,
  },
  {
    when: /could not get tags for "([^"]+)".*(?:name unknown|NAME_UNKNOWN|404)/s,
    say: ([, chart], about) =>
      `Chart ${chart} does not exist in ${chartSource(about)}: correct the chart's name, or push it`,
  },
  {
    when: /no '([^']+)' chart with version matching '([^']+)' found/,
    say: ([, chart, version], about) =>
      `${chartSource(about)} has no version of chart ${chart} that fits ${version}: correct the version, or publish one`,
  },
  {
    when: /chart "?([\w./-]+)"? (?:version "?([^"\s]+)"? )?not found/,
    say: ([, chart, version], about) =>
      `Chart ${chart}${version === undefined ? '' : ` ${version}`} does not exist in ${chartSource(about)}: correct its name or version`,
  },
  {
    when: /no chart version found for ([\w.-]+)-([^\s]+)|unable to locate any tags in provided repository/,
    say: ([, chart, version], about) =>
      chart === undefined
        ? `${chartSource(about)} holds no tag that could be used`
        : `${chartSource(about)} has no version of chart ${chart} that fits ${version}: correct the version, or publish one`,
  },
  {
    when: /MANIFEST_UNKNOWN|manifest unknown/,
    say: (_, about) => `${wantedOf(about)} does not exist in ${urlOf(about)}: correct spec.ref, or push it`,
  },
  {
    when: /NAME_UNKNOWN|name unknown|repository name not known/,
    say: (_, about) => `${urlOf(about)} does not exist in its registry: correct spec.url, or push it`,
  },
  {
    when: /failed to fetch (\S+?)\s*: 404 Not Found/,
    say: ([, url]) => `There is no index at ${url} (404 Not Found): check spec.url`,
  },
  {
    when: /\b404(?: Not Found)?\b/,
    say: (found, about) =>
      `${/https?:\/\/[^\s'"]+/.exec(found.input)?.[0] ?? urlOf(about)} was not found (404): check the address`,
  },
  {
    when: /(?:invalid|unsupported) (?:chart reference|OCI repository URL|URL)|URL scheme .* is not supported|parse ".*": .*/,
    say: (found, about) => `The address ${urlOf(about)} is not valid (${clause(found[0])}): correct spec.url`,
  },
  {
    when: /no space left on device/,
    say: () => 'The disk of source-controller is full: give its storage more room',
  },
];

function urlOf({ object }: About): string {
  const url = textAt(object, 'spec', 'url') ?? textAt(object, 'spec', 'image');
  return url === undefined ? 'its source' : maskText(url);
}

function wantedOf({ object }: About): string {
  const tag = textAt(object, 'spec', 'ref', 'tag');
  if (tag !== undefined) return `Tag ${tag}`;
  const digest = textAt(object, 'spec', 'ref', 'digest');
  return digest === undefined ? 'The tag' : `Digest ${digest}`;
}

/** Where a HelmChart, or the chart of a HelmRelease, comes from. */
function chartSource({ object }: About): string {
  const reference =
    referenceAt(object, at(object, 'spec', 'sourceRef')) ??
    referenceAt(object, at(object, 'spec', 'chart', 'spec', 'sourceRef'));
  return reference === undefined ? 'its source' : referenceName(reference, textAt(object, 'metadata', 'namespace'));
}
