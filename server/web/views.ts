import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import nunjucks from 'nunjucks';
import { addViewHelpers } from './view-helpers.ts';

/** The project's templates, compiled once and kept. */
export interface Views {
  /** Renders a template; everything it names must be in the model. Throws for an undefined or null value that is put out. */
  render(template: string, model: object): string;
  /** Every template's name, for a check that all of them compile. */
  templates(): string[];
  /** Compiles one template. Throws for a syntax error. */
  compile(template: string): void;
}

interface ViewsOptions {
  /** Where templates are looked for, in this order. */
  directories: readonly string[];
  /** The URL of a static file. */
  asset: (name: string) => string;
  /** URLs of the modules that a page's script needs. */
  modules: readonly string[];
  /** The clock of relative times. */
  now?: () => Date;
}

/** Nunjucks over the templates of `directories`, with escaping on and undefined values refused. */
export function createViews(options: ViewsOptions): Views {
  const { directories, asset, modules, now = () => new Date() } = options;
  const loader = new nunjucks.FileSystemLoader([...directories], { watch: false, noCache: false });
  const environment = new nunjucks.Environment(loader, {
    autoescape: true,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  addViewHelpers(environment, { asset, now });
  environment.addGlobal('modules', modules);
  const compiled = new Map<string, nunjucks.Template>();

  function template(name: string): nunjucks.Template {
    let found = compiled.get(name);
    if (found === undefined) {
      found = environment.getTemplate(name, true);
      compiled.set(name, found);
    }
    return found;
  }

  return {
    render(name, model) {
      return directionsShown(template(name).render(model));
    },
    templates() {
      return directories.flatMap(templatesIn).toSorted();
    },
    compile(name) {
      template(name);
    },
  };
}

function templatesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.njk'))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/**
 * Characters that turn the reading direction of what follows them can make a foreign text read as something else, so
 * they are written out: `⟨U+202E⟩`.
 */
function directionsShown(html: string): string {
  return html.replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, (character) => {
    return `⟨U+${character.charCodeAt(0).toString(16).toUpperCase()}⟩`;
  });
}
