import { parseConnections } from '../../../../deploy/dev/bench/connections.ts';
import { parseMemory, parseStat, programsBelow } from '../../../../deploy/dev/bench/proc.ts';

const stat = (command: string, parent: number, user = 0, system = 0): string =>
  `4242 (${command}) S ${parent} 100 100 0 -1 4194560 900 700 0 0 ${user} ${system} 55 66 20 0 11 0 1234 1000000 2000`;

test('processor time is user and system time of the process itself, without children that have ended', () => {
  expect(parseStat(stat('node', 7, 150, 25))).toEqual({ command: 'node', parent: 7, cpuMs: 1750 });
});

test('a command with spaces and parentheses does not shift the fields', () => {
  expect(parseStat(stat('my (odd) name', 7, 1, 2))).toEqual({
    command: 'my (odd) name',
    parent: 7,
    cpuMs: 30,
  });
});

test('memory is what is resident now and the most that ever was', () => {
  const status =
    'Name:\tnode\nVmPeak:\t 9999999 kB\nVmHWM:\t  524288 kB\nVmRSS:\t  262144 kB\nThreads:\t11\n';
  expect(parseMemory(status)).toEqual({ rssMb: 256, peakMb: 512 });
});

test('the programs of an operator are all that its guard started, at any depth, without shells and strangers', () => {
  const tree: [number, string, number][] = [
    [1, 'init', 0],
    [10, 'sh', 1],
    [11, 'sh', 10],
    [12, 'npm run start', 11],
    [14, 'node', 13],
    [13, 'sh', 12],
    [20, 'node', 1],
  ];
  const stats = new Map(tree.map(([pid, command, parent]) => [pid, parseStat(stat(command, parent))]));
  expect(programsBelow(10, stats)).toEqual([12, 14]);
});

test('connections are those established to the port, not those that others made from it or that are closing', () => {
  const row = (local: string, remote: string, state: string, inode: number): string =>
    `   0: 0100007F:${local} 0100007F:${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
  const text = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    row('C001', '192B', '01', 111),
    row('192B', 'C001', '01', 112),
    row('C002', '192B', '06', 113),
    row('C003', '1F90', '01', 114),
    row('C004', '192B', '01', 115),
    '',
  ].join('\n');
  expect(parseConnections(text, 6443)).toEqual(['111', '115']);
});
