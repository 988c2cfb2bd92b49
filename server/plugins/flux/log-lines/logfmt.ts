const pair = /([A-Za-z_@][\w.@/-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/y;

/**
 * The fields of a line in logfmt (`time=… level=info msg="it is so" count=3`); undefined for a line that is anything else.
 * Only what has a message and nothing between its fields counts, so that prose with an equals sign stays prose.
 */
export function logfmtOf(text: string): Record<string, string> | undefined {
  const line = text.trim();
  const fields: Record<string, string> = {};
  pair.lastIndex = 0;
  while (pair.lastIndex < line.length) {
    const found = pair.exec(line);
    if (found === null) return undefined;
    const [, key = '', value = ''] = found;
    fields[key] = value.startsWith('"') ? unquoted(value) : value;
    while (line[pair.lastIndex] === ' ') pair.lastIndex += 1;
  }
  return 'msg' in fields || 'message' in fields ? fields : undefined;
}

function unquoted(value: string): string {
  return value.slice(1, -1).replace(/\\(.)/g, (_, escaped: string) => {
    if (escaped === 'n') return '\n';
    return escaped === 't' ? '\t' : escaped;
  });
}
