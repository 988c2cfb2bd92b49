import { application } from './applied.ts';
import type { Applied } from './applied.ts';
import { ready } from './conditions.ts';
import type { Outcome } from './conditions.ts';
import { dummySecret } from './core.ts';
import type { Draft } from './draft.ts';
import { imagePolicy, imageRepository, imageUpdateAutomation } from './images.ts';
import { numberOf } from './invent.ts';
import type { KustomizationInput, SourceReference } from './kustomizations.ts';
import { alert, provider, receiver } from './notifications.ts';

/** An application of a team: a Kustomization of its repository with a Deployment behind it. */
interface AppInput extends Partial<Omit<KustomizationInput, 'source' | 'revision'>> {
  name: string;
  version?: string;
  replicas?: number;
  health?: Applied['health'];
  /** Its image is followed by an ImageRepository and an ImagePolicy. */
  follows?: boolean;
  /** The tag its policy has just chosen, when that is not the one that runs. */
  chosen?: string;
  source?: SourceReference;
  revision?: string;
  /** What it applies besides. */
  also?: readonly Applied[];
}

export interface TeamInput {
  namespace: string;
  source: SourceReference;
  sourceUrl: string;
  revision: string;
  apps: readonly AppInput[];
}

/** Where the company keeps its images. */
const imageRegistry = 'registry.example.com';

/** Adds a team's Kustomizations with their workloads, and the image objects of those that follow their image. */
export function addTeam(draft: Draft, team: TeamInput): void {
  const { namespace } = team;
  for (const app of team.apps) addApp(draft, team, app);
  const followed = team.apps.filter((app) => app.follows === true);
  if (followed.length === 0) return;
  const policies = followed.map((app) => [app.name, { name: imageOf(team, app), tag: versionOf(app) }] as const);
  draft.add(
    imageUpdateAutomation(draft.before, {
      namespace,
      name: 'image-updates',
      source: {
        name: team.source.name,
        ...(team.source.namespace === undefined ? {} : { namespace: team.source.namespace }),
      },
      sourceUrl: team.sourceUrl,
      path: './apps',
      policies: Object.fromEntries(policies),
    }),
  );
}

function imageOf(team: TeamInput, app: AppInput): string {
  return `${imageRegistry}/${team.namespace.replace(/^team-/, '')}/${app.name}`;
}

function versionOf(app: AppInput): string {
  return (
    app.version ??
    `${numberOf(app.name, 1, 6)}.${numberOf(`${app.name} minor`, 0, 31)}.${numberOf(`${app.name} patch`, 1, 9)}`
  );
}

function addApp(draft: Draft, team: TeamInput, app: AppInput): void {
  const { namespace } = team;
  const { name, version: _version, replicas = 2, health, follows, chosen, also = [], ...rest } = app;
  const image = imageOf(team, app);
  const tag = versionOf(app);
  draft.kustomization({
    source: team.source,
    revision: team.revision,
    path: `./apps/${name}`,
    interval: '10m',
    applies: [
      ...application({
        namespace: app.targetNamespace ?? namespace,
        name,
        image: `${image}:${tag}`,
        replicas,
        ...(health === undefined ? {} : { health }),
      }),
      ...also,
    ],
    ...(rest.suspended === undefined && {
      outcome: ready(`${numberOf(name, 1, 9)}m${numberOf(`${name} s`, 1, 59)}s`),
    }),
    ...rest,
    namespace,
    name,
  });
  if (follows !== true) return;
  const patch = Number(tag.split('.').at(-1));
  const earlier = chosen === undefined ? tag.replace(/\d+$/, String(Math.max(0, patch - 1))) : tag;
  const latest = chosen ?? tag;
  draft.add(
    imageRepository(draft.before, {
      namespace,
      name,
      image,
      tags: [latest, earlier, `${latest}-rc.1`],
      secret: 'registry-pull',
    }),
    imagePolicy(draft.before, {
      namespace,
      name,
      repository: { name },
      image,
      range: `${tag.split('.')[0]}.x`,
      tag: latest,
      previousTag: earlier,
    }),
  );
}

/** How a team hears of its deliveries: a chat provider, an alert, and a receiver for its repository. */
export function addNotifications(
  draft: Draft,
  input: { namespace: string; type: string; channel: string; repository: string; outcome?: Outcome },
): void {
  const { namespace, type, channel, repository } = input;
  draft.add(
    dummySecret(draft.before, namespace, 'chat-token', ['address', 'token']),
    dummySecret(draft.before, namespace, 'webhook-token', ['token']),
    dummySecret(draft.before, namespace, 'registry-pull', ['.dockerconfigjson']),
    provider(draft.before, { namespace, name: 'chat', type, channel, secret: 'chat-token' }),
    alert(draft.before, {
      namespace,
      name: 'deliveries',
      provider: 'chat',
      summary: `Deliveries of ${namespace}`,
      sources: [
        { kind: 'Kustomization', name: '*' },
        { kind: 'HelmRelease', name: '*' },
      ],
      exclude: ['.*no changes.*'],
    }),
    receiver(draft.before, {
      namespace,
      name: 'repository',
      type: 'gitlab',
      events: ['Push Hook', 'Tag Push Hook'],
      secret: 'webhook-token',
      resources: [{ kind: 'GitRepository', name: repository }],
      ...(input.outcome === undefined ? {} : { outcome: input.outcome }),
    }),
  );
}
