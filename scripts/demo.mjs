// Certifies the sample project twice, headless: an honest claim, which must be proved in full, and one that claims too
// much, which Lean must refute. Everything it writes lies in the sample project and is made anew each time.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root, setUp } from './set-up.mjs';

const sample = path.join(root, 'media', 'sample-project');

/** Runs `pcm certify` on the sample, its output going to the terminal; returns the exit code. */
function certify(config, out) {
  const words = ['certify', sample, '--config', config, '--out', out];
  const child = spawnSync(process.execPath, [path.join(root, 'dist', 'pcm.cjs'), ...words], { stdio: 'inherit' });
  return child.status ?? 2;
}

/** The verdicts of all certificates in a folder, read back from the files that were written. */
function verdictsIn(out) {
  const folder = path.join(sample, out);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.pcm-cert.json'))
    .flatMap((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')).verdicts);
}

setUp();
const started = performance.now();
rmSync(path.join(sample, 'certificates'), { recursive: true, force: true });
rmSync(path.join(sample, '.pcm'), { recursive: true, force: true });

console.log('\n── The honest claim: pcm.json ──');
const honestExit = certify('pcm.json', 'certificates/honest');
console.log('\n── A claim that says too much: pcm.strict.json ──');
const strictExit = certify('pcm.strict.json', 'certificates/strict');
if (honestExit === 2 || strictExit === 2) {
  console.error('\nThe sample could not be certified; the messages above say why.');
  process.exit(2);
}

const honest = verdictsIn('certificates/honest');
const strict = verdictsIn('certificates/strict');
const count = (verdict) => [...honest, ...strict].filter((obligation) => obligation.verdict === verdict).length;
const honestHolds = honestExit === 0 && honest.every(({ verdict }) => verdict === 'proved');
const strictFails =
  strictExit === 1 && strict.some(({ kind, verdict }) => kind === 'confidence' && verdict === 'refuted');
if (!honestHolds) console.error('\nUnexpected: the honest claim is not wholly proved.');
if (!strictFails) console.error('\nUnexpected: the strict claim was not refuted on its failure rate.');
console.log(
  `\nCertificates and their Lean workspace: ${path.relative(process.cwd(), path.join(sample, 'certificates'))}`,
);
console.log(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
console.log(`demo: ${count('proved')} proved, ${count('refuted')} refuted, ${count('stuck')} stuck`);
process.exit(honestHolds && strictFails ? 0 : 1);
