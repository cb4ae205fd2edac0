/** A trainer's tensors for a file, copied out in pieces: all at once, a large model's would double what the process needs. */
import type { TensorHead, TensorSequence } from '@main/checkpoints/safetensors.ts'
import type { ParameterShapes } from '@main/ml/models/weight-spec.ts'
import type { PlainWeights } from '@main/ml/regularizers/regularizer.ts'
import { collectGarbage } from '@main/platform/collect-garbage.ts'
import { LabError } from '@shared/failures/failure.ts'

/** Copied out at a time of each kind. Little beside a model; in smaller pieces TensorFlow would prepare more readings of a graph. */
const pieceBytes = 32 * 2 ** 20

/**
 * Tensors that weights have, piece by piece in the weights' order.
 *
 * @param shapes of the weights, by name
 * @param prefixes what comes before a weight's name in the file, one for each kind of tensor
 * @param copyOut copies the tensors of some weights: one map for each prefix, by the weights' names
 * @failure loss-not-finite, as the values are read, when one of them is not finite: such weights are no checkpoint
 */
export function tensorsInPieces(
  shapes: ParameterShapes,
  prefixes: readonly string[],
  copyOut: (names: readonly string[]) => readonly PlainWeights[],
): TensorSequence {
  const pieces = piecesOf(shapes)
  const headsOf = (piece: readonly string[]): TensorHead[] =>
    prefixes.flatMap((prefix) =>
      piece.map((name) => ({ name: `${prefix}${name}`, shape: shapes.get(name)! })),
    )
  function* values(): Generator<Float32Array> {
    for (const piece of pieces) {
      // What the piece before left is given back first.
      collectGarbage()
      for (const [index, copied] of copyOut(piece).entries()) {
        for (const name of piece) yield finite(`${prefixes[index]!}${name}`, copied.get(name)!)
      }
    }
  }
  return { heads: pieces.flatMap(headsOf), values: values() }
}

function finite(name: string, values: Float32Array): Float32Array {
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at < 0) return values
  throw new LabError(
    'loss-not-finite',
    `After this step ${name} holds ${values[at]!} (index ${at}): no checkpoint is written, the newest is from before it.`,
    'Lower training.learningRate, or set training.maxGradientNorm to 1.',
  )
}

/** Names in order, as many together as a piece holds; a larger weight is a piece of its own. */
function piecesOf(shapes: ParameterShapes): readonly (readonly string[])[] {
  const pieces: string[][] = []
  let room = 0
  for (const [name, shape] of shapes) {
    const bytes = shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT)
    if (bytes > room) {
      pieces.push([])
      room = pieceBytes
    }
    pieces.at(-1)!.push(name)
    room -= bytes
  }
  return pieces
}
