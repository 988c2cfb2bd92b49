import { setImmediate as letOthersRun } from 'node:timers/promises';

/** Work that takes longer at a stretch is felt by everybody else. */
const longestTurn = 15;

/** For long loops: what is returned is awaited in each round, and lets everybody else be served when it is their turn. */
export function takeTurns(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < longestTurn) return;
    await letOthersRun();
    began = performance.now();
  };
}
