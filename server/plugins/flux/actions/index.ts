import type { Operation } from '../../../operations/define.ts';
import { graphOperation } from '../graph/operation.ts';
import { searchOperation } from '../search/search-operation.ts';
import { diagnoseOperation } from './diagnose.ts';
import { getOperation, listOperation } from './list.ts';
import { lookIntoOperations } from './look-into.ts';
import { reconcileOperation } from './reconcile.ts';
import { resumeOperation, suspendOperation } from './suspend.ts';

/** What can be asked of and done to Flux objects. */
export const fluxOperations = [
  searchOperation,
  graphOperation,
  ...lookIntoOperations,
  listOperation,
  getOperation,
  diagnoseOperation,
  reconcileOperation,
  suspendOperation,
  resumeOperation,
] as unknown as readonly Operation<never, unknown>[];
