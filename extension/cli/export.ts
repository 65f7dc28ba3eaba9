import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Certificate } from '../core/certificate.ts';
import { choosePseudopotentials, cutoffsFor } from '../core/dft/pseudopotentials.ts';
import { elementsOf, pseudopotentialName, pwInput } from '../core/dft/pw-input.ts';
import { quantumEspressoSchema } from '../core/dft/settings.ts';
import { worstCounterexamples, type Counterexample } from '../core/dft/validation.ts';
import { writeCif } from '../core/formats/write-cif.ts';
import { writeComparison } from '../core/formats/write-comparison.ts';
import { writePoscar } from '../core/formats/write-poscar.ts';
import { formulaOf } from '../core/formula.ts';
import type { Checked, Problem } from '../core/problem.ts';
import type { Structure } from '../core/structure.ts';
import { writeFileAtomically } from '../sweep/atomic-file.ts';
import { certifiedStructures } from '../sweep/reference/certified-structures.ts';
import { labelsOnDemand } from '../sweep/reference/labels-on-demand.ts';
import { readPseudopotentialFolder } from '../sweep/reference/pseudopotential-folder.ts';
import { DEBIAN_PSEUDOPOTENTIALS } from '../sweep/reference/quantum-espresso.ts';
import type { ExportFormat, ExportOptions } from './certificate-commands.ts';
import { openCertificate, openDataOf } from './certificate-place.ts';
import { certifiedModel, labelKeyOf, predict, type Said } from './certified-oracle.ts';
import { certifiedProject } from './certified-project.ts';
import type { LoadedProject } from './load-project.ts';
import { openReference } from './open-reference.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import { structuresOf } from './validate.ts';

/** A file to be written, and files that belong beside it. */
interface Output {
  readonly name: string;
  readonly text: string;
  readonly copies: readonly { readonly from: string; readonly name: string }[];
}

const problemAt = (file: string, message: string, fix: string, severity: Problem['severity'] = 'error'): Problem => ({
  kind: 'problem',
  severity,
  file,
  line: null,
  message,
  fix,
});
const rejected = (...about: Parameters<typeof problemAt>): Checked<never> => ({
  kind: 'rejected',
  problems: [problemAt(...about)],
});

/**
 * `pcm export`: writes the worst counterexamples of a certificate for other programs, generated ones included. 0: written;
 * 2: not, or not all of them.
 */
export async function exportCounterexamples(
  file: string,
  options: ExportOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const { reporter } = around;
  const opened = await openCertificate(file, options.config);
  const outputs = opened.kind === 'rejected' ? opened : await outputsOf(file, opened.value, options, around);
  if (opened.kind === 'rejected' || outputs.kind === 'rejected') {
    (outputs.kind === 'rejected' ? outputs.problems : []).forEach(reporter.emit);
    return 2;
  }
  outputs.warnings.forEach(reporter.emit);
  const files: string[] = [];
  for (const { name, text, copies } of outputs.value.files) {
    const target = path.join(options.out, name);
    const written = await writeFileAtomically(target, text);
    if (written.kind === 'failed') {
      reporter.emit(problemAt(target, written.message, written.fix));
      return 2;
    }
    files.push(target);
    await mkdir(path.dirname(target), { recursive: true });
    for (const copy of copies) await copyFile(copy.from, path.join(path.dirname(target), copy.name));
  }
  const { format } = options;
  const { structures } = outputs.value;
  reporter.emit({
    kind: 'exported',
    certificate: file,
    model: opened.value.certificate.content.model.id,
    format,
    structures,
    files,
  });
  return outputs.warnings.length === 0 ? 0 : 2;
}

async function outputsOf(
  file: string,
  { certificate, loaded }: { readonly certificate: Certificate; readonly loaded: LoadedProject },
  options: ExportOptions,
  around: Surroundings,
): Promise<Checked<{ structures: number; files: Output[] }>> {
  const { content } = certificate;
  const chosen = worstCounterexamples(content, options.top);
  if (chosen.length === 0) return rejected(file, 'It has no counterexamples.', 'There is nothing to export.');
  const pool = await openDataOf(content.data, loaded.folder, file, around.signal);
  if (pool.kind === 'rejected') return pool;
  try {
    const structures = await structuresOf(
      chosen,
      certifiedStructures(content, pool.value),
      file,
      labelKeyOf(certifiedModel(content)),
    );
    if (structures.kind === 'rejected') return structures;
    const names = structures.value.map(({ species }, at) => `${String(at + 1).padStart(4, '0')}-${formulaOf(species)}`);
    switch (options.format) {
      case 'extxyz': {
        const certified = certifiedProject(certificate, loaded, file);
        if (certified.kind === 'rejected') return certified;
        const labelled = await labels(structures.value, certified.value.loaded, around);
        if (labelled.kind === 'rejected') return labelled;
        const predictions = await predict(certificate, loaded, labelled.value, 'forces', around);
        if (predictions.kind === 'rejected') return predictions;
        const text = comparisons(chosen, labelled.value, predictions.value);
        const name = `${content.model.id}-counterexamples.xyz`;
        return { kind: 'ok', value: { structures: chosen.length, files: [{ name, text, copies: [] }] }, warnings: [] };
      }
      case 'poscar':
      case 'cif':
        return plainFiles(structures.value, names, options.format);
      case 'pw-in':
        return await pwFiles(structures.value, names, loaded, around);
    }
  } finally {
    await pool.value.close();
  }
}

/** Structures with the labels that the certificate was made with. */
async function labels(
  structures: readonly Structure[],
  certified: LoadedProject,
  around: Surroundings,
): Promise<Checked<Structure[]>> {
  const reference = await openReference(certified, around);
  if (reference.kind === 'rejected') return reference;
  if (reference.value === null) return { kind: 'ok', value: [...structures], warnings: [] };
  try {
    const value = await Promise.all(structures.map(labelsOnDemand(reference.value, around.signal)));
    return { kind: 'ok', value, warnings: [] };
  } finally {
    await reference.value.close();
  }
}

function comparisons(
  chosen: readonly Counterexample[],
  structures: readonly Structure[],
  predictions: readonly Said[],
): string {
  return structures
    .map((structure, at) => {
      const prediction = predictions[at]!;
      const finite =
        prediction.kind === 'predicted' &&
        prediction.forces.length === structure.positions.length &&
        Number.isFinite(prediction.energy) &&
        prediction.forces.every(Number.isFinite);
      return writeComparison(structure, finite ? prediction : null, chosen[at]!.error);
    })
    .join('');
}

const isCrystal = ({ periodic }: Structure): boolean => periodic.every(Boolean);

/** Warnings about structures that a format for crystals cannot hold. */
const leftOut = (structures: readonly Structure[], what: string): Problem[] =>
  structures
    .filter((structure) => !isCrystal(structure))
    .map(({ source: { file, line } }) => ({
      ...problemAt(
        file,
        `This structure is not periodic along all axes, which ${what} takes for granted.`,
        'Export it as extxyz.',
        'warning',
      ),
      line,
    }));

function plainFiles(
  structures: readonly Structure[],
  names: readonly string[],
  format: Extract<ExportFormat, 'poscar' | 'cif'>,
): Checked<{ structures: number; files: Output[] }> {
  const files = structures.flatMap((structure, at): Output[] => {
    if (!isCrystal(structure)) return [];
    const text = format === 'cif' ? writeCif(structure) : writePoscar(structure);
    return [{ name: `${names[at]!}.${format}`, text, copies: [] }];
  });
  return {
    kind: 'ok',
    value: { structures: files.length, files },
    warnings: leftOut(structures, format.toUpperCase()),
  };
}

/** One folder per structure, with its pseudopotentials beside the input, so that `pw.x -in pw.in` runs there as it is. */
async function pwFiles(
  structures: readonly Structure[],
  names: readonly string[],
  { folder: projectFolder, project: { reference } }: LoadedProject,
  around: Surroundings,
): Promise<Checked<{ structures: number; files: Output[] }>> {
  const settings =
    reference.kind === 'quantum-espresso' ? reference : quantumEspressoSchema.parse({ kind: 'quantum-espresso' });
  const folder = path.resolve(
    projectFolder,
    settings.pseudopotentials.folder ?? around.environment['ESPRESSO_PSEUDO'] ?? DEBIAN_PSEUDOPOTENTIALS,
  );
  const available = await readPseudopotentialFolder(folder);
  if (available === null || available.files.length === 0)
    return rejected(
      folder,
      'There are no pseudopotentials (UPF files) in this folder.',
      'Name their folder in ESPRESSO_PSEUDO; Debian and Ubuntu have some in the package quantum-espresso-data.',
    );
  const warnings = leftOut(structures, 'pw.x');
  const files: Output[] = [];
  for (const [at, structure] of structures.entries()) {
    if (!isCrystal(structure)) continue;
    const elements = elementsOf(structure.species);
    const choice = choosePseudopotentials(elements, available.files, settings.pseudopotentials, folder);
    if (choice.kind === 'missing') {
      const { file, line } = structure.source;
      const fix = 'Add one to that folder, or name another folder in ESPRESSO_PSEUDO.';
      warnings.push({ ...problemAt(file, `There is no input for pw.x: ${choice.reason}.`, fix, 'warning'), line });
      continue;
    }
    files.push({
      name: path.join(names[at]!, 'pw.in'),
      text: pwInput(structure, settings, cutoffsFor(choice.files, settings.cutoffs), null),
      copies: choice.files.map(({ name }, k) => ({
        from: path.join(folder, name),
        name: pseudopotentialName(elements[k]!),
      })),
    });
  }
  return { kind: 'ok', value: { structures: files.length, files }, warnings };
}
