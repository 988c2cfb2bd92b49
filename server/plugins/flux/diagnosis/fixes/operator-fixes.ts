import { quoted } from '../../commands.ts';
import { namespaceOf } from './remedy.ts';
import type { FixRule } from './remedy.ts';

const operatorKinds = ['FluxInstance', 'ResourceSet', 'ResourceSetInputProvider'];

/** What the Flux Operator says of its own kinds. */
export const operatorFixes: readonly FixRule[] = [
  {
    when: /failed to (?:execute|parse) template: template: ([^:\s]+):(\d+)(?::\d+)?: (.*)/s,
    kinds: ['ResourceSet'],
    remedy: ([, template = '', line, why = ''], about) => {
      const key = /map has no entry for key "([^"]+)"/.exec(why)?.[1];
      const name = `${namespaceOf(about)}/${about.object.metadata.name}`;
      const said = why
        .replace(/^executing .*? at <.*?>: /s, '')
        .replaceAll(/\s+/g, ' ')
        .trim();
      return {
        title: `The template of ResourceSet ${name} stops at line ${line}: ${said.slice(0, 160)}`,
        fix:
          key === undefined
            ? `Correct line ${line} of the template in spec.${template === 'resources' ? 'resources' : 'resourcesTemplate'}.`
            : `Give every input a value ${key} (spec.inputs, or what spec.inputsFrom reads), or correct line ${line} of the template.`,
        command: `flux-operator build rset -f ${quoted(`${about.object.metadata.name}.yaml`)}`,
      };
    },
  },
  {
    when: /no match found for semver|unsupported distribution version|failed to (?:match|determine) (?:the )?(?:Flux )?version/i,
    kinds: ['FluxInstance'],
    remedy: () => ({
      fix: 'Correct spec.distribution.version to a version that spec.distribution.artifact holds.',
      command: 'flux-operator list versions',
    }),
  },
  {
    when: /build failed|failed to build/,
    kinds: operatorKinds,
    remedy: (_, about) => ({
      fix: `Correct what cannot be built in the spec of ${about.kind.kind} ${namespaceOf(about)}/${about.object.metadata.name}.`,
      command: `flux-operator build ${about.kind.kind === 'FluxInstance' ? 'instance' : 'rset'} -f ${quoted(`${about.object.metadata.name}.yaml`)}`,
    }),
  },
];
