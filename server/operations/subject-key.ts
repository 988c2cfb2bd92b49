import type { AccessRule } from '../errors.ts';
import type { Subject } from './define.ts';

/** A key that two subjects share only when they are the same object. */
export function subjectKey(
  cluster: string,
  subject: Pick<Subject, 'group' | 'resource' | 'namespace' | 'name'>,
): string {
  return [cluster, subject.group, subject.resource, subject.namespace ?? '', subject.name].join('/');
}

/** The right without which nothing about the subject is told: to get it. */
export function rightToSee(subject: Subject): AccessRule {
  const { group, resource, namespace, name } = subject;
  return { verb: 'get', group, resource, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** The subject in words: `Kustomization apps/shop`. */
export function subjectText(subject: Pick<Subject, 'kind' | 'namespace' | 'name'>): string {
  return `${subject.kind} ${subject.namespace === undefined ? '' : `${subject.namespace}/`}${subject.name}`;
}
