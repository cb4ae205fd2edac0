/** The engine that numerical unit tests run on. */
import * as tf from '@tensorflow/tfjs'

/** Chooses tfjs's plain JavaScript backend, without its advice to install a faster one. */
export async function usePlainBackend(): Promise<void> {
  tf.enableProdMode()
  await tf.setBackend('cpu')
}
