import type { About } from '../because/rule.ts';
import { quoted } from '../commands.ts';
import { claimFix } from './claim-fixes.ts';
import { kubectl } from './fixes/remedy.ts';
import type { Remedy } from './fixes/remedy.ts';
import { describeLine, nameOf, setIn } from './workload-words.ts';
import type { Workload } from './workload-cause.ts';

interface PodRule {
  /** Against the reason, and what is said in detail after it. */
  when: RegExp;
  remedy(found: RegExpExecArray, workload: Workload, about: About): Remedy;
}

/** What to do about the innermost object that does not get healthy. */
export function podFix(workload: Workload, about: About): Remedy {
  if (workload.reference.kind === 'PersistentVolumeClaim') return claimFix(workload, about);
  const text = [workload.reason, workload.says, workload.detail].filter((part) => part !== undefined).join('\n');
  for (const rule of rules) {
    const found = rule.when.exec(text);
    if (found !== null) return rule.remedy(found, workload, about);
  }
  return {
    fix: `Look at what the events of ${nameOf(workload)} say.`,
    command: describeLine(workload),
    title: `${nameOf(workload)}: ${workload.says}`,
  };
}

const rules: readonly PodRule[] = [
  {
    when: /ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName|RegistryUnavailable/,
    remedy(_, workload, about) {
      const image = imageOf(workload);
      const title = `The image ${image} cannot be pulled`;
      const key = `image/${image}`;
      const detail = `${workload.reason ?? ''} ${workload.detail ?? ''} ${workload.says}`;
      if (/no such host|server misbehaving/.test(detail)) {
        return {
          fix: `Correct the registry's host in ${imageSetIn(about)}, or make the nodes' DNS resolve it.`,
          command: describeLine(workload),
          title: `${title}: its registry is not found`,
          key,
        };
      }
      if (/no basic auth|unauthorized|\b401\b|\b403\b|denied|authentication required|refuses access/i.test(detail)) {
        return {
          fix: `Name a Secret with credentials for the registry in imagePullSecrets of the pod or of its ServiceAccount, or correct the image in ${imageSetIn(about)}.`,
          command: kubectl(
            workload.reference.namespace,
            'create secret docker-registry <name> --docker-server=<registry> --docker-username=<user> --docker-password=<token>',
          ),
          title: `${title}: the registry refuses access`,
          key,
        };
      }
      if (/x509|certificate/.test(detail)) {
        return {
          fix: "Give the container runtime of the nodes the registry's CA.",
          command: describeLine(workload),
          title: `${title}: the registry's certificate is not trusted`,
          key,
        };
      }
      if (/toomanyrequests|\b429\b|fewer requests/i.test(detail)) {
        return {
          fix: 'Pull with credentials (imagePullSecrets) or through a mirror: the registry limits how often it is asked.',
          command: describeLine(workload),
          title: `${title}: the registry limits pulls`,
          key,
        };
      }
      return {
        fix: `Correct the image in ${imageSetIn(about)} to one that exists, or push ${image}.`,
        command: `oras manifest fetch ${quoted(image)}`,
        title,
        key,
      };
    },
  },
  {
    when: /OOMKilled|out of memory/,
    remedy: (_, workload, about) => ({
      fix: `Raise resources.limits.memory in ${setIn(about)}, or make the program need less.`,
      command: describeLine(workload),
      title: `${nameOf(workload)} runs out of memory`,
    }),
  },
  {
    when: /its (liveness|startup) check fails/,
    remedy: ([, check = ''], workload, about) => ({
      fix: `Find out why its ${check}Probe fails: wrong path or port in ${setIn(about)}, or a program that needs longer than the probe allows (failureThreshold, timeoutSeconds, or a startupProbe before it).`,
      command: describeLine(workload),
      title: `${nameOf(workload)} ${workload.says}`,
    }),
  },
  {
    when: /CrashLoopBackOff|exit code|BackoffLimitExceeded|PodFailed/,
    remedy: (_, workload) => ({
      fix: `Read the last words of the program in its log: it ends by itself. Its arguments, configuration or what it connects to are wrong.`,
      command: logLine(workload),
      title: `${nameOf(workload)} ${workload.says}`,
    }),
  },
  {
    when: /(secret|configmap) "([^"]+)" not found|couldn't find key (\S+) in (Secret|ConfigMap) (\S+)/i,
    remedy([, kind = '', name = '', key, holder, place], workload, about) {
      const isSecret = /secret/i.test(holder ?? kind);
      const word = isSecret ? 'Secret' : 'ConfigMap';
      const bare = name === '' ? ((place ?? '').split('/').at(-1) ?? '') : name;
      const namespace = workload.reference.namespace;
      const make = kubectl(
        namespace,
        `create ${isSecret ? 'secret generic' : 'configmap'} ${quoted(bare)} --from-literal=${key ?? '<key>'}=<value>`,
      );
      if (key !== undefined) {
        return {
          fix: `Add the key ${key} to ${word} ${namespace ?? ''}/${bare}, or correct the reference in ${setIn(about)}.`,
          command: kubectl(namespace, `describe ${word.toLowerCase()} ${quoted(bare)}`),
          title: `${word} ${namespace ?? ''}/${bare} has no key ${key}`,
        };
      }
      return {
        fix: `Create ${word} ${namespace ?? ''}/${bare}, or correct the reference in ${setIn(about)}.`,
        command: make,
        culprit: {
          reference: { group: '', kind: word, namespace, name: bare },
          state: 'missing',
          text: `It does not exist; a container of ${nameOf(workload)} needs it.`,
        },
        title: `${word} ${namespace ?? ''}/${bare} does not exist`,
      };
    },
  },
  {
    when: /exceeded quota: ([\w.-]+)/,
    remedy: ([, quota = ''], { reference }) => ({
      fix: `Raise spec.hard of ResourceQuota ${quota}, ask for less, or remove what is not needed.`,
      command: kubectl(reference.namespace, `describe resourcequota ${quoted(quota)}`),
      title: `The resource quota ${quota} is used up`,
      key: `quota/${reference.namespace ?? ''}/${quota}`,
    }),
  },
  {
    when: /violates PodSecurity "([^"]+)"/,
    remedy: ([, level = ''], workload) => ({
      fix: `Give the pods a securityContext that the level ${level} allows, or set another level on the namespace.`,
      command: `kubectl get namespace ${quoted(workload.reference.namespace ?? '')} --show-labels`,
      title: `The namespace's Pod Security level ${level} does not allow these pods`,
    }),
  },
  {
    when: /CreateContainerConfigError|CreateContainerError|cannot be (?:configured|created|started)/,
    remedy: (_, workload, about) => ({
      fix: `Correct the container in ${setIn(about)}: ${workload.says.includes('cannot be started') ? 'its command, its image or its securityContext' : 'its environment, volumes or securityContext'}.`,
      command: describeLine(workload),
      title: `${nameOf(workload)} ${workload.says}`,
    }),
  },
  {
    when: /persistentvolumeclaim "([^"]+)" not found/,
    remedy: ([, name = ''], workload, about) => {
      const { namespace } = workload.reference;
      const full = `PersistentVolumeClaim ${namespace ?? ''}/${name}`;
      return {
        fix: `Create ${full}, or correct the claimName in ${setIn(about)}.`,
        command: kubectl(namespace, 'get persistentvolumeclaims'),
        culprit: {
          reference: { group: '', kind: 'PersistentVolumeClaim', namespace, name },
          state: 'missing',
          text: `It does not exist; a volume of ${nameOf(workload)} names it.`,
        },
        title: `${full} does not exist`,
      };
    },
  },
  {
    when: /unbound immediate PersistentVolumeClaims|didn't find available persistent volumes to bind/,
    remedy: (_, workload) => ({
      fix: 'Look at its PersistentVolumeClaims: the storageClassName of each has to exist and to have a provisioner that runs, or a PersistentVolume has to fit that its node can reach.',
      command: kubectl(workload.reference.namespace, 'get persistentvolumeclaims,persistentvolumes,storageclasses'),
      title: `${nameOf(workload)} has no volume`,
    }),
  },
  {
    when: /Unschedulable|no node takes it|Insufficient (\S+)/,
    remedy: (_, workload, about) => {
      const short = /Insufficient ([\w/-]+(?:\.[\w/-]+)*)/.exec(`${workload.says} ${workload.detail ?? ''}`)?.[1];
      return {
        fix:
          short === undefined
            ? `Correct nodeSelector, affinity or tolerations in ${setIn(about)}, or add a node that fits.`
            : `Lower resources.requests.${short} in ${setIn(about)}, or add nodes.`,
        command: describeLine(workload),
        title: `No node takes ${nameOf(workload)}${short === undefined ? '' : `: not enough ${short}`}`,
        ...(short === undefined ? {} : { key: `nodes/${short}` }),
      };
    },
  },
  {
    when: /readiness|ContainersNotReady|PodRunningNotReady|not ready yet/,
    remedy: (_, workload, about) => ({
      fix: `Find out why its readinessProbe fails: wrong path or port in ${setIn(about)}, or a program that waits for something else.`,
      command:
        workload.reference.kind === 'Pod'
          ? kubectl(workload.reference.namespace, `logs ${quoted(workload.reference.name)} --all-containers`)
          : describeLine(workload),
      title: `${nameOf(workload)} runs and does not get ready`,
    }),
  },
  {
    when: /Evicted|was evicted/,
    remedy: (_, workload) => ({
      fix: "Free the node's disk or memory, and give the pod requests that say what it needs.",
      command: describeLine(workload),
      title: `${nameOf(workload)} was evicted from its node`,
    }),
  },
];

/** Where people set which image a container runs. */
function imageSetIn(about: About): string {
  return about.kind.kind === 'HelmRelease' ? setIn(about) : `${setIn(about)} (or its spec.images)`;
}

function imageOf(workload: Workload): string {
  const named = /image "([^"]+)"|cannot pull ([^\s:]+(?::[\w.-]+)?)/.exec(`${workload.detail ?? ''}\n${workload.says}`);
  return named?.[1] ?? workload.images[0] ?? named?.[2] ?? 'it asks for';
}

/** The log of the container that is to blame; of the run before, where it has been started again since. */
function logLine({ reference, says }: Workload): string {
  if (reference.kind !== 'Pod')
    return kubectl(
      reference.namespace,
      `logs ${reference.kind.toLowerCase()}/${quoted(reference.name)} --all-containers`,
    );
  const container = /^(?:init )?container (\S+) /.exec(says)?.[1];
  const which = container === undefined ? '--all-containers' : `-c ${quoted(container)}`;
  return kubectl(
    reference.namespace,
    `logs ${quoted(reference.name)} ${which}${says.includes('restarted') ? ' --previous' : ''}`,
  );
}
