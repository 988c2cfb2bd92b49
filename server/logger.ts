import pino from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Config } from './config.ts';
import { hideSecrets } from './config/hide-secrets.ts';

const left = new Set(['level', 'time', 'msg', 'pid', 'hostname']);
const levelNames: Record<number, string> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** One JSON log line as a line for people: time, level, message, then the fields. */
function asText(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown>;
  const time = new Date(Number(entry['time'])).toISOString().slice(11, 19);
  const level = (levelNames[Number(entry['level'])] ?? String(entry['level'])).padEnd(5);
  const fields = Object.entries(entry)
    .filter(([key]) => !left.has(key))
    .map(([key, value]) => {
      if (key === 'err' && typeof value === 'object' && value !== null) {
        const error = value as { message?: string; stack?: string };
        return `\n  ${(error.stack ?? error.message ?? '').replaceAll('\n', '\n  ')}`;
      }
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return `${key}=${/[\s"]/.test(text) ? JSON.stringify(text) : text}`;
    });
  return `${time} ${level} ${[typeof entry['msg'] === 'string' ? entry['msg'] : '', ...fields].filter((part) => part !== '').join(' ')}\n`;
}

/**
 * The log: structured lines on standard error. Whatever is logged goes through the hiding of secrets first, message and
 * fields alike.
 */
export function createLogger(
  config: Pick<Config, 'logLevel' | 'logFormat'>,
  destination: DestinationStream & { isTTY?: boolean } = process.stderr,
): Logger {
  const text = config.logFormat === 'text' || (config.logFormat === 'auto' && destination.isTTY === true);
  return pino(
    {
      level: config.logLevel,
      base: {},
      formatters: { log: (fields) => hideSecrets(fields) as Record<string, unknown> },
      serializers: { err: (error: unknown) => hideSecrets(error) },
      hooks: {
        logMethod(values, method) {
          const hiddenValues = values.map((value: unknown) => (typeof value === 'string' ? hideSecrets(value) : value));
          method.apply(this, hiddenValues as Parameters<typeof method>);
        },
      },
    },
    text ? { write: (line: string) => destination.write(asText(line)) } : destination,
  );
}
