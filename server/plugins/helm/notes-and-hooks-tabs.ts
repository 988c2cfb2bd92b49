import type { Part } from '../../web/page.ts';
import { yamlView } from '../flux/pages/yaml-view.ts';
import type { StoredRelease } from '../flux/helm-storage/decode-release.ts';
import { readManifest } from './manifest.ts';
import { shownValues } from './shown-values.ts';
import type { ValueSource } from './value-sources.ts';

interface Opened {
  release: StoredRelease;
  sources: readonly ValueSource[];
}

/** What the chart tells who installs it. */
export function notesTab({ release, sources }: Opened): Part {
  const text = shownValues(release, sources).words(release.notes).trim();
  return { template: 'helm/notes.njk', model: { revision: release.revision, text } };
}

/** What runs before and after an action, and what `helm test` runs. */
export function hooksTab({ release, sources }: Opened): Part {
  const hiding = shownValues(release, sources);
  const views = release.hooks.map(({ name, kind, events, weight, deletePolicies, lastRun, manifest, path }, index) => {
    const { state, word } = phaseView(lastRun?.phase);
    const shown = readManifest(manifest, hiding).objects.map((object) => object.text);
    return {
      id: `helm-hook-${index}`,
      isTest: events.some((event) => event.startsWith('test')),
      name,
      kind,
      path,
      when: events.join(', '),
      weight,
      deleted: deletePolicies.join(', '),
      state,
      word,
      at: lastRun?.completedAt ?? lastRun?.startedAt ?? '',
      ...yamlView(shown.join('---\n')),
    };
  });
  return {
    template: 'helm/hooks.njk',
    model: {
      revision: release.revision,
      groups: [
        {
          id: 'helm-hooks',
          heading: 'Hooks',
          instead: 'The chart has no hooks.',
          rows: views.filter((view) => !view.isTest),
        },
        {
          id: 'helm-tests',
          heading: 'Tests',
          instead: 'The chart has no tests.',
          rows: views.filter((view) => view.isTest),
        },
      ],
    },
  };
}

function phaseView(phase: string | undefined): { state: string; word: string } {
  if (phase === 'Succeeded') return { state: 'ready', word: 'Succeeded' };
  if (phase === 'Failed') return { state: 'failing', word: 'Failed' };
  if (phase === 'Running') return { state: 'reconciling', word: 'Running' };
  return { state: 'none', word: 'Not run' };
}
