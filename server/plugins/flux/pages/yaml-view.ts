import highlight from 'highlight.js/lib/core';
import yaml from 'highlight.js/lib/languages/yaml';

highlight.registerLanguage('yaml', yaml);

/** Longer texts are shown without colours: highlighting them would hold up every other page. */
const longestHighlighted = 200_000;

/** YAML twice: as it is copied, and as HTML, escaped, with marks around its tokens; `html` is empty for long texts. */
export function yamlView(text: string): { text: string; html: string } {
  if (text.length > longestHighlighted) return { text, html: '' };
  const { value } = highlight.highlight(text, { language: 'yaml', ignoreIllegals: true });
  return { text, html: value };
}
