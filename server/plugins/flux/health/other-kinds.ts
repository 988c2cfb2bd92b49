import type { KubeObject } from '../../../kube/object.ts';
import { listAt, numberAt, textAt } from '../read.ts';
import { brief, conditionOf, shown } from './generic.ts';
import { current, failed, inProgress } from './health.ts';
import type { Health } from './health.ts';

/** A claim is there when it is bound. */
export function volumeClaimHealth(object: KubeObject): Health {
  const phase = textAt(object, 'status', 'phase');
  const size = textAt(object, 'status', 'capacity', 'storage');
  if (phase === 'Bound') return current(size === undefined ? 'bound' : `bound, ${size}`);
  if (phase === 'Lost') return failed('its volume is lost', { reason: 'Lost' });
  return inProgress('waits for a volume', { reason: phase });
}

/** A Service is there at once; one of type LoadBalancer when it has an address. */
export function serviceHealth(object: KubeObject): Health {
  const type = textAt(object, 'spec', 'type') ?? 'ClusterIP';
  const ports = listAt(object, 'spec', 'ports').flatMap((port) => numberAt(port, 'port') ?? []);
  const portWords = ports.length === 0 ? '' : `, ${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`;
  if (type === 'ExternalName') return current(`stands for ${textAt(object, 'spec', 'externalName') ?? 'another name'}`);
  if (type !== 'LoadBalancer') return current(`${type}${portWords}`);
  const addresses = listAt(object, 'status', 'loadBalancer', 'ingress').flatMap(
    (address) => textAt(address, 'hostname') ?? textAt(address, 'ip') ?? [],
  );
  if (addresses.length > 0) return current(`at ${addresses.join(', ')}${portWords}`);
  if (textAt(object, 'spec', 'clusterIP') === undefined)
    return inProgress('has no address yet', { reason: 'NoIPAssigned' });
  return current(`no outer address yet${portWords}`, { state: 'waiting', reason: 'NoIngress' });
}

/** An Ingress is there at once; its words are the names it serves. */
export function ingressHealth(object: KubeObject): Health {
  const hosts = listAt(object, 'spec', 'rules').flatMap((rule) => textAt(rule, 'host') ?? []);
  if (hosts.length === 0) return current('for every name');
  const [first, second] = hosts;
  return current(
    hosts.length > 2 ? `${first} and ${hosts.length - 1} more` : [first, second].filter(Boolean).join(', '),
  );
}

/** An autoscaler is there at once; that it cannot scale is worth a look. */
export function autoscalerHealth(object: KubeObject): Health {
  const range = `between ${numberAt(object, 'spec', 'minReplicas') ?? 1} and ${numberAt(object, 'spec', 'maxReplicas') ?? '?'}`;
  const hindered = ['AbleToScale', 'ScalingActive']
    .map((type) => conditionOf(object, type))
    .find((condition) => condition?.status === 'False' && condition.reason !== 'ScalingDisabled');
  if (hindered !== undefined) {
    const detail = shown(hindered.message);
    return current(`cannot scale${detail === undefined ? '' : `: ${brief(detail)}`}`, {
      state: 'waiting',
      reason: hindered.reason,
      detail,
    });
  }
  const at = numberAt(object, 'status', 'currentReplicas');
  return current(at === undefined ? range : `at ${at}, ${range}`);
}

/** A budget is computed or not; that nothing may be disrupted is no fault. */
export function disruptionBudgetHealth(object: KubeObject): Health {
  const allowed = numberAt(object, 'status', 'disruptionsAllowed');
  if (allowed === undefined) return inProgress('is not computed yet');
  return current(allowed === 0 ? 'no pod may be disrupted now' : `${allowed} may be disrupted`);
}

/** A definition is there when its names are accepted and the API server serves it. */
export function definitionHealth(object: KubeObject): Health {
  const names = conditionOf(object, 'NamesAccepted');
  const established = conditionOf(object, 'Established');
  const bad = [names, established].find((each) => each?.status === 'False' && each.reason !== 'Installing');
  if (bad !== undefined) {
    const detail = shown(bad.message);
    return failed(detail === undefined ? 'is not accepted' : brief(detail), { reason: bad.reason, detail });
  }
  if (established?.status !== 'True') return inProgress('is being installed', { reason: established?.reason });
  const versions = listAt(object, 'spec', 'versions').flatMap((version) => textAt(version, 'name') ?? []);
  return current(versions.length === 0 ? 'served' : `serves ${versions.join(', ')}`);
}

/** A namespace is there while it is active. */
export function namespaceHealth(object: KubeObject): Health {
  return textAt(object, 'status', 'phase') === 'Terminating' ? inProgress('is being deleted') : current('');
}

/** A volume is there unless its reclamation failed. */
export function volumeHealth(object: KubeObject): Health {
  const phase = textAt(object, 'status', 'phase');
  if (phase === 'Failed')
    return failed('could not be reclaimed', { reason: phase, detail: shown(textAt(object, 'status', 'message')) });
  return current((phase ?? '').toLowerCase());
}
