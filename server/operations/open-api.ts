import { z } from 'zod';
import { errorKinds } from '../errors.ts';
import { version } from '../version.ts';
import type { Operation } from './define.ts';

type Json = Record<string, unknown>;

function schemaOf(type: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  return schema;
}

/** `/flux/:plural` → `/flux/{plural}` */
function templated(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

function content(schema: Json): Json {
  return { 'application/json': { schema } };
}

function succeeded(description: string, data: Json): Json {
  const schema = {
    type: 'object',
    required: ['success', 'data'],
    properties: { success: { const: true }, data },
  };
  return { description, content: content(schema) };
}

const failed = { description: 'It did not work', content: content({ $ref: '#/components/schemas/Failure' }) };
const runReference = { $ref: '#/components/schemas/Run' };

function describe(operation: Operation): Json {
  const input = schemaOf(operation.input, 'input');
  const fields = (input['properties'] ?? {}) as Record<string, Json>;
  const required = new Set((input['required'] ?? []) as string[]);
  const inPath = [...operation.http.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const others = Object.keys(fields).filter((name) => !inPath.includes(name));
  const parameters: Json[] = inPath.map((name) => ({ name, in: 'path', required: true, schema: fields[name] ?? {} }));
  const described: Json = { operationId: operation.name, summary: operation.summary, parameters };
  if (operation.type === 'query') {
    for (const name of others) {
      parameters.push({ name, in: 'query', required: required.has(name), schema: fields[name] });
    }
    described['responses'] = { 200: succeeded('The answer', schemaOf(operation.output, 'output')), default: failed };
    return described;
  }
  parameters.push({
    name: 'wait',
    in: 'query',
    schema: { type: 'boolean', default: false },
    description: 'Answer when the run has ended, not when it has begun',
  });
  if (others.length > 0) {
    const properties = Object.fromEntries(others.map((name) => [name, fields[name]]));
    const needed = others.filter((name) => required.has(name));
    described['requestBody'] = {
      required: needed.length > 0,
      content: content({ type: 'object', properties, required: needed, additionalProperties: false }),
    };
  }
  described['responses'] = {
    200: succeeded('With wait: the run has ended well', runReference),
    202: succeeded('The run is under way', runReference),
    default: failed,
  };
  return described;
}

const instant = { type: 'string', format: 'date-time' };
const text = { type: 'string' };

const subjectSchema: Json = {
  type: 'object',
  required: ['group', 'resource', 'kind', 'name'],
  properties: { group: text, resource: text, kind: text, namespace: text, name: text },
};

const askerSchema: Json = {
  type: 'object',
  required: ['name', 'groups'],
  properties: { name: text, groups: { type: 'array', items: text } },
};

const errorSchema: Json = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { enum: Object.keys(errorKinds) },
    message: text,
    field: { ...text, description: 'The input field that is wrong' },
    wayOut: { ...text, description: 'What can be done about it' },
    missing: {
      type: 'array',
      description: 'The rights that are missing',
      items: {
        type: 'object',
        required: ['verb', 'group', 'resource'],
        properties: { verb: text, group: text, resource: text, subresource: text, namespace: text, name: text },
      },
    },
  },
};

const schemas: Json = {
  Subject: subjectSchema,
  Error: errorSchema,
  Failure: {
    type: 'object',
    required: ['success', 'error'],
    properties: { success: { const: false }, error: { $ref: '#/components/schemas/Error' } },
  },
  Run: {
    type: 'object',
    required: ['id', 'operation', 'cluster', 'subject', 'by', 'state', 'startedAt', 'progress'],
    properties: {
      id: text,
      operation: text,
      cluster: text,
      subject: { $ref: '#/components/schemas/Subject' },
      by: askerSchema,
      state: { enum: ['running', 'succeeded', 'failed'] },
      startedAt: instant,
      endedAt: instant,
      message: text,
      error: { $ref: '#/components/schemas/Error' },
      progress: {
        type: 'array',
        items: { type: 'object', required: ['at', 'sentence'], properties: { at: instant, sentence: text } },
      },
    },
  },
  AuditEntry: {
    type: 'object',
    required: ['id', 'at', 'cluster', 'by', 'operation', 'subject', 'result'],
    properties: {
      id: text,
      at: instant,
      cluster: text,
      by: askerSchema,
      operation: text,
      subject: { $ref: '#/components/schemas/Subject' },
      result: { enum: ['started', 'succeeded', 'failed', 'refused'] },
      message: text,
      note: text,
      milliseconds: { type: 'integer' },
      runId: text,
    },
  },
};

const ownPaths: Record<string, Json> = {
  '/runs/{id}': {
    get: {
      operationId: 'runs.get',
      summary: 'A run: where an action stands, or how it ended within the last hour',
      parameters: [{ name: 'id', in: 'path', required: true, schema: text }],
      responses: { 200: succeeded('The run', runReference), default: failed },
    },
  },
  '/audit': {
    get: {
      operationId: 'audit.list',
      summary: 'The latest actions, newest first',
      parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } }],
      responses: {
        200: succeeded('The entries', {
          type: 'object',
          required: ['items', 'total'],
          properties: {
            items: { type: 'array', items: { $ref: '#/components/schemas/AuditEntry' } },
            total: { type: 'integer' },
          },
        }),
        default: failed,
      },
    },
  },
};

/**
 * The OpenAPI 3.1 document of the JSON API, made from the operations' own schemas.
 *
 * @param base Path of the API, with what a proxy puts in front of it: `/tools/api/v1`.
 */
export function openApi(operations: readonly Operation[], clusters: readonly string[], base: string): Json {
  const paths: Record<string, Json> = { ...ownPaths };
  for (const operation of operations) {
    const path = templated(operation.http.path);
    paths[path] = { ...paths[path], [operation.http.method.toLowerCase()]: describe(operation) };
  }
  const [first = ''] = clusters;
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: version(),
      description: 'What Sluice shows and does, as JSON.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // No credentials are taken: Sluice acts with its own.
    security: [],
    servers: [
      { url: base, description: 'The default cluster' },
      {
        url: `${base}/clusters/{cluster}`,
        description: 'Any cluster',
        variables: { cluster: { default: first, enum: clusters } },
      },
    ],
    paths,
    components: { schemas },
  };
}
