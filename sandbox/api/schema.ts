import type { StatusCause } from './status-error.ts';

/** The part of a CustomResourceDefinition's OpenAPI schema that the sandbox checks. */
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  description?: string;
  required?: readonly string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  enum?: readonly unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
  nullable?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-validations'?: readonly { rule: string; message: string }[];
}

/** Judges a value by a rule of `x-kubernetes-validations`; undefined for a rule it does not know. */
export type RuleCheck = (rule: string, value: unknown) => boolean | undefined;

type Fields = Record<string, unknown>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value with the schema's defaults filled in, as an API server does before it validates.
 * Returns the same value where nothing is missing.
 */
export function withDefaults(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items) return value;
    const filled = value.map((item) => withDefaults(items, item));
    return filled.some((item, index) => item !== value[index]) ? filled : value;
  }
  if (!isObject(value)) return value;
  const changes: Fields = {};
  for (const [field, child] of Object.entries(schema.properties ?? {})) {
    if (value[field] === undefined) {
      if (child.default !== undefined) changes[field] = withDefaults(child, structuredClone(child.default));
      continue;
    }
    const filled = withDefaults(child, value[field]);
    if (filled !== value[field]) changes[field] = filled;
  }
  return Object.keys(changes).length === 0 ? value : { ...value, ...changes };
}

/**
 * The value without fields its schema does not name, which an API server drops silently. A schema that names none at all
 * keeps everything. Returns the same value where nothing is dropped.
 */
export function pruned(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items) return value;
    const kept = value.map((item) => pruned(items, item));
    return kept.some((item, index) => item !== value[index]) ? kept : value;
  }
  if (!isObject(value) || !schema.properties) return value;
  const { properties } = schema;
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const entries = Object.entries(value).filter(([field]) => keepsUnknown || field in properties);
  const kept = entries.map(([field, child]): [string, unknown] => {
    const declared = properties[field];
    return [field, declared ? pruned(declared, child) : child];
  });
  const isSame = kept.length === Object.keys(value).length && kept.every(([field, child]) => child === value[field]);
  return isSame ? value : Object.fromEntries(kept);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function hasType(schema: Schema, value: unknown): boolean {
  if (schema.type === undefined) return true;
  if (value === null) return schema.nullable === true;
  const actual = typeOf(value);
  return actual === schema.type || (schema.type === 'number' && actual === 'integer');
}

/** A value as an API server quotes it in its messages. */
function quoted(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : JSON.stringify(String(value));
}

function wrong(field: string, reason: string, message: string): StatusCause {
  return { reason: `FieldValue${reason}`, message, field };
}

function wrongValue(field: string, value: unknown, what: string): StatusCause {
  return wrong(field, 'Invalid', `Invalid value: ${quoted(value)}: ${field} in body ${what}`);
}

function checkString(schema: Schema, value: string, field: string): StatusCause[] {
  const causes: StatusCause[] = [];
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    causes.push(wrong(field, 'TooLong', `Too long: may not be more than ${schema.maxLength} bytes`));
  }
  if (schema.minLength !== undefined && value.length < schema.minLength) {
    causes.push(wrongValue(field, value, `should be at least ${schema.minLength} chars long`));
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    causes.push(wrongValue(field, value, `should match '${schema.pattern}'`));
  }
  return causes;
}

function checkArray(schema: Schema, value: unknown[], field: string): StatusCause[] {
  const causes: StatusCause[] = [];
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    causes.push(
      wrong(
        field,
        'Invalid',
        `Invalid value: ${value.length}: ${field} in body should have at least ${schema.minItems} items`,
      ),
    );
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    causes.push(wrong(field, 'TooMany', `Too many: ${value.length}: must have at most ${schema.maxItems} items`));
  }
  const { items } = schema;
  if (items) causes.push(...value.flatMap((item, index) => checkValue(items, item, `${field}[${index}]`)));
  return causes;
}

function checkObject(schema: Schema, value: Fields, field: string): StatusCause[] {
  const path = (name: string) => (field === '' ? name : `${field}.${name}`);
  const causes: StatusCause[] = [];
  for (const [name, child] of Object.entries(value)) {
    const declared = schema.properties?.[name];
    if (declared && child !== undefined) causes.push(...checkValue(declared, child, path(name)));
    else if (isObject(schema.additionalProperties)) {
      causes.push(...checkValue(schema.additionalProperties, child, path(name)));
    }
  }
  const missing = (schema.required ?? []).filter((name) => value[name] === undefined);
  return [...causes, ...missing.map((name) => wrong(path(name), 'Required', 'Required value'))];
}

function checkValue(schema: Schema, value: unknown, field: string): StatusCause[] {
  if (!hasType(schema, value)) {
    const actual = typeOf(value);
    const message = `Invalid value: "${actual}": ${field} in body must be of type ${schema.type}: "${actual}"`;
    return [wrong(field, 'TypeInvalid', message)];
  }
  if (schema.enum && !schema.enum.includes(value)) {
    const supported = schema.enum.map(quoted).join(', ');
    return [wrong(field, 'NotSupported', `Unsupported value: ${quoted(value)}: supported values: ${supported}`)];
  }
  if (typeof value === 'string') return checkString(schema, value, field);
  if (Array.isArray(value)) return checkArray(schema, value, field);
  if (isObject(value)) return checkObject(schema, value, field);
  return [];
}

function hasRules(schema: Schema): boolean {
  if (schema['x-kubernetes-validations']) return true;
  const children = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : [])];
  return children.some(hasRules);
}

function checkRules(schema: Schema, value: unknown, field: string, check: RuleCheck): StatusCause[] {
  const causes = (schema['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => check(rule, value) === false)
    .map(({ message }) => wrong(field, 'Invalid', `Invalid value: ${message}`));
  if (!isObject(value)) return causes;
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const path = field === '' ? name : `${field}.${name}`;
    if (value[name] !== undefined) causes.push(...checkRules(child, value[name], path, check));
  }
  return causes;
}

/** What makes an object so wrong that its rules are not looked at. */
const blocking = ['Required', 'TypeInvalid', 'NotSupported', 'TooLong', 'TooMany'].map(
  (reason) => `FieldValue${reason}`,
);

/**
 * What is wrong with an object by its schema, in an API server's words. Rules are looked at only when the object has the
 * right shape; where it has not, a schema with rules says so.
 *
 * @param others what is already known to be wrong with it
 */
export function checkSchema(
  schema: Schema,
  value: unknown,
  check: RuleCheck,
  others: readonly StatusCause[],
): StatusCause[] {
  const causes = [...others, ...checkValue(schema, value, '')];
  if (!hasRules(schema)) return causes;
  if (!causes.some(({ reason }) => blocking.includes(reason))) {
    return [...causes, ...checkRules(schema, value, '', check)];
  }
  const message =
    'Invalid value: null: some validation rules were not checked because the object was invalid; ' +
    'correct the existing errors to complete validation';
  return [...causes, wrong('<nil>', 'Invalid', message)];
}
