import type { About } from '../../because/rule.ts';
import { quoted } from '../../commands.ts';
import { listAt, textAt } from '../../read.ts';
import { releaseNameOf, storedAs } from '../../stored-release.ts';
import { fluxReconcile, kubectl, namespaceOf, specText, withCommand } from './remedy.ts';
import type { FixRule } from './remedy.ts';

/** Values, templates and releases of Helm. */
export const helmFixes: readonly FixRule[] = [
  {
    when: /reference '([^']+)' with key '([^']+)': (?:missing key|key not found)/,
    remedy: ([, name = '', key = ''], about) => {
      const bare = name.split('/').at(-1) ?? name;
      return {
        fix: `Add the key ${key} to ${name}, or correct valuesKey in spec.valuesFrom.`,
        command: kubectl(namespaceOf(about), `describe configmap,secret ${quoted(bare)}`),
      };
    },
  },
  {
    when: /unable to merge value from key '([^']+)' in (ConfigMap|Secret) '([^']+)'/,
    remedy: ([, key, kind, name]) => ({ fix: `Correct the YAML under the key ${key} of ${kind} ${name}.` }),
  },
  {
    when: /values don't meet the specifications of the schema/,
    remedy: ({ input }, about) => {
      const field = /at '\/([^']*)'/.exec(input)?.[1]?.replaceAll('/', '.');
      return {
        title: `${field === undefined || field === '' ? 'What is set' : `The value ${field}`} in HelmRelease ${nameOf(about)} does not fit the chart's schema`,
        fix: `Correct ${field === undefined || field === '' ? 'the values' : `the value ${field}`} in spec.values${listAt(about.object, 'spec', 'valuesFrom').length > 0 ? ' or what spec.valuesFrom reads' : ''}.`,
        command: `flux debug helmrelease ${quoted(about.object.metadata.name)} -n ${quoted(namespaceOf(about))} --show-values`,
      };
    },
  },
  {
    when: /execution error at \(([^:)]+):(\d+):\d+\): (.*)/s,
    remedy: ([, file = '', , why = ''], about) => ({
      title: `A template of HelmRelease ${nameOf(about)} stops: ${why.replaceAll(/\s+/g, ' ').trim().slice(0, 160)}`,
      fix: `Set in spec.values what the chart's ${file.split('/').at(-1) ?? file} asks for.`,
      command: `flux debug helmrelease ${quoted(about.object.metadata.name)} -n ${quoted(namespaceOf(about))} --show-values`,
    }),
  },
  {
    when: /chart requires kubeVersion: (.+?) which is incompatible with Kubernetes (\S+)/,
    remedy: ([, range, version], about) => ({
      title: `The chart of HelmRelease ${nameOf(about)} asks for Kubernetes ${range}`,
      fix: `Choose in ${chartField(about)} a version of the chart that supports Kubernetes ${version}, or bring the cluster to ${range}.`,
    }),
  },
  {
    when: /another operation \(install\/upgrade\/rollback\) is in progress/,
    remedy: (_, about) => ({
      fix: 'Roll back to the last version that was deployed (or delete the Secret of the pending version), then sync with a reset.',
      command: helm(about, 'history'),
      title: `An operation that was cut off holds the release ${releaseNamespace(about)}/${releaseName(about)}`,
    }),
  },
  {
    when: /cannot re-use a name that is still in use/,
    remedy: (_, about) => ({
      fix: `Uninstall the release that has the name, or choose another spec.releaseName.`,
      command: helm(about, 'status'),
    }),
  },
  {
    when: /(?:(\w+) "([^"]+)" in namespace "([^"]*)" )?exists and cannot be imported into the current release|invalid ownership metadata/,
    remedy: ([, kind, name, namespace], about) => ({
      fix: `Delete ${kind === undefined ? 'the object' : `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`}, or give it to this release: label app.kubernetes.io/managed-by=Helm, annotations meta.helm.sh/release-name=${releaseName(about)} and meta.helm.sh/release-namespace=${releaseNamespace(about)}.`,
    }),
  },
  {
    when: /has no deployed releases/,
    remedy: (_, about) => ({
      fix: 'Uninstall what is left of the first install, then sync with a reset; spec.install.remediation.retries lets Flux do it by itself.',
      command: removal(about),
    }),
  },
  {
    when: /YAML parse error on|error converting YAML to JSON|template: ([^:\s]+):(\d+)/,
    kinds: ['HelmRelease'],
    remedy: ([, file], about) => ({
      fix: `Correct the values that ${file === undefined ? 'the template' : file} is made from, or choose another version of the chart.`,
      command: `flux debug helmrelease ${quoted(about.object.metadata.name)} -n ${quoted(namespaceOf(about))} --show-values`,
    }),
  },
  {
    when: /Could not load chart|failed to load chart|chart metadata is missing|Chart\.yaml file is missing/i,
    remedy: (_, about) => ({
      fix: `Correct ${chartField(about)}: what it names holds no Chart.yaml.`,
    }),
  },
  {
    when: /(?:immutable|may not change once set)/,
    kinds: ['HelmRelease'],
    remedy: (_, about) =>
      withCommand(
        { fix: 'Delete the object so that the upgrade makes it anew, or set spec.upgrade.force: true.' },
        fluxReconcile(about, '--force --reset'),
      ),
  },
  {
    when: /client rate limiter Wait returned an error|context deadline exceeded|would exceed context deadline|timed out waiting for the condition/,
    kinds: ['HelmRelease'],
    remedy: ({ input }, about) =>
      /https?:\/\//.test(input)
        ? undefined
        : {
            fix: `Find the pod that does not get ready; if all do and are only slow, give it a longer spec.timeout (now ${specText(about, 'timeout') ?? '5m'}).`,
            // Flux labels what the chart renders, not the pods that are made of it.
            command: kubectl(
              releaseNamespace(about),
              `get deployments,statefulsets,daemonsets,jobs -l helm.toolkit.fluxcd.io/name=${quoted(about.object.metadata.name)}`,
            ),
          },
  },
  {
    when: /test .* failed|Helm test failed|pod .* failed/i,
    kinds: ['HelmRelease'],
    remedy: (_, about) => ({
      fix: 'Read the log of the test pod; spec.test.ignoreFailures leaves the release ready in spite of it.',
      command: `kubectl -n ${quoted(releaseNamespace(about))} get pods`,
    }),
  },
  {
    when: /^Failed to (?:install|upgrade) after (\d+) attempt|[Rr]etries exhausted|exhausted/,
    kinds: ['HelmRelease'],
    remedy: (_, about) =>
      withCommand(
        { fix: 'Correct the cause that the events tell, then sync with a reset: it counts its tries anew.' },
        fluxReconcile(about, '--reset'),
      ),
  },
];

function nameOf(about: About): string {
  return `${namespaceOf(about)}/${about.object.metadata.name}`;
}

function chartField(about: About): string {
  return specText(about, 'chartRef', 'name') === undefined ? 'spec.chart.spec.version' : 'the source in spec.chartRef';
}

function releaseName({ object }: About): string {
  return releaseNameOf(object);
}

/** Where its objects are. */
function releaseNamespace(about: About): string {
  const newest = listAt(about.object, 'status', 'history')[0];
  return textAt(newest, 'namespace') ?? specText(about, 'targetNamespace') ?? namespaceOf(about);
}

/** A line of the program helm, which looks for a release where it is stored: that may be another namespace than its objects'. */
function helm(about: About, verb: 'history' | 'status'): string {
  return `helm -n ${quoted(storageNamespace(about))} ${verb} ${quoted(releaseName(about))}`;
}

function storageNamespace(about: About): string {
  return storedAs(about.object)?.namespace ?? releaseNamespace(about);
}

/** Takes a release away. helm takes the namespace it is stored in for that of its objects: where those differ only the record goes. */
function removal(about: About): string {
  const stored = storageNamespace(about);
  const name = quoted(releaseName(about));
  return stored === releaseNamespace(about)
    ? `helm -n ${quoted(stored)} uninstall ${name}`
    : kubectl(stored, `delete secret -l owner=helm,name=${name}`);
}
