/** The first line of what another program says, freed of what may be a token: long runs without a space. */
export function withoutTokens(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return line.slice(0, 300).replaceAll(/[\w+=-]{32,}(?:\.[\w+=-]+)*/g, '…');
}
