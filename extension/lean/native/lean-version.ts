/** Version of a Lean, as its programs print it. */
export interface LeanVersion {
  /** Such as `4.28.0` or `4.29.0-rc1`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** The library is written for this version; before it, the module system is another. */
export const REQUIRED = { major: 4, minor: 28 } as const;

/** The toolchain that has {@link REQUIRED}, as `elan` names it. */
export const REQUIRED_TOOLCHAIN = `leanprover/lean4:v${REQUIRED.major}.${REQUIRED.minor}.0`;

const VERSION = String.raw`((\d{1,4})\.(\d{1,4})\.\d{1,4}(?:-[A-Za-z0-9.-]{1,40})?)`;
const LEAN = new RegExp(String.raw`^Lean \(version ${VERSION}[,)]`, 'm');
const LAKE = new RegExp(String.raw`^Lake version \S{1,80} \(Lean version ${VERSION}[,)]`, 'm');

/** Reads `Lean (version 4.28.0, x86_64-unknown-linux-gnu, commit …, Release)` as `lean --version` prints it, or null. */
export const parseVersion = (output: string): LeanVersion | null => read(LEAN.exec(output));

/** Reads the Lean version in `Lake version 5.0.0-src+… (Lean version 4.28.0)` as `lake --version` prints it, or null. */
export const parseLakeVersion = (output: string): LeanVersion | null => read(LAKE.exec(output));

/** The toolchain that the text of a `lean-toolchain` file asks for. */
export const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').trim();

/** Whether the library can be checked with this version. */
export const isFit = ({ major, minor }: LeanVersion): boolean => major === REQUIRED.major && minor >= REQUIRED.minor;

const read = (match: RegExpExecArray | null): LeanVersion | null =>
  match === null ? null : { text: match[1]!, major: Number(match[2]), minor: Number(match[3]) };
