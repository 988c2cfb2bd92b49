import type { About } from '../because/rule.ts';
import { quoted } from '../commands.ts';
import { kubectl } from './fixes/remedy.ts';
import type { Remedy } from './fixes/remedy.ts';
import { describeLine, nameOf, setIn } from './workload-words.ts';
import type { Workload } from './workload-cause.ts';

interface ClaimRule {
  /** Against the reason, and what is said in detail after it. */
  when: RegExp;
  remedy(found: RegExpExecArray, claim: Workload, about: About): Remedy;
}

const storageClasses = 'kubectl get storageclasses';

/** What to do about a PersistentVolumeClaim that gets no volume, by what the volume controllers say of it. */
export function claimFix(claim: Workload, about: About): Remedy {
  const text = [claim.reason, claim.says, claim.detail].filter((part) => part !== undefined).join('\n');
  for (const rule of rules) {
    const found = rule.when.exec(text);
    if (found !== null) return rule.remedy(found, claim, about);
  }
  return {
    fix: `Look at what the events of ${nameOf(claim)} say: its storageClassName has to exist and to have a provisioner that runs.`,
    command: describeLine(claim),
    title: `${nameOf(claim)} has no volume`,
  };
}

const rules: readonly ClaimRule[] = [
  {
    when: /storageclass(?:\.storage\.k8s\.io)? "([^"]+)" not found/i,
    remedy: ([, name = ''], claim, about) => ({
      fix: `Create StorageClass ${name}, or correct storageClassName in ${setIn(about)} and delete ${nameOf(claim)}, which cannot be given another class.`,
      command: storageClasses,
      culprit: {
        reference: { group: 'storage.k8s.io', kind: 'StorageClass', namespace: undefined, name },
        state: 'missing',
        text: `It does not exist; ${nameOf(claim)} names it.`,
      },
      title: `StorageClass ${name} does not exist`,
    }),
  },
  {
    when: /^NoDefaultClass/,
    remedy: (_, claim, about) => ({
      fix: `Set storageClassName in ${setIn(about)}, or mark one StorageClass as the cluster's default (annotation storageclass.kubernetes.io/is-default-class: "true").`,
      command: storageClasses,
      title: `${nameOf(claim)} names no StorageClass, and the cluster has no default one`,
      key: 'storageclass/default',
    }),
  },
  {
    when: /^NoClass/,
    remedy: (_, claim, about) => ({
      fix: `Create a PersistentVolume of its size and access modes, or name a StorageClass in ${setIn(about)}: with storageClassName: "" none is made.`,
      command: 'kubectl get persistentvolumes',
      title: `No PersistentVolume fits ${nameOf(claim)}`,
    }),
  },
  {
    when: /^NoVolume\n.*PersistentVolume (\S+)/,
    remedy: ([, name = ''], claim, about) => ({
      fix: `Create PersistentVolume ${name}, or free it from another claim; or take volumeName out of the claim in ${setIn(about)}.`,
      command: `kubectl get persistentvolume ${quoted(name)}`,
      title: `${nameOf(claim)} waits for PersistentVolume ${name}`,
    }),
  },
  {
    when: /external provisioner '([^']+)'/,
    remedy: ([, provisioner = ''], claim) => ({
      fix: `Look whether the provisioner ${provisioner} is installed and runs, and what its pods log; if there is none of that name, correct the provisioner of the StorageClass.`,
      command: 'kubectl get csidrivers,storageclasses',
      title: `The provisioner ${provisioner} makes no volume for ${nameOf(claim)}`,
      key: `provisioner/${provisioner}`,
    }),
  },
  {
    when: /^ProvisioningFailed/,
    remedy: (_, claim) => ({
      fix: 'Mend what the provisioner stumbles over: the parameters of the StorageClass, its rights, or a limit at the storage.',
      command: describeLine(claim),
      title: `No volume can be made for ${nameOf(claim)}`,
    }),
  },
  {
    when: /^WaitForFirstConsumer/,
    remedy: (_, claim, about) => ({
      fix: `Let the pod that uses it come with it: its StorageClass makes a volume only then (WaitForFirstConsumer). Or name what has to be healthy in spec.healthChecks of ${about.kind.kind} ${about.object.metadata.name} in place of spec.wait.`,
      command: describeLine(claim),
      title: `${nameOf(claim)} is used by no pod`,
    }),
  },
  {
    when: /^Lost/,
    remedy: (_, claim) => ({
      fix: `Bring its PersistentVolume back; or delete ${nameOf(claim)} and let it be made anew, with an empty volume.`,
      command: kubectl(claim.reference.namespace, `get persistentvolumeclaim ${quoted(claim.reference.name)} -o yaml`),
      title: `The volume of ${nameOf(claim)} is lost`,
    }),
  },
];
