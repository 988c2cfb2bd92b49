import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

function logged(format: 'json' | 'text', log: (logger: ReturnType<typeof createLogger>) => void): string {
  let text = '';
  const destination = {
    write(line: string) {
      text += line;
    },
  };
  log(createLogger({ logLevel: 'info', logFormat: format }, destination));
  return text;
}

test('secrets are hidden by the name they stand under, however deep, and inside texts', () => {
  const text = logged('json', (logger) => {
    logger.info(
      {
        headers: { authorization: 'Bearer abc123def456' },
        deep: [{ password: 'hunter2', url: 'https://ada:s3cret@git.example.com/x' }],
      },
      'cloning https://bob:t0psecret@git.example.com/y failed',
    );
  });
  for (const secret of ['abc123def456', 'hunter2', 's3cret', 't0psecret']) expect(text).not.toContain(secret);
  expect(text).toContain('git.example.com/x');
  expect(text).toContain('git.example.com/y');
});

test('an error keeps its stack and cause, without their credentials', () => {
  const error = new Error('outer', { cause: new Error('clone https://ada:s3cret@git.example.com failed') });
  const text = logged('json', (logger) => logger.error({ err: error }, 'it failed'));
  expect(text).toContain('outer');
  expect(text).toContain('git.example.com');
  expect(text).not.toContain('s3cret');
});

test('names of secrets are no secrets', () => {
  const text = logged('json', (logger) => logger.info({ secretRef: 'registry-auth' }, 'uses it'));
  expect(text).toContain('registry-auth');
});

test('as text a line has time, level, message and fields', () => {
  const text = logged('text', (logger) => logger.warn({ cluster: 'a b', count: 3 }, 'slow'));
  expect(text).toMatch(/^\d\d:\d\d:\d\d WARN {2}slow cluster="a b" count=3\n$/);
});
