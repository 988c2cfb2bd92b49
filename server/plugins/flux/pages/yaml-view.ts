import { highlightYaml } from '../../../highlight-yaml.ts';

/** YAML twice: as it is copied, and as HTML, escaped, with marks around its tokens; `html` is empty for what is too long for that. */
export function yamlView(text: string): { text: string; html: string } {
  return { text, html: highlightYaml(text) ?? '' };
}
