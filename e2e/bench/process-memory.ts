import { readFileSync } from 'node:fs';

/** Resident memory of a process in MB (10^6 bytes), from the kernel. Throws when it is gone. */
export function residentMegabytes(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (line === null) throw new Error(`No resident memory is told for process ${pid}.`);
  return (Number(line[1]) * 1024) / 1e6;
}
