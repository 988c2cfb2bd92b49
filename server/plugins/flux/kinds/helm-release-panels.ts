import type { KubeObject } from '../../../kube/object.ts';
import { humanGoDuration } from '../duration.ts';
import { fact } from '../facts.ts';
import type { Fact, Panel, PanelRow, Surroundings } from '../kind.ts';
import { at, entriesAt, instantAt, isTrueAt, listAt, numberAt, textAt } from '../read.ts';
import type { ObjectReference, ObjectState } from '../summary.ts';
import { driftPanel } from './helm-release-drift.ts';

/** What a HelmRelease is told and has told beyond its facts. A panel is left out where nothing of it is set or seen. */
export function helmReleasePanels(object: KubeObject, events?: Surroundings['events']): Panel[] {
  return [
    ...failurePanel(object),
    ...driftPanel(object, events),
    ...testPanel(object),
    ...valuesPanel(object),
    ...howPanel(object),
  ];
}

/** How often it has failed, what is done about it, and what came of it last. */
function failurePanel(object: KubeObject): Panel[] {
  const failures = numberAt(object, 'status', 'failures') ?? 0;
  const facts = [
    ...(['install', 'upgrade'] as const).flatMap((action) => remedyFacts(object, action)),
    ...fact('Failures', failuresInWords(object)),
    ...fact('Last tried', lastTried(object)),
  ];
  const isSet = ['install', 'upgrade'].some(
    (action) =>
      at(object, 'spec', action, 'remediation') !== undefined || at(object, 'spec', action, 'strategy') !== undefined,
  );
  if (!isSet && failures === 0) return [];
  const says = failures === 0 ? undefined : ({ state: 'warning', sentence: whatComes(object, failures) } as const);
  return [
    { id: 'failures', heading: 'After a failure', sub: 'remediation', facts, ...(says !== undefined && { says }) },
  ];
}

function remedyFacts(object: KubeObject, action: 'install' | 'upgrade'): Fact[] {
  const label = action === 'install' ? 'Install' : 'Upgrade';
  const spec = at(object, 'spec', action);
  if (textAt(spec, 'strategy', 'name') === 'RetryOnFailure') {
    const every = humanGoDuration(textAt(spec, 'strategy', 'retryInterval') ?? '5m') ?? '';
    return fact(label, `left as it is and tried again every ${every}, without end`);
  }
  const retries = numberAt(spec, 'remediation', 'retries') ?? 0;
  const isRollback = action === 'upgrade' && textAt(spec, 'remediation', 'strategy') !== 'uninstall';
  const remedy = isRollback ? 'rolled back' : 'uninstalled';
  // Left out, an upgrade is mended also after the last try as soon as there are tries at all; an install is not.
  const last = at(spec, 'remediation', 'remediateLastFailure');
  const mendsLast = typeof last === 'boolean' ? last : action === 'upgrade' && retries > 0;
  const words =
    retries < 0
      ? `${remedy} and tried again, without end`
      : retries === 0
        ? `not tried again; it ${mendsLast ? `is ${remedy}` : 'stays failed'}`
        : `${remedy} and tried again ${retries === 1 ? 'once' : `${retries} times`}; after the last try it ${mendsLast ? `is ${remedy}, too` : 'stays failed'}`;
  const tests = isTrueAt(spec, 'remediation', 'ignoreTestFailures') ? '; failed tests do not count' : '';
  return fact(label, words + tests);
}

function failuresInWords(object: KubeObject): string {
  const failures = numberAt(object, 'status', 'failures') ?? 0;
  if (failures === 0) return 'none since the last change';
  const parts = (['install', 'upgrade'] as const).flatMap((action) => {
    const counted = numberAt(object, 'status', `${action}Failures`) ?? 0;
    return counted === 0 ? [] : [`${counted} of an ${action}`];
  });
  const counted = parts.length === 0 ? '' : `; they count against the retries: ${parts.join(', ')}`;
  return `${failures} since the last change${counted}`;
}

/** Which of the retries are left. */
function whatComes(object: KubeObject, failures: number): string {
  const action = (numberAt(object, 'status', 'installFailures') ?? 0) > 0 ? 'install' : 'upgrade';
  const counted = numberAt(object, 'status', `${action}Failures`) ?? 0;
  const times = failures === 1 ? 'once' : `${failures} times`;
  if (textAt(object, 'spec', action, 'strategy', 'name') === 'RetryOnFailure')
    return `It has failed ${times}, and is tried again.`;
  const retries = numberAt(object, 'spec', action, 'remediation', 'retries') ?? 0;
  if (retries < 0) return `It has failed ${times}, and is tried again without end.`;
  const left = retries + 1 - counted;
  if (counted > 0 && left <= 0)
    return `It has failed ${times}, and no retry is left: it is tried again after a change, or when the failures are reset.`;
  return `It has failed ${times}${counted > 0 ? `; ${left === 1 ? 'one try is' : `${left} tries are`} left` : ''}.`;
}

function lastTried(object: KubeObject): string | undefined {
  const action = textAt(object, 'status', 'lastAttemptedReleaseAction');
  const took = humanGoDuration(textAt(object, 'status', 'lastAttemptedReleaseActionDuration'));
  if (action === undefined) return undefined;
  const revision = textAt(object, 'status', 'lastAttemptedRevision');
  return `${action}${revision === undefined ? '' : ` of ${revision}`}${took === undefined ? '' : `, took ${took}`}`;
}

/** `helm test` after an install or upgrade, and how the last one went. */
function testPanel(object: KubeObject): Panel[] {
  if (!isTrueAt(object, 'spec', 'test', 'enable')) return [];
  const timeout = humanGoDuration(textAt(object, 'spec', 'test', 'timeout') ?? textAt(object, 'spec', 'timeout'));
  const filters = listAt(object, 'spec', 'test', 'filters').map(
    (filter) => `${isTrueAt(filter, 'exclude') ? 'not ' : ''}${textAt(filter, 'name') ?? ''}`,
  );
  const rows = entriesAt(listAt(object, 'status', 'history')[0], 'testHooks').map(([name, hook]): PanelRow => ({
    text: name,
    state: testState(textAt(hook, 'phase')),
    how: (textAt(hook, 'phase') ?? 'not run').toLowerCase(),
    since: instantAt(hook, 'lastCompleted') ?? instantAt(hook, 'lastStarted'),
  }));
  const ignores = isTrueAt(object, 'spec', 'test', 'ignoreFailures');
  return [
    {
      id: 'tests',
      heading: 'Tests',
      sub: 'run after each install and upgrade',
      facts: [
        ...fact('A failed test', ignores ? 'is reported, and the release counts as good' : 'makes the release failed'),
        ...fact('Timeout', timeout),
        ...fact('Only', filters.join(', ')),
      ],
      rows,
      note: rows.length === 0 ? 'No test of this version has run.' : '',
    },
  ];
}

function testState(phase: string | undefined): ObjectState {
  if (phase === 'Succeeded') return 'ready';
  if (phase === 'Failed') return 'failing';
  return phase === 'Running' ? 'reconciling' : 'none';
}

/** The sources of the values in the order they are merged. */
function valuesPanel(object: KubeObject): Panel[] {
  const named = listAt(object, 'spec', 'valuesFrom');
  if (named.length === 0) return [];
  const rows = named.map((source): PanelRow => {
    const target = textAt(source, 'targetPath');
    const parts = [
      `key ${textAt(source, 'valuesKey') ?? 'values.yaml'}`,
      ...(target === undefined ? [] : [`put at ${target}`]),
      ...(isTrueAt(source, 'optional') ? ['may be missing'] : []),
    ];
    const kind = textAt(source, 'kind') === 'ConfigMap' ? 'ConfigMap' : 'Secret';
    const reference: ObjectReference = {
      group: '',
      kind,
      namespace: object.metadata.namespace,
      name: textAt(source, 'name') ?? '',
    };
    return { reference, how: parts.join(', ') };
  });
  const own = entriesAt(object, 'spec', 'values').length;
  const last: PanelRow[] =
    own === 0 ? [] : [{ text: 'spec.values', how: `${own === 1 ? 'one key' : `${own} keys`}, has the last word` }];
  return [{ id: 'values', heading: 'Where values come from', sub: 'the later one wins', rows: [...rows, ...last] }];
}

/** What Helm is told beyond chart and values. */
function howPanel(object: KubeObject): Panel[] {
  const options = (action: string, words: Readonly<Record<string, string>>) =>
    Object.entries(words)
      .filter(([field]) => isTrueAt(object, 'spec', action, field))
      .map(([, word]) => word)
      .join(', ');
  const common = {
    disableWait: 'does not wait',
    disableHooks: 'without hooks',
    force: 'replaces what it cannot change',
  };
  const patches = listAt(object, 'spec', 'postRenderers').flatMap((one) => listAt(one, 'kustomize', 'patches')).length;
  const images = listAt(object, 'spec', 'postRenderers').flatMap((one) => listAt(one, 'kustomize', 'images')).length;
  const changed = [
    ...(patches === 0 ? [] : [patches === 1 ? 'one patch' : `${patches} patches`]),
    ...(images === 0 ? [] : [images === 1 ? 'one image' : `${images} images`]),
  ];
  const facts = [
    ...fact(
      'Install',
      options('install', { ...common, createNamespace: 'makes the namespace', replace: 'takes the name over' }),
    ),
    ...fact(
      'Upgrade',
      options('upgrade', {
        ...common,
        preserveValues: 'keeps values of before',
        cleanupOnFail: 'cleans up after a failure',
      }),
    ),
    ...fact(
      'Rollback',
      options('rollback', { ...common, recreate: 'restarts pods', cleanupOnFail: 'cleans up after a failure' }),
    ),
    ...fact('Uninstall', options('uninstall', { ...common, keepHistory: 'keeps its history' })),
    ...fact('CRDs on install', textAt(object, 'spec', 'install', 'crds')),
    ...fact('CRDs on upgrade', textAt(object, 'spec', 'upgrade', 'crds')),
    ...fact('Changed after rendering', changed.join(' and ')),
    ...fact('Revisions kept', keptInWords(numberAt(object, 'spec', 'maxHistory'))),
  ];
  return facts.length === 0 ? [] : [{ id: 'how', heading: 'How Helm is called', facts }];
}

function keptInWords(most: number | undefined): string | undefined {
  return most === undefined ? undefined : most === 0 ? 'all' : String(most);
}
