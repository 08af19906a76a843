#!/usr/bin/env -S node --max-semi-space-size=4 --heap-growing-percent=30
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code of an earlier start: a quarter less time to start. Where it cannot be written, nothing is lost.
enableCompileCache(fileURLToPath(new URL('../../dist/compile-cache', import.meta.url)));
await import('./commands.ts');
