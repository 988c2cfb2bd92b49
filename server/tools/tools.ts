import type { Config } from '../config.ts';
import { findProgram } from './program.ts';
import type { Program } from './program.ts';

/** The external programs that Sluice can make use of. None of them is needed to run it. */
export interface Tools {
  /** Undefined when there is none. Throws `failed` when the configured one cannot be used. */
  find(name: 'helm' | 'kustomize' | 'kubectl'): Promise<Program | undefined>;
}

/** The programs that the configuration names, else those on PATH. */
export function createTools(config: Pick<Config, 'tools.helm' | 'tools.kustomize'>): Tools {
  return {
    find: (name) => findProgram(name, name === 'kubectl' ? undefined : config[`tools.${name}`]),
  };
}
