import type { Problem } from '../problem.ts';
import type { Structure } from '../structure.ts';
import { AtomLines } from './atom-lines.ts';
import { quoteForMessage } from './comment-line.ts';
import { asciiText } from './decimal.ts';
import type { Finding, Warning } from './finding.ts';
import type { FrameHeader } from './frame-header.ts';
import { parseFrameHeader } from './frame-header.ts';
import type { ReadLimits, StructureItem } from './item.ts';
import { binaryKind, decodeLine, isBlankLine, loneCount, looksLikeHeader, withoutByteOrderMark } from './line-kinds.ts';
import type { ByteLine } from './line-splitter.ts';
import { findFault, suspiciousLabels } from './structure-checks.ts';

/** Where a frame begins and what its first line says. */
interface FrameStart {
  readonly count: number;
  readonly line: number;
  readonly byteOffset: number;
}

interface OpenFrame extends FrameStart {
  readonly index: number;
  /** Both undefined until the comment line is read, and where it cannot be. */
  header: FrameHeader | undefined;
  atoms: AtomLines | undefined;
  /** Atom lines seen so far. */
  seen: number;
  /** The frame's one error has been reported. */
  failed: boolean;
}

interface CompleteFrame {
  readonly structure: Structure;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/**
 * Puts the lines of an extended XYZ file together to frames. Call `take` with each line, then `finish`; what has been
 * decided stands in `items`, which the caller empties. A faulty frame gives one error that names its place, and is
 * skipped by its own count. Where the count itself is wrong, reading goes on at the next line with a lone number that a
 * line with `Lattice=` or `Properties=` follows, and the lines in between are reported. A complete frame is held back
 * until what follows it confirms that its count was right. Each warning is given once per file.
 */
export class ExtxyzFrames {
  readonly items: StructureItem[] = [];
  /** Nothing more can be read from this file; a problem says why. */
  stopped = false;
  readonly #file: string;
  readonly #limits: ReadLimits;
  readonly #labelKey: string | undefined;
  readonly #warned = new Set<string>();
  #state: 'count' | 'comment' | 'atoms' | 'lost' = 'count';
  #nextIndex: number;
  #frame: OpenFrame | undefined;
  #complete: CompleteFrame | undefined;
  /** A lone number where none belongs: perhaps the next frame begins there. */
  #candidate: FrameStart | undefined;
  #lostSince = 0;
  #lastLine = 0;
  #isEmpty = true;

  constructor(file: string, limits: ReadLimits, labelKey: string | undefined, firstIndex = 0) {
    this.#file = file;
    this.#limits = limits;
    this.#labelKey = labelKey;
    this.#nextIndex = firstIndex;
  }

  take(line: ByteLine): void {
    this.#lastLine = line.number;
    const candidate = this.#candidate;
    if (candidate !== undefined) {
      this.#candidate = undefined;
      if (looksLikeHeader(line)) {
        if (this.#state === 'lost') this.#reportLost(candidate.line - 1);
        this.#begin(candidate);
      }
    }
    if (this.#state === 'count') this.#takeCount(line);
    else if (this.#state === 'comment') this.#takeComment(line);
    else if (this.#state === 'atoms') this.#takeAtom(line);
    else this.#lookForFrame(line);
  }

  /** `isCut`: the last line has no end. */
  finish(isCut: boolean): void {
    if (isCut && this.#complete !== undefined)
      this.#warn(this.#lastLine, {
        rule: 'no newline at the end',
        message: 'The file does not end in a newline, so its last number may be cut off.',
        fix: 'Check the last line, and end it with a newline.',
      });
    if (this.#state === 'lost') this.#reportLost(this.#lastLine);
    const frame = this.#frame;
    if (frame !== undefined && !frame.failed)
      this.#fail(frame, frame.line, {
        message: `The file ends after ${frame.seen} of the ${frame.count} atoms of the frame that begins on line ${frame.line}.`,
        fix: 'Complete the file (it was cut off), or remove its last frame.',
      });
    this.#release();
    if (this.#isEmpty)
      this.#report(null, { message: 'The file holds no structure.', fix: 'Check that the right file is named.' }, null);
  }

  #takeCount(line: ByteLine): void {
    if (isBlankLine(line)) return;
    const count = loneCount(line.number === 1 ? withoutByteOrderMark(line) : line);
    if (count !== undefined) {
      this.#release();
      this.#begin({ count, line: line.number, byteOffset: line.offset });
      return;
    }
    const before = this.#complete?.structure;
    this.#complete = undefined;
    this.#state = 'lost';
    this.#lostSince = line.number;
    if (before !== undefined) {
      const { index, line: first } = before.source;
      const finding = {
        message: `The frame that begins on line ${first} says it has ${before.species.length} atoms, but line ${line.number}, where the next frame should begin, does not hold a number of atoms.`,
        fix: `Correct the number on line ${first}, or what stands on line ${line.number}.`,
      };
      this.#report(first, finding, { index, line: first });
      return;
    }
    const binary = this.#isEmpty ? binaryKind(line) : null;
    if (binary !== null) {
      this.stopped = true;
      this.#state = 'count';
      this.#report(1, binary, null);
      return;
    }
    const text = asciiText(line.bytes, line.start, Math.min(line.end, line.start + 50));
    const found = line.tooLong ? `a line of more than ${this.#limits.lineBytes} bytes` : quoteForMessage(text);
    const fix = 'Begin every frame with a line that holds nothing but the number of its atoms.';
    this.#report(line.number, { message: `Expected the number of atoms, found ${found}.`, fix }, null);
  }

  #begin(start: FrameStart): void {
    this.#isEmpty = false;
    const frame: OpenFrame = {
      ...start,
      index: this.#nextIndex++,
      header: undefined,
      atoms: undefined,
      seen: 0,
      failed: false,
    };
    this.#frame = frame;
    this.#state = 'comment';
    if (start.count === 0)
      this.#fail(frame, start.line, { message: 'The frame has no atoms.', fix: 'Remove the frame.' });
    else if (start.count > this.#limits.atoms)
      this.#fail(frame, start.line, {
        message: `The frame says it has ${start.count} atoms; at most ${this.#limits.atoms} are read.`,
        fix: 'Correct the number of atoms, or split the structure.',
      });
  }

  #takeComment(line: ByteLine): void {
    const frame = this.#frame!;
    this.#state = 'atoms';
    if (!frame.failed) this.#readHeader(frame, line);
    if (frame.count === 0) this.#close(line);
  }

  #readHeader(frame: OpenFrame, line: ByteLine): void {
    if (line.tooLong) {
      const message = `The comment line is longer than ${this.#limits.lineBytes} bytes.`;
      this.#fail(frame, line.number, { message, fix: 'Keep to the keys that are needed.' });
      return;
    }
    const text = decodeLine(line);
    if (text === undefined || text.includes('\0')) {
      const found = text === undefined ? 'bytes that are not UTF-8' : 'a NUL byte';
      this.#fail(frame, line.number, {
        message: `The comment line is not text: it holds ${found}.`,
        fix: 'Save the file as UTF-8 text.',
      });
      return;
    }
    const parsed = parseFrameHeader(text, this.#limits, this.#labelKey);
    if (parsed.kind === 'malformed') {
      this.#fail(frame, line.number, { message: `${parsed.message}.`, fix: parsed.fix });
      return;
    }
    for (const warning of parsed.warnings) this.#warn(line.number, warning);
    frame.header = parsed.header;
    frame.atoms = new AtomLines(frame.count, parsed.header.columns);
  }

  #takeAtom(line: ByteLine): void {
    const frame = this.#frame!;
    frame.seen += 1;
    if (!frame.failed) this.#readAtom(frame, line);
    if (frame.failed) this.#lookForFrame(line);
    if (frame.seen === frame.count) this.#close(line);
  }

  #readAtom(frame: OpenFrame, line: ByteLine): void {
    const fault = line.tooLong
      ? { message: `the line is longer than ${this.#limits.lineBytes} bytes`, fix: 'Remove what is not needed.' }
      : frame.atoms!.take(line);
    if (fault !== null)
      this.#fail(frame, line.number, {
        message: `Atom ${frame.seen} of ${frame.count} in the frame that begins on line ${frame.line}: ${fault.message}.`,
        fix: fault.fix,
      });
  }

  #lookForFrame(line: ByteLine): void {
    const count = loneCount(line);
    if (count !== undefined) this.#candidate = { count, line: line.number, byteOffset: line.offset };
  }

  /** Ends the open frame with its last line. */
  #close(line: ByteLine): void {
    const frame = this.#frame!;
    this.#frame = undefined;
    this.#state = 'count';
    if (frame.failed) return;
    const { lattice, periodic, energy, stress, label } = frame.header!;
    const { species, positions, forces } = frame.atoms!;
    const structure: Structure = {
      lattice,
      periodic,
      species,
      positions,
      ...(energy !== undefined && { energy }),
      ...(forces !== undefined && { forces }),
      ...(stress !== undefined && { stress }),
      ...(label !== undefined && { label }),
      source: { file: this.#file, index: frame.index, line: frame.line },
    };
    const fault = findFault(structure);
    if (fault !== null) {
      this.#fail(frame, fault.atom === null ? frame.line + 1 : frame.line + 2 + fault.atom, fault);
      return;
    }
    for (const warning of suspiciousLabels(structure)) this.#warn(frame.line, warning);
    this.#complete = { structure, byteOffset: frame.byteOffset, byteLength: line.next - frame.byteOffset };
  }

  #release(): void {
    if (this.#complete !== undefined) this.items.push({ kind: 'structure', ...this.#complete });
    this.#complete = undefined;
  }

  #fail(frame: OpenFrame, line: number, finding: Finding): void {
    frame.failed = true;
    frame.atoms = undefined;
    this.#report(line, finding, { index: frame.index, line: frame.line });
  }

  #reportLost(last: number): void {
    if (last <= this.#lostSince) return;
    const message = `Lines ${this.#lostSince} to ${last} do not belong to a frame and were not read.`;
    this.#report(this.#lostSince, { message, fix: 'Correct the frame before these lines, or remove them.' }, null);
  }

  #warn(line: number, warning: Warning): void {
    if (this.#warned.has(warning.rule)) return;
    this.#warned.add(warning.rule);
    this.items.push({ kind: 'problem', problem: this.#problem('warning', line, warning), rejected: null });
  }

  #report(line: number | null, finding: Finding, rejected: { index: number; line: number } | null): void {
    this.#isEmpty = false;
    this.items.push({ kind: 'problem', problem: this.#problem('error', line, finding), rejected });
  }

  #problem(severity: 'error' | 'warning', line: number | null, { message, fix, edit }: Finding): Problem {
    return { kind: 'problem', severity, file: this.#file, line, message, fix, ...(edit !== undefined && { edit }) };
  }
}
