import { CRASH_MARK, LEAN_PROGRAM } from './host-request.ts';
import { SYMBOL_LOOKUP } from './symbol-table.ts';

/**
 * Rewrites `lean.js`, the Emscripten glue of the pinned package: drops what is never used (it is parsed anew by every
 * thread) and changes the few places that make it slow or unable to run unattended. Every change says how often its text
 * must occur; a glue in which anything else is found is refused.
 */

/** A glue that is not the one these changes were made for. */
export class UnexpectedGlueError extends Error {
  constructor(message: string) {
    super(`unexpected lean.js: ${message}`);
  }
}

export interface SlimGlue {
  readonly text: string;
  /** Names of the WebAssembly exports that the glue assigns to variables. */
  readonly exports: ReadonlySet<string>;
}

/** A start routine that stands for Lean's `main`; no function table is that long. */
const MAIN_ROUTINE = '0x7ffffffe';

/** Variables of the glue that {@link file://./host.ts} calls, besides those that the glue itself uses. */
const hostCalls = ['_malloc', '_pthread_create', '_pthread_attr_init', '_pthread_attr_setstacksize'];

/** Any thread may be the one that asks, and `process.exit` would end only that one. */
const OUT_OF_MEMORY = `fs.writeSync(2,${JSON.stringify(`\n${CRASH_MARK}out of memory\n`)});process.kill(process.pid,"SIGKILL")`;

interface Change {
  readonly why: string;
  readonly find: string;
  readonly replace: string;
  readonly times: number;
}

const changes: readonly Change[] = [
  {
    why: 'the host hands its settings to the main thread through one global; other threads have none',
    find: 'var Module=typeof Module!="undefined"?Module:{};',
    replace: 'var Module=globalThis.leanModule??{};',
    times: 1,
  },
  {
    why: 'the end of the program ends the process, and a crash is told from an exit code',
    find: 'quit_=(status,toThrow)=>{process.exitCode=status;throw toThrow}',
    replace: 'quit_=(status,toThrow)=>{if(!ENVIRONMENT_IS_PTHREAD)Module["leanQuit"](status,toThrow);throw toThrow}',
    times: 1,
  },
  {
    why: 'the host decides how many threads stand ready',
    find: 'var pthreadPoolSize=4;',
    replace: 'var pthreadPoolSize=Module["leanThreadsReady"];',
    times: 1,
  },
  {
    why: 'threads get a stack on which the deep recursion that Lean allows itself fits',
    find: 'worker=new Worker(pthreadMainJs,{workerData:"em-pthread",name:"em-pthread"})',
    replace:
      'worker=new Worker(pthreadMainJs,{workerData:"em-pthread",name:"em-pthread",resourceLimits:Module["leanThreadLimits"]})',
    times: 1,
  },
  {
    // Nothing else tells the allocator: without it each of the many short-lived threads keeps 4 MiB of address space for
    // good, and Lean runs out of memory after about 450 of them.
    why: 'main runs on a thread of its own, so that the main thread can serve files and start threads; others end orderly',
    find: 'var result=getWasmTableEntry(ptr)(arg);',
    replace:
      `if(ptr===${MAIN_ROUTINE}){growMemViews();exitOnMainThread(wasmExports["__main_argc_argv"](HEAPU32[arg>>2],HEAPU32[(arg>>2)+1]));return}` +
      'var result=getWasmTableEntry(ptr)(arg);wasmExports["mi_thread_done"]();',
    times: 1,
  },
  {
    why: 'two threads that grow the memory at the same time both get what they asked for',
    find: 'var pages=(size-oldHeapSize+65535)/65536|0;',
    replace: 'var pages=(size-oldHeapSize+65535)/65536|0;if(pages<=0){updateMemoryViews();return 1}',
    times: 1,
  },
  {
    // An allocator that gets no memory goes on in ways that nobody has audited: threads were seen to wait for ever, and
    // the kernel to compute wrong sums. Doubt of that kind has to end the process.
    why: 'memory that cannot grow ends the process at once',
    find: 'if(requestedSize>maxHeapSize){return false}',
    replace: `if(requestedSize>maxHeapSize){${OUT_OF_MEMORY}}`,
    times: 1,
  },
  {
    why: 'so does memory that has reached its ceiling',
    find: 'if(replacement){return true}}return false}',
    replace: `if(replacement){return true}}${OUT_OF_MEMORY}}`,
    times: 1,
  },
  {
    why: 'standard input is read by the thread that asks, which may block',
    find: 'function _fd_read(fd,iov,iovcnt,pnum){if(ENVIRONMENT_IS_PTHREAD)',
    replace:
      'var leanWait=()=>Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,2);' +
      'function leanRead(iov,iovcnt,pnum){growMemViews();var at=0,size=0;' +
      'for(var i=0;i<iovcnt&&size===0;i++){at=HEAPU32[iov+8*i>>2];size=HEAPU32[iov+8*i+4>>2]}' +
      'var bytes=Buffer.allocUnsafe(size),count=0;' +
      'for(;;){try{count=fs.readSync(0,bytes,0,size,null);break}catch(e){if(e.code==="EOF")break;if(e.code!=="EAGAIN")throw e;leanWait()}}' +
      'HEAPU8.set(bytes.subarray(0,count),at);HEAPU32[pnum>>2]=count;return 0}' +
      'function _fd_read(fd,iov,iovcnt,pnum){if(ENVIRONMENT_IS_PTHREAD&&fd===0)return leanRead(iov,iovcnt,pnum);if(ENVIRONMENT_IS_PTHREAD)',
    times: 1,
  },
  {
    why: 'standard output and error are written by the thread that prints',
    find: 'function _fd_write(fd,iov,iovcnt,pnum){if(ENVIRONMENT_IS_PTHREAD)',
    replace:
      'function leanWrite(fd,iov,iovcnt,pnum){growMemViews();var total=0;' +
      'for(var i=0;i<iovcnt;i++){var at=HEAPU32[iov+8*i>>2],size=HEAPU32[iov+8*i+4>>2],bytes=Buffer.from(HEAPU8.slice(at,at+size)),done=0;' +
      'while(done<size){try{done+=fs.writeSync(fd,bytes,done,size-done)}catch(e){if(e.code!=="EAGAIN")throw e;leanWait()}}total+=size}' +
      'HEAPU32[pnum>>2]=total;return 0}' +
      'function _fd_write(fd,iov,iovcnt,pnum){if(ENVIRONMENT_IS_PTHREAD&&(fd===1||fd===2))return leanWrite(fd,iov,iovcnt,pnum);if(ENVIRONMENT_IS_PTHREAD)',
    times: 1,
  },
  {
    why: 'the host mounts folders; what the program would mount by itself stays unmounted',
    find: '()=>{var isNode=typeof process!=="undefined"&&(process.release&&process.release.name==="node");if(isNode){var lean_path=process.env["LEAN_PATH"]',
    replace:
      '()=>{return;var isNode=typeof process!=="undefined"&&(process.release&&process.release.name==="node");if(isNode){var lean_path=process.env["LEAN_PATH"]',
    times: 1,
  },
  {
    why: 'the environment of a thread is that of the process',
    find: 'var val=ENV[envVar];',
    replace: 'var val=ENV[envVar]??process.env[envVar];',
    times: 1,
  },
  {
    why: 'Lean finds its library beside the path that the host mounts it under',
    find: 'if(isNode){path=__filename}',
    replace: `if(isNode){path="${LEAN_PROGRAM}"}`,
    times: 1,
  },
  {
    why: 'lines for the debugging of the build itself are not output of Lean',
    find: 'console.log("[DEBUG',
    replace: '0&&console.log("[DEBUG',
    times: 55,
  },
  {
    why: 'an exported function is found in the file of symbols, not by a walk over all exports',
    find: 'var __dlsym_js=(handle,symbol,symbolIndex)=>{symbol=UTF8ToString(symbol);',
    replace: `${SYMBOL_LOOKUP}var __dlsym_js=(handle,symbol,symbolIndex)=>{if(LDSO.loadedLibsByHandle[handle].name==="__main__")return leanFindSymbol((growMemViews(),HEAPU8),symbol);symbol=UTF8ToString(symbol);`,
    times: 1,
  },
  {
    why: 'so is a function of the global offset table',
    find: 'newValue=addFunction(value)}',
    replace: 'newValue=leanFindName(symName)||addFunction(value)}',
    times: 1,
  },
  {
    why: 'hence nobody needs the address of each of the 190,000 functions in the table',
    find: 'functionsInTableMap=new WeakMap;updateTableMap(0,wasmTable.length)',
    replace: 'functionsInTableMap=new WeakMap',
    times: 1,
  },
];

/**
 * @param glue the text of the shipped `lean.js`, each byte one character (latin1)
 * @throws UnexpectedGlueError when any change does not find exactly the text that it replaces
 */
export function slimGlue(glue: string): SlimGlue {
  const declared = glue.indexOf('var _main,_lean_main,');
  const assigned = glue.indexOf('function assignWasmExports(wasmExports){', declared);
  const ended = glue.indexOf('}var wasmImports;function assignWasmImports', assigned);
  if (declared < 0 || assigned < 0 || ended < 0)
    throw new UnexpectedGlueError('the assignments of exports are not where they were');

  let rest = glue.slice(0, declared) + EXPORTS_PLACE + glue.slice(ended + 1);
  for (const change of changes) rest = applyChange(rest, change);

  const used = new Set(rest.match(/[A-Za-z_$][\w$]*/g) ?? []);
  for (const name of hostCalls) used.add(name);
  const statements = glue
    .slice(assigned + 'function assignWasmExports(wasmExports){'.length, ended)
    .split(';')
    .filter((statement) => used.has(statement.slice(0, statement.indexOf('='))));
  const variables = new Set(statements.map((statement) => statement.slice(0, statement.indexOf('='))));
  const lost = hostCalls.find((name) => !variables.has(name));
  if (lost !== undefined) throw new UnexpectedGlueError(`${lost} is not exported`);

  const text = rest.replace(
    EXPORTS_PLACE,
    () => `var ${[...variables].sort().join(',')};function assignWasmExports(wasmExports){${statements.join(';')}}`,
  );
  const exports = new Set([...text.matchAll(/wasmExports\["([^"]+)"\]/g)].map((match) => match[1]!));
  return { text, exports };
}

/** Stands for the cut-out part while the rest is changed. */
const EXPORTS_PLACE = '/*exports*/';

function applyChange(text: string, { why, find, replace, times }: Change): string {
  const parts = text.split(find);
  if (parts.length - 1 !== times) {
    throw new UnexpectedGlueError(`${parts.length - 1} instead of ${times} places to change, so that ${why}`);
  }
  return parts.join(replace);
}
