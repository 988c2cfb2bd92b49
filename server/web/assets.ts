import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { RequestHandler } from 'express';
import { chooseEncoding, compress } from './compress.ts';
import type { Encoding } from './compress.ts';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Style sheets in the order in which they build on each other; they are served as one. */
const styleSheets = [
  'tokens',
  'base',
  'states',
  'shell',
  'controls',
  'panels',
  'overview',
  'list',
  'detail',
  'inventory',
  'diagnosis',
  'code',
  'pages',
  'logs',
  'flux',
  'search',
  'diff',
  'build',
  'helm',
  'graph',
];

interface Asset {
  url: string;
  type: string;
  body: Buffer;
  encoded: Map<Encoding, Promise<Buffer>>;
}

/** The static files: from `public/`, and the browser's part of a few packages. */
export interface Assets {
  /** The URL of a file by its plain name (`icons.svg`, `js/main.js`), with the hash of its content in it. Throws for an unknown name. */
  url: (name: string) => string;
  /** URLs of all modules that `js/main.js` needs, for preloading. */
  modules: readonly string[];
  handler: RequestHandler;
}

/** Names under which scripts import packages, and the file that stands for them. */
function packageFiles(): Record<string, string> {
  const require = createRequire(import.meta.url);
  return {
    cytoscape: join(dirname(require.resolve('cytoscape')), 'cytoscape.esm.min.mjs'),
    '@dagrejs/dagre': join(dirname(require.resolve('@dagrejs/dagre')), 'dagre.esm.js'),
    'htmx.org': join(dirname(require.resolve('htmx.org')), 'htmx.esm.min.js'),
    'socket.io-client': join(dirname(require.resolve('socket.io')), '..', 'client-dist', 'socket.io.esm.min.js'),
  };
}

/**
 * Reads the static files once. Their names carry the hash of their content, so browsers keep them for good; modules
 * are rewritten to import each other by those names. Compressed when first asked for.
 */
export function loadAssets(publicDirectory: string, basePath: string): Assets {
  const byName = new Map<string, Asset>();
  const byUrl = new Map<string, Asset>();
  const packages = packageFiles();

  function add(name: string, body: Buffer): Asset {
    const extension = extname(name);
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 10);
    const url = `${basePath}/assets/${name.slice(0, -extension.length)}.${hash}${extension}`;
    const asset = { url, type: types[extension] ?? 'application/octet-stream', body, encoded: new Map() };
    byName.set(name, asset);
    byUrl.set(url.slice(basePath.length), asset);
    return asset;
  }

  function addModule(name: string): Asset {
    const known = byName.get(name);
    if (known !== undefined) return known;
    const source = readFileSync(join(publicDirectory, name), 'utf8');
    const rewritten = source.replaceAll(
      /((?:from|import)\s+)'([^']+)'/g,
      (_whole, before: string, specifier: string) => {
        const target = packages[specifier] === undefined ? addModule(join('js', specifier)) : addPackage(specifier);
        return `${before}'${target.url}'`;
      },
    );
    return add(name, Buffer.from(rewritten));
  }

  function addPackage(specifier: string): Asset {
    const name = `vendor/${specifier}.js`;
    const file = packages[specifier];
    if (file === undefined) throw new Error(`No package file is named ${specifier}.`);
    const text = readFileSync(file, 'utf8').replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, '\n');
    return byName.get(name) ?? add(name, Buffer.from(text));
  }

  for (const name of ['icons.svg', 'favicon.svg']) add(name, readFileSync(join(publicDirectory, name)));
  const css = styleSheets.map((name) => readFileSync(join(publicDirectory, 'css', `${name}.css`)));
  add('sluice.css', Buffer.concat(css));
  addModule('js/main.js');
  // What only some pages load is no part of the others' first visit.
  const modules = [...byName]
    .filter(([name]) => name.endsWith('.js') && name !== 'js/main.js')
    .map(([, asset]) => asset.url);
  for (const name of readdirSync(join(publicDirectory, 'js'))) addModule(join('js', name));

  return {
    url(name) {
      const asset = byName.get(name);
      if (asset === undefined) throw new Error(`There is no asset named ${name}.`);
      return asset.url;
    },
    modules,
    async handler(request, response, next) {
      const asset = byUrl.get(request.path);
      if (asset === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
        next();
        return;
      }
      const encoding = chooseEncoding(request.headers['accept-encoding']);
      let body = asset.body;
      if (encoding !== undefined) {
        let encoded = asset.encoded.get(encoding);
        if (encoded === undefined) {
          encoded = compress(asset.body, encoding, 'best');
          asset.encoded.set(encoding, encoded);
        }
        body = await encoded;
        response.setHeader('Content-Encoding', encoding);
      }
      response.setHeader('Content-Type', asset.type);
      response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
      response.setHeader('Vary', 'Accept-Encoding');
      response.setHeader('Content-Length', body.length);
      response.end(request.method === 'HEAD' ? undefined : body);
    },
  };
}
