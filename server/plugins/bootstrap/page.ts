import type { AccessRule } from '../../errors.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { Identity } from '../../kube/identity.ts';
import { definePage } from '../../web/page.ts';
import type { Page } from '../../web/page.ts';
import { componentResources, componentStates } from './components.ts';
import type { ComponentState } from './components.ts';
import { waysToInstall } from './ways.ts';

const rightsToInstall: readonly { what: string; rule: AccessRule }[] = [
  { what: 'create namespaces', rule: { verb: 'create', group: '', resource: 'namespaces' } },
  {
    what: 'create custom resource definitions',
    rule: { verb: 'create', group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
  },
  {
    what: 'create cluster roles and bindings',
    rule: { verb: 'create', group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' },
  },
  {
    what: 'create deployments',
    rule: { verb: 'create', group: 'apps', resource: 'deployments', namespace: 'flux-system' },
  },
];

type Standing = 'unknown' | 'none' | 'part' | 'all';

function standingOf(cluster: Cluster, states: readonly ComponentState[]): Standing {
  if (cluster.version === undefined) return 'unknown';
  const standard = states.filter((state) => !state.extra);
  if (standard.every((state) => state.missing.length === 0)) return 'all';
  return states.some((state) => state.versions.length > 0) ? 'part' : 'none';
}

function headline(standing: Standing, cluster: Cluster, states: readonly ComponentState[]): object {
  const { name } = cluster;
  switch (standing) {
    case 'unknown':
      return {
        state: 'stale',
        strong: 'Not known yet:',
        rest: `${name} has not answered`,
        text: 'What it has of Flux shows here as soon as its API server answers.',
      };
    case 'none':
      return {
        state: 'none',
        strong: 'Flux is missing:',
        rest: `${name} serves none of its kinds`,
        text: 'Bring it in by one of the ways below. Sluice notices by itself, nothing has to be restarted.',
      };
    case 'part': {
      const lacking = states.filter((state) => !state.extra && state.missing.length > 0);
      return {
        state: 'waiting',
        strong: 'Flux is there in part:',
        rest: `${lacking.length} of ${states.filter((state) => !state.extra).length} standard controllers bring no kinds to ${name}`,
        text: `Missing: ${lacking.map((state) => state.controller).join(', ')}. What is there works; run the installation again to add the rest.`,
      };
    }
    case 'all':
      return {
        state: 'ready',
        strong: 'Flux is installed:',
        rest: `${name} serves all its standard kinds`,
        text: 'Nothing is to be done. The ways below are for another cluster, or to upgrade this one.',
      };
  }
}

async function rightsOf(cluster: Cluster, identity: Identity): Promise<{ what: string; allowed: boolean }[]> {
  if (cluster.version === undefined) return [];
  return Promise.all(
    rightsToInstall.map(async ({ what, rule }) => ({ what, allowed: await cluster.access.can(identity, rule) })),
  );
}

/** `/bootstrap`: what of Flux is there, what its installation takes, and the commands for it. */
export function bootstrapPage({ isOn }: { isOn(plugin: string): boolean }): Page {
  return definePage({
    path: '/bootstrap',
    async load({ cluster, identity, link }) {
      const states = componentStates(cluster);
      const standing = standingOf(cluster, states);
      const rights = standing === 'all' ? [] : await rightsOf(cluster, identity);
      return {
        title: 'Bootstrap',
        template: 'bootstrap/page.njk',
        model: { ways: waysToInstall(cluster.name) },
        parts: {
          'bootstrap-state': {
            template: 'bootstrap/state.njk',
            model: {
              headline: headline(standing, cluster, states),
              identity: identity.name,
              rights,
              fluxHref: isOn('flux') && (standing === 'all' || standing === 'part') ? link('/flux') : '',
              components: states.map((state) => ({
                controller: state.controller,
                does: state.extra ? `${state.does}; not part of a plain installation` : state.does,
                state: state.missing.length === 0 ? 'ready' : 'none',
                word:
                  standing === 'unknown'
                    ? 'not known'
                    : state.missing.length === 0
                      ? 'there'
                      : state.versions.length > 0
                        ? 'in part'
                        : 'missing',
                versions: state.versions.join(', '),
                missing: state.versions.length > 0 ? state.missing.join(', ') : '',
              })),
            },
          },
        },
        lists: {},
        topics: [
          { type: 'connection' },
          ...componentResources.map((resource) => ({ type: 'resource' as const, resource })),
        ],
        current: '/bootstrap',
        breadcrumb: [{ label: 'Bootstrap' }],
      };
    },
  });
}
