import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Representation } from './representation.ts';
import { parse } from 'yaml';
import { protobufType, secretFromProtobuf } from './secret-from-protobuf.ts';
import {
  badRequest,
  notAcceptable,
  PathNotFound,
  StatusError,
  tooLarge,
  unsupportedMediaType,
} from './status-error.ts';

const bodyLimit = 3 * 1024 * 1024;

/** The media type of a `Content-Type` or of one part of an `Accept`, with its parameters. */
interface MediaType {
  type: string;
  parameters: string[];
}

function mediaType(text: string): MediaType {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  return { type, parameters };
}

function accepted(request: IncomingMessage): MediaType[] {
  return (request.headers.accept ?? '*/*').split(',').map(mediaType);
}

const metadataParameters = ['g=meta.k8s.io', 'v=v1'];

/**
 * Whether the asker takes plain JSON, and prefers metadata alone. Throws 406 for a table or another encoding, unless the
 * asker takes plain JSON as well.
 */
export function representationOf(request: IncomingMessage): Representation {
  for (const { type, parameters } of accepted(request)) {
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue;
    const as = parameters.find((each) => each.startsWith('as='));
    if (as === undefined) return 'object';
    const isMetadata = ['as=partialobjectmetadata', 'as=partialobjectmetadatalist'].includes(as);
    if (isMetadata && metadataParameters.every((each) => parameters.includes(each))) return 'metadata';
  }
  throw notAcceptable(['application/json']);
}

/** Whether the asker prefers aggregated discovery. */
export function wantsAggregated(request: IncomingMessage): boolean {
  return accepted(request).some(
    ({ parameters }) =>
      parameters.includes('as=apigroupdiscoverylist') &&
      parameters.includes('v=v2') &&
      parameters.includes('g=apidiscovery.k8s.io'),
  );
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is too large is read to its end all the same: the next request on this connection stands behind it.
    if (size <= bodyLimit) chunks.push(chunk);
  }
  if (size > bodyLimit) throw tooLarge(bodyLimit);
  return Buffer.concat(chunks);
}

/** The content type of a request, JSON if it names none. */
export function contentType(request: IncomingMessage): string {
  return mediaType(request.headers['content-type'] ?? 'application/json').type;
}

/**
 * The body, read by its content type. Throws 415 for a type that is not among `types`, 400 for what cannot be read,
 * 413 beyond 3 MiB.
 */
export async function readBody(request: IncomingMessage, types: readonly string[]): Promise<unknown> {
  const type = contentType(request);
  if (!types.includes(type)) throw unsupportedMediaType(types);
  const bytes = await bytesOf(request);
  if (type === protobufType) return secretFromProtobuf(bytes);
  const text = bytes.toString();
  try {
    return type.endsWith('yaml') ? (parse(text) as unknown) : JSON.parse(text);
  } catch (error) {
    throw badRequest(`the object provided is unrecognized (must be of type ${type}): ${(error as Error).message}`);
  }
}

/** The options in a deletion's body; none without a body. */
export async function readOptionalBody(request: IncomingMessage): Promise<unknown> {
  const text = (await bytesOf(request)).toString();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized (must be of type DeleteOptions): ${(error as Error).message}`,
    );
  }
}

export function sendJson(response: ServerResponse, code: number, body: object, type = 'application/json'): void {
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-cache, private' });
  response.end(`${JSON.stringify(body)}\n`);
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache, private' });
  response.end(text);
}

/** Answers with what was thrown: a Status, or plain text for an unknown path. Other errors are passed on. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (error instanceof PathNotFound) {
    sendText(response, 404, '404 page not found\n');
    return;
  }
  if (!(error instanceof StatusError)) throw error;
  const seconds = error.status.details?.retryAfterSeconds;
  if (seconds !== undefined) response.setHeader('retry-after', String(seconds));
  sendJson(response, error.status.code, error.status);
}
