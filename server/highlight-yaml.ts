import highlight from 'highlight.js/lib/core';
import yaml from 'highlight.js/lib/languages/yaml';

highlight.registerLanguage('yaml', yaml);

/** Longer texts would hold up every other page, and so would one long line: the time it takes grows with its square. */
const longestText = 100_000;
const longestLine = 1_000;

/** YAML as HTML, escaped, with marks around its tokens; undefined for what takes too long to colour. */
export function highlightYaml(text: string): string | undefined {
  if (text.length > longestText || hasLongLine(text)) return undefined;
  return highlight.highlight(text, { language: 'yaml', ignoreIllegals: true }).value;
}

function hasLongLine(text: string): boolean {
  let from = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
    if (end - from > longestLine) return true;
    from = end + 1;
  }
  return text.length - from > longestLine;
}
