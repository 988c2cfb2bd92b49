import { z } from 'zod';
import type { Operation } from './define.ts';

interface FieldSchema {
  type?: string | string[];
  anyOf?: FieldSchema[];
}

function isOfType(field: FieldSchema | undefined, type: string): boolean {
  if (field === undefined) return false;
  if (field.type === type || (Array.isArray(field.type) && field.type.includes(type))) return true;
  return field.anyOf?.some((one) => isOfType(one, type)) ?? false;
}

const schemas = new WeakMap<z.ZodType, Record<string, FieldSchema>>();

function fieldsOf(input: z.ZodType): Record<string, FieldSchema> {
  let fields = schemas.get(input);
  if (fields === undefined) {
    const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
    fields = (schema.properties ?? {}) as Record<string, FieldSchema>;
    schemas.set(input, fields);
  }
  return fields;
}

function oneFromText(text: string, field: FieldSchema | undefined): unknown {
  if (isOfType(field, 'boolean')) {
    if (['true', 'on', '1'].includes(text)) return true;
    if (['false', 'off', '0'].includes(text)) return false;
  }
  if ((isOfType(field, 'integer') || isOfType(field, 'number')) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text;
}

/**
 * Values that came as text (path, query, form) as the types the operation's input has: `true` where it wants a boolean,
 * a number, or a list. What does not fit stays as it is, for the input's own check to refuse.
 */
export function fromText(operation: Operation, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = fieldsOf(operation.input);
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const field = fields[key];
      if (isOfType(field, 'array')) return [key, Array.isArray(value) ? value : [value]];
      return [key, typeof value === 'string' ? oneFromText(value, field) : value];
    }),
  );
}
