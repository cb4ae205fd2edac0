/** TensorFlow's SavedModel file, as far as a bare graph needs it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import protobuf from 'protobufjs'
import type { GraphNode } from './graph-node.ts'

/** Field numbers of tensorflow/core/protobuf/saved_model.proto and the messages it holds. */
const schema = `
syntax = "proto3";
message Dim { int64 size = 1; }
message Shape { repeated Dim dim = 2; }
message Tensor { int32 dtype = 1; Shape tensorShape = 2; bytes tensorContent = 4; }
message List { repeated int64 i = 3; repeated int32 type = 6; }
message Attribute {
  oneof value { List list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; int32 type = 6; Shape shape = 7; Tensor tensor = 8; }
}
message Node { string name = 1; string op = 2; repeated string input = 3; string device = 4; map<string, Attribute> attr = 5; }
message Versions { int32 producer = 1; }
message Graph { repeated Node node = 1; Versions versions = 4; }
message MetaInfo { repeated string tags = 4; string tensorflowVersion = 5; }
message MetaGraph { MetaInfo metaInfoDef = 1; Graph graphDef = 2; }
message SavedModel { int64 savedModelSchemaVersion = 1; repeated MetaGraph metaGraphs = 2; }
`

/** GraphDef version of TensorFlow 2.9 and newer. */
const graphProducer = 1087

/** Tag under which the graph is stored and loaded. */
export const graphTag = 'serve'

const savedModel = protobuf.parse(schema, { keepCase: true }).root.lookupType('SavedModel')

/**
 * Writes a graph as a SavedModel.
 *
 * @param folder made if it does not exist
 * @param nodes the graph
 * @throws Error when the file cannot be written
 */
export function writeSavedModel(folder: string, nodes: readonly GraphNode[]): void {
  mkdirSync(folder, { recursive: true })
  const message = savedModel.create({
    savedModelSchemaVersion: 1,
    metaGraphs: [
      {
        metaInfoDef: { tags: [graphTag], tensorflowVersion: '2.9.0' },
        graphDef: { node: nodes, versions: { producer: graphProducer } },
      },
    ],
  })
  writeFileSync(join(folder, 'saved_model.pb'), savedModel.encode(message).finish())
}
