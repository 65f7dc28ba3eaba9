// Runs both ONNX files in onnxruntime-node with 1 and 2 threads and compares with torch's answers (see verify.py).
//   node verify.mjs SCRATCH_FOLDER      (onnxruntime-node must be resolvable from SCRATCH_FOLDER)
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const scratch = resolve(process.argv[2])
const ort = createRequire(join(scratch, 'x.js'))('onnxruntime-node')
const models = new URL('../models/', import.meta.url)
const ints = new Set(['atomic_numbers', 'edge_index', 'batch'])
let bad = 0
for (const kind of ['moments', 'messages']) {
  const cases = JSON.parse(readFileSync(join(scratch, kind + '.cases.json'), 'utf8'))
  for (const threads of [1, 2]) {
    const session = await ort.InferenceSession.create(readFileSync(new URL(kind + '.onnx', models)), { intraOpNumThreads: threads })
    const worst = {}
    let spent = 0
    for (const c of cases) {
      const feeds = {}
      for (const [k, v] of Object.entries(c.inputs))
        feeds[k] = ints.has(k) ? new ort.Tensor('int32', Int32Array.from(v), c.shapes[k]) : new ort.Tensor('float32', Float32Array.from(v), c.shapes[k])
      const t = performance.now()
      const out = await session.run(feeds)
      if (c.name === 'batch') spent += performance.now() - t
      const w = (worst[c.name] ??= [0, 0, 0])
      ;['energy', 'forces', 'stress'].forEach((name, m) => {
        const a = out[name].data
        if (a.length !== c.outputs[m].length) throw new Error(`${kind} ${c.name} ${name}: ${a.length} numbers, ${c.outputs[m].length} expected`)
        a.forEach((x, i) => {
          let d = Math.abs(x - c.outputs[m][i])
          if (name === 'energy') d /= c.sizes[i]
          if (!(d <= w[m])) w[m] = d
        })
      })
    }
    for (const [name, w] of Object.entries(worst)) {
      console.log(kind, 'threads', threads, name, 'largest difference: energy/atom', w[0].toExponential(1), 'forces', w[1].toExponential(1), 'stress', w[2].toExponential(1))
      if (!(Math.max(...w) <= 1e-4)) bad++
    }
    console.log(kind, 'threads', threads, 'all batches', spent.toFixed(0), 'ms')
  }
}
process.exitCode = bad ? 1 : 0
