import { groupOf } from '../../../kube/object.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { healthByReady, healthOfAny } from './generic.ts';
import type { Health } from './health.ts';
import { cronJobHealth, jobHealth } from './job.ts';
import {
  autoscalerHealth,
  definitionHealth,
  disruptionBudgetHealth,
  ingressHealth,
  namespaceHealth,
  serviceHealth,
  volumeClaimHealth,
  volumeHealth,
} from './other-kinds.ts';
import { podHealth } from './pod.ts';
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from './replicas.ts';

type Rule = (object: KubeObject, now: Date) => Health;

/** Rules of the kinds that have some, by `group/kind`. */
const rules: Readonly<Record<string, Rule>> = {
  'apps/Deployment': deploymentHealth,
  'apps/ReplicaSet': replicaSetHealth,
  'apps/StatefulSet': statefulSetHealth,
  'apps/DaemonSet': daemonSetHealth,
  '/Pod': podHealth,
  'batch/Job': jobHealth,
  'batch/CronJob': cronJobHealth,
  '/PersistentVolumeClaim': volumeClaimHealth,
  '/PersistentVolume': volumeHealth,
  '/Service': serviceHealth,
  '/Namespace': namespaceHealth,
  'networking.k8s.io/Ingress': ingressHealth,
  'autoscaling/HorizontalPodAutoscaler': autoscalerHealth,
  'policy/PodDisruptionBudget': disruptionBudgetHealth,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionHealth,
};

/**
 * How an object of any kind fares, by the rules of kstatus, which Flux itself waits by (`docs/health.md` lists them and
 * where Sluice says more). Never throws; what the object does not tell is taken as Kubernetes takes an unset field.
 */
export function healthOf(object: KubeObject, now: Date = new Date()): Health {
  const always = healthOfAny(object);
  if (always !== undefined) return always;
  const key = `${groupOf(object.apiVersion)}/${object.kind}`;
  const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
  return rule === undefined ? healthByReady(object) : rule(object, now);
}
