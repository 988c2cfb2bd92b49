import { queryFlag } from './request-info.ts';
import { invalid, type StatusCause } from './status-error.ts';

/** How an object is to be written. */
export interface WriteOptions {
  /** Answer as if written, but do not write. */
  dryRun: boolean;
  fieldManager: string;
  /** Server-side apply takes over contested fields. */
  force: boolean;
}

/** The ways of writing, each with options of its own name. */
type Writing = 'Create' | 'Update' | 'Patch' | 'Apply';

const managerLimit = 128;
const validations = ['', 'Ignore', 'Strict', 'Warn'];

function notSupported(field: string, value: unknown, supported: readonly string[]): StatusCause {
  const list = supported.map((each) => JSON.stringify(each)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { reason: 'FieldValueNotSupported', message, field };
}

/** Whether a query asks for a dry run, with what is wrong about the way it asks. */
function readDryRun(query: URLSearchParams): { dryRun: boolean; causes: StatusCause[] } {
  const values = query.getAll('dryRun');
  const isWrong = values.some((value) => value !== 'All');
  return { dryRun: values.length > 0, causes: isWrong ? [notSupported('dryRun', values, ['All'])] : [] };
}

function refuse(options: string, causes: readonly StatusCause[]): void {
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: `${options}Options` }, '', [...causes]);
}

/** The options in the query of a write. Throws 422 that names all that are wrong. */
export function writeOptions(writing: Writing, query: URLSearchParams, userAgent: string): WriteOptions {
  const manager = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation') ?? '';
  const { dryRun, causes } = readDryRun(query);
  if (writing === 'Apply' && manager === '') {
    const message = 'Required value: is required for apply patch';
    causes.push({ reason: 'FieldValueRequired', message, field: 'fieldManager' });
  }
  if (writing === 'Patch' && query.has('force')) {
    causes.push({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: may not be specified for non-apply patch',
      field: 'force',
    });
  }
  if (manager.length > managerLimit) {
    const message = `Too long: may not be more than ${managerLimit} bytes`;
    causes.push({ reason: 'FieldValueTooLong', message, field: 'fieldManager' });
  }
  if (!validations.includes(validation)) causes.push(notSupported('fieldValidation', validation, validations));
  refuse(writing === 'Apply' ? 'Patch' : writing, causes);
  return { dryRun, fieldManager: manager || (userAgent.split('/')[0] ?? ''), force: queryFlag(query, 'force') };
}

const policies = ['Foreground', 'Background', 'Orphan', 'nil'];

/** How an object is to be deleted. */
export interface DeleteOptions {
  dryRun: boolean;
  orphan: boolean;
  preconditions: { uid?: string; resourceVersion?: string };
}

interface DeleteBody {
  dryRun?: string[];
  propagationPolicy?: string;
  preconditions?: DeleteOptions['preconditions'];
}

/** The options of a deletion, from its body (if it has one) and its query. Throws 422 that names all that are wrong. */
export function deleteOptions(given: DeleteBody | null, query: URLSearchParams, orphans: boolean): DeleteOptions {
  const body = given ?? {};
  const { dryRun, causes } = readDryRun(query);
  const policy = body.propagationPolicy ?? query.get('propagationPolicy') ?? (orphans ? 'Orphan' : 'Background');
  if (!policies.includes(policy)) causes.push(notSupported('propagationPolicy', policy, policies));
  refuse('Delete', causes);
  return {
    dryRun: dryRun || body.dryRun?.includes('All') === true,
    orphan: policy === 'Orphan',
    preconditions: body.preconditions ?? {},
  };
}
