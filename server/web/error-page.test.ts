import { expect, test } from 'vitest';
import { SluiceError } from '../errors.ts';
import { errorModel } from './error-page.ts';

const ada = { name: 'ada', groups: ['team'], impersonate: { user: 'ada', groups: ['team'] } };
const sluice = { name: 'sluice', groups: [] };

test('a right the asker lacks is to be granted to the asker', () => {
  const missing = [{ verb: 'list', group: '', resource: 'pods' }];
  const model = errorModel(new SluiceError('forbidden', 'No.', { missing }), ada, 'id', sluice);
  expect(model.who).toBe('You are ada, in the groups team');
  expect(model.grant).toContain('name: sluice-ada');
});

test('the right to act as the asker is never to be granted to the asker', () => {
  const missing = [{ verb: 'impersonate', group: '', resource: 'users' }];
  const model = errorModel(new SluiceError('forbidden', 'No.', { missing }), ada, 'id', sluice);
  expect(model.who).toBe('Sluice is sluice');
  expect(model.grant).toContain('name: sluice-sluice');
  expect(model.grant).not.toContain('name: ada');
});

test('who lacks a right to look is not told of doing', () => {
  const heading = (verb: string) =>
    errorModel(
      new SluiceError('forbidden', 'No.', { missing: [{ verb, group: '', resource: 'pods' }] }),
      ada,
      'id',
      sluice,
    ).heading;
  expect(heading('list')).toBe('You may not see this');
  expect(heading('patch')).toBe('You may not do this');
});
