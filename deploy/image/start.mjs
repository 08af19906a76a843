// What the image starts. `simulator` is the stand-in gateway; everything else is the operator's own command line, bundled.
if (process.argv[2] === 'simulator') {
  process.argv.splice(2, 1);
  await import('../dev/simulator/main.ts');
} else {
  await import('../../dist/app/main.mjs');
}
