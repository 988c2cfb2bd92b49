import type { KubeObject } from '../../server/kube/object.ts';
import { storageKey, type ResourceDefinition } from './resources.ts';
import type { Schema } from './schema.ts';

/** Where CustomResourceDefinitions are kept. */
export const crdStorage = 'apiextensions.k8s.io/customresourcedefinitions';

/** Holds a CustomResourceDefinition back until its last object is gone. */
export const crdFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

interface Names {
  kind: string;
  plural: string;
  singular?: string;
  shortNames?: string[];
  categories?: string[];
}

interface CrdSpec {
  group: string;
  names: Names;
  scope: 'Namespaced' | 'Cluster';
  versions: {
    name: string;
    served: boolean;
    storage: boolean;
    schema?: { openAPIV3Schema?: Schema };
    subresources?: { status?: object };
  }[];
}

function specOf(crd: KubeObject): CrdSpec {
  return crd.spec as unknown as CrdSpec;
}

/** Where the objects are kept that a CustomResourceDefinition defines. */
export function storageOf(crd: KubeObject): string {
  const { group, names } = specOf(crd);
  return storageKey({ group, plural: names.plural });
}

/** The resources a CustomResourceDefinition defines: one for each version it serves, in its order. */
export function definitionsOf(crd: KubeObject): ResourceDefinition[] {
  const { group, names, scope, versions } = specOf(crd);
  return versions
    .filter((version) => version.served)
    .map(({ name, schema, subresources }) => ({
      group,
      version: name,
      plural: names.plural,
      singular: names.singular ?? names.kind.toLowerCase(),
      kind: names.kind,
      ...(names.shortNames && { shortNames: names.shortNames }),
      ...(names.categories && { categories: names.categories }),
      namespaced: scope === 'Namespaced',
      status: subresources?.status !== undefined,
      generation: true,
      custom: true,
      ...(schema?.openAPIV3Schema && { schema: schema.openAPIV3Schema }),
    }));
}

/** The CustomResourceDefinition that defines a resource in the one version given. */
export function crdOf(definition: ResourceDefinition, labels?: Record<string, string>): KubeObject {
  const { group, version, plural, singular, kind, shortNames, categories, namespaced, status, schema } = definition;
  const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, uid: '', resourceVersion: '', ...(labels && { labels }) },
    spec: {
      group,
      names: {
        ...(categories && { categories }),
        kind,
        listKind: `${kind}List`,
        plural,
        ...(shortNames && { shortNames }),
        singular,
      },
      scope: namespaced ? 'Namespaced' : 'Cluster',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema ?? anything },
          ...(status && { subresources: { status: {} } }),
        },
      ],
    },
  };
}

/** A new CustomResourceDefinition as the API server completes it: held by its finalizer, established at once. */
export function established(crd: KubeObject, now: string): KubeObject {
  const { names, versions } = specOf(crd);
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    reason,
    message,
    lastTransitionTime: now,
  });
  const singular = names.singular ?? names.kind.toLowerCase();
  const accepted = { ...names, listKind: `${names.kind}List`, singular };
  return {
    ...crd,
    metadata: { ...crd.metadata, finalizers: [...(crd.metadata.finalizers ?? []), crdFinalizer] },
    spec: { conversion: { strategy: 'None' }, ...crd.spec, names: accepted },
    status: {
      acceptedNames: accepted,
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      storedVersions: versions.filter((version) => version.storage).map((version) => version.name),
    },
  };
}
