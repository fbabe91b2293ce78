// The schema's types by name, sure to be there.
import type { MarkType, NodeType } from "prosemirror-model"
import { schema } from "../schema"

/** The node type of this name. */
export function node(name: string): NodeType {
  const type = schema.nodes[name]
  if (!type) throw new Error(`the schema has no node ${name}`)
  return type
}

/** The mark type of this name. */
export function mark(name: string): MarkType {
  const type = schema.marks[name]
  if (!type) throw new Error(`the schema has no mark ${name}`)
  return type
}
