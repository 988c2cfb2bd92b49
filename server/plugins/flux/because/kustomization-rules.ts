import { humanGoDuration } from '../duration.ts';
import { enumerate } from '../enumerate.ts';
import { at, textAt } from '../read.ts';
import { referenceAt, referenceName } from '../references.ts';
import { missing } from './cluster-rules.ts';
import type { About, Rule } from './rule.ts';
import { clause } from './rule.ts';

/** What kustomize-controller says of building, applying and health. */
export const kustomizationRules: readonly Rule[] = [
  {
    when: /^dependency '([^']+)' is not ready$/,
    say: ([, name]) => `Waits for ${name}, which is not ready`,
  },
  {
    when: /^dependency '([^']+)' (?:not found|does not exist)|^(?:unable to get|failed to get) '([^']+)' dependency/,
    say: ([, one, other]) =>
      `Waits for ${one ?? other}, which does not exist: create it, or take it out of spec.dependsOn`,
  },
  {
    when: /^dependency '([^']+)' is not ready according to readyExpr/,
    say: ([, name]) => `Waits for ${name}, which does not fulfil readyExpr of spec.dependsOn yet`,
  },
  {
    when: /^unable to get '([^']+)' dependency.*not found/s,
    say: ([, name]) => `Waits for ${name}, which does not exist: create it, or take it out of spec.dependsOn`,
  },
  {
    when: /^dependency '([^']+)' (?:revision|has not been|is not up to date)/,
    say: ([, name]) => `Waits for ${name}, which has not applied the newest revision yet`,
  },
  {
    when: /^(GitRepository|OCIRepository|Bucket|ExternalArtifact)\.[\w.]+ "([^"]+)" not found/,
    say: ([, kind = '', name = ''], about) => missing(kind, sourceName(about) ?? name, about),
  },
  {
    when: /^Source (?:artifact not found|is not ready)/i,
    say: (_, about) => `Waits for ${source(about)}, which has nothing to apply yet`,
  },
  {
    when: /^kustomization path not found: .*/s,
    say: (_, about) =>
      `The path ${textAt(about.object, 'spec', 'path') ?? './'} does not exist in ${source(about)}: correct spec.path`,
  },
  {
    when: /failed to decode Kubernetes YAML from (?:\/tmp\/[^/\s]+\/)?(\S+): (?:MalformedYAMLError: )?(?:yaml: )?(?:line (\d+): )?(.*)/s,
    say: ([, file, line, why = '']) =>
      `${file} is not valid YAML${line === undefined ? '' : `, line ${line}`}: ${clause(oneLine(why))}`,
  },
  {
    when: /^(\S+\/\S+) dry-run failed \(Forbidden\): (.*cannot \S+ resource.*)/s,
    say: ([, object, why = ''], _, explain) => `${explain(why)} (it is needed for ${named(object)})`,
  },
  {
    when: /^(\S+\/\S+) (?:dry-run|apply) failed(?: \(Invalid\))?: .*?(\S+): (?:Invalid value: .*?|Forbidden): (?:may not change once set|field is immutable|updates to .* are forbidden)/s,
    say: ([, object, field]) =>
      `${named(object)} cannot be changed: ${field} is fixed once it is set. Delete it, or set spec.force: true so that it is made again`,
  },
  {
    when: /^(\S+\/\S+) (?:dry-run|apply) failed.*field is immutable/s,
    say: ([, object]) =>
      `${named(object)} cannot be changed in a field that is immutable: delete it, or set spec.force: true so that it is made again`,
  },
  {
    when: /^(\S+\/\S+) (?:dry-run|apply) failed(?: \(\w+\))?: no matches for kind "([^"]+)" in version "([^"]+)"/,
    say: ([, object, kind, version]) =>
      `The cluster does not know the kind ${kind} (${version}), so ${named(object)} cannot be applied: install its CustomResourceDefinition first`,
  },
  {
    when: /^(\S+\/\S+) (?:dry-run|apply) failed(?: \((\w+)\))?: (.*)/s,
    say: ([, object, , why = ''], _, explain) => `${named(object)} cannot be applied: ${explain(why)}`,
  },
  {
    when: /^(\S+\/\S+) namespace not specified:/,
    say: ([, object]) => `${named(object)} says no namespace: set metadata.namespace, or spec.targetNamespace`,
  },
  {
    when: /^(\S+\/\S+) not found: (.*)/s,
    say: ([, object, why = ''], _, explain) => `${named(object)} cannot be applied: ${explain(why)}`,
  },
  {
    when: /^health check failed after ([^:]+): timeout waiting for: \[(.*)\]/s,
    say: ([, after, objects = '']) => `${unhealthy(objects)} within ${humanGoDuration(after)}`,
  },
  {
    when: /^health check failed after [^:]+: failed early due to stalled resources: \[(.*)\]/s,
    say: ([, objects = '']) =>
      unhealthy(objects).replace(/did not become healthy$/, 'failed and will not become healthy by itself'),
  },
  {
    when: /^health check failed after ([^:]+): (.*)/s,
    say: ([, , why = ''], _, explain) => `Its health checks failed: ${explain(why)}`,
  },
  {
    when: /^health check failed$/,
    say: () => 'Its health checks did not pass',
  },
  {
    when: /^(\S+) is SOPS encrypted, configuring decryption is required/,
    say: ([, object]) =>
      `${named(object)} is encrypted with SOPS, and the Kustomization has no keys: set spec.decryption`,
  },
  {
    when: /^post build failed for '([^']+)': (.*)/s,
    say: ([, object, why = '']) =>
      `The substitutions in ${object} failed: ${clause(oneLine(why))}. Set the variable, or give it a default`,
  },
  {
    when: /(?:post build failed|variable substitution failed|envsubst)[^:]*:? ?(.*)/s,
    say: ([, why = ''], _, explain) => `Its substitutions failed: ${explain(why)}`,
  },
  {
    when: /substitute from '(ConfigMap|Secret)\/([^']+)' error: .*not found/s,
    say: ([, kind = '', name = ''], about) => missing(kind, name, about),
  },
  {
    when: /(?:failed to decrypt|error decrypting|decryption failed|cannot get sops data key|no key could decrypt)/i,
    say: (_, about) =>
      `Its encrypted files cannot be decrypted: check the keys in ${textAt(about.object, 'spec', 'decryption', 'secretRef', 'name') === undefined ? 'spec.decryption' : `Secret ${textAt(about.object, 'spec', 'decryption', 'secretRef', 'name')}`}`,
  },
  {
    when: /^kustomize build failed: accumulating resources.*?open (?:\/tmp\/[^/\s]+\/)?(\S+?): no such file or directory/s,
    say: ([, file], about) =>
      `${file} does not exist, and the kustomization.yaml in ${textAt(about.object, 'spec', 'path') ?? './'} names it: add it, or take it out of resources`,
  },
  {
    when: /^kustomize build failed: (.*)/s,
    say: ([, why = ''], about) =>
      `kustomize cannot build ${textAt(about.object, 'spec', 'path') ?? './'}: ${clause(oneLine(withoutFolders(why)))}`,
  },
  {
    when: /^Could not get artifact|artifact .* not found|failed to download archive|unable to download artifact/i,
    say: (_, about) => `The artifact of ${source(about)} cannot be fetched from source-controller`,
  },
  {
    when: /can't access '([^']+)', cross-namespace references have been (?:disabled|blocked)/,
    say: ([, name]) =>
      `${name} is in another namespace, and this Flux does not allow references across namespaces: copy the source into this namespace`,
  },
];

function source({ object }: About): string {
  const reference = referenceAt(object, at(object, 'spec', 'sourceRef'));
  return reference === undefined ? 'its source' : referenceName(reference, textAt(object, 'metadata', 'namespace'));
}

/** The namespace and name of the source as the spec names it. */
function sourceName({ object }: About): string | undefined {
  const reference = referenceAt(object, at(object, 'spec', 'sourceRef'));
  return reference?.namespace === undefined ? undefined : `${reference.namespace}/${reference.name}`;
}

/** `Deployment/shop/cart` → `Deployment shop/cart`. */
function named(object: string | undefined): string {
  return (object ?? 'An object').replace('/', ' ');
}

const shownUnhealthy = 3;

/** `Deployment shop/cart, Job shop/migrate and 4 more did not become healthy`. */
export function unhealthy(list: string): string {
  const objects = [...list.matchAll(/([A-Z]\w*)\/(\S+) status: '(\w+)'/g)].map(([, kind, name]) => `${kind} ${name}`);
  if (objects.length === 0) return 'What it applied did not become healthy';
  const more = objects.length - shownUnhealthy;
  const named = more > 0 ? [...objects.slice(0, shownUnhealthy), `${more} more`] : objects;
  return `${enumerate(named)} did not become healthy`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function withoutFolders(text: string): string {
  return text.replaceAll(/\/tmp\/[\w-]+\//g, '');
}
