/**
 * Records the histories that future versions must replay: `npm run record-histories`, with the version of package.json in the
 * names. Existing files are never overwritten: what was released once stays.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Runtime } from '@temporalio/worker';
import { progressPrinter } from '../../deploy/dev/stack/progressPrinter.ts';
import { Toolchain } from '../../deploy/dev/stack/toolchain.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { COMPONENT_RECORDINGS } from './componentStories.ts';
import { EXPOSED_API_RECORDINGS } from './exposedApiStories.ts';
import { record, startRecordingServer } from './recorder.ts';

const cli = await new Toolchain({
  environment: process.env,
  onProgress: progressPrinter({ isQuiet: true }),
}).path('temporal');
const server = await startRecordingServer(cli);
try {
  for (const [name, recording] of Object.entries({ ...EXPOSED_API_RECORDINGS, ...COMPONENT_RECORDINGS })) {
    const file = fileURLToPath(new URL(`histories/${name}-${packageJson.version}.json`, import.meta.url));
    if (existsSync(file)) console.log(`kept      ${name}-${packageJson.version}.json`);
    else {
      await writeFile(file, await record(server, cli, recording()));
      console.log(`recorded  ${name}-${packageJson.version}.json`);
    }
  }
} finally {
  await server.teardown();
  await Runtime.instance().shutdown();
}
