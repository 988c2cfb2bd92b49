import { humanGoDuration } from '../duration.ts';
import { textAt } from '../read.ts';
import { missing } from './cluster-rules.ts';
import { unhealthy } from './kustomization-rules.ts';
import type { About, Rule } from './rule.ts';
import { clause } from './rule.ts';

/** What helm-controller and Helm say of charts, values and releases. */
export const helmRules: readonly Rule[] = [
  {
    when: /^(HelmChart|OCIRepository|ExternalArtifact|GitRepository|Bucket|HelmRepository) '([^']+)' is not ready:? ?(.*)/s,
    say: ([, kind, name, why = ''], _, explain) =>
      why === '' || /latest generation of object has not been reconciled/.test(why)
        ? `Waits for ${kind} ${name}, which is not ready yet`
        : `Waits for ${kind} ${name}, which is not ready: ${explain(why)}`,
  },
  {
    when: /could not (?:resolve|find) (ConfigMap|Secret) (?:chart )?values reference '([^']+)'.*not found/s,
    say: ([, kind = '', name = ''], about) => missing(kind, name, about),
  },
  {
    when: /could not resolve (ConfigMap|Secret) (?:chart )?values reference '([^']+)' with key '([^']+)': (?:missing key|key not found).*/s,
    say: ([, kind, name, key]) =>
      `${kind} ${name} has no key ${key}, which values are read from: add it, or correct spec.valuesFrom`,
  },
  {
    when: /unable to merge value from key '([^']+)' in (ConfigMap|Secret) '([^']+)'/,
    say: ([, key, kind, name]) => `Key ${key} of ${kind} ${name} cannot be read as values: correct its YAML`,
  },
  {
    when: /^Helm (install|upgrade|rollback|uninstall|test) failed for release (\S+) with chart (\S+?)@(\S+?): (.*)/s,
    say: ([, action, release, chart, version, why = ''], _, explain) =>
      `The ${action} of ${release?.replace(/\.v\d+$/, '')} with chart ${chart} ${version} failed: ${explain(why)}`,
  },
  {
    when: /^Helm (rollback to previous release|uninstall remediation for release) (\S+) with chart (\S+?)@(\S+?) failed: (.*)/s,
    say: ([, action = '', release, chart, version, why = ''], _, explain) =>
      `The ${action.startsWith('rollback') ? 'rollback to' : 'removal of'} ${release} with chart ${chart} ${version} failed, after what it was to repair: ${explain(why)}`,
  },
  {
    when: /^Helm rollback to previous release (\S+) with chart (\S+?)@(\S+?) succeeded/,
    say: ([, release, chart, version]) =>
      `The last upgrade failed and ${release} with chart ${chart} ${version} was put back`,
  },
  {
    when: /^Helm uninstall (?:remediation )?for release (\S+)(?: with chart \S+)? succeeded/,
    say: ([, release]) => `The install failed and ${release} was removed again`,
  },
  {
    when: /execution error at \(([^:)]+):(\d+):\d+\): (.*)/s,
    say: ([, file, line, why = '']) =>
      `the chart's template ${file} stops at line ${line}: ${clause(oneLine(why))}. Set the values it asks for`,
  },
  {
    when: /chart requires kubeVersion: (.+?) which is incompatible with Kubernetes (\S+)/,
    say: ([, range, version]) =>
      `the chart asks for Kubernetes ${range}, and this cluster is ${version}: choose another chart version`,
  },
  {
    when: /timeout waiting for: \[(.*)\]/s,
    say: ([, objects = ''], about) =>
      `${unhealthy(objects)} ${about.kind.kind === 'HelmRelease' ? `within ${timeoutOf(about)}` : 'in time'}`,
  },
  {
    when: /client rate limiter Wait returned an error|would exceed context deadline|context deadline exceeded|timed out waiting for the condition/,
    say: ({ input }, about) =>
      about.kind.kind === 'HelmRelease' && !/https?:\/\//.test(input)
        ? `its objects were not ready within ${timeoutOf(about)}: look at its pods, or give it a longer spec.timeout`
        : undefined,
  },
  {
    when: /another operation \(install\/upgrade\/rollback\) is in progress/,
    say: () =>
      'an earlier operation was cut off and still holds the release: roll it back or remove its pending release Secret',
  },
  {
    when: /cannot re-use a name that is still in use/,
    say: () =>
      'a release of that name exists already and was not made by this HelmRelease: remove it, or choose another spec.releaseName',
  },
  {
    when: /exists and cannot be imported into the current release|invalid ownership metadata/,
    say: ({ input }) => {
      const object =
        /(?:resource |rendered manifests contain a resource that already exists\. Unable to continue with \w+: )?(\w+) "([^"]+)" in namespace "([^"]*)" exists/.exec(
          input,
        );
      const name =
        object === null
          ? 'An object of the chart'
          : `${object[1]} ${object[3] === '' ? '' : `${object[3]}/`}${object[2]}`;
      return `${name} exists already and belongs to something else: delete it, or label it for this release`;
    },
  },
  {
    when: /has no deployed releases/,
    say: () => 'there is no release that ever worked to upgrade from: uninstall it, or force it',
  },
  {
    when: /values don't meet the specifications of the schema\(s\)[^:]*:\s*(.*)/s,
    say: ([, why = '']) => `the values do not fit the chart's schema: ${clause(oneLine(why))}`,
  },
  {
    when: /(?:YAML parse error on|error converting YAML to JSON[^:]*) ?([\w./-]*)/,
    say: ([, file]) =>
      `the chart renders YAML that is not valid${file === undefined || file === '' ? '' : ` (${file})`}: check the values it is made from`,
  },
  {
    when: /template: ([^:\s]+):(\d+)(?::\d+)?: (?:executing .*? at <.*?>: )?(.*)/s,
    say: ([, file, line, why = '']) =>
      `the chart's template ${file} cannot be rendered, line ${line}: ${clause(oneLine(why))}`,
  },
  {
    when: /Could not load chart|failed to load chart|chart metadata is missing|Chart\.yaml file is missing/i,
    say: () => 'the chart cannot be read: what was fetched is no chart',
  },
  {
    when: /^(?:chart pull error|chart reference error|invalid chart reference|dependency build error|values files merge error): (.*)/s,
    say: ([, why = ''], _, explain) => explain(why),
  },
  {
    when: /^Failed to (install|upgrade) after (\d+) attempt/,
    say: ([, action, attempts]) => `The ${action} failed ${attempts} ${attempts === '1' ? 'time' : 'times'} in a row`,
  },
];

/** `spec.timeout`, or helm-controller's default of five minutes. */
function timeoutOf({ object }: About): string {
  return humanGoDuration(textAt(object, 'spec', 'timeout') ?? '5m') ?? '5 min';
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
