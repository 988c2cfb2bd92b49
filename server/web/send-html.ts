import type { Request, Response } from 'express';
import { chooseEncoding, compress } from './compress.ts';

/** Below this, compressing costs more than it saves. */
const smallest = 1024;

/** Answers with HTML, compressed where the browser takes it. Pages are for one reader and never kept unasked. */
export async function sendHtml(
  request: Request,
  response: Response,
  status: number,
  html: string,
  keep: 'private, no-cache' | 'no-store' = 'private, no-cache',
): Promise<void> {
  const plain = Buffer.from(html);
  const encoding = plain.length < smallest ? undefined : chooseEncoding(request.headers['accept-encoding']);
  const body = encoding === undefined ? plain : await compress(plain, encoding, 'fast');
  response.status(status);
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Cache-Control', keep);
  response.setHeader('Vary', 'Accept-Encoding, Cookie, HX-Request');
  if (encoding !== undefined) response.setHeader('Content-Encoding', encoding);
  response.setHeader('Content-Length', body.length);
  response.end(request.method === 'HEAD' ? undefined : body);
}
