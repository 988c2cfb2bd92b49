import type { About } from '../../because/rule.ts';
import { quoted } from '../../commands.ts';
import { referenceName } from '../../references.ts';
import { fluxReconcile, kubectl, namespaceOf, specText, withCommand } from './remedy.ts';
import type { FixRule } from './remedy.ts';

/** Building, substituting, decrypting and applying manifests. */
export const kustomizationFixes: readonly FixRule[] = [
  {
    when: /^health check failed$/,
    remedy: (_, about) => ({
      fix: 'Look at what it owns: what is not healthy there fails the try under way, too.',
      command: eventsOf(about),
    }),
  },
  {
    when: /^what it builds (?:could not be applied|no more could not be deleted)$/,
    remedy: (_, about) => ({
      fix: 'Look at its events: the last warning names the object and why it was refused. The try under way may have it mended.',
      command: eventsOf(about),
    }),
  },
  {
    when: /can't access '([^']+)', cross-namespace references have been (?:disabled|blocked)/,
    remedy: ([, name]) => ({
      fix: `Make a source of its own in this namespace and name that: ${name} is in another one, and the controllers run with --no-cross-namespace-refs.`,
    }),
  },
  {
    when: /kustomization path not found/,
    remedy: (_, about) =>
      withCommand(
        { fix: `Correct spec.path, or add the folder ${specText(about, 'path') ?? './'} to ${sourceOf(about)}.` },
        fluxReconcile(about, '--with-source'),
      ),
  },
  {
    when: /failed to decode Kubernetes YAML from (?:\/tmp\/[^/\s]+\/)?(\S+): (?:MalformedYAMLError: )?(?:yaml: )?(?:line (\d+))?/s,
    remedy: ([, file = '', line]) => ({
      fix: `Correct ${line === undefined ? '' : `line ${line} of `}${file} and push.`,
      command: `kubectl create --dry-run=client -f ${quoted(file)}`,
    }),
  },
  {
    when: /accumulating resources.*?open (?:\/tmp\/[^/\s]+\/)?(\S+?): no such file or directory/s,
    remedy: ([, file = ''], about) => ({
      fix: `Add ${file} to ${sourceOf(about)}, or take it out of resources in the kustomization.yaml that names it.`,
      command: build(about),
    }),
  },
  {
    when: /may not add resource with an already registered id: (\S+)/,
    remedy: ([, id], about) => ({
      fix: `Take one of the two files with ${id} out of resources: the same object stands in both.`,
      command: build(about),
    }),
  },
  {
    when: /no matches for Id ([^;\s]+).*failed to find unique target for patch|failed to find unique target for patch (\S+)/,
    remedy: ([, one, other], about) => ({
      fix: `Correct the patch: nothing that it builds is ${one ?? other}. Kind, name and namespace have to be those before other changes.`,
      command: build(about),
    }),
  },
  {
    when: /is SOPS encrypted, configuring decryption is required/,
    remedy: () => ({
      fix: 'Set spec.decryption.provider: sops and name the Secret with the keys in spec.decryption.secretRef.',
    }),
  },
  {
    when: /failed to decrypt|error decrypting|decryption failed|cannot get sops data key|no key could decrypt|Error getting data key/i,
    remedy: (_, about) => {
      const secret = specText(about, 'decryption', 'secretRef', 'name');
      const namespace = namespaceOf(about);
      return {
        fix:
          secret === undefined
            ? 'Name the Secret with the private key in spec.decryption.secretRef, or give kustomize-controller the right to use the key of its cloud.'
            : `Put the private key the files are encrypted for into Secret ${namespace}/${secret} (a key that ends in .agekey or .asc), or encrypt them again for the key in it: sops updatekeys.`,
        command:
          secret === undefined
            ? kubectl('flux-system', 'describe serviceaccount kustomize-controller')
            : kubectl(namespace, `describe secret ${quoted(secret)}`),
      };
    },
  },
  {
    when: /post build failed|variable substitution failed|envsubst|variable not set/,
    remedy: ({ input }, about) => {
      const variable = /variable not set \(strict mode\): "([^"]+)"/.exec(input)?.[1];
      return {
        fix: `Set ${variable === undefined ? 'the variable' : variable} in spec.postBuild.substitute or substituteFrom, or give it a default: \${${variable ?? 'name'}:=value}.`,
        command: build(about),
      };
    },
  },
  {
    when: /(\S+\/\S+) (?:dry-run|apply) failed.*(?:may not change once set|field is immutable|updates to .* are forbidden)/s,
    remedy: ([, object = '']) => {
      const [kind = '', ...place] = object.split('/');
      const name = place.at(-1) ?? '';
      const namespace = place.length > 1 ? place[0] : undefined;
      return {
        fix: `Delete ${object.replace('/', ' ')} so that it is made again, or set spec.force: true; or put the label or annotation kustomize.toolkit.fluxcd.io/force: enabled on that object alone. It is away for a moment.`,
        command: kubectl(namespace, `delete ${kind.toLowerCase()} ${quoted(name)}`),
      };
    },
  },
  {
    when: /namespace not specified/,
    remedy: () => ({ fix: 'Write metadata.namespace into the manifest, or set spec.targetNamespace.' }),
  },
  {
    when: /(\S+\/\S+) (?:dry-run|apply) failed.*(?:unknown field|field not declared in schema|strict decoding error)/s,
    remedy: ([, object = ''], about) => ({
      fix: `Correct the field in the manifest of ${object.replace('/', ' ')} in ${sourceOf(about)}: this version of its kind does not have it.`,
      command: `kubectl explain ${quoted((object.split('/')[0] ?? '').toLowerCase())} --recursive`,
    }),
  },
  {
    when: /(\S+\/\S+) (?:dry-run|apply) failed.*conflict/is,
    remedy: ([, object = '']) => ({
      fix: `Take the field out of one of the two that write ${object.replace('/', ' ')}; kustomize.toolkit.fluxcd.io/ssa: Merge as an annotation lets Flux leave others' fields alone.`,
    }),
  },
  {
    when: /(\S+\/\S+) (?:dry-run|apply) failed/s,
    kinds: ['Kustomization'],
    remedy: ({ 1: object = '', input }, about) =>
      /cannot \S+ resource|no matches for kind|webhook|quota|not found|PodSecurity|AdmissionPolicy|terminated|timed out/.test(
        input,
      )
        ? undefined
        : {
            fix: `Correct the manifest of ${object.replace('/', ' ')} in ${sourceOf(about)} and push.`,
            command: `flux diff kustomization ${quoted(about.object.metadata.name)} -n ${quoted(namespaceOf(about))} --path ${quoted(specText(about, 'path') ?? './')}`,
          },
  },
  {
    when: /kustomize build failed/,
    remedy: (_, about) => ({
      fix: `Correct what kustomize stumbles over in ${specText(about, 'path') ?? './'} of ${sourceOf(about)}, and build it on your machine first.`,
      command: build(about),
    }),
  },
  {
    when: /Could not get artifact|failed to download archive|unable to download artifact|artifact .* not found/i,
    remedy: (_, about) => {
      const source = about.kind.source?.(about.object);
      return withCommand(
        {
          fix: `Look whether source-controller runs and can be reached from the other controllers (network policies), then sync ${sourceOf(about)}.`,
          command: 'kubectl -n flux-system get pods -l app=source-controller',
        },
        source === undefined ? undefined : fluxReconcile(about, '--with-source'),
      );
    },
  },
];

function eventsOf(about: About): string {
  return `flux events --for Kustomization/${quoted(about.object.metadata.name)} -n ${quoted(namespaceOf(about))}`;
}

/** `kustomize build ./apps`, as the controller does it. */
function build(about: About): string {
  return `kustomize build ${quoted(specText(about, 'path') ?? './')}`;
}

function sourceOf(about: About): string {
  const source = about.kind.source?.(about.object);
  return source === undefined ? 'its source' : referenceName(source, namespaceOf(about));
}
