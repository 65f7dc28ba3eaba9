import { readParquetColumns } from './parquet-columns.ts';

/**
 * A process of its own for one Parquet file, which may come from a stranger: decoding it takes neither more time nor more
 * memory than the process is given. A thread would not do, as one that runs out of memory may end the whole program.
 * The listener stays, so that the process lives until its answer has arrived: whoever asked ends it.
 */
process.on('message', ({ bytes, wanted }: { readonly bytes: Uint8Array; readonly wanted: readonly string[] }) => {
  process.send?.(readParquetColumns(bytes, wanted));
});
