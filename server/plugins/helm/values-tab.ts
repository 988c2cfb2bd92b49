import type { Part } from '../../web/page.ts';
import { yamlView } from '../flux/pages/yaml-view.ts';
import type { StoredRelease } from '../flux/helm-storage/decode-release.ts';
import { asYaml } from './manifest.ts';
import type { TabInput } from './tab.ts';
import { shownValues } from './shown-values.ts';
import type { Origin } from './shown-values.ts';
import type { ValueSource } from './value-sources.ts';

/** Charts have thousands of defaults; a longer table helps nobody. */
const mostRows = 400;

/** What was set, or all that is in force (`?all=true`), and who sets each of it. */
export function valuesTab(
  { request, seen, stored, path }: TabInput,
  { release, sources }: { release: StoredRelease; sources: readonly ValueSource[] },
): Part {
  const { link, query } = request;
  const all = query.get('all') === 'true';
  const { set, merged, origins } = shownValues(release, sources);
  const values = all ? merged : set;
  const rows = origins.filter(({ source }) => all || source !== 'chart');
  const text = Object.keys(values).length === 0 ? '' : asYaml(values);
  const revision = stored.revision === seen.revisions[0].revision ? undefined : String(stored.revision);
  return {
    template: 'helm/values.njk',
    model: {
      all,
      byFlux: seen.manager !== undefined,
      isPast: revision !== undefined,
      revision: stored.revision,
      setHref: link(path, { tab: 'values', revision }),
      revealHref: link(`${path}/reveal`, { revision: String(stored.revision) }),
      allHref: link(path, { tab: 'values', revision, all: 'true' }),
      ...yamlView(text),
      rows: rows.slice(0, mostRows).map((origin) => originView(origin, seen.manager !== undefined)),
      more: Math.max(0, rows.length - mostRows),
      hidden: rows.filter(({ hidden }) => hidden).length,
      problems: sources.flatMap(({ problem }) => problem ?? []),
      order: sources.map(sourceInWords),
    },
  };
}

function originView({ path, value, source, unless, hidden }: Origin, byFlux: boolean) {
  const known =
    source === 'chart'
      ? 'chart default'
      : source !== undefined
        ? sourceInWords(source)
        : byFlux
          ? 'no source sets it now'
          : 'whoever installed it';
  const doubt =
    unless.length === 0 ? '' : `, unless ${unless.map(sourceInWords).join(' or ')} does, which could not be read`;
  return { path, value: shortened(value), hidden, by: known + doubt };
}

/** A source with its key where that is not the usual one. */
export function sourceInWords({ kind, name, key, targetPath }: ValueSource): string {
  if (kind === 'HelmRelease') return 'spec.values';
  return `${kind} ${name}${key === 'values.yaml' ? '' : `, key ${key}`}${targetPath === undefined ? '' : `, put at ${targetPath}`}`;
}

function shortened(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
