import { at } from '../read.ts';

/** From the least to the most grave. */
const logLevels = ['debug', 'info', 'warning', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

const words: Record<string, LogLevel> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  err: 'error',
  fatal: 'error',
  panic: 'error',
  dpanic: 'error',
  critical: 'error',
  alert: 'error',
  emergency: 'error',
};

/** The level a structured line names; pino writes numbers, 30 is info. */
export function levelOf(record: object): LogLevel | undefined {
  const named = at(record, 'level') ?? at(record, 'severity') ?? at(record, 'lvl');
  if (typeof named === 'number') {
    return named >= 50 ? 'error' : named >= 40 ? 'warning' : named >= 30 ? 'info' : 'debug';
  }
  return typeof named === 'string' ? words[named.toLowerCase()] : undefined;
}

const klogLetters: Record<string, LogLevel> = { I: 'info', W: 'warning', E: 'error', F: 'error' };

/** The level of a plain line: klog's letter, logfmt's field, or a word at its beginning. */
export function levelOfText(text: string): LogLevel | undefined {
  const klog = /^([IWEF])\d{4} \d\d:\d\d:\d\d/.exec(text)?.[1];
  if (klog !== undefined) return klogLetters[klog];
  const head = text.slice(0, 160);
  const field = /\b(?:level|lvl|severity)="?([A-Za-z]+)/.exec(head)?.[1];
  if (field !== undefined) return words[field.toLowerCase()];
  const word = /(?:^|[\s[|(])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|PANIC|CRITICAL)(?=[\s\]|):])/i.exec(
    head.slice(0, 60),
  )?.[1];
  return word === undefined || (word !== word.toUpperCase() && !head.includes(`[${word}]`))
    ? undefined
    : words[word.toLowerCase()];
}

/** Whether a level is at least as grave as another. What names none is taken for info. */
export function isAtLeast(level: LogLevel | undefined, least: LogLevel): boolean {
  return logLevels.indexOf(level ?? 'info') >= logLevels.indexOf(least);
}
