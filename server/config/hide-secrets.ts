import { maskText } from '../mask-credentials.ts';

const secretKey =
  /^(authorization|proxy-authorization|cookie|set-cookie|.*(token|password|passwd|passphrase|secret|credential)s?|.*(api|private|access|client|signing)[-_]?key(data|-data)?|client-certificate-data|id_?rsa)$/i;

/** Words that end like a secret's name and are none: references name a secret, they do not hold it. */
const harmlessKey = /^(.*secretref|.*secretname)$/i;

const hidden = '[hidden]';
const maximumDepth = 8;

/**
 * A copy of a value that may be shown or logged: what stands under a secret's name is hidden, and credentials inside
 * strings (URLs, messages) are masked. Errors keep name, message, stack and cause.
 */
export function hideSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth > maximumDepth) return '[…]';
  if (value instanceof Error) {
    return {
      type: value.name,
      message: maskText(value.message),
      stack: value.stack === undefined ? undefined : maskText(value.stack),
      ...(value.cause === undefined ? {} : { cause: hideSecrets(value.cause, depth + 1) }),
    };
  }
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const secret = secretKey.test(key) && !harmlessKey.test(key) && item !== undefined && typeof item !== 'boolean';
      return [key, secret ? hidden : hideSecrets(item, depth + 1)];
    }),
  );
}
