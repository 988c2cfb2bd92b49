import type { NextFunction, RequestHandler, Response } from 'express';
import type { Encoding } from './compress.ts';
import { chooseEncoding, compress } from './compress.ts';

/** Below this, compressing costs more than it saves. */
const smallest = 4_096;

/** Compresses JSON answers that are sent in one piece; streams pass through untouched. */
export function compressJson(): RequestHandler {
  return (request, response, next) => {
    const encoding = chooseEncoding(request.headers['accept-encoding']);
    if (encoding !== undefined) {
      const send = response.json.bind(response);
      response.json = (value: unknown) => {
        const plain = Buffer.from(JSON.stringify(value));
        if (plain.length < smallest) return send(value);
        void sendCompressed(response, plain, encoding, next);
        return response;
      };
    }
    next();
  };
}

async function sendCompressed(
  response: Response,
  plain: Buffer,
  encoding: Encoding,
  next: NextFunction,
): Promise<void> {
  try {
    const body = await compress(plain, encoding, 'fast');
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Content-Encoding', encoding);
    response.setHeader('Vary', 'Accept-Encoding');
    response.setHeader('Content-Length', body.length);
    response.end(body);
  } catch (error) {
    next(error);
  }
}
