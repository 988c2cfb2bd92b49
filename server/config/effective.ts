import { stringify } from 'yaml';
import type { LoadedConfig } from '../config.ts';
import { hideSecrets } from './hide-secrets.ts';

/** The configuration in force as YAML, each part with where it came from as a comment; secrets are hidden. */
export function effectiveConfig({ config, origins }: LoadedConfig): string {
  const { plugins, ...rest } = config;
  const lines: string[] = [];
  let open = '';
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined) {
      lines.push(`# ${key}: not set`);
      continue;
    }
    const [section, name] = key.includes('.') ? key.split('.', 2) : ['', key];
    if (section !== '' && section !== open) lines.push(`${section}:`);
    open = section ?? '';
    const text = stringify({ [name ?? key]: hideSecrets(value) }, { lineWidth: 0 }).trimEnd();
    const indent = section === '' ? '' : '  ';
    lines.push(`${indent}# ${key}: ${origins[key] ?? 'default'}`, text.replace(/^/gm, indent));
  }
  lines.push('plugins:');
  for (const [name, plugin] of Object.entries(plugins)) {
    const section = { enabled: plugin.enabled, ...(plugin.section as object) };
    const text = stringify({ [name]: hideSecrets(section) }, { lineWidth: 0 }).trimEnd();
    lines.push(`  # plugins.${name}: ${origins[`plugins.${name}`] ?? 'default'}`, text.replace(/^/gm, '  '));
  }
  return `${lines.join('\n')}\n`;
}
