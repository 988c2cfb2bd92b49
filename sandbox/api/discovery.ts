import { byPreference } from './registry.ts';
import { groupVersion, resourceVerbs, statusVerbs, type ResourceDefinition } from './resources.ts';

/** A resource that is only asked, never stored. */
interface Review {
  group: string;
  kind: string;
  plural: string;
}

/** The reviews of access and identity the sandbox answers. */
export const reviewResources: readonly Review[] = [
  { group: 'authentication.k8s.io', kind: 'SelfSubjectReview', plural: 'selfsubjectreviews' },
  { group: 'authorization.k8s.io', kind: 'SelfSubjectAccessReview', plural: 'selfsubjectaccessreviews' },
  { group: 'authorization.k8s.io', kind: 'SelfSubjectRulesReview', plural: 'selfsubjectrulesreviews' },
  { group: 'authorization.k8s.io', kind: 'SubjectAccessReview', plural: 'subjectaccessreviews' },
];

/** What discovery says of one resource, with its parts. */
interface Discovered {
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  namespaced: boolean;
  verbs: readonly string[];
  shortNames?: readonly string[] | undefined;
  categories?: readonly string[] | undefined;
  subresources: { name: string; verbs: readonly string[] }[];
}

/** What is done to a subresource other than reading it. */
const partVerbs: Readonly<Record<string, readonly string[]>> = {
  proxy: ['create', 'delete', 'get', 'patch', 'update'],
};

function discovered(definitions: readonly ResourceDefinition[]): Discovered[] {
  const stored = definitions.map((definition) => ({
    ...definition,
    verbs: resourceVerbs,
    subresources: [
      ...(definition.subresources ?? []).map((name) => ({ name, verbs: partVerbs[name] ?? ['get'] })),
      ...(definition.status ? [{ name: 'status', verbs: statusVerbs }] : []),
    ],
  }));
  const reviews = reviewResources.map(({ group, kind, plural }) => ({
    group,
    version: 'v1',
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: false,
    verbs: ['create'],
    subresources: [],
  }));
  return [...stored, ...reviews];
}

/** The groups besides the core one, each with its versions by preference. */
function groupsOf(resources: readonly Discovered[]): { name: string; versions: string[] }[] {
  const groups = new Map<string, Set<string>>();
  for (const { group, version } of resources) {
    if (group !== '') groups.set(group, (groups.get(group) ?? new Set()).add(version));
  }
  return [...groups].map(([name, versions]) => ({ name, versions: [...versions].toSorted(byPreference) }));
}

function groupDocument({ name, versions }: { name: string; versions: string[] }): Record<string, unknown> {
  const described = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: described, preferredVersion: described[0] };
}

/** `/api`. */
export function coreVersions(): object {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
}

/** `/apis`. */
export function groupList(definitions: readonly ResourceDefinition[]): object {
  const groups = groupsOf(discovered(definitions)).map(groupDocument);
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** `/apis/<group>`; undefined where there is no such group. */
export function group(definitions: readonly ResourceDefinition[], name: string): object | undefined {
  const found = groupsOf(discovered(definitions)).find((each) => each.name === name);
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(found) };
}

/** `/api/v1` and `/apis/<group>/<version>`; undefined where nothing is served. */
export function resourceList(
  definitions: readonly ResourceDefinition[],
  groupName: string,
  version: string,
): object | undefined {
  const resources = discovered(definitions).filter((each) => each.group === groupName && each.version === version);
  if (resources.length === 0) return undefined;
  const described = resources.flatMap((resource) => {
    const { plural, singular, kind, namespaced, verbs, shortNames, categories, subresources } = resource;
    const parts = subresources.map((part) => ({
      name: `${plural}/${part.name}`,
      singularName: '',
      namespaced,
      kind,
      verbs: part.verbs,
    }));
    return [{ name: plural, singularName: singular, namespaced, kind, verbs, shortNames, categories }, ...parts];
  });
  const gv = groupVersion({ group: groupName, version });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: gv, resources: described };
}

/** The media type in which everything is discovered with two requests. */
export const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** `/api` or `/apis` in that type. */
export function aggregated(definitions: readonly ResourceDefinition[], root: 'api' | 'apis'): object {
  const resources = discovered(definitions);
  const groups = root === 'api' ? [{ name: '', versions: ['v1'] }] : groupsOf(resources);
  const describe = (resource: Discovered) => {
    const { plural, singular, kind, namespaced, verbs, shortNames, categories, subresources } = resource;
    const responseKind = { group: resource.group, version: resource.version, kind };
    return {
      resource: plural,
      responseKind,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      singularResource: singular,
      verbs,
      shortNames,
      categories,
      ...(subresources.length > 0 && {
        subresources: subresources.map((part) => ({ subresource: part.name, responseKind, verbs: part.verbs })),
      }),
    };
  };
  const items = groups.map(({ name, versions }) => ({
    metadata: name === '' ? {} : { name },
    versions: versions.map((version) => ({
      version,
      resources: resources.filter((each) => each.group === name && each.version === version).map(describe),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}
