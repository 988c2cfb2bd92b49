import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SluiceError } from './errors.ts';
import { nearest } from './config/nearest.ts';
import { options } from './config/options.ts';
import type { Option, OptionKey } from './config/options.ts';
import { readConfigFile } from './config/read-file.ts';
import type { ConfigFile } from './config/read-file.ts';
import type { Plugin } from './plugins/define.ts';

/** A cluster of the configuration file's `clusters`. */
const clusterSchema = z.strictObject({
  name: z
    .string('must be a name')
    .regex(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits, dots and dashes'),
  kubeconfig: z.string('must be a path').min(1, 'must be a path').optional(),
  context: z.string('must be the name of a context').min(1, 'must be the name of a context').optional(),
  note: z.string('must be a text').optional(),
});

type ClusterConfig = z.infer<typeof clusterSchema>;

type OptionValues = { readonly [Key in OptionKey]: (typeof options)[Key] extends Option<infer Value> ? Value : never };

/** What Sluice runs with: every option has a valid value. */
export interface Config extends OptionValues {
  /** Clusters to show beside or instead of the one the kubeconfig options name; the first one is the default. */
  readonly clusters: readonly ClusterConfig[];
  /** By plugin name; `enabled` false switches it off, the rest is the plugin's own, already parsed by its schema. */
  readonly plugins: Readonly<Record<string, { enabled: boolean; section: unknown }>>;
}

/** The configuration and where each part came from: `--port`, `PORT`, `sluice.yaml, line 3`, `default`. */
export interface LoadedConfig {
  config: Config;
  origins: Readonly<Record<string, string>>;
}

export interface ConfigSources {
  /** By flag name without dashes, each with its texts in order; a switch without a value is `true`. */
  flags: Readonly<Record<string, readonly string[]>>;
  environment: Readonly<Record<string, string | undefined>>;
  /** Where `./sluice.yaml` is looked for. */
  directory: string;
  plugins: readonly Plugin[];
}

/** What is wrong with a configuration, all of it at once. */
export class ConfigError extends SluiceError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super('invalid', `The configuration has ${count}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, {
      wayOut: 'Run `sluice help` for the options and `sluice config` for what is in force.',
    });
    this.problems = problems;
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function fromTexts(type: Option['type'], texts: readonly string[]): unknown {
  const last = texts.at(-1) ?? '';
  switch (type) {
    case 'names':
      return texts.filter((text) => text !== '');
    case 'list':
      return texts
        .flatMap((text) => text.split(','))
        .map((text) => text.trim())
        .filter((text) => text !== '');
    case 'number':
      return /^\d+$/.test(last) ? Number(last) : last;
    case 'boolean':
      return last === 'true' || last === '1' ? true : last === 'false' || last === '0' ? false : last;
    case 'text':
      return last;
  }
}

interface Candidate {
  value: unknown;
  origin: string;
}

/** What is given for an option, the strongest first. */
function candidatesOf(key: OptionKey, sources: ConfigSources, file: ConfigFile | undefined): Candidate[] {
  const definition: Option = options[key];
  const candidates: Candidate[] = [];
  const flagTexts = sources.flags[definition.flag];
  if (flagTexts !== undefined) {
    candidates.push({ value: fromTexts(definition.type, flagTexts), origin: `--${definition.flag}` });
  }
  for (const variable of definition.environment) {
    const text = sources.environment[variable];
    if (text === undefined || text === '') continue;
    // One variable has to hold all of them.
    const type = definition.type === 'names' ? 'list' : definition.type;
    candidates.push({ value: fromTexts(type, [text]), origin: `${variable} in the environment` });
    break;
  }
  const path = key.split('.');
  const given = path.reduce<unknown>(
    (part, name) => (part as Record<string, unknown> | undefined)?.[name],
    file?.values,
  );
  if (file !== undefined && given !== undefined) candidates.push({ value: given, origin: file.placeOf(path) });
  return candidates;
}

function issuesIn(error: z.ZodError, file: ConfigFile, path: readonly PropertyKey[]): string[] {
  return error.issues.map((issue) => {
    const at = [...path, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return `${file.placeOf([...at, issue.keys[0] ?? ''])}: ${at.join('.')} knows no ${issue.keys.join(', ')}`;
    }
    return `${file.placeOf(at)}: ${at.join('.')} ${issue.message.replace(/^Invalid input: /, 'is wrong: ')}`;
  });
}

function readClusters(file: ConfigFile | undefined, problems: string[]): ClusterConfig[] {
  const given = file?.values['clusters'];
  if (file === undefined || given === undefined || given === null) return [];
  const parsed = z.array(clusterSchema, 'must be a list of clusters').safeParse(given);
  if (!parsed.success) {
    problems.push(...issuesIn(parsed.error, file, ['clusters']));
    return [];
  }
  const names = new Set<string>();
  parsed.data.forEach((cluster, index) => {
    if (names.has(cluster.name)) {
      problems.push(`${file.placeOf(['clusters', index])}: a second cluster is named ${cluster.name}`);
    }
    names.add(cluster.name);
  });
  return parsed.data;
}

function readPlugins(
  file: ConfigFile | undefined,
  plugins: readonly Plugin[],
  disabled: readonly string[],
  problems: string[],
): Config['plugins'] {
  const given = file?.values['plugins'] ?? {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    problems.push(`${file?.placeOf(['plugins'])}: plugins must hold a section by plugin name`);
    return {};
  }
  const sections = given as Record<string, unknown>;
  const known = plugins.map((plugin) => plugin.name);
  for (const name of Object.keys(sections)) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
    problems.push(`${file?.placeOf(['plugins', name])}: there is no plugin ${name}; ${hint}`);
  }
  for (const name of disabled) {
    if (!known.includes(name))
      problems.push(`disabledPlugins: there is no plugin ${name}; there are ${known.join(', ')}`);
  }
  const result: Record<string, { enabled: boolean; section: unknown }> = {};
  for (const plugin of plugins) {
    const section = sections[plugin.name] ?? {};
    if (typeof section !== 'object' || Array.isArray(section)) {
      problems.push(`${file?.placeOf(['plugins', plugin.name])}: plugins.${plugin.name} must hold options by name`);
      continue;
    }
    const { enabled = true, ...own } = section as Record<string, unknown>;
    if (typeof enabled !== 'boolean') {
      problems.push(
        `${file?.placeOf(['plugins', plugin.name, 'enabled'])}: plugins.${plugin.name}.enabled must be true or false, not ${shown(enabled)}`,
      );
      continue;
    }
    const parsed = plugin.config.safeParse(own);
    if (!parsed.success) {
      if (file !== undefined) problems.push(...issuesIn(parsed.error, file, ['plugins', plugin.name]));
      continue;
    }
    result[plugin.name] = { enabled: enabled && !disabled.includes(plugin.name), section: parsed.data };
  }
  return result;
}

/** Tells of what no option is named, at the top and in each section. */
function checkKeys(file: ConfigFile, problems: string[]): void {
  const names = Object.keys(options);
  const sections = Map.groupBy(names, (name) => (name.includes('.') ? name.slice(0, name.indexOf('.')) : ''));
  sections.set('', [...(sections.get('') ?? []), ...sections.keys(), 'clusters', 'plugins']);
  for (const [section, known] of sections) {
    const values = section === '' ? file.values : file.values[section];
    if (values === undefined || values === null) continue;
    if (typeof values !== 'object' || Array.isArray(values)) {
      problems.push(`${file.placeOf([section])}: ${section} must hold options by name`);
      continue;
    }
    for (const key of Object.keys(values)) {
      const path = section === '' ? [key] : [section, key];
      if (key !== '' && known.includes(path.join('.'))) continue;
      const meant = nearest(path.join('.'), known);
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      problems.push(`${file.placeOf(path)}: there is no option ${path.join('.')}${hint}`);
    }
  }
}

function checkCombinations(config: Config, origins: Record<string, string>, problems: string[]): void {
  if (config.asGroup.length > 0 && config.as === undefined) {
    problems.push(`${origins['asGroup']}: groups can only be impersonated together with a user; add --as`);
  }
  if (config.clusters.length > 0 && config.context !== undefined) {
    problems.push(`${origins['context']}: context says nothing while the file lists clusters; give it there`);
  }
  for (const [key, flag] of Object.entries({ kubeconfig: '--kubeconfig', context: '--context' })) {
    if (!config.demo || !origins['demo']?.startsWith('--') || origins[key] !== flag) continue;
    problems.push(
      `${origins['demo']}: shows the embedded demo cluster, so ${flag} cannot be followed; leave one of them out`,
    );
  }
}

/**
 * The configuration from flags, environment and one YAML file, in that order of strength.
 * Throws ConfigError with everything that is wrong in any of them, also in what a stronger one overrides.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const problems: string[] = [];
  const filePath = sources.flags['config']?.at(-1) ?? sources.environment['SLUICE_CONFIG'];
  const standing = join(sources.directory, 'sluice.yaml');
  let file: ConfigFile | undefined;
  try {
    if (filePath !== undefined && filePath !== '') file = readConfigFile(filePath);
    else if (existsSync(standing)) file = readConfigFile(standing);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    problems.push(error.message);
  }
  problems.push(...(file?.problems ?? []));

  if (file !== undefined) checkKeys(file, problems);

  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const key of Object.keys(options) as OptionKey[]) {
    const definition: Option = options[key];
    values[key] = definition.fallback;
    origins[key] = 'default';
    for (const candidate of candidatesOf(key, sources, file).toReversed()) {
      const parsed = definition.schema.safeParse(candidate.value);
      if (parsed.success) {
        values[key] = parsed.data;
        origins[key] = candidate.origin;
      } else {
        problems.push(`${candidate.origin}: ${key} must be ${definition.expects}, not ${shown(candidate.value)}`);
      }
    }
  }
  for (const key of ['story', 'scale'] as const) {
    if (values[key] === undefined || values['demo'] === true) continue;
    values['demo'] = true;
    origins['demo'] = origins[key] ?? 'default';
  }

  const clusters = readClusters(file, problems);
  origins['clusters'] = file?.values['clusters'] === undefined ? 'default' : file.placeOf(['clusters']);
  const plugins = readPlugins(file, sources.plugins, values['disabledPlugins'] as readonly string[], problems);
  for (const name of Object.keys(plugins)) {
    const section = (file?.values['plugins'] as Record<string, unknown> | undefined)?.[name];
    origins[`plugins.${name}`] = section === undefined ? 'default' : (file?.placeOf(['plugins', name]) ?? 'default');
  }

  const config = { ...(values as unknown as OptionValues), clusters, plugins };
  checkCombinations(config, origins, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return { config, origins };
}
