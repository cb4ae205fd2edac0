/** Pre-trains the sample's encoder on the unlabelled text and writes its checkpoint. Run by make-sample.mjs. */
import * as tf from '@tensorflow/tfjs'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeCheckpointFolder } from '@main/checkpoints/write-checkpoint-folder.ts'
import { authorsAdamW } from '@main/ml/optimizers/optimizer.ts'
import { loadTensorEngine } from '@main/tensor-backend/load-backend.ts'
import { readTokenizer } from '@main/text/tokenizer.ts'
import { isEncoderWeight } from './masked-language-model.ts'
import { initialWeights, measureRestoration, pretrain, weightsWithoutDecay } from './pretraining.ts'
import type { PretrainingPlan, PretrainingText } from './pretraining.ts'
import { readableText } from './readable-text.ts'
import { encoderConfig, pretrainingPlan } from './sample-encoder.ts'
import { drawSampleTexts, sampleSeed } from './sample-plan.ts'
import type { SampleTexts } from './sample-plan.ts'
import { specialTokens } from './sample-vocabulary.ts'
import { unigramBaseline } from './unigram-baseline.ts'

const tokenizerConfig = `${JSON.stringify(
  {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: true,
    model_max_length: encoderConfig(0).maxPositionEmbeddings,
    unk_token: '[UNK]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    cls_token: '[CLS]',
    mask_token: '[MASK]',
  },
  null,
  2,
)}\n`

/**
 * Pre-trains and writes `checkpoint/`; prints what was reached, against the unigram baseline.
 *
 * @param folder the sample's folder, with `checkpoint/vocab.txt` in it
 * @param plan length, batches and learning rate
 */
async function writePretrainedEncoder(folder: string, plan: PretrainingPlan): Promise<void> {
  const started = Date.now()
  const checkpointFolder = join(folder, 'checkpoint')
  const vocabText = readFileSync(join(checkpointFolder, 'vocab.txt'), 'utf8')
  const texts = drawSampleTexts(plan.seed)
  const training = encodeTexts(texts.pretraining, vocabText)
  const validation = encodeTexts(texts.pretrainingValidation, vocabText)
  checkVocabulary(vocabText, texts)
  const config = encoderConfig(training.vocabulary.size)

  const engine = await loadTensorEngine('tensorflow')
  const weights = initialWeights(config, plan.seed)
  const optimizer = engine.createOptimizer({
    parameters: weights,
    settings: { ...authorsAdamW, weightDecay: plan.weightDecay },
    exempt: weightsWithoutDecay(config),
  })
  for (const { step, loss } of pretrain(plan, training, config, optimizer)) {
    if (step % 100 === 0) console.log(`step ${step} of ${plan.steps}: loss ${loss.toFixed(3)}`)
  }

  const reached = measureRestoration(optimizer.parameters(), config, validation, plan)
  const baseline = unigramBaseline(training.texts, validation.texts, training.vocabulary)
  const tensors = [...optimizer.parameters()]
    .filter(([name]) => isEncoderWeight(name))
    .map(([name, tensor]) => ({
      name,
      dtype: 'float32' as const,
      shape: tensor.shape,
      values: tensor.dataSync<'float32'>().slice(),
    }))
  await writeCheckpointFolder(checkpointFolder, {
    config,
    labels: [],
    task: null,
    tensors,
    tokenizerFiles: { vocabText, tokenizerConfig },
    extraFiles: [],
  })
  describeAsBareEncoder(join(checkpointFolder, 'config.json'))
  const report = {
    objective: 'masked language modelling',
    ...plan,
    texts: training.texts.length,
    tokens: training.texts.reduce((sum, ids) => sum + ids.length, 0),
    parameters: tensors.reduce((sum, { values }) => sum + values.length, 0),
    validation: { texts: validation.texts.length, ...reached },
    unigramBaseline: baseline,
    minutes: Math.round((Date.now() - started) / 6000) / 10,
    engine: engine.info,
  }
  console.log(JSON.stringify(report, null, 2))
  optimizer.dispose()
  tf.dispose([...weights.values()])
}

/** Nothing was classified yet: without labels the configuration is that of an encoder alone. */
function describeAsBareEncoder(path: string): void {
  const classifierOnly = new Set(['id2label', 'label2id', 'problem_type', 'classifier_dropout'])
  const settings = Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)
    .filter(([key]) => !classifierOnly.has(key))
    .map(([key, value]) => [key, key === 'architectures' ? ['BertModel'] : value] as const)
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(settings), null, 2)}\n`)
}

/** Ids of texts in the grammar's form, read as the engine would read them from a file. */
function encodeTexts(texts: readonly string[], vocabText: string): PretrainingText {
  const tokenizer = readTokenizer({ vocabText, tokenizerConfig })
  const idOf = (token: string): number => vocabText.split('\n').indexOf(token)
  return {
    texts: texts.map((text) => tokenizer.encode(readableText(text), undefined, maxLength).inputIds),
    vocabulary: {
      padTokenId: tokenizer.padTokenId,
      maskTokenId: idOf('[MASK]'),
      specialTokenIds: new Set(specialTokens.map(idOf)),
      size: tokenizer.vocabSize,
    },
  }
}

const maxLength = encoderConfig(0).maxPositionEmbeddings

function checkVocabulary(vocabText: string, texts: SampleTexts): void {
  if (vocabText !== `${texts.vocabulary.join('\n')}\n`) {
    throw new Error('vocab.txt is not the one that the texts give; run "make-sample.mjs data" first.')
  }
}

void writePretrainedEncoder(process.argv[2] ?? 'resources/sample', { ...pretrainingPlan, seed: sampleSeed })
