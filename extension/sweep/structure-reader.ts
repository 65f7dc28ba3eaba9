import type { FileHandle } from 'node:fs/promises';
import { readStructures, type StructureFormat } from '../core/formats/detect.ts';
import { parseExtxyzFrame } from '../core/formats/extxyz.ts';
import type { Structure, StructureSource } from '../core/structure.ts';
import { structureId } from './structure-id.ts';

/** Bytes read at once, so that structures that follow each other cost one read. */
const WINDOW = 1 << 18;

/** Random access to the structures of one uncompressed file by byte range. */
export class StructureReader {
  private window = Buffer.alloc(0);
  private windowOffset = 0;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly handle: FileHandle,
    private readonly format: StructureFormat,
  ) {}

  /**
   * The structure in bytes [offset, offset + length) if its content still has the id it had; null if the file has
   * changed since.
   * @param labelKey the key under which its name is looked for first.
   */
  async read(
    offset: number,
    length: number,
    source: StructureSource,
    id: string,
    labelKey?: string,
  ): Promise<Structure | null> {
    // Reads share the window, so they go one after the other.
    const turn = this.queue.then(() => this.bytes(offset, length));
    this.queue = turn.catch(() => undefined);
    const bytes = await turn;
    const structure =
      this.format === 'extxyz' ? this.frame(bytes, source, labelKey) : await this.entry(bytes, source, id);
    return structure !== null && structureId(structure) === id ? structure : null;
  }

  private frame(bytes: Buffer, source: StructureSource, labelKey?: string): Structure | null {
    const parsed = parseExtxyzFrame(bytes, source, labelKey === undefined ? {} : { labelKey });
    return parsed.kind === 'ok' ? parsed.value : null;
  }

  private async entry(bytes: Buffer, source: StructureSource, id: string): Promise<Structure | null> {
    const chunks = (async function* () {
      yield await Promise.resolve(bytes);
    })();
    for await (const item of readStructures(chunks, source.file, this.format)) {
      if (item.kind === 'structure' && structureId(item.structure) === id) return { ...item.structure, source };
    }
    return null;
  }

  private async bytes(offset: number, length: number): Promise<Buffer> {
    const end = this.windowOffset + this.window.length;
    if (offset < this.windowOffset || offset + length > end) {
      const wanted = Buffer.allocUnsafe(Math.max(length, WINDOW));
      const { bytesRead } = await this.handle.read(wanted, 0, wanted.length, offset);
      this.window = wanted.subarray(0, bytesRead);
      this.windowOffset = offset;
    }
    const from = offset - this.windowOffset;
    return this.window.subarray(from, from + length);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
