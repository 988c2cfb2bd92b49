import { plainValue } from './flux-yaml.ts';

/**
 * An object as the YAML text that Flux substitutes variables in. Which texts stand without quotes decides what a value that
 * is put in becomes: `replicas: ${count}` a number, `"${a}: ${b}"` a text. Lists are not indented, keys are sorted.
 */
export function toFluxYaml(value: unknown): string {
  return `${blockOf(value, 0).trimStart()}\n`;
}

function blockOf(value: unknown, depth: number): string {
  const indent = '  '.repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []';
    return value.map((item) => `\n${indent}-${itemOf(item, depth)}`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
    if (entries.length === 0) return ' {}';
    return entries.map(([key, inner]) => `\n${indent}${scalar(key, 0, true)}:${within(inner, depth)}`).join('');
  }
  return ` ${scalar(value, depth)}`;
}

/** A list stands at its key's own depth, everything else one deeper. */
function within(value: unknown, depth: number): string {
  return Array.isArray(value) ? blockOf(value, depth) : blockOf(value, depth + 1);
}

/** A map begins on the line of its dash. */
function itemOf(item: unknown, depth: number): string {
  const text = blockOf(item, depth + 1);
  return text.startsWith('\n') ? ` ${text.slice(1).trimStart()}` : text;
}

function scalar(value: unknown, depth: number, isKey = false): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  const isPrintable = !/[^\n\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u.test(
    value.replaceAll(/[\u{10000}-\u{10ffff}]/gu, ''),
  );
  if (value.includes('\n')) {
    const fits = isPrintable && !isKey && !/ \n| $/.test(value);
    return fits ? literal(value, depth) : JSON.stringify(value);
  }
  if (typeof plainValue(value) !== 'string' || isBase60(value) || !isPrintable) return JSON.stringify(value);
  return standsPlain(value) ? value : `'${value.replaceAll("'", "''")}'`;
}

function literal(value: string, depth: number): string {
  const indent = '  '.repeat(Math.max(depth, 1));
  const hint = /^[ \n]/.test(value) ? '2' : '';
  const chomp = !value.endsWith('\n') ? '-' : /(^|\n)\n$/.test(value) ? '+' : '';
  const lines = (chomp === '-' ? value : value.slice(0, -1)).split('\n');
  return `|${hint}${chomp}\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`;
}

function standsPlain(value: string): boolean {
  if (/^(---|\.\.\.)/.test(value) || /^[#,[\]{}&*!|>'"%@`]/.test(value)) return false;
  return !/^[-?:]( |$)|: |:$| #|^ | $/.test(value);
}

/** What other readers of YAML take for a time. */
function isBase60(value: string): boolean {
  return /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(value);
}
