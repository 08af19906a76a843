import { cpus, release, totalmem, type } from 'node:os';

/** The machine in one line, without its name. */
export function describeMachine(): string {
  const all = cpus();
  const model = all[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${all.length} cores (${model}), ${memory} GiB, ${type()} ${release()}, Node ${process.version}`;
}
