import { isTrueAt, numberAt, textAt } from '../read.ts';
import { shown } from './generic.ts';

/** What keeps a container from its work. */
interface ContainerTrouble {
  /** Waiting alone will not help. */
  hopeless: boolean;
  reason: string;
  /** Without subject: `cannot pull registry.example.com/shop/web:2`. */
  says: string;
  detail: string | undefined;
}

const pulls = new Set(['ImagePullBackOff', 'ErrImagePull', 'ErrImagePullBackOff', 'RegistryUnavailable']);

const refusals: Readonly<Record<string, string>> = {
  CreateContainerConfigError: 'cannot be configured',
  CreateContainerError: 'cannot be created',
  RunContainerError: 'cannot be started',
  StartError: 'cannot be started',
  ContainerCannotRun: 'cannot be started',
  PreStartHookError: 'cannot be started',
  PostStartHookError: 'its post-start hook fails',
};

/** What its spec adds to a container's status. */
interface ContainerSpec {
  /** For an OOM kill. */
  memoryLimit: string | undefined;
  /** After which ends the kubelet starts it again. */
  restartsOn: 'every end' | 'failure' | 'nothing';
}

/** The trouble a container status tells of; undefined where it has none. */
export function containerTrouble(status: unknown, spec: ContainerSpec): ContainerTrouble | undefined {
  const { memoryLimit } = spec;
  const waiting = textAt(status, 'state', 'waiting', 'reason');
  const detail = shown(textAt(status, 'state', 'waiting', 'message'));
  const image = textAt(status, 'image') ?? 'its image';
  const unstarted = unstartedTrouble(status, waiting === 'CrashLoopBackOff' ? 'lastState' : 'state');
  if (unstarted !== undefined) return unstarted;
  if (waiting === 'CrashLoopBackOff') {
    const end = endOf(status, 'lastState', memoryLimit, true);
    return { hopeless: true, reason: waiting, says: `${end ?? 'crashes'}, ${restarted(status)}`, detail };
  }
  if (waiting !== undefined && pulls.has(waiting))
    return { hopeless: true, reason: waiting, says: `cannot pull ${image}${pullCause(detail)}`, detail };
  if (waiting === 'InvalidImageName')
    return { hopeless: true, reason: waiting, says: `names no image: “${image}”`, detail };
  if (waiting === 'ErrImageNeverPull')
    return { hopeless: true, reason: waiting, says: `may not pull ${image}, which is not on its node`, detail };
  const refusal = refusedTrouble(waiting, detail);
  if (refusal !== undefined) return refusal;
  const loops = isCrashLoop(status, spec);
  const end = endOf(status, 'state', memoryLimit, loops);
  if (end === undefined) return undefined;
  const reason = textAt(status, 'state', 'terminated', 'reason') ?? 'Error';
  const message = shown(textAt(status, 'state', 'terminated', 'message'));
  if (loops) return { hopeless: true, reason, says: `${end}, ${restarted(status)}`, detail: message };
  return { hopeless: false, reason, says: end, detail: message };
}

/** What the runtime would not do at all: there is nothing a program could have said about it. */
function refusedTrouble(reason: string | undefined, detail: string | undefined): ContainerTrouble | undefined {
  if (reason === undefined || !Object.hasOwn(refusals, reason)) return undefined;
  const refusal = refusals[reason] ?? '';
  const says = detail === undefined ? refusal : `${refusal}: ${withoutLayers(detail).slice(0, 160)}`;
  return { hopeless: true, reason, says, detail };
}

/** A program that never began to run: the kubelet counts that as an end with exit code 128, and then as a crash loop. */
function unstartedTrouble(status: unknown, which: 'state' | 'lastState'): ContainerTrouble | undefined {
  return refusedTrouble(
    textAt(status, which, 'terminated', 'reason'),
    shown(textAt(status, which, 'terminated', 'message')),
  );
}

/**
 * Whether a container that has ended ended before, and will be started again: the kubelet calls that CrashLoopBackOff
 * only when it next looks at the pod, up to a minute later.
 */
function isCrashLoop(status: unknown, { restartsOn }: ContainerSpec): boolean {
  if ((numberAt(status, 'restartCount') ?? 0) === 0) return false;
  const code = numberAt(status, 'state', 'terminated', 'exitCode');
  if (code === undefined || restartsOn === 'nothing') return false;
  return code !== 0 || restartsOn === 'every end';
}

/** What each layer of the container runtime puts before the words of the one below, and the kind of error behind them. */
const runtimeLayers =
  /^(?:(?:failed to [\w -]+|OCI runtime create failed|runc create failed|unable to start container process): )+/;

function withoutLayers(message: string): string {
  return message.replace(runtimeLayers, '').replace(/: unknown$/, '');
}

/** Whether the container runs, and its probes are content with it. */
export function isReady(status: unknown): boolean {
  return isTrueAt(status, 'ready');
}

/** How a container ended that did not end well, once or again and again: `ended with exit code 1`, `ran out of memory (limit 64Mi)`. */
function endOf(
  status: unknown,
  which: 'state' | 'lastState',
  memoryLimit: string | undefined,
  again: boolean,
): string | undefined {
  const code = numberAt(status, which, 'terminated', 'exitCode');
  const reason = textAt(status, which, 'terminated', 'reason');
  if (reason === 'OOMKilled')
    return memoryLimit === undefined ? 'ran out of memory' : `ran out of memory (limit ${memoryLimit})`;
  if (code === undefined || (code === 0 && !again)) return undefined;
  if (!again) return `ended with exit code ${code}`;
  return code === 0 ? 'keeps ending, though with exit code 0' : `crashes with exit code ${code}`;
}

function restarted(status: unknown): string {
  const restarts = numberAt(status, 'restartCount') ?? 0;
  return restarts === 1 ? 'restarted once' : `restarted ${restarts.toLocaleString('en-GB')} times`;
}

/** The registry's answer, where the container runtime passes it on. */
function pullCause(detail: string | undefined): string {
  if (detail === undefined) return '';
  if (/manifest unknown|not found|NotFound|name unknown/.test(detail)) return ': the registry does not have it';
  if (/no basic auth|unauthorized|401|403|denied|authentication required/i.test(detail))
    return ': the registry refuses access';
  if (/no such host|server misbehaving/.test(detail)) return ': the registry’s name is not known';
  if (/i\/o timeout|connection refused|context deadline|EOF|no route/.test(detail))
    return ': the registry cannot be reached';
  if (/toomanyrequests|429/i.test(detail)) return ': the registry asks for fewer requests';
  if (/x509|certificate/.test(detail)) return ': the registry’s certificate is not trusted';
  return '';
}
