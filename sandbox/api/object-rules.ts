import type { KubeObject } from '../../server/kube/object.ts';
import { builtInCauses } from './built-in-rules.ts';
import { established } from './crd.ts';
import { checkRule } from './flux/rules.ts';
import type { ResourceDefinition } from './resources.ts';
import { checkSchema, pruned, withDefaults } from './schema.ts';
import { labelValue } from './selectors.ts';
import { invalid, type StatusCause } from './status-error.ts';

const labelShape = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const subdomainShape = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
  "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function nameProblem(definition: ResourceDefinition, name: string): string | undefined {
  if (definition.group === 'rbac.authorization.k8s.io') {
    return /[/%]|^\.{1,2}$/.test(name) ? "may not contain '/' or '%'" : undefined;
  }
  const isLabel = definition.group === '' && ['namespaces', 'services'].includes(definition.plural);
  const [shape, rule, limit] = isLabel ? [labelShape, labelRule, 63] : [subdomainShape, subdomainRule, 253];
  if (isLabel && name.includes('.')) return 'must not contain dots';
  if (name.length > limit) return `must be no more than ${limit} bytes`;
  return shape.test(name) ? undefined : rule;
}

function nameCauses(definition: ResourceDefinition, object: KubeObject): StatusCause[] {
  const { name } = object.metadata;
  if (name === '') {
    const message = 'Required value: name or generateName is required';
    return [{ reason: 'FieldValueRequired', message, field: 'metadata.name' }];
  }
  const problem = nameProblem(definition, name);
  if (problem === undefined) return [];
  const message = `Invalid value: ${JSON.stringify(name)}: ${problem}`;
  return [{ reason: 'FieldValueInvalid', message, field: 'metadata.name' }];
}

const labelLimit = 63;
const labelValueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function labelCauses({ metadata }: KubeObject): StatusCause[] {
  return Object.values(metadata.labels ?? {}).flatMap((value) => {
    const tooLong = value.length > labelLimit ? [`must be no more than ${labelLimit} bytes`] : [];
    const misshapen = labelValue.test(value) ? [] : [labelValueRule];
    return [...tooLong, ...misshapen].map((problem) => ({
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(value)}: ${problem}`,
      field: 'metadata.labels',
    }));
  });
}

/** What makes a new object of some built-in resources complete. */
function builtInDefaults(definition: ResourceDefinition, object: KubeObject, now: string): KubeObject {
  switch (`${definition.group}/${definition.plural}`) {
    case '/namespaces': {
      const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
      const metadata = { ...object.metadata, labels };
      const status = object.status ?? { phase: 'Active' };
      return { ...object, metadata, spec: { finalizers: ['kubernetes'] }, status };
    }
    case '/events':
      return { eventTime: null, reportingComponent: '', reportingInstance: '', ...object };
    case 'apiextensions.k8s.io/customresourcedefinitions':
      return object.status ? object : established(object, now);
    default:
      return object;
  }
}

/** A Secret with what was written in plain words moved to its encoded data. */
function completedSecret(secret: KubeObject): KubeObject {
  const { stringData, ...rest } = secret as KubeObject & { stringData?: Record<string, string> };
  if (!stringData) return { ...rest, type: rest['type'] ?? 'Opaque' };
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const data = { ...(rest['data'] as object | undefined), ...Object.fromEntries(encoded) };
  return { ...rest, data, type: rest['type'] ?? 'Opaque' };
}

/** The object with what its resource sets where a request leaves it out, without what it does not have. */
export function completed(definition: ResourceDefinition, object: KubeObject): KubeObject {
  if (definition.group === '' && definition.plural === 'secrets') return completedSecret(object);
  return definition.schema
    ? (withDefaults(definition.schema, pruned(definition.schema, object)) as KubeObject)
    : object;
}

/** A new object with what the server itself adds to it. */
export function completedNew(definition: ResourceDefinition, object: KubeObject, now: string): KubeObject {
  return completed(definition, builtInDefaults(definition, object, now));
}

/** Throws 422 with everything that is wrong with the object, or that may not be changed from what it was. */
export function validate(definition: ResourceDefinition, object: KubeObject, previous?: KubeObject): void {
  const wrongMetadata = [...nameCauses(definition, object), ...labelCauses(object)];
  const causes = definition.schema
    ? checkSchema(definition.schema, object, checkRule, wrongMetadata)
    : [...wrongMetadata, ...builtInCauses(definition, object, previous)];
  if (causes.length > 0) throw invalid(definition, object.metadata.name, causes);
}
