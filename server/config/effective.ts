import { stringify } from 'yaml';
import type { LoadedConfig } from '../config.ts';
import { hideSecrets } from './hide-secrets.ts';

/** The configuration in force as YAML, each part with where it came from as a comment; secrets are hidden. */
export function effectiveConfig({ config, origins }: LoadedConfig): string {
  const { plugins, ...rest } = config;
  const lines: string[] = [];
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined) {
      lines.push(`# ${key}: not set`);
      continue;
    }
    lines.push(
      `# ${key}: ${origins[key] ?? 'default'}`,
      stringify({ [key]: hideSecrets(value) }, { lineWidth: 0 }).trimEnd(),
    );
  }
  lines.push('plugins:');
  for (const [name, plugin] of Object.entries(plugins)) {
    const section = { enabled: plugin.enabled, ...(plugin.section as object) };
    const text = stringify({ [name]: hideSecrets(section) }, { lineWidth: 0 }).trimEnd();
    lines.push(`  # plugins.${name}: ${origins[`plugins.${name}`] ?? 'default'}`, text.replace(/^/gm, '  '));
  }
  return `${lines.join('\n')}\n`;
}
