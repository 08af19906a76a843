import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { locateBinary } from '../../deploy/dev/stack/locateBinary.ts';
import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { useOperator } from '../support/stack/useOperator.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';

const OTHERS = ['example.com/first', 'example.com/last'] as const;

const { stack, user, namespace } = useOperator('by-hand', { isStarted: false });
const directory = temporaryDirectory();

/** The command of docs/uninstall.md, of its last section, that has these words. */
function commandWith(words: string): string {
  const page = readFileSync(new URL('../../docs/uninstall.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('\n## By hand\n');
  const commands = Array.from(section.matchAll(/^```sh\n(.*?)```/gms), ([, command = '']) => command);
  const found = commands.find((command) => command.includes(words));
  if (found === undefined) throw new Error(`docs/uninstall.md has no command with ${words}`);
  return found;
}

/** In a shell with the stack's kubectl; only in the namespace of this test, for others run beside it. */
async function run(command: string): Promise<string> {
  const kubeconfig = join(directory, 'kubeconfig.json');
  writeFileSync(kubeconfig, stack.kubeConfig.exportConfig());
  const kubectl = locateBinary('kubectl', process.env)?.path ?? 'kubectl';
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    PATH: `${dirname(kubectl)}${delimiter}${process.env['PATH']}`,
  };
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-ec', command.replaceAll(' -A ', ` -n ${namespace} `)],
    { env },
  );
  return stdout;
}

test('the last resort of docs/uninstall.md takes the finalizer of the operator away, wherever it stands, and no other', async () => {
  const [first, last] = OTHERS;
  const held = { between: [first, FINALIZER, last], alone: [FINALIZER], others: [...OTHERS], free: [] };
  for (const [name, finalizers] of Object.entries(held))
    await user.create(name, {}, undefined, { finalizers });
  const left = async (): Promise<Readonly<Record<string, unknown>>> =>
    Object.fromEntries(
      await Promise.all(
        Object.keys(held).map(async (name) => [name, (await user.get(name))?.metadata.finalizers] as const),
      ),
    );
  expect(await left()).toEqual(held);
  await run(commandWith('go-template'));
  expect(await left()).toEqual({ between: OTHERS, alone: [], others: OTHERS, free: [] });
  for (const name of ['between', 'others']) await user.patch(name, { metadata: { finalizers: null } });
});

test('what it leaves at the gateway can be written down before', async () => {
  await user.create('written');
  const apig = { gateway: 'http://gateway.example', registered: { path: '/shop/written' } };
  await user.patch('written', { status: { apig } });
  const lines = (await run(commandWith('jsonpath'))).split('\n');
  expect(lines).toContain(`http://gateway.example\t/shop/written\t${namespace}/written`);
});
