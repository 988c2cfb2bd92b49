import { expect, test } from 'vitest';
import { checkSchema, pruned, withDefaults, type Schema } from './schema.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['interval'],
      properties: {
        interval: { type: 'string', pattern: '^[0-9]+m$' },
        mode: { type: 'string', enum: ['fast', 'slow'], default: 'slow' },
        sources: {
          type: 'array',
          items: { type: 'object', required: ['name'], properties: { optional: { type: 'boolean', default: false } } },
        },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        name: { type: 'string', maxLength: 3 },
      },
    },
    status: { type: 'object', default: { observedGeneration: -1 } },
  },
};

const check = (value: unknown, rules: Schema = schema) =>
  checkSchema(rules, value, () => undefined, []).map(({ field, message }) => `${field}: ${message}`);

test('defaults fill in what is missing, at every depth, and nothing else', () => {
  const value = { spec: { interval: '1m', sources: [{ name: 'a' }, { name: 'b', optional: true }] } };
  expect(withDefaults(schema, value)).toEqual({
    spec: {
      interval: '1m',
      mode: 'slow',
      sources: [
        { name: 'a', optional: false },
        { name: 'b', optional: true },
      ],
    },
    status: { observedGeneration: -1 },
  });
  const complete = { spec: { interval: '1m', mode: 'fast' }, status: {} };
  expect(withDefaults(schema, complete)).toBe(complete);
});

test('unknown fields are dropped where the schema does not keep them', () => {
  const open: Schema = {
    type: 'object',
    properties: { a: { type: 'string' } },
    'x-kubernetes-preserve-unknown-fields': true,
  };
  const closed: Schema = {
    type: 'object',
    properties: { open, list: { type: 'array', items: { type: 'object', properties: { a: {} } } } },
  };
  const value = { open: { a: 'x', b: 1 }, list: [{ a: 1, b: 2 }], gone: true };
  expect(pruned(closed, value)).toEqual({ open: { a: 'x', b: 1 }, list: [{ a: 1 }] });
  const complete = { open: { b: 1 }, list: [{ a: 1 }] };
  expect(pruned(closed, complete)).toBe(complete);
  expect(pruned({ type: 'object' }, complete)).toBe(complete);
});

test('each wrong field is named in the words of an API server', () => {
  expect(check({ spec: { interval: '1m', mode: 'slow', labels: { a: 'b' }, unknown: 1 } })).toEqual([]);
  expect(check({ spec: {} })).toEqual(['spec.interval: Required value']);
  expect(check({ spec: { interval: 'soon', mode: 'still', sources: [{}], labels: { a: 1 }, name: 'long' } })).toEqual([
    `spec.interval: Invalid value: "soon": spec.interval in body should match '^[0-9]+m$'`,
    'spec.mode: Unsupported value: "still": supported values: "fast", "slow"',
    'spec.sources[0].name: Required value',
    'spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"',
    'spec.name: Too long: may not be more than 3 bytes',
  ]);
});

test('rules are asked only of an object of the right shape, and it is said when they are not', () => {
  const rule = { rule: 'self.a != self.b', message: 'a and b must differ' };
  const ruled: Schema = {
    type: 'object',
    properties: { spec: { type: 'object', required: ['a'], 'x-kubernetes-validations': [rule] } },
  };
  const judge = (value: unknown, holds: boolean) =>
    checkSchema(ruled, value, () => holds, []).map(({ field, message }) => `${field}: ${message}`);
  expect(judge({ spec: { a: 1 } }, true)).toEqual([]);
  expect(judge({ spec: { a: 1 } }, false)).toEqual(['spec: Invalid value: a and b must differ']);
  expect(judge({ spec: {} }, false)).toEqual([
    'spec.a: Required value',
    expect.stringContaining('some validation rules were not checked'),
  ]);
});
